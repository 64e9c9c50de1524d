"""Targets of rules: what can be one, and what is said of those that cannot."""

import pytest

from skymock.errors import NotSupported

from .conftest import ACCOUNT, queue_arn

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f"
STREAM = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"
BUS = f"arn:aws:events:us-east-1:{ACCOUNT}:event-bus/other"


def listed(events):
    return events.list_targets_by_rule(Rule="orders")["Targets"]


def test_targets_are_listed_as_they_were_put(events, rule):
    target = {
        "Id": "function",
        "Arn": FUNCTION,
        "InputTransformer": {"InputPathsMap": {"a": "$.detail"}, "InputTemplate": "<a>"},
        "RetryPolicy": {"MaximumRetryAttempts": 1, "MaximumEventAgeInSeconds": 60},
        "DeadLetterConfig": {"Arn": queue_arn("dead")},
    }

    answer = events.put_targets(Rule="orders", Targets=[target])

    assert (answer["FailedEntryCount"], answer["FailedEntries"]) == (0, [])
    assert listed(events) == [{"Id": "queue", "Arn": queue_arn("orders")}, target]


def test_a_target_with_the_same_id_is_replaced(events, rule):
    events.put_targets(Rule="orders", Targets=[{"Id": "queue", "Arn": FUNCTION}])

    assert listed(events) == [{"Id": "queue", "Arn": FUNCTION}]


def test_targets_are_listed_page_by_page(events, rule):
    events.put_targets(Rule="orders", Targets=[{"Id": name, "Arn": FUNCTION} for name in "abc"])

    first = events.list_targets_by_rule(Rule="orders", Limit=3)
    second = events.list_targets_by_rule(Rule="orders", NextToken=first["NextToken"])

    assert [target["Id"] for target in first["Targets"] + second["Targets"]] == ["queue", "a", "b", "c"]


def test_five_targets_are_the_most(events, rule, refused):
    more = [{"Id": name, "Arn": FUNCTION} for name in "abcde"]

    assert refused(events.put_targets, Rule="orders", Targets=more) == (
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed.",
        400,
    )
    assert len(listed(events)) == 1


def test_a_removed_target_gets_no_events_any_more(events, rule, put, received):
    events.remove_targets(Rule="orders", Ids=["queue"])

    put()

    assert (listed(events), received()) == ([], [])


def test_an_id_that_is_not_there_fails_by_itself(events, rule):
    answer = events.remove_targets(Rule="orders", Ids=["other", "queue"])

    assert answer["FailedEntryCount"] == 1
    assert answer["FailedEntries"] == [
        {
            "TargetId": "other",
            "ErrorCode": "ResourceNotFoundException",
            "ErrorMessage": "Rule orders does not have a target with the Id other.",
        }
    ]
    assert listed(events) == []


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ({"Arn": "f"}, "Parameter f is not valid. Reason: Provided Arn is not in correct format."),
        (
            {"Arn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:"},
            f"Parameter arn:aws:sqs:us-east-1:{ACCOUNT}: is not valid. Reason: Provided Arn is not in correct format.",
        ),
        ({"Arn": STREAM}, f"RoleArn is required for target {STREAM}."),
        ({"Arn": BUS}, f"RoleArn is required for target {BUS}."),
        (
            {"Arn": queue_arn("q.fifo")},
            "Parameter(s) SqsParameters must be specified for target: t.",
        ),
        (
            {"Arn": FUNCTION, "Input": "{}", "InputPath": "$.detail"},
            "Only one of Input, InputPath, or InputTransformer must be provided for target t.",
        ),
        (
            {"Arn": FUNCTION, "Input": "{'a': 1}"},
            "JSON syntax error in input for target t: [Source: (String)\"{'a': 1}\"; line: 1, column: 3]",
        ),
        ({"Arn": FUNCTION, "InputPath": "detail"}, "Invalid InputPath for target t."),
        (
            {"Arn": FUNCTION, "InputTransformer": {"InputTemplate": '"<a>"'}},
            "InputTemplate for target t contains invalid placeholder a.",
        ),
        (
            {
                "Arn": FUNCTION,
                "InputTransformer": {"InputPathsMap": {"a": "$.a"}, "InputTemplate": "say <a>"},
            },
            'Invalid InputTemplate for target t : [Source: (String)"say null"; line: 1, column: 2].',
        ),
        (
            {"Arn": FUNCTION, "DeadLetterConfig": {"Arn": queue_arn("q.fifo")}},
            f"Parameter {queue_arn('q.fifo')} is not valid. Reason: Provided Arn is not in correct format.",
        ),
        (
            {"Arn": FUNCTION, "DeadLetterConfig": {"Arn": "queue"}},
            "Parameter queue is not valid. Reason: Provided Arn is not in correct format.",
        ),
    ],
)
def test_a_target_that_is_refused_changes_nothing(events, rule, refused, target, message):
    good = {"Id": "good", "Arn": FUNCTION}

    code, told, _ = refused(events.put_targets, Rule="orders", Targets=[good, {"Id": "t", **target}])

    assert code == "ValidationException"
    assert message == told
    assert len(listed(events)) == 1


def test_a_template_that_is_nested_deeply_is_refused(events, rule, refused):
    target = {"Id": "t", "Arn": FUNCTION, "InputTransformer": {"InputTemplate": "[" * 4000}}

    _, message, _ = refused(events.put_targets, Rule="orders", Targets=[target])

    assert message.startswith("Invalid InputTemplate for target t : [Source: (String)")


def test_ids_are_held_to_their_characters(events, rule, refused):
    code, message, _ = refused(
        events.put_targets, Rule="orders", Targets=[{"Id": "!@#$@!#$", "Arn": FUNCTION}]
    )

    assert (code, message) == (
        "ValidationException",
        "1 validation error detected: Value '!@#$@!#$' at 'targets.1.member.id' failed to satisfy constraint: "
        r"Member must satisfy regular expression pattern: [\.\-_A-Za-z0-9]+",
    )


@pytest.mark.parametrize("operation", ["list_targets_by_rule", "put_targets", "remove_targets"])
def test_targets_belong_to_a_rule_that_is_there(events, refused, operation):
    more = {"put_targets": {"Targets": [{"Id": "a", "Arn": FUNCTION}]}, "remove_targets": {"Ids": ["a"]}}

    assert refused(getattr(events, operation), Rule="r", **more.get(operation, {})) == (
        "ResourceNotFoundException",
        "Rule r does not exist on EventBus default.",
        400,
    )


@pytest.mark.parametrize(
    ("target", "named"),
    [
        ({"Arn": f"arn:aws:states:us-east-1:{ACCOUNT}:stateMachine:m"}, "targets of states"),
        (
            {"Arn": f"arn:aws:events:us-east-1:{ACCOUNT}:connection/c/1"},
            "targets of the kind connection",
        ),
        (
            {"Arn": FUNCTION, "BatchParameters": {"JobDefinition": "d", "JobName": "n"}},
            "BatchParameters of targets",
        ),
        ({"Arn": BUS, "InputPath": "$.detail"}, "input settings for a target that is an event bus"),
    ],
)
def test_what_cannot_be_a_target_yet_is_named(events, rule, target, named):
    with pytest.raises(NotSupported, match=f"events: {named}"):
        events.put_targets(Rule="orders", Targets=[{"Id": "t", **target}])
