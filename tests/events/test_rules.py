"""Rules: what they match, and their lives."""

import pytest

from .conftest import ACCOUNT, PATTERN, queue_arn


def names(answer):
    return [rule["Name"] for rule in answer["Rules"]]


def test_a_rule_is_described_as_aws_does(events):
    events.put_rule(
        Name="r", EventPattern=PATTERN, Description="d", RoleArn="arn:aws:iam::123456789012:role/r"
    )

    described = events.describe_rule(Name="r")
    del described["ResponseMetadata"]

    assert described == {
        "Name": "r",
        "Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/r",
        "EventPattern": PATTERN,
        "State": "ENABLED",
        "Description": "d",
        "RoleArn": "arn:aws:iam::123456789012:role/r",
        "EventBusName": "default",
        "CreatedBy": ACCOUNT,
    }


def test_a_listed_rule_does_not_say_who_created_it(events):
    events.create_event_bus(Name="b")
    events.put_rule(Name="r", EventPattern=PATTERN, EventBusName="b")

    assert events.list_rules(EventBusName="b")["Rules"] == [
        {
            "Name": "r",
            "Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:rule/b/r",
            "EventPattern": PATTERN,
            "State": "ENABLED",
            "EventBusName": "b",
        }
    ]


def test_rules_are_listed_by_name_and_page_by_page(events):
    for name in ("b", "c", "a", "x"):
        events.put_rule(Name=f"r-{name}" if name != "x" else "x", EventPattern=PATTERN)

    first = events.list_rules(NamePrefix="r-", Limit=2)
    second = events.list_rules(NamePrefix="r-", Limit=2, NextToken=first["NextToken"])

    assert (names(first), names(second)) == (["r-a", "r-b"], ["r-c"])
    assert "NextToken" not in second


def test_what_a_second_put_leaves_out_is_gone_but_targets_and_tags_stay(events, rule):
    events.tag_resource(ResourceARN=rule, Tags=[{"Key": "a", "Value": "1"}])
    events.put_rule(Name="orders", EventPattern=PATTERN, Description="d", State="DISABLED")
    events.put_rule(Name="orders", EventPattern='{"source": ["x"]}')

    described = events.describe_rule(Name="orders")

    assert "Description" not in described
    assert (described["State"], described["EventPattern"]) == ("ENABLED", '{"source": ["x"]}')
    assert len(events.list_targets_by_rule(Rule="orders")["Targets"]) == 1
    assert events.list_tags_for_resource(ResourceARN=rule)["Tags"] == [{"Key": "a", "Value": "1"}]


def test_a_disabled_rule_matches_nothing_until_it_is_enabled(events, rule, put, received):
    events.disable_rule(Name="orders")
    put({"n": 1})
    events.enable_rule(Name="orders")
    put({"n": 2})

    assert [event["detail"] for event in received()] == [{"n": 2}]


def test_a_changed_pattern_holds_from_the_next_event_on(events, rule, put, received):
    events.put_rule(Name="orders", EventPattern='{"detail": {"n": [{"numeric": [">", 1]}]}}')

    for number in (1, 2):
        put({"n": number})

    assert [event["detail"]["n"] for event in received()] == [2]


def test_a_deleted_rule_is_gone_and_may_be_deleted_again(events):
    events.put_rule(Name="r", EventPattern=PATTERN)
    for _ in range(2):
        events.delete_rule(Name="r")

    assert names(events.list_rules()) == []


def test_rules_are_found_by_their_targets(events, rule):
    events.put_rule(Name="other", EventPattern=PATTERN)
    events.put_rule(Name="again", EventPattern=PATTERN)
    events.put_targets(Rule="again", Targets=[{"Id": "1", "Arn": queue_arn("orders")}])

    found = events.list_rule_names_by_target(TargetArn=queue_arn("orders"))

    assert found["RuleNames"] == ["again", "orders"]


def test_three_hundred_rules_are_the_most_on_a_bus(cloud, events, refused):
    for number in range(300):
        cloud.call("events", "PutRule", {"Name": f"r{number}", "EventPattern": PATTERN})

    assert refused(events.put_rule, Name="more", EventPattern=PATTERN)[0] == "LimitExceededException"
    assert events.put_rule(Name="r7", EventPattern=PATTERN)


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        (
            {},
            "ValidationException",
            "Parameter(s) EventPattern or ScheduleExpression must be specified.",
        ),
        (
            {"EventPattern": PATTERN, "EventBusName": "nowhere"},
            "ResourceNotFoundException",
            "Event bus nowhere does not exist.",
        ),
        (
            {"ScheduleExpression": "rate(1 minutes)"},
            "ValidationException",
            "Parameter ScheduleExpression is not valid.",
        ),
        (
            {"ScheduleExpression": "at(2026-01-05T18:00:00)"},
            "ValidationException",
            "Parameter ScheduleExpression is not valid.",
        ),
        (
            {"ScheduleExpression": "rate(1 minute)", "EventBusName": "custom"},
            "ValidationException",
            "ScheduleExpression is supported only on the default event bus.",
        ),
    ],
)
def test_rules_that_are_refused(events, refused, parameters, code, message):
    events.create_event_bus(Name="custom")

    assert refused(events.put_rule, Name="r", **parameters) == (code, message, 400)
    assert names(events.list_rules()) == []


@pytest.mark.parametrize("operation", ["describe_rule", "enable_rule", "disable_rule"])
def test_a_rule_that_is_not_there(events, refused, operation):
    assert refused(getattr(events, operation), Name="r") == (
        "ResourceNotFoundException",
        "Rule r does not exist on EventBus default.",
        400,
    )


def test_a_rule_with_targets_is_not_deleted(events, rule, refused):
    assert refused(events.delete_rule, Name="orders") == (
        "ValidationException",
        "Rule can't be deleted since it has targets.",
        400,
    )


def test_a_bad_pattern_changes_nothing(events, rule, refused):
    code, message, _ = refused(events.put_rule, Name="orders", EventPattern='{"source": "shop"}')

    assert code == "InvalidEventPatternException"
    assert message.startswith('Event pattern is not valid. Reason: "source" must be an object or an array')
    assert events.describe_rule(Name="orders")["EventPattern"] == PATTERN
