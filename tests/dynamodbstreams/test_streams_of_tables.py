"""ListStreams, DescribeStream, and what becomes of a stream when its table changes."""

import datetime as dt

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00.125Z")


def disable(dynamodb):
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})


def enable(dynamodb, view_type="KEYS_ONLY"):
    specification = {"StreamEnabled": True, "StreamViewType": view_type}
    return dynamodb.update_table(TableName="orders", StreamSpecification=specification)["TableDescription"]


def test_a_stream_is_described_as_aws_does(streams, stream):
    description = stream.description
    (shard,) = description.pop("Shards")

    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders/stream/2026-03-01T12:00:00.125"
    assert description == {
        "StreamArn": arn,
        "StreamLabel": "2026-03-01T12:00:00.125",
        "StreamStatus": "ENABLED",
        "StreamViewType": "NEW_AND_OLD_IMAGES",
        "CreationRequestDateTime": dt.datetime(2026, 3, 1, 12, 0, 0, 125_000, tzinfo=dt.timezone.utc),
        "TableName": "orders",
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    }
    assert shard["ShardId"].startswith("shardId-00000001772366400125-")
    assert shard["SequenceNumberRange"].keys() == {"StartingSequenceNumber"}


def test_a_table_shows_its_stream(dynamodb, stream):
    described = dynamodb.describe_table(TableName="orders")["Table"]

    assert described["StreamSpecification"] == {
        "StreamEnabled": True,
        "StreamViewType": "NEW_AND_OLD_IMAGES",
    }
    assert described["LatestStreamArn"] == stream.arn
    assert described["LatestStreamLabel"] == "2026-03-01T12:00:00.125"


def test_a_table_without_stream_has_none(dynamodb, streams, make_table, put):
    make_table(None)
    put("a")

    assert streams.list_streams(TableName="orders")["Streams"] == []
    assert "StreamSpecification" not in dynamodb.describe_table(TableName="orders")["Table"]


def test_streams_are_listed_by_page(streams, make_table):
    for name in ("table-b", "table-a", "table-c"):
        make_table(name=name)

    first = streams.list_streams(Limit=2)
    rest = streams.list_streams(ExclusiveStartStreamArn=first["LastEvaluatedStreamArn"])

    listed = [stream["TableName"] for page in (first, rest) for stream in page["Streams"]]
    assert listed == ["table-a", "table-b", "table-c"]
    assert "LastEvaluatedStreamArn" not in rest


def test_a_stream_can_be_enabled_later(dynamodb, streams, make_table, put):
    make_table(None)
    put("before")
    described = enable(dynamodb)
    put("after")

    (stream,) = streams.list_streams(TableName="orders")["Streams"]
    assert stream["StreamArn"] == described["LatestStreamArn"]
    (shard,) = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = streams.get_records(ShardIterator=iterator)["Records"]
    assert record["dynamodb"]["Keys"] == {"pk": {"S": "after"}}


def test_a_disabled_stream_takes_no_more_but_is_readable_to_its_end(dynamodb, streams, stream, put):
    put("a")
    disable(dynamodb)
    put("b")

    answer = streams.get_records(ShardIterator=stream.iterator())
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in answer["Records"]] == ["a"]
    assert "NextShardIterator" not in answer
    assert stream.description["StreamStatus"] == "DISABLED"
    assert stream.shard["SequenceNumberRange"].keys() == {
        "StartingSequenceNumber",
        "EndingSequenceNumber",
    }


def test_a_closed_shard_is_read_to_its_end_page_by_page(dynamodb, streams, stream, put):
    put("a")
    put("b")
    disable(dynamodb)

    first = streams.get_records(ShardIterator=stream.iterator(), Limit=1)
    second = streams.get_records(ShardIterator=first["NextShardIterator"])
    assert (len(second["Records"]), "NextShardIterator" in second) == (1, False)


def test_a_disabled_stream_is_forgotten_after_24_hours(cloud, dynamodb, streams, stream):
    arn = stream.arn
    disable(dynamodb)
    cloud.clock.advance(hours=24)
    assert stream.arn == arn
    cloud.clock.advance(seconds=1)

    assert streams.list_streams()["Streams"] == []
    with pytest.raises(streams.exceptions.ResourceNotFoundException) as refused:
        streams.describe_stream(StreamArn=arn)
    message = f"Requested resource not found: Stream: {arn} not found"
    assert refused.value.response["Error"]["Message"] == message


def test_the_stream_of_a_deleted_table_stays_readable(dynamodb, stream, put):
    put("a")
    dynamodb.delete_table(TableName="orders")

    assert stream.description["StreamStatus"] == "DISABLED"
    assert len(stream.records()) == 1


def test_a_stream_that_is_enabled_again_is_another_one(dynamodb, streams, stream):
    disable(dynamodb)
    described = enable(dynamodb)

    arns = [listed["StreamArn"] for listed in streams.list_streams(TableName="orders")["Streams"]]
    assert len(set(arns)) == 2
    assert described["LatestStreamArn"] == arns[-1]


@pytest.mark.parametrize("view_type", ["NEW_AND_OLD_IMAGES", "KEYS_ONLY"])
def test_an_enabled_stream_cannot_be_enabled_or_changed(dynamodb, table, view_type):
    with pytest.raises(ClientError) as refused:
        enable(dynamodb, view_type)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Table already has an enabled stream: TableName: orders",
    }


