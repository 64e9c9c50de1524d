"""Filter policies: which messages a subscription gets."""

import json

import pytest

from tests.sns.conftest import deliveries


def text(value):
    return {"DataType": "String", "StringValue": value}


def number(value):
    return {"DataType": "Number", "StringValue": value}


def array(*values):
    return {"DataType": "String.Array", "StringValue": json.dumps(values)}


@pytest.fixture
def passes(sns, topic, subscribe, queue):
    """Whether a message with attributes passes a policy."""

    def passes(policy, attributes):
        subscribe(queue, FilterPolicy=json.dumps(policy), RawMessageDelivery="true")
        sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)
        return queue.bodies() == ["hello"]

    return passes


@pytest.fixture
def body_passes(sns, topic, subscribe, queue):
    """Whether a message passes a policy for bodies."""

    def passes(policy, message):
        subscribe(
            queue,
            FilterPolicy=json.dumps(policy),
            FilterPolicyScope="MessageBody",
            RawMessageDelivery="true",
        )
        message = message if isinstance(message, str) else json.dumps(message)
        sns.publish(TopicArn=topic, Message=message)
        return queue.bodies() == [message]

    return passes


@pytest.mark.parametrize(
    ("policy", "attributes", "expected"),
    [
        ({"a": ["x", "y"]}, {"a": text("y")}, True),
        ({"a": ["x", "y"]}, {"a": text("z")}, False),
        ({"a": ["x"]}, {"a": text("X")}, False),
        ({"a": ["x"]}, {}, False),
        ({"a": ["x"]}, {"a": text("x"), "b": text("z")}, True),
        ({"a": ["x"], "b": ["y"]}, {"a": text("x")}, False),
        ({"a": ["x"], "b": ["y"]}, {"a": text("x"), "b": text("y")}, True),
        ({"a": ["x"]}, {"a": array("w", "x")}, True),
        ({"a": ["x"]}, {"a": array("w")}, False),
        ({"a": ["[x"]}, {"a": {"DataType": "String.Array", "StringValue": "[x"}}, True),
        ({"a": [3]}, {"a": array("w", 3)}, True),
        ({"a": [True]}, {"a": array(True)}, True),
        ({"a": ["x"]}, {"a": {"DataType": "Binary", "BinaryValue": b"x"}}, False),
        ({"a": [{"prefix": "au"}]}, {"a": text("auto")}, True),
        ({"a": [{"suffix": "to"}]}, {"a": text("auto")}, True),
        ({"a": [{"suffix": "au"}]}, {"a": text("auto")}, False),
        ({"a": [{"equals-ignore-case": "AUTO"}]}, {"a": text("Auto")}, True),
        ({"a": [{"anything-but": ["x", "y"]}]}, {"a": text("z")}, True),
        ({"a": [{"anything-but": ["x", "y"]}]}, {"a": text("x")}, False),
        ({"a": [{"anything-but": ["x"]}]}, {"a": array("x", "z")}, True),
        ({"a": [{"anything-but": "x"}]}, {}, False),
        ({"a": [{"anything-but": {"prefix": "au"}}]}, {"a": text("bus")}, True),
        ({"a": [{"anything-but": {"prefix": "au"}}]}, {"a": text("auto")}, False),
        ({"a": [{"anything-but": [100, 500]}]}, {"a": number("101")}, True),
        ({"a": [{"anything-but": [100, 500]}]}, {"a": number("100.0")}, False),
        ({"a": [{"numeric": [">", 0, "<=", 100]}]}, {"a": number("99.12")}, True),
        ({"a": [{"numeric": [">", 0, "<=", 100]}]}, {"a": number("0")}, False),
        ({"a": [{"numeric": ["=", 301.5]}]}, {"a": number("3.015e2")}, True),
        ({"a": [{"numeric": ["=", 3]}]}, {"a": text("3")}, False),
        ({"a": [3]}, {"a": number("3.0")}, True),
        ({"a": ["3"]}, {"a": number("3")}, False),
        ({"a": [{"exists": True}]}, {"a": text("x")}, True),
        ({"a": [{"exists": True}]}, {"b": text("x")}, False),
        ({"a": [{"exists": False}]}, {"b": text("x")}, True),
        ({"a": [{"exists": False}]}, {"a": text("x")}, False),
        ({"a": [None, {"anything-but": "whatever"}]}, {}, True),
        ({"a": [None, {"anything-but": "whatever"}]}, {"a": text("whatever")}, False),
        ({"a": [{"cidr": "10.0.0.0/24"}]}, {"a": text("10.0.0.255")}, True),
        ({"a": [{"cidr": "10.0.0.0/24"}]}, {"a": text("10.0.1.0")}, False),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": text("y")}, True),
        ({"$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"b": text("x")}, False),
        ({"c": ["z"], "$or": [{"a": ["x"]}, {"b": ["y"]}]}, {"a": text("x")}, False),
        ({"a.b": ["x"]}, {"a.b": text("x")}, True),
    ],
)
def test_attributes(passes, policy, attributes, expected):
    assert passes(policy, attributes) is expected


@pytest.mark.parametrize(
    ("policy", "message", "expected"),
    [
        ({"a": ["x"]}, {"a": "x"}, True),
        ({"a": ["x"]}, {"a": "y"}, False),
        ({"a": ["x"]}, "no JSON", False),
        ({"a": ["x"]}, '["x"]', False),
        ({"a": [None]}, {"a": None}, True),
        ({"a": [None]}, {}, False),
        ({"a": [True]}, {"a": 1}, False),
        ({"a": [3]}, {"a": 3.0}, True),
        (
            {"object": {"key": [{"prefix": "auto-"}, "hardcodedvalue"]}},
            {"object": {"key": "auto-test"}},
            True,
        ),
        ({"object": {"key": [{"prefix": "auto-"}]}}, {"object": {"key": "test"}}, False),
        ({"object": {"key": [{"prefix": "auto-"}]}}, {"object": "auto-test"}, False),
        ({"object": {"nested": {"test": ["v"]}}}, {"object.nested.test": "v"}, True),
        ({"object": {"nested": {"test": ["v"]}}}, {"object.nested": {"test": "v"}}, True),
        ({"object.nested": {"test": ["v"]}}, {"object": {"nested.test": "v"}}, True),
        ({"a": {"b": [1], "c": [2]}}, {"a": {"b": 1}, "a.c": 2}, True),
        ({"headers": {"route-to": ["queue1"]}}, {"headers": {"route-to": ["queue1", "queue2"]}}, True),
        ({"headers": {"route-to": ["queue1"]}}, {"headers": {"route-to": ["queue2"]}}, False),
        (
            {"records": {"name": ["put"], "size": [{"numeric": [">", 10]}]}},
            {"records": [{"name": "put", "size": 1}, {"name": "delete", "size": 17}]},
            False,
        ),
        (
            {"records": {"name": ["put"], "object": {"key": [{"prefix": "auto-"}]}}},
            {"records": [{"name": "put", "object": [[{"key": "auto-1"}]]}, {"name": "delete"}]},
            True,
        ),
        ({"$or": [{"a": ["x"]}, {"b": {"c": ["y"]}}]}, {"b": {"c": "y"}}, True),
    ],
)
def test_bodies(body_passes, policy, message, expected):
    assert body_passes(policy, message) is expected


def test_each_message_of_a_batch_is_looked_at(sns, topic, subscribe, queue):
    subscribe(queue, FilterPolicy='{"attr1": [{"numeric": [">", 0, "<=", 100]}]}')

    sns.publish_batch(
        TopicArn=topic,
        PublishBatchRequestEntries=[
            {"Id": value, "Message": value, "MessageAttributes": {"attr1": number(value)}}
            for value in ("99", "111", "1")
        ],
    )

    assert queue.texts() == ["99", "1"]


def test_a_policy_holds_from_the_next_message_on(sns, topic, subscribe, queue):
    arn = subscribe(queue)
    sns.publish(TopicArn=topic, Message="before")

    sns.set_subscription_attributes(
        SubscriptionArn=arn, AttributeName="FilterPolicy", AttributeValue='{"a": ["x"]}'
    )
    sns.publish(TopicArn=topic, Message="after")

    assert queue.texts() == ["before"]


def test_a_message_that_nobody_wants_is_no_failure(sns, topic, subscribe, queue, make_queue, cloud):
    dead = make_queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn})
    subscribe(queue, FilterPolicy='{"a": ["x"]}', RedrivePolicy=policy)

    sns.publish(TopicArn=topic, Message="hello")

    assert queue.bodies() + dead.bodies() == []
    assert deliveries(cloud) == [f"sns Delivery orders to {queue.arn} → filtered out"]


