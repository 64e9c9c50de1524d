"""Time to live: items are deleted when the clock passes their expiry."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError

from .tables import create_table, global_index

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

NOON = 1_772_366_400  # 2026-03-01T12:00:00Z


def enable(dynamodb, enabled=True, attribute="ttl"):
    return dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute}
    )


def put(dynamodb, pk, ttl=None, **attributes):
    ttl = {} if ttl is None else {"ttl": ttl if isinstance(ttl, dict) else {"N": str(ttl)}}
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": pk}, **ttl, **attributes})


def names(dynamodb, **options):
    return sorted(item["pk"]["S"] for item in dynamodb.scan(TableName="orders", **options)["Items"])


@pytest.fixture
def expiring(dynamodb, table):
    enable(dynamodb)


def test_the_clock_starts_at_noon(cloud):
    assert cloud.clock.time() == time.time() == NOON


def test_an_item_is_deleted_when_the_clock_passes_its_expiry(cloud, dynamodb, expiring):
    put(dynamodb, "soon", NOON + 60)
    put(dynamodb, "later", NOON + 3600)
    put(dynamodb, "never")

    cloud.clock.advance(seconds=59)
    assert names(dynamodb) == ["later", "never", "soon"]
    cloud.clock.advance(seconds=1)
    assert names(dynamodb) == ["later", "never"]
    cloud.clock.advance(hours=1)
    assert names(dynamodb) == ["never"]


def test_the_order_of_writing_does_not_matter(cloud, dynamodb, expiring):
    put(dynamodb, "later", NOON + 3600)
    put(dynamodb, "soon", NOON + 60)

    cloud.clock.advance(seconds=60)
    assert names(dynamodb) == ["later"]


def test_an_item_that_has_expired_already_goes_as_soon_as_it_is_written(dynamodb, expiring):
    put(dynamodb, "past", NOON - 60)

    assert names(dynamodb) == []


def test_an_expiry_more_than_five_years_ago_is_ignored(cloud, dynamodb, expiring):
    put(dynamodb, "ancient", NOON - 5 * 365 * 24 * 3600 - 60)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["ancient"]


@pytest.mark.parametrize(
    "ttl",
    [{"S": str(NOON + 60)}, {"NS": [str(NOON + 60)]}, {"M": {"ttl": {"N": str(NOON + 60)}}}],
)
def test_only_a_top_level_number_is_an_expiry(cloud, dynamodb, expiring, ttl):
    put(dynamodb, "a", ttl)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_a_fraction_of_a_second_is_cut_off(cloud, dynamodb, expiring):
    put(dynamodb, "a", "1772366460.9")
    cloud.clock.advance(seconds=60)

    assert names(dynamodb) == []


def test_the_largest_number_never_comes(cloud, dynamodb, expiring):
    put(dynamodb, "a", "9.9999999999999999999999999999999999999E+125")
    cloud.clock.advance(days=10_000)

    assert names(dynamodb) == ["a"]


def test_an_overwrite_with_a_later_expiry_saves_the_item(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    put(dynamodb, "a", NOON + 120)

    cloud.clock.advance(seconds=60)
    assert names(dynamodb) == ["a"]
    cloud.clock.advance(seconds=60)
    assert names(dynamodb) == []


def test_removing_the_attribute_saves_the_item(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "a"}},
        UpdateExpression="REMOVE #t",
        ExpressionAttributeNames={"#t": "ttl"},
    )
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_an_item_that_is_deleted_and_put_again_lives_by_its_new_expiry(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}})
    put(dynamodb, "a")
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_enabling_finds_the_items_that_were_there(cloud, dynamodb, table):
    put(dynamodb, "past", NOON - 60)
    put(dynamodb, "soon", NOON + 60)
    enable(dynamodb)

    assert names(dynamodb) == ["soon"]
    cloud.clock.advance(seconds=60)
    assert names(dynamodb) == []


def test_an_empty_table_can_be_disabled(dynamodb, expiring):
    enable(dynamodb, False)

    description = dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]
    assert description == {"TimeToLiveStatus": "DISABLED"}


def test_disabling_saves_all(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    enable(dynamodb, False)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_a_new_table_of_the_same_name_is_not_touched_by_the_old_ones_expiries(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb)
    put(dynamodb, "a", NOON + 60)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_expired_items_leave_the_indexes(cloud, dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])
    enable(dynamodb)
    put(dynamodb, "a", NOON + 60, city={"S": "Bonn"})
    cloud.clock.advance(seconds=60)

    assert names(dynamodb, IndexName="by-city") == []


def test_expiring_consumes_nothing(cloud, impatient):
    create_table(impatient, throughput=(1, 1))
    enable(impatient)
    put(impatient, "a", NOON + 1, v={"S": "x" * 200_000})
    put(impatient, "b", v={"S": "x" * 100_000})
    cloud.clock.advance(seconds=7)

    # 196 and 98 of 300 units are gone, 7 have come.
    put(impatient, "c", v={"S": "x" * 12_200})
    assert names(impatient) == ["b", "c"]


def test_a_deletion_is_an_event_in_the_timeline(cloud, dynamodb, expiring):
    for name in ("a", "b"):
        put(dynamodb, name, NOON + 60)
    cloud.clock.advance(hours=1)

    (event,) = [event for event in cloud.timeline if event.kind == "event"]
    assert (event.operation, event.at_seconds, event.detail, event.cause) == (
        "TimeToLive",
        NOON + 60,
        "orders: 2 expired",
        None,
    )


def test_the_stream_tells_that_the_service_did_it(cloud, dynamodb):
    create_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "OLD_IMAGE"})
    enable(dynamodb)
    put(dynamodb, "a", NOON + 60)
    cloud.clock.advance(seconds=60)

    streams = boto3.client("dynamodbstreams")
    arn = streams.list_streams(TableName="orders")["Streams"][0]["StreamArn"]
    (shard,) = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    record = streams.get_records(ShardIterator=iterator)["Records"][-1]

    assert record["eventName"] == "REMOVE"
    assert record["userIdentity"] == {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}
    assert record["dynamodb"]["OldImage"]["pk"] == {"S": "a"}
    assert record["dynamodb"]["ApproximateCreationDateTime"].timestamp() == NOON + 60


@pytest.mark.serverless(delivery="manual")
def test_with_manual_delivery_expired_items_stay_until_the_cloud_settles(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]
    cloud.settle()
    assert names(dynamodb) == []


def test_it_is_described(dynamodb, table):
    describe = dynamodb.describe_time_to_live
    assert describe(TableName=table)["TimeToLiveDescription"] == {"TimeToLiveStatus": "DISABLED"}

    answer = enable(dynamodb)

    assert answer["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "ttl"}
    assert describe(TableName=table)["TimeToLiveDescription"] == {
        "TimeToLiveStatus": "ENABLED",
        "AttributeName": "ttl",
    }


@pytest.mark.parametrize(
    ("before", "parameters", "message"),
    [
        (False, {"enabled": False}, "TimeToLive is already disabled"),
        (True, {"enabled": True}, "TimeToLive is already enabled"),
        (
            True,
            {"enabled": True, "attribute": "other"},
            "TimeToLive is active on a different AttributeName: current AttributeName is ttl",
        ),
        (
            True,
            {"enabled": False, "attribute": "other"},
            "TimeToLive is active on a different AttributeName: current AttributeName is ttl",
        ),
    ],
)
def test_it_refuses_what_is_so_already(dynamodb, table, before, parameters, message):
    if before:
        enable(dynamodb)

    with pytest.raises(ClientError) as refused:
        enable(dynamodb, **parameters)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}
