"""Auto scaling of replicas, as far as it is kept and shown."""

import pytest

from .tables import create_table, global_index

UNITS = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
POLICY = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 70.0}}
FULL = {"MinimumUnits": 1, "MaximumUnits": 10, "ScalingPolicyUpdate": POLICY}
OFF = {"AutoScalingDisabled": True, "ScalingPolicies": []}
ROLE = (
    "arn:aws:iam::123456789012:role/aws-service-role/dynamodb.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)
START = "Failed to update settings for global table with name: \u2018orders\u2019"


def add_replica(dynamodb):
    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])


def replicas(dynamodb):
    answer = dynamodb.describe_table_replica_auto_scaling(TableName="orders")
    return {replica["RegionName"]: replica for replica in answer["TableAutoScalingDescription"]["Replicas"]}


def settings(minimum=1, maximum=10, name="DynamoDBWriteCapacityUtilization:table/orders"):
    return {
        "MinimumUnits": minimum,
        "MaximumUnits": maximum,
        "AutoScalingRoleArn": ROLE,
        "ScalingPolicies": [{"PolicyName": name, **POLICY}],
    }


@pytest.fixture
def on_demand(dynamodb, table):
    add_replica(dynamodb)


@pytest.fixture
def provisioned(dynamodb):
    """A provisioned table with an index in two regions."""
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])
    add_replica(dynamodb)
    by_city = {"Update": {"IndexName": "by-city", "ProvisionedThroughput": UNITS}}
    dynamodb.update_table(
        TableName="orders",
        BillingMode="PROVISIONED",
        ProvisionedThroughput=UNITS,
        GlobalSecondaryIndexUpdates=[by_city],
    )


def test_all_replicas_are_described_in_the_order_of_their_regions(dynamodb, on_demand):
    answer = dynamodb.describe_table_replica_auto_scaling(TableName="orders")["TableAutoScalingDescription"]

    assert (answer["TableName"], answer["TableStatus"]) == ("orders", "ACTIVE")
    assert answer["Replicas"] == [
        {
            "RegionName": region,
            "GlobalSecondaryIndexes": [],
            "ReplicaProvisionedReadCapacityAutoScalingSettings": OFF,
            "ReplicaProvisionedWriteCapacityAutoScalingSettings": OFF,
            "ReplicaStatus": "ACTIVE",
        }
        for region in ("eu-west-1", "us-east-1")
    ]


