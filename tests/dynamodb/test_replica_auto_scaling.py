"""Auto scaling of replicas: set, shown and acted upon, through DynamoDB and through Application Auto Scaling."""

import boto3
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


# Through Application Auto Scaling, too

TABLE_WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
INDEX_WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders/index/by-city",
    "ScalableDimension": "dynamodb:index:WriteCapacityUnits",
}
TABLE_READS = {**TABLE_WRITES, "ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


def scaling(region):
    return boto3.client("application-autoscaling", region_name=region)


def track(region, dimension, maximum=100, target=50.0):
    """Scale a dimension through Application Auto Scaling."""
    client = scaling(region)
    client.register_scalable_target(**dimension, MinCapacity=1, MaxCapacity=maximum)
    direction = "Read" if "Read" in dimension["ScalableDimension"] else "Write"
    client.put_scaling_policy(
        PolicyName=f"half-{direction}",
        **dimension,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": target,
            "PredefinedMetricSpecification": {
                "PredefinedMetricType": f"DynamoDB{direction}CapacityUtilization"
            },
        },
    )


def write(cloud, dynamodb, units_per_second, minutes):
    for _ in range(minutes):
        item = {"pk": {"S": "a"}, "body": {"S": "x" * (units_per_second * 6 * 1024 - 9)}}
        for _ in range(10):
            dynamodb.put_item(TableName="orders", Item=item)
        cloud.clock.advance(minutes=1)


def capacity(region):
    table = boto3.client("dynamodb", region_name=region).describe_table(TableName="orders")["Table"]
    units = table["ProvisionedThroughput"]
    return units["ReadCapacityUnits"], units["WriteCapacityUnits"]


def test_a_provisioned_table_whose_writes_are_scaled_may_have_replicas(dynamodb, refused):
    create_table(dynamodb, throughput=(5, 5))
    client = scaling("us-east-1")
    client.register_scalable_target(**TABLE_WRITES, MinCapacity=1, MaxCapacity=10)
    replica = [{"Create": {"RegionName": "eu-west-1"}}]
    without_policy = refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=replica)
    track("us-east-1", TABLE_WRITES)

    dynamodb.update_table(TableName="orders", ReplicaUpdates=replica)

    text = "Table write capacity should either be Pay-Per-Request or AutoScaled."
    assert without_policy == ("ValidationException", text, 400)
    assert capacity("eu-west-1") == (5, 5)


