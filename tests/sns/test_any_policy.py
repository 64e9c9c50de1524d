"""Filter policies against a plain model; any program of publishing, whose messages come once or are dead letters."""

import json
import os

import boto3
from hypothesis import example, given, settings
from hypothesis import strategies as st

from skymock import mock_serverless
from skymock.errors import NotSupported
from skymock.services.sns.errors import InvalidParameterException
from skymock.services.sns.filter_policy import ATTRIBUTES, BODY, FilterPolicy
from skymock.services.sns.message import Message
from tests.sns.conftest import QueueForTests, open_to_sns

EXAMPLES = int(os.environ.get("SKYMOCK_EXAMPLES", "60"))

TEXTS = st.sampled_from(["a", "ab", "b", "A", "10.0.0.1"])
NUMBERS = st.sampled_from([0, 1, 1.5, -3, 100])
CONDITIONS = st.one_of(
    TEXTS,
    NUMBERS,
    st.none(),
    st.builds(lambda text: {"prefix": text}, TEXTS),
    st.builds(lambda text: {"suffix": text}, TEXTS),
    st.builds(lambda text: {"equals-ignore-case": text}, TEXTS),
    st.builds(lambda texts: {"anything-but": texts}, st.lists(TEXTS, min_size=1, max_size=2)),
    st.builds(lambda text: {"anything-but": {"prefix": text}}, TEXTS),
    st.builds(lambda number: {"numeric": [">", number]}, NUMBERS),
    st.builds(lambda number: {"numeric": ["=", number]}, NUMBERS),
    st.builds(lambda flag: {"exists": flag}, st.booleans()),
)
NAMES = st.sampled_from(["x", "y", "z"])
POLICIES = st.dictionaries(NAMES, st.lists(CONDITIONS, min_size=1, max_size=2), min_size=1, max_size=3)
MESSAGES = st.dictionaries(
    NAMES, st.one_of(TEXTS, NUMBERS, st.lists(TEXTS, min_size=1, max_size=2)), max_size=3
)


def attribute(value):
    if isinstance(value, list):
        return {"DataType": "String.Array", "StringValue": json.dumps(value)}
    data_type = "String" if isinstance(value, str) else "Number"
    return {"DataType": data_type, "StringValue": str(value)}


def meets(condition, value):
    """One condition and one value, which is there."""
    if not isinstance(condition, dict):
        return condition == value and isinstance(condition, str) == isinstance(value, str)
    ((operator, argument),) = condition.items()
    if operator == "exists":
        return argument
    if operator == "numeric":
        order, number = argument
        return not isinstance(value, str) and (value > number if order == ">" else value == number)
    if operator == "anything-but":
        if isinstance(argument, dict):
            return not (isinstance(value, str) and value.startswith(argument["prefix"]))
        return value not in argument
    if not isinstance(value, str):
        return False
    if operator == "equals-ignore-case":
        return value.lower() == argument.lower()
    return value.startswith(argument) if operator == "prefix" else value.endswith(argument)


def wanted(policy, values, *, null_is_absent):
    """Whether a message passes, told as plainly as AWS's guide does."""

    def passes(name, conditions):
        if name not in values:
            return any(one == {"exists": False} or (null_is_absent and one is None) for one in conditions)
        found = values[name] if isinstance(values[name], list) else [values[name]]
        return any(meets(one, value) for one in conditions for value in found)

    return all(passes(name, conditions) for name, conditions in policy.items())


@settings(max_examples=EXAMPLES * 3)
@given(POLICIES, MESSAGES)
def test_attributes_pass_as_the_model_says(policy, values):
    message = Message("m", attributes={name: attribute(value) for name, value in values.items()})

    passes = FilterPolicy(json.dumps(policy), ATTRIBUTES).wants(message, "sqs")

    assert passes == wanted(policy, values, null_is_absent=True)


