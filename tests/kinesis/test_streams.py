"""Streams: making, describing, listing and deleting them."""

import datetime as dt

import boto3
import pytest
from botocore.exceptions import WaiterError

from .conftest import ids_of

NOW = "2026-03-01T12:00:00Z"
pytestmark = pytest.mark.serverless(freeze_time=NOW)


def states(kinesis):
    names = kinesis.list_streams()["StreamSummaries"]
    return {each["StreamName"]: each["StreamStatus"] for each in names}


def test_a_new_stream_is_described_with_its_shards(kinesis, create):
    create(shards=3)

    description = kinesis.describe_stream(StreamName="orders")["StreamDescription"]
    shards = description.pop("Shards")
    assert description == {
        "StreamName": "orders",
        "StreamARN": "arn:aws:kinesis:us-east-1:123456789012:stream/orders",
        "StreamStatus": "ACTIVE",
        "StreamModeDetails": {"StreamMode": "PROVISIONED"},
        "HasMoreShards": False,
        "RetentionPeriodHours": 24,
        "StreamCreationTimestamp": dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc),
        "EnhancedMonitoring": [{"ShardLevelMetrics": []}],
        "EncryptionType": "NONE",
    }
    assert [(shard["ShardId"], shard["HashKeyRange"]) for shard in shards] == [
        (
            "shardId-000000000000",
            {"StartingHashKey": "0", "EndingHashKey": "113427455640312821154458202477256070484"},
        ),
        (
            "shardId-000000000001",
            {
                "StartingHashKey": "113427455640312821154458202477256070485",
                "EndingHashKey": "226854911280625642308916404954512140969",
            },
        ),
        (
            "shardId-000000000002",
            {
                "StartingHashKey": "226854911280625642308916404954512140970",
                "EndingHashKey": "340282366920938463463374607431768211455",
            },
        ),
    ]


def test_shards_begin_with_sequence_numbers_as_awss(shards, create):
    create(shards=3)

    numbers = [shard["SequenceNumberRange"]["StartingSequenceNumber"] for shard in shards()]
    assert [len(number) for number in numbers] == [56, 56, 56]
    assert int(numbers[1]) - int(numbers[0]) == 22300745198530623141535718272648361505980432
    assert int(numbers[2]) - int(numbers[1]) == 22300745198530623141535718272648361505980432


def test_a_stream_without_mode_and_count_is_on_demand_with_four_shards(kinesis):
    kinesis.create_stream(StreamName="orders")

    summary = kinesis.describe_stream_summary(StreamName="orders")["StreamDescriptionSummary"]
    assert (summary["StreamModeDetails"], summary["OpenShardCount"]) == ({"StreamMode": "ON_DEMAND"}, 4)


def test_a_summary_counts_shards_and_consumers(kinesis, stream):
    arn = kinesis.describe_stream_summary(StreamName=stream)["StreamDescriptionSummary"]["StreamARN"]
    kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="billing")

    summary = kinesis.describe_stream_summary(StreamARN=arn)["StreamDescriptionSummary"]
    assert (summary["OpenShardCount"], summary["ConsumerCount"]) == (2, 1)
    assert summary["MaxRecordSizeInKiB"] == 1024


def test_the_description_of_many_shards_comes_in_pages(kinesis, create):
    create(shards=5)

    first = kinesis.describe_stream(StreamName="orders", Limit=2)["StreamDescription"]
    after = first["Shards"][-1]["ShardId"]
    rest = kinesis.describe_stream(StreamName="orders", ExclusiveStartShardId=after)["StreamDescription"]
    assert (ids_of(first["Shards"]), first["HasMoreShards"]) == ([0, 1], True)
    assert (ids_of(rest["Shards"]), rest["HasMoreShards"]) == ([2, 3, 4], False)


def test_streams_are_listed_by_name_in_pages(kinesis, create):
    for name in "cab":
        create(name)

    first = kinesis.list_streams(Limit=2)
    rest = kinesis.list_streams(NextToken=first["NextToken"])
    assert (first["StreamNames"], first["HasMoreStreams"]) == (["a", "b"], True)
    assert (rest["StreamNames"], rest["HasMoreStreams"]) == (["c"], False)
    assert kinesis.list_streams(ExclusiveStartStreamName="a")["StreamNames"] == ["b", "c"]


def test_a_deleted_stream_is_gone_and_its_name_free(kinesis, create, put, read):
    create()
    put("old")
    kinesis.delete_stream(StreamName="orders")

    assert kinesis.list_streams()["StreamNames"] == []
    create()
    assert read()["Records"] == []


def test_a_stream_with_consumers_is_deleted_only_with_them(kinesis, stream, refused):
    arn = kinesis.describe_stream(StreamName=stream)["StreamDescription"]["StreamARN"]
    kinesis.register_stream_consumer(StreamARN=arn, ConsumerName="billing")

    assert refused(kinesis.delete_stream, StreamName=stream)[0] == "ResourceInUseException"
    kinesis.delete_stream(StreamName=stream, EnforceConsumerDeletion=True)
    assert kinesis.list_streams()["StreamNames"] == []


