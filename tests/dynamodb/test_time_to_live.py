"""Time to live: items are deleted when the clock passes their expiry."""

import datetime as dt
import time

import boto3
import pytest
from botocore.exceptions import ClientError

from skymock import mock_serverless

from .tables import create_table, global_index

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

NOON = 1_772_366_400  # 2026-03-01T12:00:00Z


@pytest.fixture
def active(dynamodb):
    """A table that is ACTIVE although states last for a describe."""
    create_table(dynamodb)
    for _ in range(2):
        dynamodb.describe_table(TableName="orders")


def enable(dynamodb, enabled=True, attribute="ttl"):
    return dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": enabled, "AttributeName": attribute}
    )


def put(dynamodb, pk, ttl=None, **attributes):
    ttl = {} if ttl is None else {"ttl": ttl if isinstance(ttl, dict) else {"N": str(ttl)}}
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": pk}, **ttl, **attributes})


def names(dynamodb, **options):
    return sorted(item["pk"]["S"] for item in dynamodb.scan(TableName="orders", **options)["Items"])


def described(dynamodb):
    return dynamodb.describe_time_to_live(TableName="orders")["TimeToLiveDescription"]


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
    [
        {"S": str(NOON + 60)},
        {"NS": [str(NOON + 60)]},
        {"M": {"ttl": {"N": str(NOON + 60)}}},
        {"L": [{"N": str(NOON + 60)}]},
        {"NULL": True},
    ],
)
def test_only_a_top_level_number_is_an_expiry(cloud, dynamodb, expiring, ttl):
    put(dynamodb, "a", ttl)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


@pytest.mark.parametrize("ttl", ["1772366460.9", "177236646e1", "1.77236646E+9", "001772366460"])
def test_a_number_is_read_however_it_is_written_and_its_fraction_cut_off(cloud, dynamodb, expiring, ttl):
    put(dynamodb, "a", ttl)
    cloud.clock.advance(seconds=59)
    assert names(dynamodb) == ["a"]
    cloud.clock.advance(seconds=1)
    assert names(dynamodb) == []


@pytest.mark.parametrize("ttl", ["9.9999999999999999999999999999999999999E+125", str(NOON * 1000)])
def test_a_number_of_another_unit_or_beyond_all_time_never_comes(cloud, dynamodb, expiring, ttl):
    put(dynamodb, "a", ttl)
    cloud.clock.advance(days=10_000)

    assert names(dynamodb) == ["a"]


@pytest.mark.parametrize("ttl", ["0", "-1", "0.5", "-1772366340", "-1E+125", "1E-130"])
def test_a_number_before_the_last_five_years_is_ignored(cloud, dynamodb, expiring, ttl):
    put(dynamodb, "a", ttl)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_an_expiry_five_years_ago_to_the_second_still_counts(dynamodb, expiring):
    put(dynamodb, "old", NOON - 5 * 365 * 24 * 3600)

    assert names(dynamodb) == []


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


@pytest.mark.parametrize(
    ("attributes", "expires"),
    [
        ({"ttl": {"N": str(NOON - 60)}}, True),
        ({"ttl": {"N": f"{NOON - 60}.5"}}, True),
        ({"ttl": {"N": str(NOON - 60)}, "nested": {"M": {"ttl": {"N": str(NOON + 60)}}}}, True),
        ({"nested": {"M": {"ttl": {"N": str(NOON - 60)}}}}, False),
        ({"nested": {"L": [{"M": {"ttl": {"N": str(NOON - 60)}}}]}}, False),
        ({"ttl": {"S": str(NOON - 60)}}, False),
        ({"ttl": {"NS": [str(NOON - 60)]}}, False),
        ({"note": {"S": f'"ttl":{{"N":"{NOON - 60}"}}'}}, False),
        ({"note": {"S": "ttl"}}, False),
        ({'a"ttl': {"N": str(NOON - 60)}}, False),
        ({"TTL": {"N": str(NOON - 60)}}, False),
    ],
)
def test_enabling_finds_exactly_the_items_that_have_expired(dynamodb, table, attributes, expires):
    put(dynamodb, "a", **attributes)
    enable(dynamodb)

    assert names(dynamodb) == ([] if expires else ["a"])


