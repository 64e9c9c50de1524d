"""Point-in-time recovery: the table as it was at a second of the days that are kept."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.cloud.clock import Clock
from skymock.cloud.cloud import Cloud
from skymock.services.dynamodb.definition import table_definition
from skymock.services.dynamodb.point_in_time import History
from skymock.services.dynamodb.storage import StoredItem

from .tables import create_table

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

START = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)


def enable(dynamodb, enabled=True, **specification):
    return dynamodb.update_continuous_backups(
        TableName="orders",
        PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": enabled, **specification},
    )["ContinuousBackupsDescription"]


def describe(dynamodb):
    described = dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
    return described["PointInTimeRecoveryDescription"]


def put(dynamodb, key, text):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": key}, "text": {"S": text}})


def restored(dynamodb, at, target="again"):
    """The items of the table as it was so many seconds after the start, by their keys."""
    dynamodb.restore_table_to_point_in_time(
        SourceTableName="orders", TargetTableName=target, RestoreDateTime=START + dt.timedelta(seconds=at)
    )
    items = dynamodb.scan(TableName=target)["Items"]
    dynamodb.delete_table(TableName=target)
    return {item["pk"]["S"]: item["text"]["S"] for item in items}


@pytest.fixture
def history(cloud, dynamodb, table):
    """A table in which something happened each minute, and five minutes have passed."""
    put(dynamodb, "a", "before")
    enable(dynamodb)
    cloud.clock.advance(seconds=60)
    put(dynamodb, "a", "replaced")
    cloud.clock.advance(seconds=60)
    put(dynamodb, "b", "new")
    cloud.clock.advance(seconds=60)
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}})
    cloud.clock.advance(seconds=300)


@pytest.mark.parametrize(
    ("at", "items"),
    [
        (0, {"a": "before"}),
        (59, {"a": "before"}),
        (60, {"a": "replaced"}),
        (120, {"a": "replaced", "b": "new"}),
        (179, {"a": "replaced", "b": "new"}),
        (180, {"b": "new"}),
    ],
)
def test_a_table_is_restored_as_it_was_at_a_second(dynamodb, history, at, items):
    assert restored(dynamodb, at) == items


def test_the_source_stays_as_it_is(dynamodb, history):
    restored(dynamodb, 60)

    assert dynamodb.scan(TableName="orders")["Items"] == [{"pk": {"S": "b"}, "text": {"S": "new"}}]


def test_the_latest_restorable_time_is_five_minutes_ago(cloud, dynamodb, history):
    put(dynamodb, "c", "too recent")

    dynamodb.restore_table_to_point_in_time(
        SourceTableName="orders", TargetTableName="again", UseLatestRestorableTime=True
    )

    assert [item["pk"]["S"] for item in dynamodb.scan(TableName="again")["Items"]] == ["b"]


def test_transactions_batches_and_expiries_are_kept_too(cloud, dynamodb, table):
    enable(dynamodb)
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "gone"}
    )
    expiry = str(int(START.timestamp()) + 60)
    put_a = {"Item": {"pk": {"S": "a"}, "text": {"S": "transaction"}}}
    put_b = {"Item": {"pk": {"S": "b"}, "text": {"S": "batch"}, "gone": {"N": expiry}}}
    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": "orders", **put_a}}])
    dynamodb.batch_write_item(RequestItems={"orders": [{"PutRequest": put_b}]})
    cloud.clock.advance(seconds=600)

    assert restored(dynamodb, 59) == {"a": "transaction", "b": "batch"}
    assert restored(dynamodb, 60) == {"a": "transaction"}


def test_a_table_with_sort_keys_and_indexes_is_restored_whole(cloud, dynamodb):
    create_table(
        dynamodb,
        sort="sk:N",
        attributes={"city": "S"},
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-city",
                "KeySchema": [{"AttributeName": "city", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    enable(dynamodb)
    for number in range(3):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "city": {"S": "Rome"}}
        dynamodb.put_item(TableName="orders", Item=item)
        cloud.clock.advance(seconds=1)
    cloud.clock.advance(seconds=300)

    dynamodb.restore_table_to_point_in_time(
        SourceTableName="orders", TargetTableName="again", RestoreDateTime=START + dt.timedelta(seconds=1)
    )

    queries = [
        {"KeyConditionExpression": "pk = :v", "ExpressionAttributeValues": {":v": {"S": "a"}}},
        {
            "IndexName": "by-city",
            "KeyConditionExpression": "city = :v",
            "ExpressionAttributeValues": {":v": {"S": "Rome"}},
        },
    ]
    for query in queries:
        found = dynamodb.query(TableName="again", **query)["Items"]
        assert [item["sk"]["N"] for item in found] == ["0", "1"]


def test_recovery_is_off_until_it_is_enabled(dynamodb, table):
    description = dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]

    assert description == {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
    }


def test_enabling_says_from_when_to_when_the_table_can_be_restored(cloud, dynamodb, table):
    enabled = enable(dynamodb)

    assert enabled == {
        "ContinuousBackupsStatus": "ENABLED",
        "PointInTimeRecoveryDescription": {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": 35,
            "EarliestRestorableDateTime": START,
            "LatestRestorableDateTime": START,
        },
    }
    cloud.clock.advance(seconds=301)
    later = describe(dynamodb)
    assert later["EarliestRestorableDateTime"] == START
    assert later["LatestRestorableDateTime"] == START + dt.timedelta(seconds=1)


def test_the_earliest_time_follows_after_35_days(cloud, dynamodb, table):
    enable(dynamodb)
    put(dynamodb, "a", "old")
    cloud.clock.advance(days=20)
    put(dynamodb, "a", "newer")

    cloud.clock.advance(days=20)

    assert describe(dynamodb)["EarliestRestorableDateTime"] == START + dt.timedelta(days=5)
    assert restored(dynamodb, 5 * 24 * 3600) == {"a": "old"}


def test_enabling_again_changes_nothing(cloud, dynamodb, table):
    enable(dynamodb, RecoveryPeriodInDays=7)
    cloud.clock.advance(hours=1)

    description = enable(dynamodb)["PointInTimeRecoveryDescription"]

    assert description["RecoveryPeriodInDays"] == 7
    assert description["EarliestRestorableDateTime"] == START


def test_disabling_forgets_the_history(cloud, dynamodb, history, refused):
    enable(dynamodb, enabled=False)
    disabled = describe(dynamodb)
    enable(dynamodb)

    assert disabled == {"PointInTimeRecoveryStatus": "DISABLED"}
    assert describe(dynamodb)["EarliestRestorableDateTime"] == START + dt.timedelta(seconds=480)
    assert describe(dynamodb)["RecoveryPeriodInDays"] == 35


def test_a_shorter_period_is_not_undone_by_a_longer_one(cloud, dynamodb, table):
    enable(dynamodb)
    cloud.clock.advance(days=10)
    enable(dynamodb, RecoveryPeriodInDays=2)

    enable(dynamodb, RecoveryPeriodInDays=35)

    assert describe(dynamodb)["EarliestRestorableDateTime"] == START + dt.timedelta(days=8)


def test_no_period_may_be_given_when_disabling(dynamodb, table, refused):
    specification = {"PointInTimeRecoveryEnabled": False, "RecoveryPeriodInDays": 7}

    answer = refused(
        dynamodb.update_continuous_backups,
        TableName="orders",
        PointInTimeRecoverySpecification=specification,
    )

    text = "Invalid Request: Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
    assert answer == ("ValidationException", text, 400)


@realistic
def test_recovery_can_be_enabled_some_seconds_after_the_table_is_active(cloud, dynamodb, refused):
    create_table(dynamodb)
    request = {
        "TableName": "orders",
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
    }

    creating = refused(dynamodb.update_continuous_backups, **request)
    cloud.clock.advance(seconds=6)
    just_active = refused(dynamodb.update_continuous_backups, **request)
    described = dynamodb.describe_continuous_backups(TableName="orders")["ContinuousBackupsDescription"]
    cloud.clock.advance(seconds=3)

    assert creating == ("TableNotFoundException", "Table not found: orders", 400)
    assert just_active == (
        "ContinuousBackupsUnavailableException",
        "Backups are being enabled for the table: orders. Please retry later",
        400,
    )
    assert described["ContinuousBackupsStatus"] == "DISABLED"
    assert enable(dynamodb)["ContinuousBackupsStatus"] == "ENABLED"


@pytest.mark.parametrize(
    ("request_", "code", "message"),
    [
        (
            {"SourceTableName": "orders"},
            "ValidationException",
            "Invalid Request: Either one of RestoreDateTime or UseLatestRestorableTime must be specified, "
            "but not both",
        ),
        (
            {"SourceTableName": "orders", "UseLatestRestorableTime": True, "RestoreDateTime": START},
            "ValidationException",
            "Invalid Request: Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time "
            "restore request. Please specify either RestoreDateTime time or UseLatestRestorableTime",
        ),
        (
            {"UseLatestRestorableTime": True},
            "ValidationException",
            "The parameter 'TableName' is required but was not present in the request",
        ),
        (
            {
                "SourceTableName": "orders",
                "SourceTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
                "UseLatestRestorableTime": True,
            },
            "ValidationException",
            "Invalid Request: Must provide exactly one of: sourceTableArn, sourceTableName",
        ),
        (
            {"SourceTableArn": "orders", "UseLatestRestorableTime": True},
            "ValidationException",
            "Invalid Request: sourceTableArn is not a valid ARN",
        ),
        (
            {
                "SourceTableArn": "arn:aws:dynamodb:us-east-1:999988887777:table/orders",
                "UseLatestRestorableTime": True,
            },
            "ValidationException",
            "This action is only supported by accounts that match the resource owner\u2019s account.",
        ),
        (
            {
                "SourceTableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
                "UseLatestRestorableTime": True,
            },
            "ValidationException",
            "Invalid Request: sseSpecificationOverride must be provided for cross-region restores",
        ),
        (
            {"SourceTableName": "nothing", "UseLatestRestorableTime": True},
            "TableNotFoundException",
            "Table not found: nothing",
        ),
        (
            {
                "SourceTableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/nothing",
                "UseLatestRestorableTime": True,
            },
            "TableNotFoundException",
            "Table not found: arn:aws:dynamodb:us-east-1:123456789012:table/nothing",
        ),
        (
            {"SourceTableName": "orders", "RestoreDateTime": START - dt.timedelta(seconds=1)},
            "InvalidRestoreTimeException",
            "RestoreDateTime '2026-03-01T11:59:59Z' must be within EarliestRestorableDateTime "
            "'2026-03-01T12:00:00Z' and LatestRestorableDateTime '2026-03-01T12:03:00Z'",
        ),
        (
            {"SourceTableName": "orders", "RestoreDateTime": START + dt.timedelta(seconds=181)},
            "InvalidRestoreTimeException",
            "RestoreDateTime '2026-03-01T12:03:01Z' must be within EarliestRestorableDateTime "
            "'2026-03-01T12:00:00Z' and LatestRestorableDateTime '2026-03-01T12:03:00Z'",
        ),
        (
            {"SourceTableName": "orders", "UseLatestRestorableTime": True, "TargetTableName": "orders"},
            "TableAlreadyExistsException",
            "Table already exists: orders",
        ),
    ],
)
def test_a_restore_to_a_point_in_time_refuses(dynamodb, history, refused, request_, code, message):
    request = {"TargetTableName": "again", **request_}

    assert refused(dynamodb.restore_table_to_point_in_time, **request) == (code, message, 400)
    assert dynamodb.list_tables()["TableNames"] == ["orders"]


def test_a_table_without_a_history_cannot_be_restored(dynamodb, table, refused):
    answer = refused(
        dynamodb.restore_table_to_point_in_time,
        SourceTableName="orders",
        TargetTableName="orders",
        UseLatestRestorableTime=True,
    )

    text = "Point in time recovery is not enabled for table 'orders'"
    assert answer == ("PointInTimeRecoveryUnavailableException", text, 400)


class SteppedClock(Clock):
    """A clock that stands where it is put."""

    def __init__(self):
        super().__init__(None)
        self.now = 1000.0

    def time(self):
        return self.now


KEYS = st.sampled_from(["a", "b", "c"])
CHANGES = st.lists(st.tuples(KEYS, st.none() | st.integers(0, 3), st.integers(0, 2)), max_size=30)


def table_without_items():
    names = [{"AttributeName": "pk", "AttributeType": "S"}]
    keys = [{"AttributeName": "pk", "KeyType": "HASH"}]
    definition = table_definition(
        "orders", names, keys, "PAY_PER_REQUEST", None, None, None, None, None, None
    )
    return Cloud().service("dynamodb").new_table(definition)


@given(CHANGES)
@settings(max_examples=60, deadline=None)
def test_the_history_gives_back_every_second_since_it_was_enabled(changes):
    clock = SteppedClock()
    table = table_without_items()
    history = History(table, 35, clock)
    states, state = {}, {}
    for key, value, wait in changes:
        place = (key, None)
        new = None if value is None else StoredItem({"pk": {"S": key}, "n": {"N": str(value)}}, 1)
        table.apply(table.change(place, table.items.get(place), new))
        state = {**state, key: value} if value is not None else {k: v for k, v in state.items() if k != key}
        states[clock.now] = state
        clock.now += wait
    for at_seconds, expected in states.items():
        found = {place[0]: int(stored.item["n"]["N"]) for place, stored in history.items_at(at_seconds)}
        assert found == expected


def value_of(stored):
    return None if stored is None else int(stored.item["n"]["N"])


@given(CHANGES, st.integers(0, 12), st.integers(0, 12))
@settings(max_examples=100, deadline=None)
def test_the_changes_of_a_period_lead_from_its_beginning_to_its_end(changes, start, length):
    clock = SteppedClock()
    table = table_without_items()
    history = History(table, 35, clock)
    writes = []
    for key, value, wait in changes:
        place = (key, None)
        old = table.items.get(place)
        new = None if value is None else StoredItem({"pk": {"S": key}, "n": {"N": str(value)}}, 1)
        if old is not None or new is not None:
            table.apply(table.change(place, old, new))
            writes.append((clock.now, key, value))
        clock.now += wait

    begin, end = 1000 + start, 1000 + start + length
    found = {change.place[0]: change for change in history.changes_between(begin, end)}

    before = {key: value for at, key, value in writes if at < begin}
    after = {key: value for at, key, value in writes if at < end}
    written = {key: at for at, key, _ in writes if begin <= at < end}
    there = {key for key in written if (before.get(key), after.get(key)) != (None, None)}
    assert {key: value_of(change.old) for key, change in found.items()} == {
        key: before.get(key) for key in there
    }
    assert {key: value_of(change.new) for key, change in found.items()} == {key: after[key] for key in there}
    assert {key: change.at_seconds for key, change in found.items()} == {key: written[key] for key in there}