FIVE = {name: ["x"] for name in "abcde"}


@pytest.mark.parametrize(
    ("policy", "scope", "reason"),
    [
        (
            {"a": {"b": ["x"]}},
            "MessageAttributes",
            "Filter policy scope MessageAttributes does not support nested filter policy",
        ),
        (
            {**FIVE, "f": ["x"]},
            "MessageAttributes",
            "FilterPolicy: Filter policy can not have more than 5 keys",
        ),
        (
            {"a": {**FIVE, "f": ["x"]}},
            "MessageBody",
            "FilterPolicy: Filter policy can not have more than 5 keys",
        ),
        ({"a": list("x" * 151)}, "MessageAttributes", "FilterPolicy: Filter policy is too complex"),
        (
            {"a": list("x" * 13), "b": list("x" * 12)},
            "MessageAttributes",
            "FilterPolicy: Filter policy is too complex",
        ),
        (
            {"a": {"b": {"c": list("1234")}}, "d": {"e": list("123")}, "f": list("123")},
            "MessageBody",
            "FilterPolicy: Filter policy is too complex",
        ),
        (
            {"$or": [{"a": list("x" * 100)}, {"b": list("x" * 51)}]},
            "MessageAttributes",
            "FilterPolicy: Filter policy is too complex",
        ),
    ],
)
def test_policies_that_are_too_much(sns, topic, subscribe, queue, refused, policy, scope, reason):
    arn = subscribe(queue, FilterPolicyScope=scope)

    later = refused(
        sns.set_subscription_attributes,
        SubscriptionArn=arn,
        AttributeName="FilterPolicy",
        AttributeValue=json.dumps(policy),
    )

    assert later == ("InvalidParameter", f"Invalid parameter: {reason}", 400)


