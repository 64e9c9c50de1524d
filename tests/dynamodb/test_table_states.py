"""The states of tables and global indexes: how they follow each other, and what is refused meanwhile."""

import datetime as dt

import pytest

from .tables import create_table, global_index

realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

BY_CITY = global_index("by-city", "city")
CITY = [{"AttributeName": "city", "AttributeType": "S"}]
UNITS = {"ReadCapacityUnits": 7, "WriteCapacityUnits": 7}
NEW_INDEX = {
    "AttributeDefinitions": CITY,
    "GlobalSecondaryIndexUpdates": [{"Create": {**BY_CITY, "ProvisionedThroughput": UNITS}}],
}
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},'
    '"Action":"dynamodb:GetItem","Resource":"*"}]}'
)
IN_USE = "Attempt to change a resource which is still in use: "


def describe(dynamodb):
    return dynamodb.describe_table(TableName="orders")["Table"]


def status(dynamodb):
    return describe(dynamodb)["TableStatus"]


def index_state(dynamodb):
    """The status of the table, of its index, and whether that is backfilling."""
    table = describe(dynamodb)
    (index,) = table.get("GlobalSecondaryIndexes", [{}])
    return table["TableStatus"], index.get("IndexStatus"), index.get("Backfilling")


def change_index(dynamodb, kind, action, **parameters):
    return dynamodb.update_table(
        TableName="orders", GlobalSecondaryIndexUpdates=[{kind: action}], **parameters
    )["TableDescription"]


def create_index(dynamodb, index=BY_CITY):
    return change_index(dynamodb, "Create", index, AttributeDefinitions=CITY)


@pytest.fixture
def orders(cloud, dynamodb):
    """A provisioned table that is ACTIVE, however long that took."""
    create_table(dynamodb, throughput=(5, 5))
    dynamodb.get_waiter("table_exists").wait(TableName="orders")


@realistic
def test_a_table_is_creating_for_seconds(cloud, dynamodb):
    create_table(dynamodb)

    assert status(dynamodb) == "CREATING"
    cloud.clock.advance(seconds=6)
    assert status(dynamodb) == "ACTIVE"


@realistic
def test_indexes_are_created_with_their_table(cloud, dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[BY_CITY])

    states = [index_state(dynamodb)]
    cloud.clock.advance(seconds=16)
    states.append(index_state(dynamodb))
    assert states == [("CREATING", "CREATING", None), ("ACTIVE", "ACTIVE", None)]


@realistic
def test_waiters_wait_on_the_clock(cloud, dynamodb):
    create_table(dynamodb)
    dynamodb.get_waiter("table_exists").wait(TableName="orders")
    dynamodb.delete_table(TableName="orders")
    dynamodb.get_waiter("table_not_exists").wait(TableName="orders")

    assert cloud.clock.now() - dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc) >= dt.timedelta(seconds=11)


@pytest.mark.serverless(transitions=2)
def test_a_number_of_describes_shows_creating_and_deleting(dynamodb):
    create_table(dynamodb)

    assert [status(dynamodb) for _ in range(3)] == ["CREATING", "CREATING", "ACTIVE"]
    dynamodb.delete_table(TableName="orders")
    assert [status(dynamodb) for _ in range(2)] == ["DELETING", "DELETING"]
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        describe(dynamodb)


ITEM_CALLS = [
    ("get_item", {"TableName": "orders", "Key": {"pk": {"S": "a"}}}),
    ("put_item", {"TableName": "orders", "Item": {"pk": {"S": "a"}}}),
    ("scan", {"TableName": "orders"}),
    ("batch_get_item", {"RequestItems": {"orders": {"Keys": [{"pk": {"S": "a"}}]}}}),
    ("transact_get_items", {"TransactItems": [{"Get": {"TableName": "orders", "Key": {"pk": {"S": "a"}}}}]}),
]


@realistic
@pytest.mark.parametrize(("operation", "parameters"), ITEM_CALLS)
def test_items_cannot_be_reached_before_their_table_is_active(dynamodb, refused, operation, parameters):
    create_table(dynamodb)

    assert refused(getattr(dynamodb, operation), **parameters) == (
        "ResourceNotFoundException",
        "Requested resource not found",
        400,
    )


@realistic
def test_items_are_gone_as_soon_as_their_table_is_deleting(orders, dynamodb, refused):
    dynamodb.delete_table(TableName="orders")

    assert status(dynamodb) == "DELETING"
    assert refused(dynamodb.scan, TableName="orders")[0] == "ResourceNotFoundException"