def test_writes_of_its_indexes_need_to_be_scaled_as_well(dynamodb, refused):
    index = {**global_index("by-city", "city"), "ProvisionedThroughput": UNITS}
    create_table(dynamodb, throughput=(5, 5), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    replica = [{"Create": {"RegionName": "eu-west-1"}}]
    track("us-east-1", TABLE_WRITES)
    without_index = refused(dynamodb.update_table, TableName="orders", ReplicaUpdates=replica)
    track("us-east-1", INDEX_WRITES)

    dynamodb.update_table(TableName="orders", ReplicaUpdates=replica)

    text = "GSI write capacity should either be Pay-Per-Request or AutoScaled."
    assert without_index == ("ValidationException", text, 400)
    (index,) = replicas(dynamodb)["eu-west-1"]["GlobalSecondaryIndexes"]
    assert (
        index["ProvisionedWriteCapacityAutoScalingSettings"]["ScalingPolicies"][0]["PolicyName"]
        == "half-Write"
    )


def test_a_new_replica_is_scaled_as_its_source_is(dynamodb):
    create_table(dynamodb, throughput=(5, 5))
    track("us-east-1", TABLE_WRITES)
    track("us-east-1", TABLE_READS, maximum=40)

    add_replica(dynamodb)

    targets = scaling("eu-west-1").describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    assert {(target["ScalableDimension"], target["MaxCapacity"]) for target in targets} == {
        ("dynamodb:table:WriteCapacityUnits", 100),
        ("dynamodb:table:ReadCapacityUnits", 40),
    }


def test_a_replica_with_reads_of_its_own_is_not_given_the_scaling_of_reads(dynamodb):
    create_table(dynamodb, throughput=(5, 5))
    track("us-east-1", TABLE_WRITES)
    track("us-east-1", TABLE_READS)
    own = {"RegionName": "eu-west-1", "ProvisionedThroughputOverride": {"ReadCapacityUnits": 7}}

    dynamodb.update_table(TableName="orders", ReplicaUpdates=[{"Create": own}])

    assert replicas(dynamodb)["eu-west-1"]["ReplicaProvisionedReadCapacityAutoScalingSettings"] == OFF
    assert capacity("eu-west-1") == (7, 5)


def test_what_was_set_through_application_auto_scaling_is_described(dynamodb, provisioned):
    track("eu-west-1", TABLE_WRITES, maximum=30)

    described = replicas(dynamodb)["eu-west-1"]["ReplicaProvisionedWriteCapacityAutoScalingSettings"]

    assert described == {
        "MinimumUnits": 1,
        "MaximumUnits": 30,
        "AutoScalingRoleArn": ROLE,
        "ScalingPolicies": [
            {"PolicyName": "half-Write", "TargetTrackingScalingPolicyConfiguration": {"TargetValue": 50.0}}
        ],
    }


def test_a_policy_of_another_name_takes_the_place_of_the_one_before(dynamodb, provisioned):
    track("us-east-1", TABLE_WRITES)
    update = {**FULL, "ScalingPolicyUpdate": {"PolicyName": "other", **POLICY}}

    dynamodb.update_table_replica_auto_scaling(
        TableName="orders", ProvisionedWriteCapacityAutoScalingUpdate=update
    )

    policies = scaling("us-east-1").describe_scaling_policies(ServiceNamespace="dynamodb")["ScalingPolicies"]
    assert [policy["PolicyName"] for policy in policies] == ["other"]


def test_disabled_settings_are_registered_no_more(dynamodb, provisioned):
    method = dynamodb.update_table_replica_auto_scaling
    method(TableName="orders", ProvisionedWriteCapacityAutoScalingUpdate=FULL)

    method(TableName="orders", ProvisionedWriteCapacityAutoScalingUpdate={"AutoScalingDisabled": True})

    for region in ("us-east-1", "eu-west-1"):
        answer = scaling(region).describe_scalable_targets(ServiceNamespace="dynamodb")
        assert answer["ScalableTargets"] == []


def test_a_target_out_of_range_registers_nothing(dynamodb, provisioned, refused):
    policy = {"TargetTrackingScalingPolicyConfiguration": {"TargetValue": 10.0}}

    answer = refused(
        dynamodb.update_table_replica_auto_scaling,
        TableName="orders",
        ProvisionedWriteCapacityAutoScalingUpdate={**FULL, "ScalingPolicyUpdate": policy},
    )

    text = "TargetValue must be between 20 and 90 for this scalable dimension."
    assert answer == ("ValidationException", text, 400)
    assert replicas(dynamodb)["us-east-1"]["ReplicaProvisionedWriteCapacityAutoScalingSettings"] == OFF


@frozen
def test_a_load_on_one_region_scales_the_writes_of_all(cloud, dynamodb, provisioned):
    wanted = {**FULL, "MaximumUnits": 100}
    dynamodb.update_table_replica_auto_scaling(
        TableName="orders", ProvisionedWriteCapacityAutoScalingUpdate=wanted
    )

    write(cloud, dynamodb, units_per_second=7, minutes=3)

    assert (capacity("us-east-1"), capacity("eu-west-1")) == ((5, 10), (5, 10))


@frozen
def test_a_load_of_reads_scales_those_of_its_region_alone(cloud, dynamodb, provisioned):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "body": {"S": "x" * 240_000}})
    update = {"RegionName": "eu-west-1", READS: {**FULL, "MaximumUnits": 100}}
    dynamodb.update_table_replica_auto_scaling(TableName="orders", ReplicaUpdates=[update])
    europe = boto3.client("dynamodb", region_name="eu-west-1")

    for _ in range(3):
        for _ in range(7):
            europe.get_item(TableName="orders", Key={"pk": {"S": "a"}}, ConsistentRead=True)
        cloud.clock.advance(minutes=1)

    assert (capacity("us-east-1"), capacity("eu-west-1")) == ((5, 5), (10, 5))