@settings(max_examples=EXAMPLES * 3)
@given(POLICIES, MESSAGES)
def test_bodies_pass_as_the_model_says(policy, values):
    nested = json.dumps({"a": policy})

    passes = FilterPolicy(nested, BODY).wants(Message(json.dumps({"a": values})), "sqs")

    assert passes == wanted(policy, values, null_is_absent=False)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from(["a", "b.c", "", "$or"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["a", "a.b", "", "prefix", "numeric", "anything-but", "exists", "$or", "cidr"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=EXAMPLES * 3)
@given(JSON, JSON, st.sampled_from([ATTRIBUTES, BODY]))
@example({"a": [1], "a.b": [2]}, {"a": [1, {"b": 2}]}, BODY)
@example({"$or": [None, None]}, None, ATTRIBUTES)
def test_any_json_is_a_policy_or_refused(policy, body, scope):
    try:
        answer = FilterPolicy(json.dumps(policy), scope).wants(Message(json.dumps(body)), "sqs")
    except InvalidParameterException as refused:
        answer = refused.message.startswith("Invalid parameter: ")
    except NotSupported as lacking:
        answer = str(lacking).startswith("patterns: ")
    assert answer in (True, False)


STEPS = st.one_of(
    st.builds(lambda wait: ("wait", wait), st.sampled_from([0, 1, 5, 30, 300])),
    st.builds(lambda kind, group: ("publish", kind, group), st.sampled_from("ab"), st.sampled_from("gh")),
    st.builds(lambda times: ("fail", times), st.integers(1, 8)),
    st.just(("refuse",)),
    st.just(("allow",)),
)


@settings(max_examples=EXAMPLES // 4)
@given(st.lists(STEPS, min_size=1, max_size=12), st.booleans())
def test_each_message_comes_once_or_lies_in_the_dead_letter_queue(steps, is_fifo):
    """Of a FIFO topic in the order of its group; a filter lets only messages of kind a pass."""
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        suffix = ".fifo" if is_fifo else ""
        sns, sqs = boto3.client("sns"), boto3.client("sqs")
        fifo = {"FifoQueue": "true"} if is_fifo else {}
        inbox, dead = (
            QueueForTests(sqs, name + suffix, Policy=open_to_sns(name + suffix), **fifo)
            for name in ("inbox", "dead")
        )
        topic = sns.create_topic(Name="orders" + suffix, Attributes={"FifoTopic": "true"} if is_fifo else {})[
            "TopicArn"
        ]
        sns.subscribe(
            TopicArn=topic,
            Protocol="sqs",
            Endpoint=inbox.arn,
            Attributes={
                "RawMessageDelivery": "true",
                "FilterPolicy": '{"kind": ["a"]}',
                "RedrivePolicy": json.dumps({"deadLetterTargetArn": dead.arn}),
            },
        )
        published, faults = [], []
        for number, step in enumerate(steps):
            if step[0] == "wait":
                cloud.clock.advance(seconds=step[1])
            elif step[0] == "fail":
                faults.append(cloud.faults.error("sqs", "SendMessage", times=step[1]))
            elif step[0] in ("refuse", "allow"):
                policy = open_to_sns("inbox" + suffix) if step[0] == "allow" else ""
                sqs.set_queue_attributes(QueueUrl=inbox.url, Attributes={"Policy": policy})
            else:
                ids = {"MessageGroupId": step[2], "MessageDeduplicationId": str(number)} if is_fifo else {}
                sns.publish(
                    TopicArn=topic,
                    Message=f"{step[2]}{number}",
                    MessageAttributes={"kind": attribute(step[1])},
                    **ids,
                )
                published += [f"{step[2]}{number}"] * (step[1] == "a")
        for fault in faults:
            fault.remove()
        cloud.clock.advance(minutes=5)

        came, given_up = drained(inbox), drained(dead)

        assert sorted(came + given_up) == sorted(published)
        if is_fifo:
            for queue in (came, given_up):
                for group in "gh":
                    in_group = [text for text in queue if text[0] == group]
                    assert in_group == [text for text in published if text in in_group]


def drained(queue):
    found = []
    while bodies := queue.bodies():
        found += bodies
    return found
