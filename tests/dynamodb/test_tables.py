"""CreateTable, DescribeTable, ListTables, UpdateTable, DeleteTable, and tags."""

import datetime as dt

import pytest
from botocore.exceptions import ClientError

from .tables import create_table, global_index


def describe(dynamodb, name="orders"):
    return dynamodb.describe_table(TableName=name)["Table"]


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
def test_a_provisioned_table_is_described_as_aws_does(cloud, dynamodb):
    created = create_table(dynamodb, sort="sk:N", throughput=(5, 6))

    table_id = created.pop("TableId")
    assert len(table_id) == 36
    assert created == {
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        "TableName": "orders",
        "KeySchema": [
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        "TableStatus": "CREATING",
        "CreationDateTime": dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc),
        "ProvisionedThroughput": {
            "NumberOfDecreasesToday": 0,
            "ReadCapacityUnits": 5,
            "WriteCapacityUnits": 6,
        },
        "TableSizeBytes": 0,
        "ItemCount": 0,
        "TableArn": "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
        "DeletionProtectionEnabled": False,
    }
    warm = {"ReadUnitsPerSecond": 5, "WriteUnitsPerSecond": 6, "Status": "ACTIVE"}
    assert describe(dynamodb) == {
        **created,
        "TableId": table_id,
        "TableStatus": "ACTIVE",
        "WarmThroughput": warm,
    }


def test_an_on_demand_table_shows_its_billing_mode(dynamodb, table):
    described = describe(dynamodb)

    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 0


def test_items_are_counted_and_weighed(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "abc"}, "v": {"S": "four"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "abc"}, "v": {"S": "two"}})
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "x"}})

    described = describe(dynamodb)
    assert (described["ItemCount"], described["TableSizeBytes"]) == (2, 9 + 3)


@pytest.mark.serverless(freeze_time="2026-03-01")
def test_waiters_find_a_table_and_its_end(dynamodb, table):
    dynamodb.get_waiter("table_exists").wait(TableName=table)
    dynamodb.delete_table(TableName=table)
    dynamodb.get_waiter("table_not_exists").wait(TableName=table)
    assert dynamodb.list_tables()["TableNames"] == []


def test_a_table_cannot_be_created_twice(dynamodb, table):
    with pytest.raises(dynamodb.exceptions.ResourceInUseException) as refused:
        create_table(dynamodb)
    assert refused.value.response["Error"]["Message"] == "Table already exists: orders"


def test_a_deleted_tables_name_is_free_again_and_its_items_are_gone(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})

    deleted = dynamodb.delete_table(TableName=table)["TableDescription"]
    create_table(dynamodb)

    assert deleted["TableStatus"] == "DELETING"
    assert dynamodb.scan(TableName=table)["Items"] == []


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("describe_table", {}),
        ("delete_table", {}),
        ("update_table", {"BillingMode": "PAY_PER_REQUEST"}),
        ("describe_time_to_live", {}),
        ("update_time_to_live", {"TimeToLiveSpecification": {"Enabled": True, "AttributeName": "x"}}),
    ],
)
def test_a_table_that_does_not_exist_is_named_in_the_error(dynamodb, operation, parameters):
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException) as refused:
        getattr(dynamodb, operation)(TableName="nowhere", **parameters)
    message = "Requested resource not found: Table: nowhere not found"
    assert refused.value.response["Error"]["Message"] == message


def test_list_tables_pages_by_name(dynamodb):
    for name in ("table-c", "table-a", "table-b"):
        create_table(dynamodb, name)

    first = dynamodb.list_tables(Limit=2)
    rest = dynamodb.list_tables(ExclusiveStartTableName=first["LastEvaluatedTableName"])

    assert (first["TableNames"], first["LastEvaluatedTableName"]) == (["table-a", "table-b"], "table-b")
    assert rest["TableNames"] == ["table-c"]
    assert "LastEvaluatedTableName" not in rest