def test_shards_after_the_last_one_are_none(streams, stream):
    description = streams.describe_stream(
        StreamArn=stream.arn, ExclusiveStartShardId=stream.shard["ShardId"]
    )["StreamDescription"]

    assert description["Shards"] == []


@pytest.mark.parametrize("operation", ["describe_stream", "get_shard_iterator"])
def test_what_is_no_arn_of_a_stream_is_refused(streams, operation):
    options = {"ShardId": "shardId-00000000000000000000-00000000", "ShardIteratorType": "LATEST"}
    parameters = options if operation == "get_shard_iterator" else {}

    with pytest.raises(ClientError, match="ValidationException"):
        getattr(streams, operation)(StreamArn="x" * 40, **parameters)


@pytest.mark.serverless(transitions=1)
def test_a_stream_goes_through_its_states_with_its_table(dynamodb, streams, make_table, put):
    def status():
        (listed,) = streams.list_streams(TableName="orders")["Streams"]
        return streams.describe_stream(StreamArn=listed["StreamArn"])["StreamDescription"]["StreamStatus"]

    def pass_on():
        dynamodb.describe_table(TableName="orders")
        return dynamodb.describe_table(TableName="orders")["Table"]["TableStatus"]

    make_table()
    seen = [status(), pass_on(), status()]
    disable(dynamodb)
    seen += [status(), pass_on(), status()]

    assert seen == ["ENABLING", "ACTIVE", "ENABLED", "DISABLING", "ACTIVE", "DISABLED"]


@pytest.mark.serverless(transitions="realistic")
def test_the_stream_of_a_deleted_table_is_disabling_until_the_table_is_gone(cloud, dynamodb, stream):
    cloud.clock.advance(minutes=1)
    dynamodb.delete_table(TableName="orders")
    before = stream.description["StreamStatus"]
    cloud.clock.advance(minutes=1)

    assert (before, stream.description["StreamStatus"]) == ("DISABLING", "DISABLED")


@pytest.mark.serverless(transitions="realistic")
def test_a_stream_takes_what_is_written_once_it_is_enabled(cloud, dynamodb, streams, stream, make_table, put):
    make_table(None, name="other")
    cloud.clock.advance(minutes=1)
    specification = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    arn = dynamodb.update_table(TableName="other", StreamSpecification=specification)["TableDescription"][
        "LatestStreamArn"
    ]
    dynamodb.put_item(TableName="other", Item={"pk": {"S": "enabling"}})
    cloud.clock.advance(minutes=1)
    dynamodb.put_item(TableName="other", Item={"pk": {"S": "enabled"}})

    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    (record,) = streams.get_records(ShardIterator=iterator)["Records"]
    assert record["dynamodb"]["Keys"] == {"pk": {"S": "enabled"}}


def test_the_streams_of_a_table_over_time_keep_what_they_have(cloud, dynamodb, streams, stream, put):
    put("first")
    old_arn, old_iterator = stream.arn, stream.iterator()
    disable(dynamodb)
    cloud.clock.advance(seconds=1)
    enable(dynamodb, "NEW_IMAGE")
    put("second")

    old = streams.get_records(ShardIterator=old_iterator)["Records"]
    new = stream.records()
    assert stream.arn != old_arn
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in old + new] == ["first", "second"]
    assert [record["dynamodb"]["StreamViewType"] for record in old + new] == [
        "NEW_AND_OLD_IMAGES",
        "NEW_IMAGE",
    ]
    assert old[0]["eventID"] != new[0]["eventID"]


def test_a_new_table_of_the_same_name_has_a_stream_of_its_own(cloud, dynamodb, streams, stream, make_table):
    old_arn = stream.arn
    dynamodb.delete_table(TableName="orders")
    cloud.clock.advance(seconds=1)
    make_table()

    arns = [listed["StreamArn"] for listed in streams.list_streams(TableName="orders")["Streams"]]
    assert arns[0] == old_arn
    statuses = [streams.describe_stream(StreamArn=arn)["StreamDescription"]["StreamStatus"] for arn in arns]
    assert statuses == ["DISABLED", "ENABLED"]


@pytest.mark.parametrize("operation", ["list_streams", "describe_stream"])
def test_a_page_has_at_most_a_hundred_entries(streams, stream, refused, operation):
    parameters = {"StreamArn": stream.arn} if operation == "describe_stream" else {}

    assert refused(getattr(streams, operation), Limit=101, **parameters) == (
        "ValidationException",
        "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: "
        "Member must have value less than or equal to 100",
        400,
    )


def test_streams_are_listed_from_an_arn_on_and_from_nothing_else(streams, stream, refused):
    assert refused(streams.list_streams, ExclusiveStartStreamArn="x" * 40) == (
        "ValidationException",
        "Invalid StreamArn",
        400,
    )


def test_a_shard_id_that_is_none_begins_after_those_that_sort_before_it(streams, stream):
    described = streams.describe_stream(StreamArn=stream.arn, ExclusiveStartShardId="z" * 30)

    assert described["StreamDescription"]["Shards"] == []


@pytest.mark.parametrize("table_name", ["none", "other"])
def test_a_table_without_a_stream_or_none_at_all_lists_none(streams, stream, make_table, table_name):
    make_table(None, name="other")

    assert streams.list_streams(TableName=table_name)["Streams"] == []
