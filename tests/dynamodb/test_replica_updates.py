"""UpdateTable's replica actions: their states, and what they refuse."""

import boto3
import pytest

from .tables import create_table, global_index

realistic = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z", transitions="realistic")

BUSY = ("ResourceInUseException", "The resource which you are attempting to change is in use.", 400)
KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def create(region, **options):
    return {"Create": {"RegionName": region, **options}}


def update(dynamodb, *updates, **options):
    return dynamodb.update_table(TableName="orders", ReplicaUpdates=list(updates), **options)[
        "TableDescription"
    ]


def states(dynamodb):
    """The status of the table, and those of its replicas by their regions."""
    table = dynamodb.describe_table(TableName="orders")["Table"]
    replicas = {replica["RegionName"]: replica["ReplicaStatus"] for replica in table.get("Replicas", [])}
    return table["TableStatus"], replicas


@pytest.fixture
def europe(cloud):
    return boto3.client("dynamodb", region_name="eu-west-1")


@pytest.fixture
def orders(dynamodb, table):
    update(dynamodb, create("eu-west-1"))


@pytest.fixture
def settled(cloud, dynamodb):
    """A table that is ACTIVE, where states last."""
    create_table(dynamodb)
    cloud.clock.advance(seconds=30)


@realistic
def test_a_replica_is_shown_then_creating_then_active(cloud, dynamodb, europe, settled):
    answered = update(dynamodb, create("eu-west-1"))

    seen = [states(dynamodb)]
    cloud.clock.advance(seconds=6)
    seen += [states(dynamodb), states(europe)]
    cloud.clock.advance(seconds=14)
    seen += [states(dynamodb), states(europe)]
    assert (answered["TableStatus"], answered["Replicas"]) == ("UPDATING", [])
    assert seen == [
        ("UPDATING", {}),
        ("UPDATING", {"eu-west-1": "CREATING"}),
        ("CREATING", {"us-east-1": "ACTIVE"}),
        ("ACTIVE", {"eu-west-1": "ACTIVE"}),
        ("ACTIVE", {"us-east-1": "ACTIVE"}),
    ]


@realistic
def test_items_written_while_a_replica_is_creating_are_there_when_it_is_active(
    cloud, dynamodb, europe, settled
):
    update(dynamodb, create("eu-west-1"))
    cloud.clock.advance(seconds=6)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})
    with pytest.raises(europe.exceptions.ResourceNotFoundException):
        europe.scan(TableName="orders")

    cloud.clock.advance(seconds=14)

    assert europe.scan(TableName="orders")["Count"] == 1


@realistic
def test_a_replica_is_deleting_before_it_is_gone(cloud, dynamodb, europe, settled):
    update(dynamodb, create("eu-west-1"))
    cloud.clock.advance(seconds=20)
    update(dynamodb, {"Delete": {"RegionName": "eu-west-1"}})

    seen = [states(dynamodb)]
    cloud.clock.advance(seconds=36)
    seen += [states(dynamodb), states(europe)]
    cloud.clock.advance(seconds=88)
    seen.append(states(dynamodb))
    assert seen == [
        ("UPDATING", {"eu-west-1": "ACTIVE"}),
        ("ACTIVE", {"eu-west-1": "DELETING"}),
        ("DELETING", {"us-east-1": "ACTIVE"}),
        ("ACTIVE", {}),
    ]
    assert europe.list_tables()["TableNames"] == []


@realistic
def test_a_replica_that_is_being_added_is_described_and_no_more(cloud, dynamodb, europe, settled, refused):
    update(dynamodb, create("eu-west-1"))
    cloud.clock.advance(seconds=6)

    missing = ("ResourceNotFoundException", "Requested resource not found: Table: orders not found", 400)
    assert refused(europe.describe_time_to_live, TableName="orders") == missing
    assert refused(europe.update_table, TableName="orders", DeletionProtectionEnabled=True) == missing
    assert refused(europe.describe_continuous_backups, TableName="orders") == (
        "TableNotFoundException",
        "Table not found: orders",
        400,
    )
    assert refused(europe.update_table, TableName="orders", ReplicaUpdates=[create("us-west-2")]) == (
        "ValidationException",
        "Create/Update/Delete of replica is not allowed while the replica is being added to table with name: "
        "\u2018orders\u2019 in region: \u2018eu-west-1\u2019.",
        400,
    )