def test_a_protected_table_cannot_be_deleted_until_it_is_released(dynamodb):
    create_table(dynamodb, DeletionProtectionEnabled=True)

    with pytest.raises(ClientError) as refused:
        dynamodb.delete_table(TableName="orders")
    dynamodb.update_table(TableName="orders", DeletionProtectionEnabled=False)
    dynamodb.delete_table(TableName="orders")

    assert refused.value.response["Error"]["Message"] == (
        "Resource cannot be deleted as it is currently protected against deletion. "
        "Disable deletion protection first."
    )


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
def test_changes_of_throughput_are_dated_and_decreases_counted_by_the_day(cloud, dynamodb):
    create_table(dynamodb, throughput=(5, 5))
    for read, write in ((4, 6), (3, 6)):
        throughput = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
        dynamodb.update_table(TableName="orders", ProvisionedThroughput=throughput)

    noon = dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc)
    assert describe(dynamodb)["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 3,
        "WriteCapacityUnits": 6,
        "NumberOfDecreasesToday": 2,
        "LastIncreaseDateTime": noon,
        "LastDecreaseDateTime": noon,
    }
    cloud.clock.advance(hours=12)
    assert describe(dynamodb)["ProvisionedThroughput"]["NumberOfDecreasesToday"] == 0


def test_a_provisioned_table_can_become_on_demand_and_back(dynamodb):
    create_table(dynamodb, throughput=(5, 5))

    dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    assert describe(dynamodb)["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"

    throughput = {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}
    dynamodb.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=throughput)
    described = describe(dynamodb)
    assert described["BillingModeSummary"]["BillingMode"] == "PROVISIONED"
    assert described["ProvisionedThroughput"]["WriteCapacityUnits"] == 3


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {},
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
            "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
            "MultiRegionConsistency, DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass "
            "is required",
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}},
            "The provisioned throughput for the table will not change. The requested value equals the current "
            "value. Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. "
            "Current WriteCapacityUnits provisioned for the table: 6. Requested WriteCapacityUnits: 6. "
            "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits.",
        ),
        (
            {
                "BillingMode": "PAY_PER_REQUEST",
                "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
            },
            "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be "
            "specified when BillingMode is PAY_PER_REQUEST",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": False}},
            "Table has no stream to disable: TableName: orders",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": True}},
            "One or more parameter values were invalid: If stream is being enabled then UpdateViewType is required",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}},
            "One or more parameter values were invalid: If stream is being disabled, "
            "then UpdateViewType must not be specified",
        ),
    ],
)
def test_update_table_refuses(dynamodb, parameters, message):
    create_table(dynamodb, throughput=(5, 6))

    with pytest.raises(ClientError) as refused:
        dynamodb.update_table(TableName="orders", **parameters)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