def test_settings_of_writes_hold_in_all_regions(dynamodb, provisioned):
    dynamodb.update_table_replica_auto_scaling(
        TableName="orders",
        ProvisionedWriteCapacityAutoScalingUpdate=FULL,
        GlobalSecondaryIndexUpdates=[
            {
                "IndexName": "by-city",
                "ProvisionedWriteCapacityAutoScalingUpdate": {**FULL, "MaximumUnits": 20},
            }
        ],
    )

    for replica in replicas(dynamodb).values():
        assert replica["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == settings()
        (index,) = replica["GlobalSecondaryIndexes"]
        name = "DynamoDBWriteCapacityUtilization:table/orders/index/by-city"
        assert index["ProvisionedWriteCapacityAutoScalingSettings"] == settings(maximum=20, name=name)
        assert index["ProvisionedReadCapacityAutoScalingSettings"] == OFF


def test_settings_of_reads_are_a_regions_own(dynamodb, provisioned):
    update = {"RegionName": "eu-west-1", "ReplicaProvisionedReadCapacityAutoScalingUpdate": FULL}

    answered = dynamodb.update_table_replica_auto_scaling(TableName="orders", ReplicaUpdates=[update])

    before = answered["TableAutoScalingDescription"]["Replicas"][0]
    member = "ReplicaProvisionedReadCapacityAutoScalingSettings"
    assert before[member] == OFF
    name = "DynamoDBReadCapacityUtilization:table/orders"
    assert replicas(dynamodb)["eu-west-1"][member] == settings(name=name)
    assert replicas(dynamodb)["us-east-1"][member] == OFF


def test_settings_may_be_changed_in_part_and_taken_back(dynamodb, provisioned):
    member = "ReplicaProvisionedWriteCapacityAutoScalingSettings"
    for update in (FULL, {"MaximumUnits": 12}):
        dynamodb.update_table_replica_auto_scaling(
            TableName="orders", ProvisionedWriteCapacityAutoScalingUpdate=update
        )
    assert replicas(dynamodb)["us-east-1"][member] == settings(maximum=12)

    dynamodb.update_table_replica_auto_scaling(
        TableName="orders", ProvisionedWriteCapacityAutoScalingUpdate={"AutoScalingDisabled": True}
    )

    assert replicas(dynamodb)["us-east-1"][member] == OFF


def test_a_table_without_replicas_has_none(dynamodb, table, refused):
    for name in ("orders", "nothing"):
        expected = ("ResourceNotFoundException", f"Global table with name: '{name}' does not exist.", 400)
        assert refused(dynamodb.describe_table_replica_auto_scaling, TableName=name) == expected
        assert refused(dynamodb.update_table_replica_auto_scaling, TableName=name) == expected


READS = "ReplicaProvisionedReadCapacityAutoScalingUpdate"


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({}, f"{START} because at least one update parameter must be specified."),
        (
            {"ReplicaUpdates": [{"RegionName": "eu-west-1"}]},
            f"{START} because at least one update parameter must be specified for region: \u2018eu-west-1\u2019.",
        ),
        (
            {"ReplicaUpdates": [{"RegionName": "eu-west-1", READS: FULL}] * 2},
            f"{START} because the regions: \u2018[eu-west-1]\u2019 were specified more than once.",
        ),
        (
            {"ProvisionedWriteCapacityAutoScalingUpdate": {}},
            f"{START}: Parameters 'MaximumUnits', 'ScalingPolicyUpdate', 'MinimumUnits' are required unless auto "
            "scaling is being disabled.",
        ),
        (
            {"ProvisionedWriteCapacityAutoScalingUpdate": {"MinimumUnits": 1, "MaximumUnits": 10}},
            f"{START}: Parameters 'ScalingPolicyUpdate' are required unless auto scaling is being disabled.",
        ),
        (
            {"ProvisionedWriteCapacityAutoScalingUpdate": {**FULL, "MinimumUnits": 11}},
            "Maximum capacity cannot be less than minimum capacity",
        ),
    ],
)
def test_incomplete_settings_are_refused(dynamodb, provisioned, refused, request_, message):
    answer = refused(dynamodb.update_table_replica_auto_scaling, TableName="orders", **request_)

    assert answer == ("ValidationException", message, 400)


def test_what_is_not_there_is_not_scaled(dynamodb, provisioned, refused):
    method = dynamodb.update_table_replica_auto_scaling
    region = [{"RegionName": "us-west-2", READS: FULL}]
    index = [{"IndexName": "nothing", "ProvisionedWriteCapacityAutoScalingUpdate": FULL}]

    assert refused(method, TableName="orders", ReplicaUpdates=region)[0] == "ResourceNotFoundException"
    assert refused(method, TableName="orders", GlobalSecondaryIndexUpdates=index) == (
        "ResourceNotFoundException",
        "Requested resource not found: Index: nothing not found for table: orders",
        400,
    )


def test_a_table_on_demand_is_not_scaled(dynamodb, on_demand, refused):
    answer = refused(
        dynamodb.update_table_replica_auto_scaling,
        TableName="orders",
        ProvisionedWriteCapacityAutoScalingUpdate=FULL,
    )

    text = (
        "Failed to update global table with name \u2018orders\u2018. Replicas 'EU-WEST-1', 'US-EAST-1' BillingMode is "
        "PayPerRequest. You must convert table's BillingMode to PROVISIONED to set parameters: "
        "'GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate'."
    )
    assert answer == ("ValidationException", text, 400)