@realistic
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("update_table", {"TableName": "orders", "DeletionProtectionEnabled": True}),
        ("delete_table", {"TableName": "orders"}),
        (
            "create_table",
            {
                "TableName": "orders",
                "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
                "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        ),
    ],
)
def test_a_table_that_is_being_created_cannot_be_changed(dynamodb, refused, operation, parameters):
    create_table(dynamodb)

    assert refused(getattr(dynamodb, operation), **parameters) == (
        "ResourceInUseException",
        f"{IN_USE}Table is being created: orders",
        400,
    )


@realistic
@pytest.mark.parametrize(
    ("operation", "parameters", "message"),
    [
        (
            "update_table",
            {"DeletionProtectionEnabled": True},
            f"{IN_USE}Table is being deleted: orders",
        ),
        ("delete_table", {}, f"{IN_USE}Table is being deleted: orders"),
    ],
)
def test_a_table_that_is_being_deleted_cannot_be_changed(
    orders, dynamodb, refused, operation, parameters, message
):
    dynamodb.delete_table(TableName="orders")

    answer = refused(getattr(dynamodb, operation), TableName="orders", **parameters)
    assert answer == ("ResourceInUseException", message, 400)


@realistic
def test_a_deleted_tables_name_is_free_once_it_is_gone(cloud, orders, dynamodb):
    dynamodb.delete_table(TableName="orders")

    with pytest.raises(dynamodb.exceptions.ResourceInUseException, match="Table already exists: orders"):
        create_table(dynamodb)
    cloud.clock.advance(seconds=5)
    assert create_table(dynamodb)["TableStatus"] == "CREATING"


@realistic
@pytest.mark.parametrize(
    ("parameters", "seconds"),
    [
        ({"ProvisionedThroughput": UNITS}, 2),
        ({"BillingMode": "PAY_PER_REQUEST"}, 150),
        ({"StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}}, 5),
        ({"TableClass": "STANDARD_INFREQUENT_ACCESS"}, 5),
    ],
)
def test_a_table_is_updating_while_it_changes(cloud, orders, dynamodb, parameters, seconds):
    described = dynamodb.update_table(TableName="orders", **parameters)["TableDescription"]

    states = [described["TableStatus"]]
    for passed in (seconds - 1, 1):
        cloud.clock.advance(seconds=passed)
        states.append(status(dynamodb))
    assert states == ["UPDATING", "UPDATING", "ACTIVE"]


def test_update_table_answers_with_the_throughput_as_it_was(orders, dynamodb):
    described = dynamodb.update_table(TableName="orders", ProvisionedThroughput=UNITS)["TableDescription"]

    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 5
    assert describe(dynamodb)["ProvisionedThroughput"]["ReadCapacityUnits"] == 7


@realistic
def test_a_table_that_is_updating_is_in_use_as_before(orders, dynamodb):
    dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})

    assert dynamodb.scan(TableName="orders")["Count"] == 1


@realistic
def test_deletion_protection_is_switched_at_once_also_while_a_table_is_updating(orders, dynamodb):
    dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    described = dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=True)["TableDescription"]

    assert described["DeletionProtectionEnabled"] is True


STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
SSE = {"Enabled": True}


@realistic
@pytest.mark.parametrize(
    ("first", "second", "detail"),
    [
        (
            {"ProvisionedThroughput": UNITS},
            {"BillingMode": "PAY_PER_REQUEST"},
            "Table IOPS are currently being updated. Table: orders",
        ),
        (
            {"StreamSpecification": STREAM},
            {"TableClass": "STANDARD_INFREQUENT_ACCESS"},
            "Table is being updated: orders",
        ),
        (
            {"SSESpecification": SSE},
            {"SSESpecification": {"Enabled": False}},
            "Server-Side Encryption is still being updated",
        ),
        (
            NEW_INDEX,
            {"BillingMode": "PAY_PER_REQUEST"},
            "Can't change table IOPS when an index is being created. Table: orders Indexes: [by-city]",
        ),
    ],
)
def test_a_change_waits_for_the_one_before(orders, dynamodb, refused, first, second, detail):
    dynamodb.update_table(TableName="orders", **first)

    answer = refused(dynamodb.update_table, TableName="orders", **second)
    assert answer == ("ResourceInUseException", IN_USE + detail, 400)


@realistic
@pytest.mark.parametrize(
    ("change", "detail"),
    [
        ({"ProvisionedThroughput": UNITS}, "Table: orders is in the process of being updated."),
        ({"StreamSpecification": STREAM}, "Cannot delete table while stream is being enabled/disabled."),
        ({"SSESpecification": SSE}, "Server-Side Encryption is still being updated"),
        (
            {"WarmThroughput": {"ReadUnitsPerSecond": 13000}},
            "Table: orders is in the process of being updated.",
        ),
        (
            NEW_INDEX,
            "Cannot delete table while indexes are being created, updated, or deleted.",
        ),
    ],
)
def test_a_table_that_is_changing_cannot_be_deleted(orders, dynamodb, refused, change, detail):
    dynamodb.update_table(TableName="orders", **change)

    answer = refused(dynamodb.delete_table, TableName="orders")
    assert answer == ("ResourceInUseException", IN_USE + detail, 400)


