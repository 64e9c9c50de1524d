"""Multi-Region strong consistency: three regions that are one, and what such a table cannot have."""

import boto3
import pytest
from botocore.config import Config

from .tables import create_table, global_index

STRONG = {"MultiRegionConsistency": "STRONG"}
KEY = {"pk": {"S": "a"}}
WITHOUT = "{} is not supported for global tables with MultiRegionConsistency set to STRONG."


def create(*regions):
    return [{"Create": {"RegionName": region}} for region in regions]


def delete(*regions):
    return [{"Delete": {"RegionName": region}} for region in regions]


def client(region):
    return boto3.client("dynamodb", region_name=region, config=Config(retries={"total_max_attempts": 1}))


def describe(dynamodb):
    return dynamodb.describe_table(TableName="orders")["Table"]


@pytest.fixture
def west(cloud):
    return client("us-west-2")


@pytest.fixture
def three(dynamodb, table, west):
    """A table with strong consistency in three regions; gives the client of one of the others."""
    dynamodb.update_table(TableName="orders", ReplicaUpdates=create("us-east-2", "us-west-2"), **STRONG)
    return west


@pytest.fixture
def witnessed(dynamodb, table, west):
    """The same in two regions, with a witness in a third."""
    dynamodb.update_table(
        TableName="orders",
        ReplicaUpdates=create("us-west-2"),
        GlobalTableWitnessUpdates=create("us-east-2"),
        **STRONG,
    )
    return west


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", replication_delay=1)
def test_a_read_in_any_region_sees_a_write_at_once(dynamodb, three):
    dynamodb.put_item(TableName="orders", Item=KEY)

    assert three.get_item(TableName="orders", Key=KEY, ConsistentRead=True)["Item"] == KEY


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", replication_delay=1)
def test_a_write_to_what_another_region_is_writing_is_refused(cloud, dynamodb, three, refused):
    dynamodb.put_item(TableName="orders", Item=KEY)

    text = "One or more items in this request are being modified in another Region"
    assert refused(three.put_item, TableName="orders", Item=KEY) == (
        "ReplicatedWriteConflictException",
        text,
        400,
    )
    dynamodb.put_item(TableName="orders", Item=KEY)
    three.put_item(TableName="orders", Item={"pk": {"S": "b"}})
    cloud.clock.advance(seconds=1)
    three.put_item(TableName="orders", Item={**KEY, "n": {"N": "2"}})
    assert dynamodb.get_item(TableName="orders", Key=KEY)["Item"]["n"] == {"N": "2"}


def test_a_witness_is_described_and_has_no_table(dynamodb, witnessed):
    for region in (dynamodb, witnessed):
        described = describe(region)
        assert described["MultiRegionConsistency"] == "STRONG"
        assert described["GlobalTableVersion"] == "2019.11.21"
        assert described["GlobalTableWitnesses"] == [{"RegionName": "us-east-2", "WitnessStatus": "ACTIVE"}]
    assert client("us-east-2").list_tables()["TableNames"] == []


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")
def test_the_consistency_is_told_while_the_replicas_are_made(cloud, dynamodb):
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)
    request = {
        "ReplicaUpdates": create("us-west-2"),
        "GlobalTableWitnessUpdates": create("us-east-2"),
        **STRONG,
    }

    answered = dynamodb.update_table(TableName="orders", **request)["TableDescription"]

    cloud.clock.advance(seconds=6)
    creating = describe(dynamodb)["GlobalTableWitnesses"]
    cloud.clock.advance(seconds=14)
    active = describe(dynamodb)["GlobalTableWitnesses"]
    assert (answered["MultiRegionConsistency"], answered["Replicas"]) == ("STRONG", [])
    assert "GlobalTableWitnesses" not in answered
    assert [witness["WitnessStatus"] for witness in (*creating, *active)] == ["CREATING", "ACTIVE"]


def test_streams_are_each_regions_own_choice(dynamodb, three):
    assert "StreamSpecification" not in describe(dynamodb)

    stream = {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"}
    dynamodb.update_table(TableName="orders", StreamSpecification=stream)
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})

    assert "StreamSpecification" not in describe(three)


def test_a_group_is_dissolved_at_once(dynamodb, witnessed):
    dynamodb.put_item(TableName="orders", Item=KEY)

    dynamodb.update_table(
        TableName="orders",
        ReplicaUpdates=delete("us-west-2"),
        GlobalTableWitnessUpdates=delete("us-east-2"),
    )

    gone = {"MultiRegionConsistency", "GlobalTableWitnesses", "Replicas", "GlobalTableVersion"}
    assert not gone & describe(dynamodb).keys()
    assert witnessed.list_tables()["TableNames"] == []
    assert dynamodb.get_item(TableName="orders", Key=KEY)["Item"] == KEY


def test_three_replicas_are_dissolved_at_once(dynamodb, three):
    dynamodb.update_table(TableName="orders", ReplicaUpdates=delete("us-east-2", "us-west-2"))

    assert "Replicas" not in describe(dynamodb)
    dynamodb.delete_table(TableName="orders")