def test_a_nested_policy_does_not_become_one_for_attributes(sns, subscribe, queue, refused):
    arn = subscribe(queue, FilterPolicyScope="MessageBody", FilterPolicy='{"a": {"b": ["x"]}}')

    answer = refused(
        sns.set_subscription_attributes,
        SubscriptionArn=arn,
        AttributeName="FilterPolicyScope",
        AttributeValue="MessageAttributes",
    )

    assert answer == (
        "InvalidParameter",
        "Invalid parameter: Filter policy scope MessageAttributes does not support nested filter policy",
        400,
    )


def at(policy, column):
    """Where AWS's parser stands, in the text that SNS makes of the policy."""
    source = json.dumps(policy, separators=(",", ":"))
    return f'\n at [Source: (String)"{source}"; line: 1, column: {column}]'


NO_STRING = "suffix match pattern must be a string"
NO_FLAG = "exists match pattern must be either true or false."


@pytest.mark.parametrize(
    ("alternatives", "column", "reason"),
    [
        ([["value"]], 10, "Match value must be String, number, true, false, or null"),
        ([{"wrong-operator": True}], 31, "Unrecognized match type wrong-operator"),
        ([{"suffix": "value", "prefix": "value2"}], 37, "Only one key allowed in match expression"),
        ([{}], 11, "Match expression name not found"),
        ([], 10, "Empty arrays are not allowed"),
        ("value", 9, '"key" must be an object or an array'),
        ([{"suffix": 100}], 22, NO_STRING),
        ([{"suffix": None}], 23, NO_STRING),
        ([{"suffix": []}], 20, NO_STRING),
        ([{"suffix": ["test", "test2"]}], 20, NO_STRING),
        ([{"exists": None}], 23, NO_FLAG),
        ([{"exists": "no"}], 20, NO_FLAG),
        ([{"numeric": []}], 22, "Invalid member in numeric match: ]"),
        ([{"numeric": ["operator"]}], 32, "Unrecognized numeric range operator: operator"),
        ([{"numeric": [1, "<="]}], 22, "Invalid member in numeric match: 1"),
        ([{"numeric": ["=", "000"]}], 26, "Value of equals must be numeric"),
        ([{"numeric": [">="]}], 26, "Value of >= must be numeric"),
        ([{"numeric": ["<", 100, ">", 10]}], 30, "Too many elements in numeric expression"),
        ([{"numeric": [">=", 1, ">", 2]}], 31, "Bad numeric range operator: >"),
        ([{"numeric": [">", 3, "<", 1]}], 33, "Bottom must be less than top"),
        ([{"numeric": [">", 20, "<="]}], 33, "Value of <= must be numeric"),
        ([{"numeric": [">", 20, 30]}], 30, "Bad value in numeric range: 30"),
        ([{"numeric": [">", 20, "test"]}], 34, "Bad numeric range operator: test"),
        ([{"numeric": [">", "20", "<", "30"]}], 26, "Value of > must be numeric"),
        ([{"numeric": [">", 20, "<", "30"]}], 33, "Value of < must be numeric"),
        (
            [{"numeric": [">", 20, "<", 30, "<", 50]}],
            36,
            "Too many terms in numeric range expression",
        ),
        (
            [{"anything-but": {"wrong-operator": None}}],
            47,
            "Unsupported anything-but pattern: wrong-operator",
        ),
        ([{"anything-but": {"suffix": "test"}}], 36, "Unsupported anything-but pattern: suffix"),
        ([{"anything-but": {"exists": False}}], 40, "Unsupported anything-but pattern: exists"),
        ([{"anything-but": {"prefix": False}}], 40, "prefix match pattern must be a string"),
    ],
)
def test_conditions_that_are_refused(sns, topic, refused, alternatives, column, reason):
    policy = {"key": alternatives}

    answer = refused(
        sns.subscribe,
        TopicArn=topic,
        Protocol="sms",
        Endpoint="+15550100",
        Attributes={"FilterPolicy": json.dumps(policy)},
    )

    message = f"Invalid parameter: Attributes Reason: FilterPolicy: {reason}{at(policy, column)}"
    assert answer == ("InvalidParameter", message, 400)