@realistic
def test_a_table_whose_replicas_change_is_busy(cloud, dynamodb, settled, refused):
    update(dynamodb, create("eu-west-1"))
    method = dynamodb.update_table

    assert refused(method, TableName="orders", ReplicaUpdates=[create("us-west-2")]) == BUSY
    assert refused(method, TableName="orders", ReplicaUpdates=[create("eu-west-1")]) == BUSY
    assert refused(method, TableName="orders", DeletionProtectionEnabled=True) == BUSY
    stream = refused(method, TableName="orders", StreamSpecification={"StreamEnabled": False})
    text = "One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica."
    assert stream == ("ValidationException", text, 400)


def test_a_stream_stays_while_there_are_replicas(dynamodb, orders, europe, refused):
    text = "One or more parameter values were invalid: Disabling Stream is not allowed for a Global Table replica."
    for region in (dynamodb, europe):
        answer = refused(
            region.update_table, TableName="orders", StreamSpecification={"StreamEnabled": False}
        )
        assert answer == ("ValidationException", text, 400)

    update(dynamodb, {"Delete": {"RegionName": "eu-west-1"}})
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})

    assert "StreamSpecification" not in dynamodb.describe_table(TableName="orders")["Table"]


LOCAL = (
    "Cannot add or delete the local region through ReplicaUpdates. "
    "Use CreateTable, DeleteTable, or UpdateTable as required."
)
STRANGER = (
    "Update global table operation failed because one or more replicas were not part of the global table. "
    "Please retry the request without these replicas: [ca-central-1]."
)
NOTHING = "There are no actions specified in the Replica Update Action of the request."
ALREADY = (
    "Failed to create a the new replica of table with name: \u2018orders\u2019 because one or more replicas already "
    "existed as tables."
)


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        ([{}], NOTHING),
        ([{"Update": {"RegionName": "eu-west-1"}}], NOTHING),
        (
            [{"Update": {"RegionName": "eu-west-1", "GlobalSecondaryIndexes": [{"IndexName": "by-city"}]}}],
            NOTHING,
        ),
        (
            [{**create("us-west-2"), "Delete": {"RegionName": "eu-west-1"}}],
            "Update table operation with more than one type of replica actions not allowed.",
        ),
        (
            [create("us-west-2"), {"Delete": {"RegionName": "eu-west-1"}}],
            "Update table operation with more than one type of replica actions not allowed.",
        ),
        (
            [create("us-west-2"), create("ap-south-1")],
            "Update table operation with more than one create or delete replica actions not allowed",
        ),
        ([create("us-east-1")], LOCAL),
        ([{"Delete": {"RegionName": "us-east-1"}}], LOCAL),
        ([{"Delete": {"RegionName": "ca-central-1"}}], STRANGER),
        ([{"Update": {"RegionName": "ca-central-1", "TableClassOverride": "STANDARD"}}], STRANGER),
        ([create("eu-west-1")], ALREADY),
        ([create("us-west-2")], ALREADY),
        (
            [{"Update": {"RegionName": "eu-west-1", "KMSMasterKeyId": "alias/aws/dynamodb"}}],
            "One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica.",
        ),
        (
            [
                {
                    "Update": {
                        "RegionName": "eu-west-1",
                        "ProvisionedThroughputOverride": {"ReadCapacityUnits": 1},
                    }
                }
            ],
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
        ),
    ],
)
def test_replica_actions_are_refused(dynamodb, orders, refused, updates, message):
    create_table(boto3.client("dynamodb", region_name="us-west-2"))
    before = states(dynamodb)

    answer = refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=updates)

    assert answer == ("ValidationException", message, 400)
    assert states(dynamodb) == before


def test_what_is_no_region_is_refused_with_those_that_are(dynamodb, table, refused):
    _, message, _ = refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=[create("us-fake-1")])

    start = (
        "Region us-fake-1 is not supported. The latest version of global tables are only supported in the following "
        "regions: ["
    )
    assert message.startswith(start)
    assert "eu-west-1" in message