COUNT = "Unsupported replica count for global tables with MultiRegionConsistency set to STRONG."


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"ReplicaUpdates": create("us-west-2"), **STRONG}, COUNT),
        (
            {
                "ReplicaUpdates": create("us-west-2", "us-east-2"),
                "GlobalTableWitnessUpdates": create("eu-west-1"),
                **STRONG,
            },
            COUNT,
        ),
        (
            {"ReplicaUpdates": create("us-west-2"), "GlobalTableWitnessUpdates": create("us-east-2")},
            "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present.",
        ),
        (
            {
                "ReplicaUpdates": create("us-west-2"),
                "GlobalTableWitnessUpdates": create("us-west-2"),
                **STRONG,
            },
            "Cannot target multiple regions with the same action",
        ),
        (
            {
                "ReplicaUpdates": create("us-west-2"),
                "GlobalTableWitnessUpdates": create("us-east-1"),
                **STRONG,
            },
            "Cannot add a witness in the same region as an existing replica when creating a global table with "
            "MultiRegionConsistency set to STRONG.",
        ),
        (
            {"ReplicaUpdates": create("us-west-1", "us-west-2"), **STRONG},
            "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: [us-west-1].",
        ),
        (
            {
                "ReplicaUpdates": create("us-west-2", "us-east-2"),
                "DeletionProtectionEnabled": True,
                **STRONG,
            },
            "One or more parameter values were invalid: Requests that modify replicas or witnesses must not also "
            "modify other fields",
        ),
        (
            STRONG,
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
            "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, "
            "DeletionProtectionEnabled, OnDemandThroughput, WarmThroughput or TableClass is required",
        ),
    ],
)
def test_a_group_of_another_shape_is_refused(dynamodb, table, refused, request_, message):
    answer = refused(dynamodb.update_table, TableName="orders", **request_)

    assert answer == ("ValidationException", message, 400)
    assert "Replicas" not in describe(dynamodb)


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"ReplicaUpdates": create("eu-west-1")},
            "Cannot add replicas to a global table with strong MultiRegionConsistency",
        ),
        ({"ReplicaUpdates": create("eu-west-1"), **STRONG}, COUNT),
        (
            {"ReplicaUpdates": delete("us-west-2")},
            "Update table delete operation does not include all witnesses.",
        ),
        (
            {"ReplicaUpdates": create("eu-west-1"), "MultiRegionConsistency": "EVENTUAL"},
            "MultiRegionConsistency parameter is unsupported on existing global table",
        ),
        (
            {"ReplicaUpdates": delete("us-west-2"), **STRONG},
            "Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.",
        ),
        (
            {"ReplicaUpdates": delete("us-west-2"), "GlobalTableWitnessUpdates": delete("eu-west-1")},
            "Update global table operation failed because one or more witnesses were not part of the global table. "
            "Please retry the request without these witnesses: [eu-west-1].",
        ),
    ],
)
def test_a_group_is_never_changed(dynamodb, witnessed, refused, request_, message):
    answer = refused(dynamodb.update_table, TableName="orders", **request_)

    assert answer == ("ValidationException", message, 400)


def test_one_of_three_replicas_cannot_go(dynamodb, three, refused):
    text = WITHOUT.format("Deletion of only one table replica")
    answers = [
        refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=delete("us-west-2")),
        refused(dynamodb.delete_table, TableName="orders"),
        refused(three.delete_table, TableName="orders"),
    ]

    assert answers == [("ValidationException", text, 400)] * 3


def test_a_group_of_eventual_consistency_stays_one(dynamodb, table, refused):
    dynamodb.update_table(TableName="orders", ReplicaUpdates=create("us-west-2"))

    request = {"ReplicaUpdates": create("us-east-2", "eu-west-1"), **STRONG}
    text = "MultiRegionConsistency parameter is unsupported on existing global table"
    assert refused(dynamodb.update_table, TableName="orders", **request) == ("ValidationException", text, 400)


def test_items_do_not_expire_with_strong_consistency(dynamodb, three, refused):
    specification = {"Enabled": True, "AttributeName": "gone"}

    answer = refused(dynamodb.update_time_to_live, TableName="orders", TimeToLiveSpecification=specification)

    assert answer == ("ValidationException", WITHOUT.format("TimeToLive"), 400)


def test_there_are_no_transactions_with_strong_consistency(dynamodb, three, refused):
    expected = ("ValidationException", WITHOUT.format("A transaction"), 400)
    key = {"TableName": "orders", "Key": KEY}
    statement = "SELECT * FROM orders WHERE pk = 'a'"

    assert refused(dynamodb.transact_write_items, TransactItems=[{"Delete": key}]) == expected
    assert refused(dynamodb.transact_get_items, TransactItems=[{"Get": key}]) == expected
    assert refused(dynamodb.execute_transaction, TransactStatements=[{"Statement": statement}]) == expected


LOCAL_INDEX = {
    "IndexName": "by-time",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}


def test_a_table_with_a_local_index_cannot_be_strongly_consistent(dynamodb, refused):
    create_table(dynamodb, sort="sk:N", attributes={"at": "N"}, LocalSecondaryIndexes=[LOCAL_INDEX])

    request = {"ReplicaUpdates": create("us-east-2", "us-west-2"), **STRONG}
    answer = refused(dynamodb.update_table, TableName="orders", **request)

    assert answer == ("ValidationException", WITHOUT.format("LocalSecondaryIndex"), 400)


def test_a_table_with_items_cannot_become_strongly_consistent(dynamodb, table, refused):
    dynamodb.put_item(TableName="orders", Item=KEY)

    request = {"ReplicaUpdates": create("us-east-2", "us-west-2"), **STRONG}
    answer = refused(dynamodb.update_table, TableName="orders", **request)

    assert answer == ("ValidationException", WITHOUT.format("A table that is not empty"), 400)


def test_global_indexes_are_strongly_consistent_tables_too(dynamodb, three):
    dynamodb.update_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "city", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": global_index("by-city", "city")}],
    )
    dynamodb.put_item(TableName="orders", Item={**KEY, "city": {"S": "Rome"}})

    assert three.scan(TableName="orders", IndexName="by-city")["Count"] == 1