@pytest.fixture
def on_demand(cloud, dynamodb):
    """An ACTIVE on-demand table with an item."""
    create_table(dynamodb)
    dynamodb.get_waiter("table_exists").wait(TableName="orders")
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "city": {"S": "Oslo"}})


@realistic
def test_a_new_index_gets_its_resources_and_is_then_backfilled(cloud, on_demand, dynamodb):
    create_index(dynamodb)

    states = [index_state(dynamodb)]
    for seconds in (40, 510):
        cloud.clock.advance(seconds=seconds)
        states.append(index_state(dynamodb))
    assert states == [
        ("UPDATING", "CREATING", False),
        ("ACTIVE", "CREATING", True),
        ("ACTIVE", "ACTIVE", None),
    ]


@pytest.mark.serverless(freeze_time="2026-03-01", transitions=1)
def test_a_number_of_describes_shows_each_state_of_an_index(on_demand, dynamodb):
    create_index(dynamodb)

    assert [index_state(dynamodb) for _ in range(3)] == [
        ("UPDATING", "CREATING", False),
        ("ACTIVE", "CREATING", True),
        ("ACTIVE", "ACTIVE", None),
    ]


def query_by_city(dynamodb):
    return dynamodb.query(
        TableName="orders",
        IndexName="by-city",
        KeyConditionExpression="city = :city",
        ExpressionAttributeValues={":city": {"S": "Oslo"}},
    )["Count"]


@realistic
@pytest.mark.parametrize("seconds", [0, 40])
def test_an_index_cannot_be_read_before_it_is_active(cloud, on_demand, dynamodb, refused, seconds):
    create_index(dynamodb)
    cloud.clock.advance(seconds=seconds)

    answer = refused(dynamodb.scan, TableName="orders", IndexName="by-city")
    assert answer[:2] == (
        "ValidationException",
        "Cannot read from backfilling global secondary index: by-city",
    )


@realistic
def test_an_index_holds_what_was_written_before_and_while_it_was_created(cloud, on_demand, dynamodb):
    create_index(dynamodb)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}, "city": {"S": "Oslo"}})
    cloud.clock.advance(seconds=550)

    assert query_by_city(dynamodb) == 2


@realistic
def test_an_index_that_is_being_deleted_cannot_be_read(cloud, on_demand, dynamodb, refused):
    create_index(dynamodb)
    cloud.clock.advance(seconds=550)
    change_index(dynamodb, "Delete", {"IndexName": "by-city"})

    states = [index_state(dynamodb)]
    answer = refused(dynamodb.scan, TableName="orders", IndexName="by-city")
    cloud.clock.advance(seconds=4)
    states.append(index_state(dynamodb))
    assert answer[1] == "The table does not have the specified index: by-city"
    assert states == [("UPDATING", "DELETING", None), ("ACTIVE", None, None)]