@pytest.mark.parametrize("attribute", ['a"b', "größe", "a\\b", "a.b*"])
def test_the_attribute_may_have_any_name(cloud, dynamodb, table, attribute):
    put(dynamodb, "before", **{attribute: {"N": str(NOON + 60)}})
    enable(dynamodb, attribute=attribute)
    put(dynamodb, "after", **{attribute: {"N": str(NOON + 60)}})
    assert names(dynamodb) == ["after", "before"]
    cloud.clock.advance(seconds=60)

    assert names(dynamodb) == []


def test_enabling_finds_the_items_of_a_table_with_a_sort_key(cloud, dynamodb, sorted_table):
    for number, expiry in enumerate((NOON - 1, NOON + 60, NOON + 120)):
        key = {"pk": {"S": "a"}, "sk": {"N": str(number)}}
        dynamodb.put_item(TableName=sorted_table, Item={**key, "ttl": {"N": str(expiry)}})
    enable(dynamodb)
    cloud.clock.advance(seconds=60)

    (left,) = dynamodb.scan(TableName=sorted_table)["Items"]
    assert left["sk"] == {"N": "2"}


def test_an_empty_table_can_be_disabled(cloud, dynamodb, expiring):
    cloud.clock.advance(hours=1)
    enable(dynamodb, False)

    assert described(dynamodb) == {"TimeToLiveStatus": "DISABLED"}


def test_disabling_saves_all(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 3660)
    cloud.clock.advance(hours=1)
    enable(dynamodb, False)
    cloud.clock.advance(hours=1)

    assert names(dynamodb) == ["a"]


def test_enabling_it_again_finds_what_has_expired_meanwhile(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 3660)
    cloud.clock.advance(hours=1)
    enable(dynamodb, False)
    cloud.clock.advance(hours=1)
    enable(dynamodb)

    assert names(dynamodb) == []


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
    assert described(dynamodb) == {"TimeToLiveStatus": "DISABLED"}

    answer = enable(dynamodb)

    assert answer["TimeToLiveSpecification"] == {"Enabled": True, "AttributeName": "ttl"}
    assert described(dynamodb) == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}


@pytest.mark.serverless(transitions=1)
def test_it_is_described_on_its_way_to_enabled_and_disabled(cloud, dynamodb, active):
    enable(dynamodb)
    on = [described(dynamodb)["TimeToLiveStatus"] for _ in range(3)]
    cloud.clock.advance(hours=1)
    enable(dynamodb, False)
    off = [described(dynamodb) for _ in range(2)]

    assert on == ["ENABLING", "ENABLED", "ENABLED"]
    assert off == [
        {"TimeToLiveStatus": "DISABLING", "AttributeName": "ttl"},
        {"TimeToLiveStatus": "DISABLED"},
    ]


@pytest.mark.serverless(transitions=1)
def test_items_expire_from_enabled_until_disabled(cloud, dynamodb, active):
    put(dynamodb, "early", NOON - 1)
    enable(dynamodb)
    assert names(dynamodb) == ["early"]
    described(dynamodb), described(dynamodb)
    assert names(dynamodb) == []

    cloud.clock.advance(hours=1)
    enable(dynamodb, False)
    put(dynamodb, "while disabling", NOON)
    described(dynamodb), described(dynamodb)
    put(dynamodb, "disabled", NOON)
    assert names(dynamodb) == ["disabled"]


@pytest.mark.serverless(transitions="realistic")
def test_a_table_that_is_deleted_before_it_is_enabled_expires_nothing(cloud, dynamodb):
    create_table(dynamodb)
    cloud.clock.advance(minutes=1)
    put(dynamodb, "a", NOON)
    enable(dynamodb)
    dynamodb.delete_table(TableName="orders")
    cloud.clock.advance(minutes=1)

    assert [event for event in cloud.timeline if event.operation == "TimeToLive"] == []


@pytest.mark.serverless(transitions=1)
def test_a_table_that_is_being_created_or_deleted_has_none(dynamodb, refused):
    create_table(dynamodb)
    specification = {"Enabled": True, "AttributeName": "ttl"}

    changing = refused(
        dynamodb.update_time_to_live, TableName="orders", TimeToLiveSpecification=specification
    )
    creating = refused(dynamodb.describe_time_to_live, TableName="orders")
    for _ in range(2):
        dynamodb.describe_table(TableName="orders")
    dynamodb.delete_table(TableName="orders")
    deleting = refused(dynamodb.describe_time_to_live, TableName="orders")

    assert changing == (
        "ResourceInUseException",
        "Attempt to change a resource which is still in use: Table orders is being created",
        400,
    )
    message = "Cannot describe time to live while table is in {0} state: Current table state is {0}"
    assert creating == ("ValidationException", message.format("CREATING"), 400)
    assert deleting == ("ValidationException", message.format("DELETING"), 400)