@pytest.mark.parametrize(
    "other",
    [
        {"DeletionProtectionEnabled": True},
        {"TableClass": "STANDARD"},
        {"StreamSpecification": {"StreamEnabled": False}},
        {"SSESpecification": {"Enabled": True}},
        {"BillingMode": "PAY_PER_REQUEST"},
    ],
)
def test_replicas_are_changed_alone(dynamodb, table, refused, other):
    request = {"TableName": "orders", "ReplicaUpdates": [create("eu-west-1")], **other}

    text = "One or more parameter values were invalid: Replica modification must be the only operation in the request"
    assert refused(dynamodb.update_table, **request) == ("ValidationException", text, 400)


def test_the_same_region_twice_counts_once(dynamodb, table):
    update(dynamodb, create("eu-west-1"), create("eu-west-1"))

    assert states(dynamodb) == ("ACTIVE", {"eu-west-1": "ACTIVE"})


def test_a_provisioned_replica_has_no_maximum_of_reads(dynamodb, orders, refused):
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    dynamodb.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=units)
    override = {"RegionName": "eu-west-1", "OnDemandThroughputOverride": {"MaxReadRequestUnits": 9}}

    answer = refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=[{"Update": override}])

    text = "MaxReadRequestUnits for OnDemandThroughput cannot be specified when the table BillingMode is PROVISIONED"
    assert answer == ("ValidationException", text, 400)


def test_a_provisioned_table_needs_auto_scaling(dynamodb, refused):
    create_table(dynamodb, throughput=(5, 5))

    answer = refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=[create("eu-west-1")])

    text = "Table write capacity should either be Pay-Per-Request or AutoScaled."
    assert answer == ("ValidationException", text, 400)


def test_an_index_that_is_not_there_is_overlooked(dynamodb, table, europe):
    update(dynamodb, create("eu-west-1", GlobalSecondaryIndexes=[{"IndexName": "nothing"}]))

    assert states(europe)[0] == "ACTIVE"


def test_a_replica_has_the_indexes_of_its_table(dynamodb, europe):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])
    update(dynamodb, create("eu-west-1"))

    (replica,) = dynamodb.describe_table(TableName="orders")["Table"]["Replicas"]

    warm = {"ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE"}
    assert replica["GlobalSecondaryIndexes"] == [{"IndexName": "by-city", "WarmThroughput": warm}]
    assert (
        europe.describe_table(TableName="orders")["Table"]["GlobalSecondaryIndexes"][0]["IndexName"]
        == "by-city"
    )


@pytest.mark.parametrize(
    ("encryption", "key", "message"),
    [
        ({"Enabled": False}, "alias/aws/dynamodb", "KMSMasterKeyId must be specified for each replica."),
        (
            {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
            None,
            "KMSMasterKeyId must be specified for each replica.",
        ),
        (
            {"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY},
            "alias/aws/dynamodb",
            "All replica keys must either be Customer Managed CMK or AWS Managed CMK.",
        ),
        (
            {"Enabled": True},
            "1234abcd-12ab-34cd-56ef-1234567890ab",
            "All replica keys must either be Customer Managed CMK or AWS Managed CMK.",
        ),
    ],
)
def test_keys_of_replicas_are_of_the_tables_kind(dynamodb, refused, encryption, key, message):
    create_table(dynamodb, SSESpecification=encryption)
    options = {} if key is None else {"KMSMasterKeyId": key}

    request = {"TableName": "orders", "ReplicaUpdates": [create("eu-west-1", **options)]}
    text = f"One or more parameter values were invalid: {message}"
    assert refused(dynamodb.update_table, **request) == ("ValidationException", text, 400)


def test_a_key_of_a_replica_is_one_of_its_region(dynamodb, europe):
    create_table(dynamodb, SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": KEY})

    update(dynamodb, create("eu-west-1", KMSMasterKeyId="1234abcd-12ab-34cd-56ef-1234567890ab"))

    described = europe.describe_table(TableName="orders")["Table"]["SSEDescription"]
    assert described["KMSMasterKeyArn"] == KEY.replace("us-east-1", "eu-west-1")
