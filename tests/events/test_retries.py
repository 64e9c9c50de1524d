"""Deliveries that fail: what is tried again, until when, and what comes to the dead-letter queue."""

import itertools
import json

import boto3
import pytest

from .conftest import ACCOUNT, PATTERN, queue_arn

ORDERS = queue_arn("orders")

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def target(events, rule, queue):
    """A function that gives the rule's target further settings, with the queue `dead` for what is given up."""
    queue("dead")

    def put(arn=ORDERS, retries=None, age=None, **settings):
        policy = {"MaximumRetryAttempts": retries, "MaximumEventAgeInSeconds": age}
        policy = {name: value for name, value in policy.items() if value is not None}
        target = {"Id": "queue", "Arn": arn, "DeadLetterConfig": {"Arn": queue_arn("dead")}, **settings}
        events.put_targets(Rule="orders", Targets=[target | ({"RetryPolicy": policy} if policy else {})])

    return put


@pytest.fixture
def dead_letters(sqs):
    """A function that takes the dead letters: (the event, the message's attributes) of each."""

    def receive():
        answer = sqs.receive_message(QueueUrl="dead", MessageAttributeNames=["All"], MaxNumberOfMessages=10)
        return [
            (
                json.loads(message["Body"]),
                {name: value["StringValue"] for name, value in message["MessageAttributes"].items()},
            )
            for message in answer.get("Messages", [])
        ]

    return receive


def attempts(cloud):
    return [event.at_seconds for event in cloud.timeline if event.operation == "Invocation"]


def test_a_throttled_target_gets_the_event_later(cloud, target, put, received):
    target()
    cloud.faults.throttle("sqs", "SendMessage", times=3)
    put({"n": 1})
    before = received()

    cloud.clock.advance(minutes=1)

    assert (before, [event["detail"] for event in received()]) == ([], [{"n": 1}])


