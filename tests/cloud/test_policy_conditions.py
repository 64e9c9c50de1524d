"""The condition operators of policies, by the table of the IAM User Guide."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.cloud.policies import MalformedPolicyDocumentException, identity_policy, is_allowed


def is_met(condition, keys):
    document = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition}],
    }
    return is_allowed([identity_policy(json.dumps(document))], "s3:GetObject", "*", keys)


@pytest.mark.parametrize(
    ("operator", "expected", "actual", "met"),
    [
        ("StringEquals", "a", "a", True),
        ("StringEquals", "a", "A", False),
        ("StringEquals", ["a", "b"], "b", True),
        ("StringEquals", "a*", "ab", False),
        ("StringEquals", "a", None, False),
        ("stringequals", "a", "a", True),
        ("StringNotEquals", "a", "b", True),
        ("StringNotEquals", "a", "a", False),
        ("StringNotEquals", ["a", "b"], "b", False),
        ("StringNotEquals", "a", None, True),
        ("StringEqualsIgnoreCase", "a", "A", True),
        ("StringNotEqualsIgnoreCase", "a", "A", False),
        ("StringLike", "a*c?", "abbcd", True),
        ("StringLike", "a*c?", "abbc", False),
        ("StringLike", "A*", "ab", False),
        ("StringLike", "a${*}", "a*", True),
        ("StringLike", "a${*}", "ab", False),
        ("StringNotLike", "a*", "abc", False),
        ("StringNotLike", "a*", "bc", True),
        ("StringNotLike", "a*", None, True),
        ("NumericEquals", "10", "10.0", True),
        ("NumericEquals", 10, "10", True),
        ("NumericEquals", "10", "ten", False),
        ("NumericNotEquals", "10", "9", True),
        ("NumericLessThan", "10", "9", True),
        ("NumericLessThan", "10", "10", False),
        ("NumericLessThanEquals", "10", "10", True),
        ("NumericGreaterThan", "10", "11", True),
        ("NumericGreaterThan", "10", "9", False),
        ("NumericGreaterThanEquals", "10", "10", True),
        ("NumericGreaterThanEquals", "10", None, False),
        ("DateEquals", "2024-03-01T12:00:00Z", "2024-03-01T13:00:00+01:00", True),
        ("DateNotEquals", "2024-03-01", "2024-03-02", True),
        ("DateLessThan", "2024-03-01T12:00:00Z", "2024-03-01T11:59:59Z", True),
        ("DateLessThan", "1709294400", "2024-03-01T11:59:59Z", True),
        ("DateLessThanEquals", "2024-03-01T12:00:00Z", "1709294400", True),
        ("DateGreaterThan", "2024-03-01T12:00:00Z", "2024-03-01T12:00:00Z", False),
        ("DateGreaterThanEquals", "2024-03-01T12:00:00Z", "2024-03-01T12:00:00Z", True),
        ("DateGreaterThan", "2024-03-01", "some day", False),
        ("Bool", "true", "true", True),
        ("Bool", True, "true", True),
        ("Bool", "True", "true", True),
        ("Bool", "false", "true", False),
        ("Bool", "false", None, False),
        ("BoolIfExists", "false", None, True),
        ("BoolIfExists", "false", "true", False),
        ("BinaryEquals", "QmluYXJ5", "QmluYXJ5", True),
        ("BinaryEquals", "QmluYXJ5", "Qmlu", False),
        ("BinaryEquals", "QmluYXJ5", "?", False),
        ("IpAddress", "203.0.113.0/24", "203.0.113.7", True),
        ("IpAddress", "203.0.113.0/24", "203.0.114.7", False),
        ("IpAddress", "203.0.113.7", "203.0.113.7", True),
        ("IpAddress", ["10.0.0.0/8", "2001:db8::/32"], "2001:db8::1", True),
        ("IpAddress", "203.0.113.0/24", "nowhere", False),
        ("NotIpAddress", "203.0.113.0/24", "203.0.114.7", True),
        ("NotIpAddress", "203.0.113.0/24", "203.0.113.7", False),
        ("ArnEquals", "arn:aws:sns:*:1:topic", "arn:aws:sns:eu-west-1:1:topic", True),
        ("ArnLike", "arn:aws:sns:*:1:t*", "arn:aws:sns:eu-west-1:1:topic", True),
        ("ArnLike", "arn:aws:sns:*:1:t?", "arn:aws:sns:eu-west-1:1:topic", False),
        ("ArnLike", "arn:aws:sns:*", "arn:aws:sns:eu-west-1:1:topic", False),
        ("ArnLike", "arn:aws:s3:::bucket/*", "arn:aws:s3:::bucket/a:b/c", True),
        ("ArnNotEquals", "arn:aws:sns:*:1:topic", "arn:aws:sns:eu-west-1:2:topic", True),
        ("ArnNotLike", "arn:aws:sns:*:1:*", "arn:aws:sns:eu-west-1:1:topic", False),
        ("StringEqualsIfExists", "a", None, True),
        ("StringEqualsIfExists", "a", "b", False),
        ("StringNotEqualsIfExists", "a", "a", False),
        ("Null", "true", None, True),
        ("Null", "true", "a", False),
        ("Null", "false", "a", True),
        ("Null", False, None, False),
    ],
)
def test_an_operator_compares_a_key_of_the_request(operator, expected, actual, met):
    keys = {} if actual is None else {"aws:somekey": actual}
    assert is_met({operator: {"aws:SomeKey": expected}}, keys) is met


@pytest.mark.parametrize(
    ("operator", "expected", "actual", "met"),
    [
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAllValues:StringEquals", ["a", "b"], None, True),
        ("ForAllValues:StringEquals", ["a", "b"], [], True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "d"], True),
        ("ForAllValues:StringNotEquals", ["a", "b"], ["c", "a"], False),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c", "b"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c"], False),
        ("ForAnyValue:StringEquals", ["a", "b"], None, False),
        ("ForAnyValue:StringEquals", ["a", "b"], [], False),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "c"], True),
        ("ForAnyValue:StringNotEquals", ["a", "b"], ["a", "b"], False),
        ("ForAnyValue:StringNotEquals", ["a", "b"], None, False),
        ("ForAnyValue:StringEqualsIfExists", ["a"], None, True),
        ("ForAnyValue:StringLike", "a*", ["b", "ab"], True),
        ("ForAnyValue:NumericGreaterThan", "5", ["1", "7"], True),
        ("StringEquals", "a", ["b", "a"], True),
        ("StringNotEquals", "a", ["b", "a"], False),
    ],
)
def test_a_key_of_many_values_is_compared_with_each(operator, expected, actual, met):
    keys = {} if actual is None else {"dynamodb:leadingkeys": actual}
    assert is_met({operator: {"dynamodb:LeadingKeys": expected}}, keys) is met


def test_all_operators_and_keys_have_to_be_met():
    condition = {"StringEquals": {"aws:a": "1", "aws:b": "2"}, "Bool": {"aws:c": "true"}}
    met = {"aws:a": "1", "aws:b": "2", "aws:c": "true"}
    assert is_met(condition, met)
    assert not any(is_met(condition, met | {key: "other"}) for key in met)


def test_a_variable_stands_in_a_condition_too():
    condition = {"StringLike": {"s3:prefix": ["home/${aws:username}/*"]}}
    assert is_met(condition, {"s3:prefix": "home/alice/x", "aws:username": "alice"})
    assert not is_met(condition, {"s3:prefix": "home/bob/x", "aws:username": "alice"})
    assert not is_met(condition, {"s3:prefix": "home/bob/x", "aws:username": "*"})


def test_a_number_takes_no_variable():
    with pytest.raises(MalformedPolicyDocumentException):
        is_met({"NumericEquals": {"aws:a": "${aws:b}"}}, {"aws:a": "1", "aws:b": "1"})


@pytest.mark.parametrize(
    "condition",
    [
        {"StringIs": {"aws:a": "1"}},
        {"ForSomeValues:StringEquals": {"aws:a": "1"}},
        {"NullIfExists": {"aws:a": "true"}},
        {"NumericEquals": {"aws:a": "one"}},
        {"DateEquals": {"aws:a": "some day"}},
        {"IpAddress": {"aws:SourceIp": "somewhere"}},
        {"BinaryEquals": {"aws:a": "no base64"}},
        {"StringEquals": {"aws:a": {"b": "c"}}},
        {"StringEquals": "a"},
        ["StringEquals"],
    ],
)
def test_a_condition_that_says_nothing_is_malformed(condition):
    with pytest.raises(MalformedPolicyDocumentException) as caught:
        is_met(condition, {})
    assert caught.value.message == "Syntax errors in policy."


OPPOSITES = [
    ("StringEquals", "StringNotEquals"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
    ("StringLike", "StringNotLike"),
    ("ArnLike", "ArnNotLike"),
]


@given(
    st.sampled_from(OPPOSITES),
    st.lists(st.text("aAb*?:", max_size=5), min_size=1, max_size=3),
    st.none() | st.text("aAb*?:", max_size=5),
)
def test_a_negated_operator_is_the_opposite_whatever_the_values(operators, expected, actual):
    keys = {} if actual is None else {"aws:a": actual}
    plain, negated = (is_met({operator: {"aws:a": expected}}, keys) for operator in operators)
    assert plain is not negated


@given(st.integers(), st.integers())
def test_numbers_are_in_one_order(expected, actual):
    keys = {"aws:a": str(actual)}
    met = [
        is_met({f"Numeric{operator}": {"aws:a": str(expected)}}, keys)
        for operator in ("LessThan", "Equals", "GreaterThan")
    ]
    assert met == [actual < expected, actual == expected, actual > expected]
