"""Target tracking on DynamoDB's capacity: it really scales while the clock moves."""

import pytest

from .conftest import TABLE_WRITES

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


def activities(scaling):
    return scaling.describe_scaling_activities(ServiceNamespace="dynamodb")["ScalingActivities"]


def test_a_load_above_the_target_for_two_minutes_scales_out(tracked, write, write_capacity):
    tracked(50)

    write(9, minutes=2)

    assert write_capacity() == 18  # of which 9 are the half


def test_one_minute_above_the_target_scales_nothing(tracked, write, write_capacity):
    tracked(50)

    write(9, minutes=1)
    write(4, minutes=1)

    assert write_capacity() == 10


def test_a_load_that_stays_near_the_target_scales_nothing(tracked, write, write_capacity):
    tracked(50)

    write(4, minutes=20)

    assert write_capacity() == 10


def test_a_load_far_below_the_target_for_fifteen_minutes_scales_in(tracked, write, write_capacity):
    tracked(60)

    write(3.6, minutes=14)
    after_fourteen = write_capacity()
    write(3.6, minutes=1)

    assert (after_fourteen, write_capacity()) == (10, 6)


def test_an_idle_table_keeps_its_capacity(cloud, tracked, write_capacity):
    tracked(50)

    cloud.clock.advance(hours=6)

    assert write_capacity() == 10


def test_capacity_stays_within_the_targets_limits(scaling, tracked, write, write_capacity):
    scaling.register_scalable_target(**TABLE_WRITES, MinCapacity=8, MaxCapacity=12)
    tracked(50)

    write(9, minutes=2)
    highest = write_capacity()
    write(0.5, minutes=40)

    assert (highest, write_capacity()) == (12, 8)


def test_a_minimum_above_the_capacity_is_provisioned_within_a_minute(cloud, scaling, tracked, write_capacity):
    tracked(50)

    scaling.register_scalable_target(**TABLE_WRITES, MinCapacity=20)
    cloud.clock.advance(minutes=1)

    assert write_capacity() == 20


def test_scaling_out_waits_for_its_cooldown(tracked, write, write_capacity):
    tracked(50, ScaleOutCooldown=300)

    write(6, minutes=2)
    first = write_capacity()
    write(9, minutes=4)
    during = write_capacity()
    write(9, minutes=2)

    assert (first, during, write_capacity()) == (12, 12, 18)


def test_scaling_in_waits_for_its_cooldown(tracked, write, write_capacity):
    tracked(50, ScaleInCooldown=1800)

    write(9, minutes=2)
    write(3, minutes=20)
    during = write_capacity()
    write(3, minutes=12)

    assert (during, write_capacity()) == (18, 6)


def test_scaling_in_can_be_disabled(tracked, write, write_capacity):
    tracked(50, DisableScaleIn=True)

    write(1, minutes=30)

    assert write_capacity() == 10


@pytest.mark.parametrize(
    ("suspension", "units_per_second"), [("DynamicScalingOutSuspended", 9), ("DynamicScalingInSuspended", 1)]
)
def test_a_suspended_direction_scales_nothing(
    scaling, tracked, write, write_capacity, suspension, units_per_second
):
    tracked(50)
    scaling.register_scalable_target(**TABLE_WRITES, SuspendedState={suspension: True})

    write(units_per_second, minutes=20)

    assert write_capacity() == 10


def test_a_throttled_table_is_throttled_no_more_once_it_was_scaled(cloud, dynamodb, tracked, write_capacity):
    tracked(70)
    # Each minute wants 20 units a second; what the table cannot give is waited for by the client's retries.
    for _ in range(8):
        for _ in range(60):
            dynamodb.put_item(
                TableName="orders", Item={"pk": {"S": "a"}, "body": {"S": "x" * (20 * 1024 - 7)}}
            )
            cloud.clock.advance(seconds=1)
    throttles = cloud.usage.table("orders").write_throttles

    for _ in range(120):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "body": {"S": "x" * (20 * 1024 - 7)}})
        cloud.clock.advance(seconds=1)

    assert write_capacity() >= 28
    assert cloud.usage.table("orders").write_throttles == throttles


def test_an_indexs_read_capacity_is_scaled_by_itself(cloud, dynamodb, scaling, table, write):
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/orders/index/by-day",
        "ScalableDimension": "dynamodb:index:ReadCapacityUnits",
    }
    scaling.register_scalable_target(**place, MinCapacity=1, MaxCapacity=50)
    scaling.put_scaling_policy(
        PolicyName="reads",
        **place,
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 50.0,
            "PredefinedMetricSpecification": {"PredefinedMetricType": "DynamoDBReadCapacityUtilization"},
        },
    )
    body = {"S": "x" * 300_000}
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "day": {"S": "monday"}, "body": body})

    for _ in range(2):
        for _ in range(13):  # 37 units each
            dynamodb.query(
                TableName=table,
                IndexName="by-day",
                KeyConditionExpression="#d = :d",
                ExpressionAttributeNames={"#d": "day"},
                ExpressionAttributeValues={":d": {"S": "monday"}},
            )
        cloud.clock.advance(minutes=1)

    described = dynamodb.describe_table(TableName=table)["Table"]
    index = described["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]
    assert (index["ReadCapacityUnits"], index["WriteCapacityUnits"]) == (17, 10)
    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 10


def test_what_was_scaled_is_an_activity(scaling, tracked, write):
    alarm = tracked(50)["Alarms"][0]["AlarmName"]

    write(9, minutes=2)

    (activity,) = activities(scaling)
    activity.pop("ActivityId")
    moment = activity.pop("StartTime")
    assert (moment.isoformat(), activity.pop("EndTime")) == ("2026-01-05T12:02:00+00:00", moment)
    assert activity == {
        **TABLE_WRITES,
        "Description": "Setting write capacity units to 18.",
        "Cause": f"monitor alarm {alarm} in state ALARM triggered policy half",
        "StatusCode": "Successful",
        "StatusMessage": "Successfully set write capacity units to 18. Change successfully fulfilled by dynamodb.",
    }


def test_the_timeline_shows_what_was_scaled(cloud, tracked, write):
    tracked(50)

    write(9, minutes=2)

    (update,) = cloud.timeline.calls("dynamodb", "UpdateTable")
    assert str(update.cause) == "application-autoscaling Scale table/orders to 18 write capacity units"


def test_a_deleted_policy_scales_nothing_more(scaling, tracked, write, write_capacity):
    tracked(50)
    scaling.delete_scaling_policy(PolicyName="half", **TABLE_WRITES)

    write(9, minutes=5)

    assert write_capacity() == 10


def test_a_deregistered_target_scales_nothing_more(scaling, tracked, write, write_capacity):
    tracked(50)
    scaling.deregister_scalable_target(**TABLE_WRITES)

    write(9, minutes=5)

    assert write_capacity() == 10


def test_a_failed_update_is_an_activity_and_is_tried_again(cloud, scaling, tracked, write, write_capacity):
    tracked(50)
    cloud.faults.error(
        "dynamodb", "UpdateTable", code="LimitExceededException", message="Too many.", status=400, times=1
    )

    write(9, minutes=2)
    failed = activities(scaling)[0]
    write(9, minutes=1)

    assert failed["StatusCode"] == "Failed"
    assert failed["StatusMessage"] == "Failed to set write capacity units to 18. Reason: Too many."
    assert write_capacity() == 18
