"""ExpressionAttributeNames and ExpressionAttributeValues, and what may stand beside them."""

from __future__ import annotations

import pytest

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import (
    ExpressionContext,
    parse_condition,
    parse_key_condition,
    parse_projection,
    parse_update,
)
from skymock.services.dynamodb.expressions.parameters import check_parameters


def refusal(function, *arguments, **options):
    with pytest.raises(ValidationException) as refused:
        function(*arguments, **options)
    return refused.value.message


@pytest.mark.parametrize(
    ("names", "values", "message"),
    [
        ({}, {}, "ExpressionAttributeNames must not be empty"),
        ({"a": "a"}, {}, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "a"'),
        ({"#": "a"}, None, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#"'),
        ({"#a-b": "a"}, None, 'ExpressionAttributeNames contains invalid key: Syntax error; key: "#a-b"'),
        (
            {"#a": ""},
            None,
            "ExpressionAttributeNames contains invalid value: Empty attribute name for key #a",
        ),
        (
            {"#" + "a" * 255: "a"},
            None,
            "ExpressionAttributeNames contains invalid key: "
            "The expression attribute map contains a key that is too long; size of key: 256",
        ),
        (None, {}, "ExpressionAttributeValues must not be empty"),
        (
            None,
            {":b": {"a": ""}, "b": {"S": "a"}},
            'ExpressionAttributeValues contains invalid key: Syntax error; key: "b"',
        ),
        (
            {"#a": "a" * 65536},
            None,
            "One or more parameter values were invalid: "
            "Attribute name is too large, must be less than 65536 bytes",
        ),
        (
            None,
            {":a": {"N": "b"}},
            "The parameter cannot be converted to a numeric value: b",
        ),
        (
            None,
            {f":{number}": {"S": "a" * 400_000} for number in range(6)},
            "ExpressionAttributeValues exceeds max size",
        ),
    ],
)
def test_wrong_placeholders_are_refused_before_any_expression(names, values, message):
    assert refusal(ExpressionContext, names, values) == message


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"N": ""}, "The parameter cannot be converted to a numeric value"),
        (
            {"SS": ["a", "a"]},
            "One or more parameter values were invalid: Input collection [a, a] contains duplicates.",
        ),
        ({}, "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"),
    ],
)
def test_the_older_wording_names_the_placeholder(value, message):
    assert refusal(ExpressionContext, None, {":b": value}, older=True) == (
        f"ExpressionAttributeValues contains invalid value: {message} for key :b"
    )


def test_the_older_wording_takes_right_values():
    context = ExpressionContext(None, {":b": {"N": "1.0"}}, older=True)
    assert context.value(":b") == {"N": "1"}


def test_a_placeholder_of_255_characters_is_taken():
    placeholder = ":" + "a" * 254
    assert ExpressionContext(None, {placeholder: {"S": "a"}}).value(placeholder) == {"S": "a"}


def test_placeholders_may_be_used_by_different_expressions():
    context = ExpressionContext(
        {"#a": "a", "#b": "b", "#c": "c"}, {":a": {"S": "a"}, ":b": {"S": "b"}, ":c": {"S": "c"}}
    )
    parse_update("SET #a = :a", context)
    parse_condition("#b = :b", context)
    parse_key_condition("pk = :c", context)
    parse_projection("#c", context)
    assert context.require_all_used() is None


def test_unused_names_are_refused_before_unused_values():
    context = ExpressionContext({"#a": "a", "#b": "b", "#c": "c"}, {":a": {"S": "a"}})
    parse_projection("#b", context)
    assert refusal(context.require_all_used) == (
        "Value provided in ExpressionAttributeNames unused in expressions: keys: {#a, #c}"
    )


def test_unused_values_are_refused():
    context = ExpressionContext(None, {":a": {"S": "a"}, ":b": {"S": "a"}, ":c": {"S": "a"}})
    parse_condition("a = :b", context)
    assert refusal(context.require_all_used) == (
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :c}"
    )


def test_a_placeholder_in_a_deep_place_counts_as_used():
    context = ExpressionContext({"#a": "a", "#b": "b"}, {":a": {"L": []}, ":b": {"L": []}, ":c": {"N": "1"}})
    parse_update("SET x = list_append(if_not_exists(y.#a[1].#b, :a), :b) REMOVE z", context)
    parse_condition("NOT (size(m) IN (:c) OR attribute_exists(pk))", context)
    assert context.require_all_used() is None


def test_expressions_do_not_stand_beside_what_they_replaced():
    message = refusal(
        check_parameters,
        {"ProjectionExpression": "", "FilterExpression": None, "KeyConditionExpression": ""},
        {"AttributesToGet": ["a"], "QueryFilter": None, "KeyConditions": {}},
    )
    assert message == (
        "Can not use both expression and non-expression parameters in the same request: "
        "Non-expression parameters: {AttributesToGet, KeyConditions} "
        "Expression parameters: {ProjectionExpression, KeyConditionExpression}"
    )


def test_names_need_an_expression():
    message = refusal(check_parameters, {"ConditionExpression": None}, {"Expected": {}}, {}, {})
    assert message == "ExpressionAttributeNames can only be specified when using expressions"


@pytest.mark.parametrize(
    ("older", "suffix"), [(False, ""), (True, ": FilterExpression and KeyConditionExpression are null")]
)
def test_values_need_an_expression_that_takes_them(older, suffix):
    expressions = {"ProjectionExpression": "a", "FilterExpression": None, "KeyConditionExpression": None}
    assert refusal(check_parameters, expressions, {}, None, {}, older=older) == (
        f"ExpressionAttributeValues can only be specified when using expressions{suffix}"
    )


def test_the_older_wording_names_a_single_expression():
    assert refusal(check_parameters, {"ConditionExpression": None}, {}, None, {}, older=True) == (
        "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"
    )


@pytest.mark.parametrize(
    ("expressions", "replaced"),
    [({"ConditionExpression": "a"}, {"Expected": None}), ({"ConditionExpression": None}, {"Expected": {}})],
)
def test_either_may_stand_alone(expressions, replaced):
    assert check_parameters(expressions, replaced) is None