def test_a_mistake_deep_in_a_policy_is_found(sns, topic, subscribe, queue, refused):
    policy = {"a": ["x"], "b": {"c": ["y"], "d": {"suffix": "v"}}}

    _, message, _ = refused(
        sns.set_subscription_attributes,
        SubscriptionArn=subscribe(queue, FilterPolicyScope="MessageBody"),
        AttributeName="FilterPolicy",
        AttributeValue=json.dumps(policy),
    )

    assert message == (
        f'Invalid parameter: FilterPolicy: "suffix" must be an object or an array{at(policy, 42)}'
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (
            "{invalidjson}",
            "failed to parse JSON. Unexpected character ('i' (code 105)): was expecting double-quote to start field "
            'name\n at [Source: (String)"{invalidjson}"; line: 1, column: 3]',
        ),
        ("[1]", "failed to parse JSON. Filter is not an object"),
        ('{"a"', "failed to parse JSON. Expecting ':' delimiter: line 1 column 5 (char 4)"),
        ('{"a":' * 10_000, "Filter policy is too complex"),
        ('{"a": ["' + "x" * 262_144 + '"]}', "Filter policy is too large"),
    ],
)
def test_texts_that_are_no_policy(sns, subscribe, queue, refused, text, reason):
    answer = refused(
        sns.set_subscription_attributes,
        SubscriptionArn=subscribe(queue),
        AttributeName="FilterPolicy",
        AttributeValue=text,
    )

    assert answer == ("InvalidParameter", f"Invalid parameter: FilterPolicy: {reason}", 400)