@pytest.mark.serverless(transitions="realistic")
def test_a_stream_is_creating_without_shards_and_then_active(cloud, kinesis, create):
    create()

    description = kinesis.describe_stream(StreamName="orders")["StreamDescription"]
    assert (description["StreamStatus"], description["Shards"]) == ("CREATING", [])
    cloud.clock.advance(minutes=1)
    description = kinesis.describe_stream(StreamName="orders")["StreamDescription"]
    assert (description["StreamStatus"], len(description["Shards"])) == ("ACTIVE", 1)


@pytest.mark.serverless(transitions="realistic")
def test_waiters_wait_until_a_stream_is_there_and_until_it_is_gone(kinesis, create):
    create()
    kinesis.get_waiter("stream_exists").wait(StreamName="orders")
    assert states(kinesis) == {"orders": "ACTIVE"}

    kinesis.delete_stream(StreamName="orders")
    assert states(kinesis) == {"orders": "DELETING"}
    kinesis.get_waiter("stream_not_exists").wait(StreamName="orders")
    assert states(kinesis) == {}


@pytest.mark.serverless(transitions=2)
def test_a_stream_may_be_creating_for_a_number_of_describes(kinesis, create):
    create()

    seen = [
        kinesis.describe_stream(StreamName="orders")["StreamDescription"]["StreamStatus"] for _ in range(3)
    ]
    assert seen == ["CREATING", "CREATING", "ACTIVE"]


def test_a_waiter_gives_up_on_a_stream_that_is_never_made(kinesis):
    with pytest.raises(WaiterError):
        kinesis.get_waiter("stream_exists").wait(StreamName="orders", WaiterConfig={"MaxAttempts": 2})


@pytest.mark.serverless(transitions="realistic")
def test_nothing_can_be_put_into_a_stream_that_is_creating(create, put, kinesis, refused):
    create()

    assert refused(kinesis.put_record, StreamName="orders", Data=b"x", PartitionKey="k") == (
        "ResourceNotFoundException",
        "Stream orders under account 123456789012 not found.",
        400,
    )


@pytest.mark.serverless(transitions="realistic")
def test_a_stream_that_is_updating_takes_records_and_no_further_change(cloud, kinesis, stream, put, refused):
    cloud.clock.advance(minutes=1)
    split = {"StreamName": stream, "ShardToSplit": "shardId-000000000000", "NewStartingHashKey": "9"}
    kinesis.split_shard(**split)

    assert put()[0] == "shardId-000000000000"
    assert refused(kinesis.split_shard, **split) == (
        "ResourceInUseException",
        "Stream orders under account 123456789012 not ACTIVE, instead in state UPDATING",
        400,
    )


def test_a_name_is_taken_once(create, kinesis, refused):
    create()

    assert refused(kinesis.create_stream, StreamName="orders", ShardCount=1) == (
        "ResourceInUseException",
        "Stream orders under account 123456789012 already exists.",
        400,
    )


@pytest.mark.parametrize(("region", "limit"), [("us-east-1", 20_000), ("eu-central-1", 1_000)])
def test_an_account_has_its_limit_of_shards(cloud, refused, region, limit):
    kinesis = boto3.client("kinesis", region_name=region)
    kinesis.create_stream(StreamName="orders", ShardCount=2)

    limits = kinesis.describe_limits()
    assert (limits["ShardLimit"], limits["OpenShardCount"]) == (limit, 2)
    assert refused(kinesis.create_stream, StreamName="more", ShardCount=limit) == (
        "LimitExceededException",
        f"This request would exceed the shard limit for the account 123456789012 in {region}. Current shard count "
        f"for the account: 2. Limit: {limit}. Number of additional shards that would have resulted from this request: "
        f"{limit}. Refer to the AWS Service Limits page "
        "(http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to "
        "request higher limits.",
        400,
    )


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("describe_stream", {}),
        ("describe_stream_summary", {}),
        ("delete_stream", {}),
        ("list_shards", {}),
        ("put_record", {"Data": b"", "PartitionKey": "k"}),
        ("add_tags_to_stream", {"Tags": {"a": "b"}}),
        ("increase_stream_retention_period", {"RetentionPeriodHours": 25}),
        ("update_shard_count", {"TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING"}),
        ("split_shard", {"ShardToSplit": "shardId-0", "NewStartingHashKey": "9"}),
    ],
)
def test_a_stream_that_is_not_there_is_not_found(kinesis, refused, operation, parameters):
    assert refused(getattr(kinesis, operation), StreamName="none", **parameters) == (
        "ResourceNotFoundException",
        "Stream none under account 123456789012 not found.",
        400,
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {"StreamModeDetails": {"StreamMode": "PROVISIONED"}},
        {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}, "ShardCount": 2},
    ],
)
def test_a_count_of_shards_belongs_to_provisioned_streams(kinesis, refused, parameters):
    assert refused(kinesis.create_stream, StreamName="orders", **parameters)[0] == "InvalidArgumentException"
    assert kinesis.list_streams()["StreamNames"] == []


def test_streams_of_one_region_are_not_those_of_another(cloud, create):
    create()
    assert boto3.client("kinesis", region_name="eu-west-1").list_streams()["StreamNames"] == []


def test_the_accounts_settings_have_no_commitment(kinesis):
    settings = kinesis.describe_account_settings()["MinimumThroughputBillingCommitment"]
    assert settings == {"Status": "DISABLED"}
