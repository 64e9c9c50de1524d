"""Key conditions: partitions and ranges. (dynalite, test/query.js; paritysuite/dynamodb-conformance)"""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import AttributeCondition, ExpressionContext, parse_key_condition
from skymock.services.dynamodb.values import order_key

S, N = "S", "N"
INVALID = "Invalid KeyConditionExpression: "
SCHEMA = "One or more parameter values were invalid: Condition parameter type does not match schema type"


def parsed(text, values=None, partition=(("pk", S),), sort=(("sk", S),), names=None):
    return parse_key_condition(text, ExpressionContext(names, values)).of_key(partition, sort)


def refusal(text, values=None, **key):
    with pytest.raises(ValidationException) as refused:
        parsed(text, values, **key)
    return refused.value.message


def test_a_partition_is_named_by_an_equality():
    condition = parsed("pk = :p", {":p": {"S": "a"}})
    assert condition.partition == {"pk": {"S": "a"}}
    assert condition.sort == {}


def test_names_may_be_placeholders():
    condition = parsed("#p = :p", {":p": {"S": "a"}}, names={"#p": "pk"})
    assert condition.partition == {"pk": {"S": "a"}}


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("sk = :a", "="),
        ("sk < :a", "<"),
        ("sk <= :a", "<="),
        ("sk > :a", ">"),
        ("sk >= :a", ">="),
        (":a = sk", "="),
        (":a < sk", ">"),
        (":a <= sk", ">="),
        (":a > sk", "<"),
        (":a >= sk", "<="),
        ("(sk = :a)", "="),
        ("begins_with(sk, :a)", "begins_with"),
    ],
)
def test_a_sort_key_has_one_condition(text, operator):
    values = {":p": {"S": "p"}, ":a": {"S": "a"}}
    for whole in (f"pk = :p AND {text}", f"{text} and pk = :p", f"(pk = :p AND {text})"):
        assert parsed(whole, values).sort == {"sk": AttributeCondition(operator, ({"S": "a"},))}


def test_a_sort_key_may_lie_between_two_values():
    condition = parsed(
        "pk = :p AND sk BETWEEN :a AND :b", {":p": {"S": "p"}, ":a": {"S": "a"}, ":b": {"S": "b"}}
    )
    assert condition.sort == {"sk": AttributeCondition("BETWEEN", ({"S": "a"}, {"S": "b"}))}


@pytest.mark.parametrize(
    ("operator", "operands", "inside", "outside"),
    [
        ("=", ["5"], ["5"], ["4", "6"]),
        ("<", ["5"], ["4", "-1"], ["5", "6"]),
        ("<=", ["5"], ["4", "5"], ["6"]),
        (">", ["5"], ["6", "50"], ["5", "4"]),
        (">=", ["5"], ["5", "6"], ["4"]),
        ("BETWEEN", ["5", "7"], ["5", "6.5", "7"], ["4", "8"]),
    ],
)
def test_bounds_enclose_what_the_condition_allows(operator, operands, inside, outside):
    bounds = AttributeCondition(operator, tuple({"N": operand} for operand in operands)).bounds()
    assert all(within(bounds, order_key({"N": number})) for number in inside)
    assert not any(within(bounds, order_key({"N": number})) for number in outside)


def within(bounds, key):
    low = bounds.low is None or (key > bounds.low if bounds.low_open else key >= bounds.low)
    high = bounds.high is None or (key < bounds.high if bounds.high_open else key <= bounds.high)
    return low and high


@given(st.text(), st.text())
def test_the_bounds_of_a_prefix_enclose_what_begins_with_it(prefix, text):
    bounds = AttributeCondition("begins_with", ({"S": prefix},)).bounds()
    assert within(bounds, text) == text.startswith(prefix)
    assert within(bounds, prefix + text)