@realistic
def test_only_an_index_is_updating_while_its_throughput_changes(cloud, dynamodb):
    index = {**BY_CITY, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}
    create_table(dynamodb, throughput=(5, 5), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    cloud.clock.advance(seconds=16)
    change_index(dynamodb, "Update", {"IndexName": "by-city", "ProvisionedThroughput": UNITS})

    states = [index_state(dynamodb)]
    cloud.clock.advance(seconds=3)
    states.append(index_state(dynamodb))
    assert states == [("ACTIVE", "UPDATING", None), ("ACTIVE", "ACTIVE", None)]


@realistic
def test_creating_an_index_can_be_given_up_while_it_is_backfilled(cloud, on_demand, dynamodb):
    create_index(dynamodb)
    cloud.clock.advance(seconds=40)
    change_index(dynamodb, "Delete", {"IndexName": "by-city"})
    cloud.clock.advance(seconds=4)

    assert index_state(dynamodb) == ("ACTIVE", None, None)
    cloud.clock.advance(seconds=510)
    assert index_state(dynamodb) == ("ACTIVE", None, None)


OTHER = global_index("by-town", "city")


@realistic
@pytest.mark.parametrize(
    ("seconds", "kind", "action", "code", "message"),
    [
        (
            0,
            "Delete",
            {"IndexName": "by-city"},
            "ResourceInUseException",
            f"{IN_USE}Index creation is in resource allocation phase. Retry deletion during backfilling phase or "
            "when the index is active. Table: orders Index: by-city",
        ),
        (
            40,
            "Create",
            OTHER,
            "LimitExceededException",
            "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table",
        ),
        (
            0,
            "Update",
            {"IndexName": "by-city", "WarmThroughput": {"ReadUnitsPerSecond": 13000}},
            "ResourceInUseException",
            f"{IN_USE}Index is being created but is not backfilling yet.  Table: orders Index: by-city",
        ),
    ],
)
def test_an_index_that_is_being_created_is_in_the_way(
    cloud, on_demand, dynamodb, impatient, refused, seconds, kind, action, code, message
):
    create_index(dynamodb)
    cloud.clock.advance(seconds=seconds)

    updates = [{kind: action}]
    answer = refused(
        impatient.update_table,
        TableName="orders",
        AttributeDefinitions=CITY,
        GlobalSecondaryIndexUpdates=updates,
    )
    assert answer == (code, message, 400)


@pytest.fixture
def indexed(cloud, dynamodb):
    """An ACTIVE provisioned table with two indexes."""
    indexes = [{**index, "ProvisionedThroughput": UNITS} for index in (BY_CITY, OTHER)]
    create_table(dynamodb, throughput=(5, 5), attributes={"city": "S"}, GlobalSecondaryIndexes=indexes)
    dynamodb.get_waiter("table_exists").wait(TableName="orders")


MORE = {"ReadCapacityUnits": 9, "WriteCapacityUnits": 9}
DELETE = {"Delete": {"IndexName": "by-city"}}
PROVISION = {"Update": {"IndexName": "by-city", "ProvisionedThroughput": MORE}}


@realistic
@pytest.mark.parametrize(
    ("first", "second", "detail"),
    [
        (
            DELETE,
            {"GlobalSecondaryIndexUpdates": [DELETE]},
            "Index is being deleted.  Table: orders Index: by-city",
        ),
        (
            PROVISION,
            {"GlobalSecondaryIndexUpdates": [PROVISION]},
            "Index is being updated.  Table: orders Index: by-city",
        ),
        (
            DELETE,
            {"ProvisionedThroughput": MORE},
            "Can't change table IOPS when an index is being deleted. Table: orders Indexes: [by-city]",
        ),
    ],
)
def test_an_index_that_is_changing_is_in_the_way(indexed, dynamodb, refused, first, second, detail):
    dynamodb.update_table(TableName="orders", GlobalSecondaryIndexUpdates=[first])

    answer = refused(dynamodb.update_table, TableName="orders", **second)
    assert answer == ("ResourceInUseException", IN_USE + detail, 400)


@realistic
def test_another_index_is_provisioned_while_one_is_deleted(indexed, dynamodb):
    dynamodb.update_table(TableName="orders", GlobalSecondaryIndexUpdates=[DELETE])
    described = change_index(dynamodb, "Update", {"IndexName": "by-town", "ProvisionedThroughput": MORE})

    states = [index["IndexStatus"] for index in described["GlobalSecondaryIndexes"]]
    assert states == ["DELETING", "UPDATING"]


@realistic
def test_a_new_index_waits_for_a_change_of_throughput(indexed, dynamodb, refused):
    dynamodb.update_table(TableName="orders", ProvisionedThroughput=MORE)

    answer = refused(dynamodb.update_table, TableName="orders", GlobalSecondaryIndexUpdates=[DELETE])
    assert answer == ("ResourceInUseException", f"{IN_USE}Table is being updated: orders", 400)


@realistic
def test_indexes_are_provisioned_when_their_table_is(cloud, on_demand, dynamodb):
    create_index(dynamodb)
    cloud.clock.advance(seconds=600)
    update = {"IndexName": "by-city", "ProvisionedThroughput": UNITS}
    change_index(dynamodb, "Update", update, BillingMode="PROVISIONED", ProvisionedThroughput=MORE)

    cloud.clock.advance(seconds=79)
    before = describe(dynamodb)
    cloud.clock.advance(seconds=1)
    after = describe(dynamodb)
    units = [
        (
            table["ProvisionedThroughput"]["ReadCapacityUnits"],
            table["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"],
        )
        for table in (before, after)
    ]
    assert units == [(0, 0), (9, 7)]


@realistic
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("put_resource_policy", {"Policy": POLICY}),
        ("delete_resource_policy", {}),
        ("tag_resource", {"Tags": [{"Key": "a", "Value": "b"}]}),
        ("untag_resource", {"TagKeys": ["a"]}),
    ],
)
def test_policies_and_tags_stay_as_they_are_while_their_table_is_deleted(
    orders, dynamodb, refused, operation, parameters
):
    arn = dynamodb.delete_table(TableName="orders")["TableDescription"]["TableArn"]

    answer = refused(getattr(dynamodb, operation), ResourceArn=arn, **parameters)
    assert answer == ("ResourceInUseException", f"{IN_USE}Table is being deleted: orders", 400)