@pytest.mark.parametrize(
    ("service", "operation", "arn"),
    [
        ("lambda", "Invoke", f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"),
        ("logs", "PutLogEvents", f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/events/orders"),
    ],
)
def test_faults_strike_deliveries_to_all_kinds_of_targets(
    cloud, target, put, dead_letters, service, operation, arn
):
    target(arn, retries=0)
    cloud.faults.error(service, operation, code="ServiceException", message="down", status=500)
    put()

    ((_, attributes),) = dead_letters()
    assert (attributes["ERROR_CODE"], attributes["ERROR_MESSAGE"]) == ("INTERNAL_ERROR", "down")


def test_waits_double_up_to_ten_minutes_and_are_jittered(cloud, target, put):
    target()
    cloud.faults.throttle("sqs", "SendMessage")
    put()
    cloud.clock.advance(hours=2)

    times = attempts(cloud)
    waits = [later - earlier for earlier, later in itertools.pairwise(times)]
    longest = [min(2**number, 600) for number in range(len(waits))]
    assert all(most / 2 <= wait <= most for wait, most in zip(waits, longest, strict=True))
    assert len(waits) > 15


def test_by_default_185_retries_are_made_within_a_day(cloud, target, put, dead_letters):
    target()
    cloud.faults.throttle("sqs", "SendMessage", resource="orders")
    put()
    cloud.clock.advance(hours=24)

    ((_, attributes),) = dead_letters()
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumRetryAttempts"
    assert (attributes["RETRY_ATTEMPTS"], len(attempts(cloud))) == ("185", 186)


def test_retries_end_with_their_number(cloud, rule, target, put, dead_letters):
    target(retries=2)
    cloud.faults.throttle("sqs", "SendMessage", message="Slow down", resource="orders")
    entry = put({"n": 1})
    cloud.clock.advance(minutes=1)

    ((event, attributes),) = dead_letters()
    assert (event["id"], event["detail"]) == (entry["EventId"], {"n": 1})
    assert attributes == {
        "RULE_ARN": rule,
        "TARGET_ARN": queue_arn("orders"),
        "ERROR_CODE": "THROTTLING",
        "ERROR_MESSAGE": "Slow down",
        "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
        "RETRY_ATTEMPTS": "2",
    }


def test_retries_end_with_the_events_age(cloud, target, put, dead_letters):
    target(age=60)
    cloud.faults.throttle("sqs", "SendMessage", resource="orders")
    put()

    cloud.clock.advance(seconds=59)
    before = dead_letters()
    cloud.clock.advance(seconds=1)

    assert before == []
    ((_, attributes),) = dead_letters()
    assert attributes["EXHAUSTED_RETRY_CONDITION"] == "MaximumEventAgeInSeconds"


def test_the_dead_letter_is_the_event_whatever_the_target_would_get(target, put, dead_letters, sqs):
    target(InputPath="$.detail")
    sqs.delete_queue(QueueUrl="orders")
    entry = put()

    ((event, _),) = dead_letters()
    assert event["id"] == entry["EventId"]


def forbid(sqs):
    sqs.set_queue_attributes(QueueUrl="orders", Attributes={"Policy": ""})


def remove(sqs):
    sqs.delete_queue(QueueUrl="orders")


@pytest.mark.parametrize(
    ("hinder", "code", "message"),
    [
        (
            forbid,
            "NO_PERMISSIONS",
            "User: events.amazonaws.com is not authorized to perform: sqs:SendMessage on resource: "
            f"{queue_arn('orders')} because no resource-based policy allows the sqs:SendMessage action",
        ),
        (remove, "NO_RESOURCE", "The specified queue does not exist."),
    ],
)
def test_what_will_not_pass_is_not_tried_again(cloud, sqs, target, put, dead_letters, hinder, code, message):
    target()
    hinder(sqs)
    put()

    ((_, attributes),) = dead_letters()
    assert (attributes["ERROR_CODE"], attributes["ERROR_MESSAGE"]) == (code, message)
    assert attributes["RETRY_ATTEMPTS"] == "0"
    assert "EXHAUSTED_RETRY_CONDITION" not in attributes
    assert len(attempts(cloud)) == 1


def test_a_role_that_cannot_be_assumed_is_a_failure(target, put, dead_letters):
    target(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/nobody")
    put()

    ((_, attributes),) = dead_letters()
    assert attributes["ERROR_CODE"] == "FAILED_TO_ASSUME_ROLE"


def test_a_failure_is_seen_in_the_timeline(cloud, sqs, rule, put):
    forbid(sqs)
    put()

    assert f"events Invocation orders → {queue_arn('orders')} ✗ AccessDenied" in str(cloud.timeline)


def test_all_attempts_stand_below_the_call_that_put_the_event(cloud, target, put):
    target(retries=1)
    cloud.faults.throttle("sqs", "SendMessage", resource="orders")
    put()
    cloud.clock.advance(minutes=1)

    first, second = (event for event in cloud.timeline if event.operation == "Invocation")
    (dead_letter,) = (event for event in cloud.timeline if event.operation == "DeadLetter")
    assert first.cause is second.cause
    assert (first.cause.operation, dead_letter.cause) == ("PutEvents", second)


def test_without_a_dead_letter_queue_the_event_is_lost(cloud, sqs, rule, put, received):
    forbid(sqs)
    put()
    cloud.clock.advance(hours=24)

    assert received() == []


def test_a_dead_letter_queue_has_to_let_the_rule_send(cloud, sqs, target, put, dead_letters):
    target()
    forbid(sqs)
    sqs.set_queue_attributes(QueueUrl="dead", Attributes={"Policy": ""})
    put()

    assert dead_letters() == []
    assert f"events DeadLetter orders → {queue_arn('dead')} ✗ AccessDenied" in str(cloud.timeline)


def test_a_queues_policy_may_ask_for_the_rule(events, sqs, rule, put, received):
    allow = {
        "Effect": "Allow",
        "Principal": {"Service": "events.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue_arn("orders"),
        "Condition": {"ArnEquals": {"aws:SourceArn": rule}},
    }
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    sqs.set_queue_attributes(QueueUrl="orders", Attributes={"Policy": json.dumps(policy)})
    events.put_rule(Name="other", EventPattern=PATTERN)
    events.put_targets(Rule="other", Targets=[{"Id": "q", "Arn": queue_arn("orders")}])
    put()

    assert len(received()) == 1


def test_a_target_that_was_removed_gets_what_it_was_matched_with(cloud, events, rule, put, received):
    with cloud.faults.throttle("sqs", "SendMessage"):
        put()
    events.remove_targets(Rule="orders", Ids=["queue"])
    cloud.clock.advance(minutes=1)

    assert len(received()) == 1


def test_a_function_whose_permission_is_missing_is_not_invoked(cloud, target, put, dead_letters):
    seen = []
    function = cloud.functions.create("f", lambda event, context: seen.append(event))
    target(function.arn)
    put()

    ((_, attributes),) = dead_letters()
    assert (seen, attributes["ERROR_CODE"]) == ([], "NO_PERMISSIONS")
    assert "lambda:InvokeFunction" in attributes["ERROR_MESSAGE"]
    assert boto3.client("lambda").get_function(FunctionName="f")