@given(st.binary(max_size=3), st.binary(max_size=4))
def test_the_bounds_of_a_binary_prefix_enclose_what_begins_with_it(prefix, data):
    bounds = AttributeCondition("begins_with", ({"B": b64encode(prefix).decode()},)).bounds()
    assert within(bounds, data) == data.startswith(prefix)
    assert within(bounds, prefix + data)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f"{INVALID}The expression can not be empty;"),
        ("a > 4", f'{INVALID}Syntax error; token: "4", near: "> 4"'),
        (
            "pk = :missing",
            f"{INVALID}An expression attribute value used in expression is not defined; "
            "attribute value: :missing",
        ),
        ("a > b and size(b) > c or a > c", "Invalid operator used in KeyConditionExpression: OR"),
        ("a in (b, size(c), d)", "Invalid operator used in KeyConditionExpression: IN"),
        ("attribute_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_exists"),
        ("attribute_not_exists(a)", "Invalid operator used in KeyConditionExpression: attribute_not_exists"),
        ("contains(a.d, b)", "Invalid operator used in KeyConditionExpression: contains"),
        ("not a > b", "Invalid operator used in KeyConditionExpression: NOT"),
        ("a <> b", "Invalid operator used in KeyConditionExpression: <>"),
        (
            ":s between size(b) and size(a) and b > :s",
            "Invalid condition in KeyConditionExpression: "
            "BETWEEN operator must have the key attribute as its first operand",
        ),
        (
            "begins_with(:s, b) and a > :s",
            "Invalid condition in KeyConditionExpression: "
            "begins_with operator must have the key attribute as its first operand",
        ),
        ("size(b) > a AND c > :s", f"{INVALID}KeyConditionExpressions cannot contain nested operations"),
        (
            "a between size(b) and size(c)",
            f"{INVALID}KeyConditionExpressions cannot contain nested operations",
        ),
        (
            "b > a.b",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        (
            "begins_with(a, b)",
            "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
        ),
        ("a.d > c", f"{INVALID}KeyConditionExpressions cannot have conditions on nested attributes"),
        ("b[0] > :s", f"{INVALID}KeyConditionExpressions cannot have conditions on nested attributes"),
        (":s > :n AND a < :s", "Invalid condition in KeyConditionExpression: No key attribute specified"),
        (
            "pk = :s AND sk > :n AND sk < :n",
            f"{INVALID}KeyConditionExpressions must only contain one condition per key",
        ),
        (
            "pk = :s AND begins_with(sk, :n)",
            f"{INVALID}Incorrect operand type for operator or function; "
            "operator or function: begins_with, operand type: N",
        ),
        (
            "pk = :s AND :bool >= sk",
            f"{INVALID}Incorrect operand type for operator or function; "
            "operator or function: >=, operand type: BOOL",
        ),
        (
            "pk = :s AND begins_with(sk, :n) AND sk = :missing",
            f"{INVALID}Incorrect operand type for operator or function; "
            "operator or function: begins_with, operand type: N",
        ),
        ("sk = :s", "Query condition missed key schema element: pk"),
        ("extra = :s", "Query condition missed key schema element: pk"),
        ("pk = :s AND extra = :s", "Query condition missed key schema element: sk"),
        ("pk > :s", "Query key condition not supported"),
        ("pk = :n", SCHEMA),
        ("pk = :bool", SCHEMA),
        ("pk = :s AND sk = :n", SCHEMA),
        (
            "pk = :s AND sk > :s AND extra = :n",
            "The number of query conditions (3) exceeds the number of key attributes "
            "defined in the schema (2)",
        ),
    ],
)
def test_what_no_key_can_meet_is_refused(text, message):
    assert refusal(text, {":s": {"S": "a"}, ":n": {"N": "1"}, ":bool": {"BOOL": True}}) == message


def test_a_key_without_sort_key_takes_one_condition():
    assert refusal("pk = :s AND sk = :s", {":s": {"S": "a"}}, sort=()) == (
        "The number of query conditions (2) exceeds the number of key attributes defined in the schema (1)"
    )


PARTITIONS = (("p1", S), ("p2", N))
SORTS = (("a", S), ("b", S), ("c", N), ("d", S))
VALUES = {":s": {"S": "x"}, ":n": {"N": "1"}}


@pytest.mark.parametrize(
    ("sorted_by", "names"),
    [
        ("", []),
        (" AND a = :s", ["a"]),
        (" AND b = :s AND a = :s", ["a", "b"]),
        (" AND a = :s AND b < :s", ["a", "b"]),
        (" AND a = :s AND b = :s AND c = :n AND begins_with(d, :s)", ["a", "b", "c", "d"]),
    ],
)
def test_a_multi_attribute_key_is_met_from_the_left(sorted_by, names):
    condition = parsed(f"p1 = :s AND p2 = :n{sorted_by}", VALUES, partition=PARTITIONS, sort=SORTS)
    assert condition.partition == {"p1": {"S": "x"}, "p2": {"N": "1"}}
    assert list(condition.sort) == names


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("p1 = :s", "Query condition missed key schema element: p2"),
        ("p1 = :s AND p2 < :n", "Query key condition not supported"),
        (
            "p1 = :s AND p2 = :n AND a = :s AND c = :n",
            "RANGE key attributes b must have equality conditions specified in the query "
            "because a condition is present on key attribute c",
        ),
        (
            "p1 = :s AND p2 = :n AND a = :s AND b > :s AND c = :n",
            "RANGE key attributes b must have equality conditions specified in the query "
            "because a condition is present on key attribute c",
        ),
        (
            "p1 = :s AND p2 = :n AND b = :s",
            "RANGE key attributes a must have equality conditions specified in the query "
            "because a condition is present on key attribute b",
        ),
    ],
)
def test_a_multi_attribute_key_has_no_gaps(text, message):
    assert refusal(text, VALUES, partition=PARTITIONS, sort=SORTS) == message


@pytest.mark.parametrize(
    ("item", "meets"),
    [
        ({"a": {"S": "x"}, "b": {"S": "y"}}, True),
        ({"a": {"S": "x"}, "b": {"S": "x"}}, False),
        ({"a": {"S": "w"}, "b": {"S": "y"}}, False),
        ({"a": {"S": "x"}}, False),
        ({"a": {"S": "x"}, "b": {"N": "1"}}, False),
    ],
)
def test_an_item_is_in_range_when_all_conditions_hold(item, meets):
    condition = parsed("p1 = :s AND p2 = :n AND a = :s AND b > :s", VALUES, partition=PARTITIONS, sort=SORTS)
    assert condition.in_range(item) is meets