INVALID = "One or more parameter values were invalid: "
PK = {"AttributeName": "pk", "KeyType": "HASH"}
SK = {"AttributeName": "sk", "KeyType": "RANGE"}
A_GLOBAL_INDEX = global_index("by-x", "x")
SEVENTEEN = [f"n{number}" for number in range(17)]
A_LOCAL_INDEX = {
    "IndexName": "local",
    "KeySchema": [PK, {"AttributeName": "x", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}


def definitions(*names):
    return [{"AttributeName": name, "AttributeType": "S"} for name in names]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"BillingMode": "PROVISIONED"},
            f"{INVALID}ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED",
        ),
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}},
            f"{INVALID}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 10**12 + 1, "WriteCapacityUnits": 1},
            },
            "Given value 1000000000001 for ReadCapacityUnits is out of bounds",
        ),
        (
            {
                "KeySchema": [PK, SK, {"AttributeName": "x", "KeyType": "RANGE"}],
                "AttributeDefinitions": definitions("pk", "sk", "x"),
            },
            "1 validation error detected: Value '[KeySchemaElement(attributeName=pk, keyType=HASH), "
            "KeySchemaElement(attributeName=sk, keyType=RANGE), "
            "KeySchemaElement(attributeName=x, keyType=RANGE)]' at 'keySchema' failed to satisfy constraint: "
            "Member must have length less than or equal to 2",
        ),
        ({"KeySchema": [PK, SK]}, "Invalid KeySchema: Some index key attribute have no definition"),
        (
            {"KeySchema": [PK, SK], "AttributeDefinitions": definitions("pk", "x")},
            f"{INVALID}Some index key attributes are not defined in AttributeDefinitions. "
            "Keys: [pk, sk], AttributeDefinitions: [pk, x]",
        ),
        (
            {
                "KeySchema": [PK, {"AttributeName": "pk", "KeyType": "RANGE"}],
                "AttributeDefinitions": definitions("pk", "x"),
            },
            "Both the Hash Key and the Range Key element in the KeySchema have the same name",
        ),
        (
            {"KeySchema": [{"AttributeName": "pk", "KeyType": "RANGE"}]},
            "Invalid KeySchema: The first KeySchemaElement is not a HASH key type",
        ),
        (
            {
                "KeySchema": [PK, {"AttributeName": "x", "KeyType": "HASH"}],
                "AttributeDefinitions": definitions("pk", "x"),
            },
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            {"AttributeDefinitions": definitions("pk", "x")},
            f"{INVALID}Number of attributes in KeySchema does not exactly match number of attributes defined in "
            "AttributeDefinitions",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x", "y"),
                "GlobalSecondaryIndexes": [A_GLOBAL_INDEX],
            },
            f"{INVALID}Some AttributeDefinitions are not used. AttributeDefinitions: [pk, x, y], keys used: [pk, x]",
        ),
        ({"GlobalSecondaryIndexes": []}, f"{INVALID}List of GlobalSecondaryIndexes is empty"),
        (
            {
                "AttributeDefinitions": definitions("pk", "sk"),
                "KeySchema": [PK, SK],
                "LocalSecondaryIndexes": [],
            },
            f"{INVALID}List of LocalSecondaryIndexes is empty",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "BillingMode": "PROVISIONED",
                "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
                "GlobalSecondaryIndexes": [A_GLOBAL_INDEX],
            },
            f"{INVALID}ProvisionedThroughput must be specified for index: by-x",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", *"abcde"),
                "GlobalSecondaryIndexes": [global_index("wide", list("abcde"))],
            },
            f"{INVALID}Too many key attributes for index: wide",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "a", "b"),
                "GlobalSecondaryIndexes": [
                    {
                        **A_GLOBAL_INDEX,
                        "KeySchema": [
                            {"AttributeName": "a", "KeyType": "HASH"},
                            {"AttributeName": "b", "KeyType": "RANGE"},
                            {"AttributeName": "pk", "KeyType": "HASH"},
                        ],
                    }
                ],
            },
            "Invalid KeySchema: The second KeySchemaElement is not a RANGE key type",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [A_GLOBAL_INDEX, A_GLOBAL_INDEX],
            },
            f"{INVALID}Duplicate index name: by-x",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [{**A_GLOBAL_INDEX, "Projection": {}}],
            },
            f"{INVALID}Unknown ProjectionType: null",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [{**A_GLOBAL_INDEX, "Projection": {"ProjectionType": "INCLUDE"}}],
            },
            f"{INVALID}ProjectionType is INCLUDE, but NonKeyAttributes is not specified",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [global_index("by-x", "x", include=["y"])],
            },
            f"{INVALID}ProjectionType is ALL, but NonKeyAttributes is specified",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [
                    global_index(
                        "by-x", "x", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
                    )
                ],
            },
            f"{INVALID}ProvisionedThroughput should not be specified for index: by-x when BillingMode is "
            "PAY_PER_REQUEST",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [global_index(f"by-x{number}", "x") for number in range(21)],
            },
            f"{INVALID}GlobalSecondaryIndex count exceeds the per-table limit of 20",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "x"),
                "GlobalSecondaryIndexes": [
                    global_index(f"by-x{number}", "x", None, "INCLUDE", include=SEVENTEEN)
                    for number in range(6)
                ],
            },
            f"{INVALID}Number of NonKeyAttributes of all indexes exceeds the per-table limit of 100",
        ),
        (
            {"AttributeDefinitions": definitions("pk", "x"), "LocalSecondaryIndexes": [A_LOCAL_INDEX]},
            f"{INVALID}Table KeySchema does not have a range key, which is required when specifying a "
            "LocalSecondaryIndex",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "sk", "x"),
                "KeySchema": [PK, SK],
                "LocalSecondaryIndexes": [{**A_LOCAL_INDEX, "KeySchema": [PK]}],
            },
            f"{INVALID}Index KeySchema does not have a range key for index: local",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "sk", "x"),
                "KeySchema": [PK, SK],
                "LocalSecondaryIndexes": [
                    {**A_LOCAL_INDEX, "KeySchema": [PK, {"AttributeName": "x", "KeyType": "RANGE"}, SK]}
                ],
            },
            f"{INVALID}Too many key attributes for index: local",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "sk", "x"),
                "KeySchema": [PK, SK],
                "LocalSecondaryIndexes": [
                    {**A_LOCAL_INDEX, "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}, SK]}
                ],
            },
            f"{INVALID}Index KeySchema does not have the same leading hash key as table KeySchema for index: "
            "local. index hash key: x, table hash key: pk",
        ),
        (
            {
                "AttributeDefinitions": definitions("pk", "sk", "x"),
                "KeySchema": [PK, SK],
                "LocalSecondaryIndexes": [
                    {**A_LOCAL_INDEX, "IndexName": f"local{number}"} for number in range(6)
                ],
            },
            f"{INVALID}Number of LocalSecondaryIndexes exceeds per-table limit of 5",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": True}},
            f"{INVALID}Table is being created with a stream enabled, UpdateViewType is required",
        ),
        (
            {"StreamSpecification": {"StreamEnabled": False, "StreamViewType": "NEW_IMAGE"}},
            f"{INVALID}Table is being created with a stream disabled, UpdateViewType should not be specified",
        ),
    ],
)
def test_create_table_refuses(dynamodb, parameters, message):
    valid = {
        "TableName": "orders",
        "AttributeDefinitions": definitions("pk"),
        "KeySchema": [PK],
        "BillingMode": "PAY_PER_REQUEST",
    }

    with pytest.raises(ClientError) as refused:
        dynamodb.create_table(**{**valid, **parameters})
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}
    assert dynamodb.list_tables()["TableNames"] == []


