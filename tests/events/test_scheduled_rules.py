"""Rules with a schedule send events at their times, on the cloud's clock."""

import pytest

from .conftest import ACCOUNT, queue_arn

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:30Z")


@pytest.fixture
def scheduled(events, queue):
    """A function that puts a rule with a schedule and the queue `orders` as its target."""
    queue("orders")

    def put(expression, **settings):
        events.put_rule(Name="tick", ScheduleExpression=expression, **settings)
        events.put_targets(Rule="tick", Targets=[{"Id": "q", "Arn": queue_arn("orders")}])

    return put


@pytest.fixture
def times(cloud, received):
    """A function that moves the clock and gives the times of day at which events came."""

    def pass_by(**time):
        cloud.clock.advance(**time)
        return [event["time"][11:16] for event in received()]

    return pass_by


def test_a_scheduled_event_is_as_aws_sends_it(cloud, scheduled, received):
    scheduled("rate(1 minute)")

    cloud.clock.advance(minutes=1)

    (event,) = received()
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": "2026-01-05T12:01:30Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:events:us-east-1:{ACCOUNT}:rule/tick"],
        "detail": {},
    }


def test_a_rate_counts_from_when_the_rule_is_put(scheduled, times):
    scheduled("rate(5 minutes)")

    assert times(minutes=4, seconds=59) == []
    assert times(minutes=10) == ["12:05", "12:10"]


def test_cron_comes_at_its_minutes_in_utc(scheduled, times):
    scheduled("cron(0/20 13-14 ? * MON *)")

    assert times(hours=24) == ["13:00", "13:20", "13:40", "14:00", "14:20", "14:40"]


def test_a_disabled_rule_sends_nothing(events, scheduled, times):
    scheduled("rate(5 minutes)")
    events.disable_rule(Name="tick")

    assert times(hours=1) == []


def test_a_rule_that_is_put_disabled_waits_to_be_enabled(events, scheduled, times):
    scheduled("rate(5 minutes)", State="DISABLED")
    before = times(minutes=7)
    events.enable_rule(Name="tick")

    assert (before, times(minutes=9)) == ([], ["12:12"])


def test_an_enabled_rule_that_is_enabled_again_keeps_its_times(cloud, events, scheduled, times):
    scheduled("rate(5 minutes)")
    cloud.clock.advance(minutes=3)
    events.enable_rule(Name="tick")

    assert times(minutes=3) == ["12:05"]


def test_a_deleted_rule_sends_nothing(events, scheduled, times):
    scheduled("rate(5 minutes)")
    events.remove_targets(Rule="tick", Ids=["q"])
    events.delete_rule(Name="tick")

    assert times(hours=1) == []


def test_a_new_schedule_takes_the_place_of_the_old_one(scheduled, times):
    scheduled("rate(5 minutes)")
    scheduled("rate(8 minutes)")

    assert times(minutes=10) == ["12:08"]


def test_a_schedule_may_have_a_pattern_beside_it(scheduled, put, received, cloud):
    scheduled("rate(1 hour)", EventPattern='{"source": ["shop"]}')
    put()
    cloud.clock.advance(hours=1)

    assert [event["source"] for event in received()] == ["shop", "aws.events"]


def test_other_rules_do_not_see_a_scheduled_event(events, scheduled, times):
    scheduled("rate(5 minutes)")
    events.put_rule(Name="other", EventPattern='{"source": ["aws.events"]}')
    events.put_targets(Rule="other", Targets=[{"Id": "q", "Arn": queue_arn("orders")}])

    assert times(minutes=5) == ["12:05"]


def test_a_schedule_without_targets_passes(events, times, queue, cloud):
    queue("orders")
    events.put_rule(Name="tick", ScheduleExpression="rate(1 minute)")

    assert times(minutes=3) == []
    assert [event for event in cloud.timeline if event.operation == "ScheduledEvent"] == []