@pytest.mark.parametrize("operation", ["update_time_to_live", "describe_time_to_live"])
def test_a_table_that_does_not_exist_is_not_found(dynamodb, refused, operation):
    parameters = {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}

    found = refused(
        getattr(dynamodb, operation), TableName="none", **(parameters if "update" in operation else {})
    )

    message = "Requested resource not found: Table: none not found"
    assert found == ("ResourceNotFoundException", message, 400)


TOO_OFTEN = "Time to live has been modified multiple times within a fixed interval"


def test_it_can_be_changed_once_an_hour(cloud, dynamodb, expiring, refused):
    specification = {"Enabled": False, "AttributeName": "ttl"}
    cloud.clock.advance(minutes=59, seconds=59)

    found = refused(dynamodb.update_time_to_live, TableName="orders", TimeToLiveSpecification=specification)

    assert found == ("ValidationException", TOO_OFTEN, 400)
    cloud.clock.advance(seconds=1)
    assert enable(dynamodb, False)["TimeToLiveSpecification"] == specification


def test_each_change_begins_an_hour_anew_and_a_refused_one_does_not(cloud, dynamodb, expiring, refused):
    change = {"TableName": "orders", "TimeToLiveSpecification": {"Enabled": True, "AttributeName": "ttl"}}
    cloud.clock.advance(hours=1)
    enable(dynamodb, False)
    cloud.clock.advance(minutes=30)
    assert refused(dynamodb.update_time_to_live, **change) == ("ValidationException", TOO_OFTEN, 400)

    cloud.clock.advance(minutes=30)
    enable(dynamodb)
    assert described(dynamodb)["TimeToLiveStatus"] == "ENABLED"


def test_a_new_table_of_the_same_name_does_not_wait_for_the_old_ones_hour(dynamodb, expiring):
    dynamodb.delete_table(TableName="orders")
    create_table(dynamodb)
    enable(dynamodb)

    assert described(dynamodb)["TimeToLiveStatus"] == "ENABLED"


@pytest.mark.serverless(ttl_delay=dt.timedelta(days=2))
def test_with_a_delay_expired_items_show_in_reads_until_it_is_over(cloud, dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])
    enable(dynamodb)
    put(dynamodb, "a", NOON + 60, city={"S": "Bonn"})

    cloud.clock.advance(days=2, seconds=59)
    assert names(dynamodb) == names(dynamodb, IndexName="by-city") == ["a"]
    cloud.clock.advance(seconds=1)
    assert names(dynamodb) == names(dynamodb, IndexName="by-city") == []


@pytest.mark.serverless(ttl_delay=3600)
def test_an_expired_item_is_saved_by_a_later_expiry_during_the_delay(cloud, dynamodb, expiring):
    put(dynamodb, "saved", NOON + 60)
    put(dynamodb, "lost", NOON + 60)
    cloud.clock.advance(minutes=30)
    put(dynamodb, "saved", NOON + 24 * 3600)
    cloud.clock.advance(hours=12)

    assert names(dynamodb) == ["saved"]


@pytest.mark.serverless(ttl_delay=3600)
def test_an_item_that_had_expired_long_before_time_to_live_was_enabled_goes_at_once(dynamodb, table):
    put(dynamodb, "long ago", NOON - 3600)
    put(dynamodb, "just now", NOON - 3599)
    enable(dynamodb)

    assert names(dynamodb) == ["just now"]


@pytest.mark.parametrize("delay", [-1, dt.timedelta(seconds=-1)])
def test_a_delay_is_not_negative(delay):
    with pytest.raises(ValueError, match="a delay is a timedelta or a number of seconds, and not negative"):
        mock_serverless(ttl_delay=delay).start()


def test_a_table_is_empty_once_its_items_were_deleted_or_have_expired(cloud, dynamodb, expiring):
    put(dynamodb, "a", NOON + 60)
    put(dynamodb, "b", NOON + 60)
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}})
    cloud.clock.advance(seconds=60)

    description = dynamodb.describe_table(TableName="orders")["Table"]
    assert (description["ItemCount"], description["TableSizeBytes"]) == (0, 0)


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
