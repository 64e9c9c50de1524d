"""Consumers with enhanced fan-out."""

import datetime as dt

import pytest

from .conftest import MIDDLE, shard_id

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
CREATED = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)


@pytest.fixture
def register(kinesis, stream):
    def register(name="billing"):
        answer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName=name)
        return answer["Consumer"]["ConsumerARN"]

    return register


@pytest.fixture
def subscribe(kinesis, register):
    """A function that subscribes to a shard; gives all events."""
    consumer = register()

    def subscribe(shard=0, kind="TRIM_HORIZON", **place):
        answer = kinesis.subscribe_to_shard(
            ConsumerARN=consumer, ShardId=shard_id(shard), StartingPosition={"Type": kind, **place}
        )
        return [event["SubscribeToShardEvent"] for event in answer["EventStream"]]

    return subscribe


def test_a_new_consumer_is_described_by_its_arn_and_by_its_name(kinesis, register):
    arn = register()

    expected = {
        "ConsumerName": "billing",
        "ConsumerARN": f"{ARN}/consumer/billing:{int(CREATED.timestamp())}",
        "ConsumerStatus": "ACTIVE",
        "ConsumerCreationTimestamp": CREATED,
        "StreamARN": ARN,
    }
    assert kinesis.describe_stream_consumer(ConsumerARN=arn)["ConsumerDescription"] == expected
    by_name = kinesis.describe_stream_consumer(StreamARN=ARN, ConsumerName="billing")
    assert by_name["ConsumerDescription"] == expected


@pytest.mark.serverless(transitions="realistic")
def test_a_consumer_is_creating_and_deleting(cloud, kinesis, create, refused):
    create()
    cloud.clock.advance(minutes=1)
    consumer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="billing")["Consumer"]

    def status():
        listed = kinesis.list_stream_consumers(StreamARN=ARN)["Consumers"]
        return [each["ConsumerStatus"] for each in listed]

    assert (consumer["ConsumerStatus"], status()) == ("CREATING", ["CREATING"])
    request = {
        "ConsumerARN": consumer["ConsumerARN"],
        "ShardId": "shardId-0",
        "StartingPosition": {"Type": "LATEST"},
    }
    seconds = int(CREATED.timestamp()) + 60
    assert refused(kinesis.subscribe_to_shard, **request) == (
        "ResourceInUseException",
        f"Consumer billing with creation timestamp {seconds} under stream orders and account 123456789012 is not in "
        "ACTIVE status.",
        400,
    )
    cloud.clock.advance(minutes=1)
    assert status() == ["ACTIVE"]
    kinesis.deregister_stream_consumer(ConsumerARN=consumer["ConsumerARN"])
    assert status() == ["DELETING"]
    cloud.clock.advance(minutes=1)
    assert status() == []


def test_consumers_are_listed_in_pages(kinesis, register):
    for name in "cab":
        register(name)

    first = kinesis.list_stream_consumers(StreamARN=ARN, MaxResults=2)
    rest = kinesis.list_stream_consumers(StreamARN=ARN, NextToken=first["NextToken"])
    names = [[each["ConsumerName"] for each in page["Consumers"]] for page in (first, rest)]
    assert names == [["a", "b"], ["c"]]


def test_a_name_is_registered_once_and_is_free_again(kinesis, register, refused):
    arn = register()
    again = {"StreamARN": ARN, "ConsumerName": "billing"}
    assert refused(kinesis.register_stream_consumer, **again)[0] == "ResourceInUseException"

    kinesis.deregister_stream_consumer(**again)
    assert refused(kinesis.describe_stream_consumer, ConsumerARN=arn)[0] == "ResourceNotFoundException"
    assert register() == arn


def test_a_stream_has_twenty_consumers_at_most(kinesis, register, refused):
    for number in range(20):
        register(f"c{number}")
    answer = refused(kinesis.register_stream_consumer, StreamARN=ARN, ConsumerName="more")
    assert answer[0] == "LimitExceededException"


def test_a_subscription_gives_what_the_shard_holds(subscribe, put):
    numbers = [put(data)[1] for data in ("a", "b")]
    (event,) = subscribe()

    assert [record["Data"] for record in event["Records"]] == [b"a", b"b"]
    assert (event["ContinuationSequenceNumber"], event["MillisBehindLatest"]) == (numbers[1], 0)


def test_a_subscription_goes_on_after_the_continuation(subscribe, put):
    put("a")
    (first,) = subscribe()
    put("b")
    (second,) = subscribe(kind="AFTER_SEQUENCE_NUMBER", SequenceNumber=first["ContinuationSequenceNumber"])

    assert [record["Data"] for record in second["Records"]] == [b"b"]


def test_a_subscription_from_now_on_to_an_empty_shard_can_go_on(subscribe, put):
    (first,) = subscribe(kind="LATEST")
    put("a")
    (second,) = subscribe(kind="AFTER_SEQUENCE_NUMBER", SequenceNumber=first["ContinuationSequenceNumber"])

    assert (first["Records"], [record["Data"] for record in second["Records"]]) == ([], [b"a"])


def test_the_end_of_a_closed_shard_names_its_children(kinesis, subscribe, put):
    put("a")
    kinesis.merge_shards(StreamName="orders", ShardToMerge="shardId-0", AdjacentShardToMerge="shardId-1")
    (event,) = subscribe()

    assert [child["ParentShards"] for child in event["ChildShards"]] == [[shard_id(0), shard_id(1)]]


def test_a_subscription_does_not_use_the_shards_reads(subscribe, put, read):
    put("a", MIDDLE)
    for _ in range(10):
        subscribe(1)
    assert len(read(1)["Records"]) == 1


def test_a_consumer_is_tagged(kinesis, register):
    arn = register()
    kinesis.tag_resource(ResourceARN=arn, Tags={"team": "shop"})
    assert kinesis.list_tags_for_resource(ResourceARN=arn)["Tags"] == [{"Key": "team", "Value": "shop"}]
