"""A provisioned table, its scalable write capacity, and a load on the clock."""

import boto3
import pytest

TABLE_WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def scaling(cloud):
    return boto3.client("application-autoscaling")


@pytest.fixture
def table(dynamodb):
    """`orders`, with 10 read and 10 write units, and a global index `by-day` with as many."""
    units = {"ReadCapacityUnits": 10, "WriteCapacityUnits": 10}
    dynamodb.create_table(
        TableName="orders",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "day", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        ProvisionedThroughput=units,
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-day",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": units,
            }
        ],
    )
    return "orders"


@pytest.fixture
def target(scaling, table):
    """The table's write capacity, scalable between 5 and 100 units; its ARN."""
    registered = scaling.register_scalable_target(**TABLE_WRITES, MinCapacity=5, MaxCapacity=100)
    return registered["ScalableTargetARN"]


@pytest.fixture
def tracked(scaling, target):
    """A function that puts a policy on the table's write capacity, by default with a target of 50 %."""

    def put(target_value=50.0, name="half", **configuration):
        return scaling.put_scaling_policy(
            PolicyName=name,
            **TABLE_WRITES,
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": target_value,
                "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBWriteCapacityUtilization"},
                **configuration,
            },
        )

    return put


@pytest.fixture
def write(cloud, dynamodb, table):
    """A function that writes so many units a second on average, for so many minutes on the clock."""

    def write(units_per_second, minutes):
        for _ in range(minutes):
            _write_units(dynamodb, int(units_per_second * 60))
            cloud.clock.advance(minutes=1)

    return write


def _write_units(dynamodb, units):
    """In few calls: an item of n KB costs n units, and each has its own key, for the larger of two counts."""
    while units > 0:
        kilobytes = min(units, 300)
        key = f"{kilobytes:03d}"
        item = {"pk": {"S": key}, "body": {"S": "x" * (kilobytes * 1024 - 9)}}
        dynamodb.put_item(TableName="orders", Item=item)
        units -= kilobytes


@pytest.fixture
def write_capacity(dynamodb, table):
    """A function that tells the table's provisioned write units."""

    def units():
        described = dynamodb.describe_table(TableName=table)["Table"]
        return described["ProvisionedThroughput"]["WriteCapacityUnits"]

    return units