def test_tags_are_kept_changed_and_removed(dynamodb):
    arn = create_table(dynamodb, Tags=[{"Key": "team", "Value": "a"}])["TableArn"]

    tags = [{"Key": "team", "Value": "b"}, {"Key": "stage", "Value": "test"}, {"Key": "old", "Value": ""}]
    dynamodb.tag_resource(ResourceArn=arn, Tags=tags)
    dynamodb.untag_resource(ResourceArn=arn, TagKeys=["old", "never"])

    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == tags[:2]


def test_a_table_takes_fifty_tags(dynamodb):
    arn = create_table(dynamodb)["TableArn"]

    with pytest.raises(
        ClientError, match="Number of Tags exceed the current limit for the provided ResourceArn"
    ):
        dynamodb.tag_resource(ResourceArn=arn, Tags=[{"Key": str(n), "Value": ""} for n in range(51)])
    assert dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"] == []


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        ("orders", "ValidationException", "Invalid TableArn: Invalid ResourceArn provided as input orders"),
        (
            "arn:aws:dynamodb:us-east-1:123456789012:table/nowhere",
            "ResourceNotFoundException",
            "Requested resource not found: "
            "ResourceArn: arn:aws:dynamodb:us-east-1:123456789012:table/nowhere not found",
        ),
    ],
)
def test_tags_need_a_table(dynamodb, arn, code, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.list_tags_of_resource(ResourceArn=arn)
    assert refused.value.response["Error"] == {"Code": code, "Message": message}


def test_what_a_table_cannot_be_given_yet_is_named(dynamodb):
    with pytest.raises(
        NotImplementedError, match="dynamodb: CreateTable with GlobalTableSourceArn is not supported"
    ):
        create_table(dynamodb, GlobalTableSourceArn="arn:aws:dynamodb:eu-west-1:123456789012:table/orders")
