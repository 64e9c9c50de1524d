"""Scheduled actions set a target's limits at their times."""

import datetime as dt

import pytest

from .conftest import TABLE_WRITES

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def schedule(scaling, target):
    def put(expression, name="evening", action=None, **parameters):
        scaling.put_scheduled_action(
            ScheduledActionName=name,
            Schedule=expression,
            **TABLE_WRITES,
            ScalableTargetAction=action or {"MinCapacity": 40},
            **parameters,
        )

    return put


def limits(scaling):
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"]
    return target["MinCapacity"], target["MaxCapacity"]


def test_a_minimum_is_provisioned_at_its_time(cloud, schedule, write_capacity):
    schedule("at(2026-01-05T18:00:00)")

    cloud.clock.advance(hours=5, minutes=59)
    before = write_capacity()
    cloud.clock.advance(minutes=1)

    assert (before, write_capacity()) == (10, 40)


def test_a_maximum_below_the_capacity_takes_it_down(cloud, scaling, schedule, write_capacity):
    schedule("rate(1 hour)", action={"MaxCapacity": 7})

    cloud.clock.advance(hours=1)

    assert (write_capacity(), limits(scaling)) == (7, (5, 7))


def test_a_capacity_within_the_new_limits_stays(cloud, scaling, schedule, write_capacity):
    schedule("rate(1 hour)", action={"MinCapacity": 6, "MaxCapacity": 50})

    cloud.clock.advance(hours=1)

    assert (write_capacity(), limits(scaling)) == (10, (6, 50))


def test_a_recurring_action_comes_again(cloud, scaling, schedule):
    schedule("cron(0 20 * * ? *)", action={"MinCapacity": 40})
    schedule("cron(0 6 * * ? *)", name="morning", action={"MinCapacity": 5})
    seen = []

    for _ in range(4):
        cloud.clock.advance(hours=12)
        seen.append(limits(scaling)[0])

    assert seen == [40, 5, 40, 5]


def test_a_schedule_follows_its_time_zone(cloud, scaling, schedule):
    schedule("cron(0 21 * * ? *)", Timezone="Europe/Berlin")

    cloud.clock.move_to("2026-01-05T19:59:59Z")
    before = limits(scaling)[0]
    cloud.clock.move_to("2026-01-05T20:00:00Z")

    assert (before, limits(scaling)[0]) == (5, 40)


def test_a_recurring_action_keeps_to_its_start_and_end(cloud, scaling, schedule):
    start = dt.datetime(2026, 1, 5, 14, 0, tzinfo=dt.timezone.utc)
    schedule("rate(1 hour)", StartTime=start, EndTime=start + dt.timedelta(minutes=90))
    cloud.clock.move_to(start)
    cloud.clock.advance(minutes=61)

    scaling.register_scalable_target(**TABLE_WRITES, MinCapacity=5)
    cloud.clock.advance(hours=3)

    assert limits(scaling)[0] == 5


def test_a_suspended_schedule_sets_nothing(cloud, scaling, schedule):
    schedule("rate(1 hour)")
    scaling.register_scalable_target(**TABLE_WRITES, SuspendedState={"ScheduledScalingSuspended": True})

    cloud.clock.advance(hours=3)

    assert limits(scaling)[0] == 5


def test_a_deleted_action_comes_no_more(cloud, scaling, schedule):
    schedule("rate(1 hour)")
    scaling.delete_scheduled_action(ScheduledActionName="evening", **TABLE_WRITES)

    cloud.clock.advance(hours=3)

    assert limits(scaling)[0] == 5


def test_its_activities_say_what_was_set_and_why(cloud, scaling, schedule):
    schedule("rate(1 hour)", action={"MinCapacity": 20, "MaxCapacity": 30})

    cloud.clock.advance(hours=1)

    found = scaling.describe_scaling_activities(ServiceNamespace="dynamodb")["ScalingActivities"]
    texts = {(activity["Description"], activity["Cause"], activity["StatusMessage"]) for activity in found}
    assert texts == {
        (
            "Setting min capacity to 20 and max capacity to 30",
            "scheduled action name evening was triggered",
            "Successfully set min capacity to 20 and max capacity to 30",
        ),
        (
            "Setting write capacity units to 20.",
            "minimum capacity was set to 20",
            "Successfully set write capacity units to 20. Change successfully fulfilled by dynamodb.",
        ),
    }


def test_an_action_is_changed_by_what_is_given(scaling, schedule):
    schedule("rate(1 hour)", Timezone="Europe/Berlin")

    scaling.put_scheduled_action(
        ScheduledActionName="evening", **TABLE_WRITES, ScalableTargetAction={"MaxCapacity": 60}
    )

    (action,) = scaling.describe_scheduled_actions(ServiceNamespace="dynamodb")["ScheduledActions"]
    assert (action["Schedule"], action["Timezone"]) == ("rate(1 hour)", "Europe/Berlin")
    assert action["ScalableTargetAction"] == {"MaxCapacity": 60}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"Schedule": None}, "Schedule must be specified for a new scheduled action."),
        ({"Schedule": "rate(1 hours)"}, "Schedule expression is not valid: rate(1 hours)"),
        ({"Timezone": "Mars/Olympus"}, "Timezone is not valid: Mars/Olympus"),
        (
            {"ScalableTargetAction": {}},
            "At least one of minimum capacity and maximum capacity should be provided",
        ),
        (
            {"ScalableTargetAction": {"MinCapacity": 3, "MaxCapacity": 2}},
            "Maximum capacity cannot be less than minimum capacity",
        ),
    ],
)
def test_what_cannot_be_scheduled_is_refused(scaling, target, refused, changes, message):
    request = {"Schedule": "rate(1 hour)", "ScalableTargetAction": {"MinCapacity": 1}, **changes}
    request = {member: value for member, value in request.items() if value is not None}

    answer = refused(scaling.put_scheduled_action, ScheduledActionName="evening", **TABLE_WRITES, **request)

    assert answer == ("ValidationException", message, 400)


def test_an_unknown_action_cannot_be_deleted(scaling, target, refused):
    assert refused(scaling.delete_scheduled_action, ScheduledActionName="none", **TABLE_WRITES) == (
        "ObjectNotFoundException",
        "No scheduled action found for service namespace: dynamodb, resource ID: table/orders, scalable dimension: "
        "dynamodb:table:WriteCapacityUnits, scheduled action name: none",
        400,
    )
