"""Expected, QueryFilter, ScanFilter, KeyConditions, AttributeUpdates, AttributesToGet.

(dynalite, test/query.js, test/scan.js and test/putItem.js; ScyllaDB, test_expected.py: run against AWS)
"""

from __future__ import annotations

import pytest

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import AttributeCondition
from skymock.services.dynamodb.expressions.legacy import (
    attribute_updates,
    attributes_to_get,
    expected_condition,
    filter_condition,
    key_conditions,
)

INVALID = "One or more parameter values were invalid: "
ITEM = {
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "b": {"B": "aGkgdGhlcmU="},
    "ns": {"NS": ["2", "4", "7"]},
    "els": {"L": [{"N": "2"}, {"S": "x"}]},
    "nil": {"NULL": True},
    "ss": {"SS": ["a", "b"]},
}


def condition(operator, *values):
    return {"ComparisonOperator": operator, "AttributeValueList": list(values)}


def refusal(function, *arguments):
    with pytest.raises(ValidationException) as refused:
        function(*arguments)
    return refused.value.message


@pytest.mark.parametrize(
    ("name", "operator", "values", "holds"),
    [
        ("n", "EQ", [{"N": "5.0"}], True),
        ("n", "EQ", [{"S": "5"}], False),
        ("nil", "EQ", [{"NULL": True}], True),
        ("els", "EQ", [{"L": [{"N": "2"}, {"S": "x"}]}], True),
        ("gone", "EQ", [{"N": "5"}], False),
        ("n", "NE", [{"N": "5"}], False),
        ("n", "NE", [{"S": "5"}], True),
        ("gone", "NE", [{"N": "5"}], True),
        ("n", "LT", [{"N": "6"}], True),
        ("n", "LT", [{"N": "5"}], False),
        ("n", "LE", [{"N": "5"}], True),
        ("n", "GT", [{"N": "4"}], True),
        ("n", "GE", [{"N": "5"}], True),
        ("s", "GT", [{"N": "5"}], False),
        ("gone", "LT", [{"N": "5"}], False),
        ("n", "BETWEEN", [{"N": "5"}, {"N": "6"}], True),
        ("n", "BETWEEN", [{"N": "6"}, {"N": "7"}], False),
        ("n", "IN", [{"N": "4"}, {"N": "5"}], True),
        ("ns", "IN", [{"N": "4"}], False),
        ("s", "BEGINS_WITH", [{"S": "hell"}], True),
        ("b", "BEGINS_WITH", [{"B": "aGk="}], True),
        ("n", "BEGINS_WITH", [{"S": "5"}], False),
        ("s", "CONTAINS", [{"S": "ell"}], True),
        ("ns", "CONTAINS", [{"N": "4"}], True),
        ("els", "CONTAINS", [{"N": "2"}], True),
        ("gone", "CONTAINS", [{"N": "2"}], False),
        ("s", "NOT_CONTAINS", [{"S": "dog"}], True),
        ("s", "NOT_CONTAINS", [{"N": "1"}], True),
        ("ns", "NOT_CONTAINS", [{"N": "4"}], False),
        ("gone", "NOT_CONTAINS", [{"N": "4"}], False),
        ("gone", "NULL", [], True),
        ("nil", "NULL", [], False),
        ("nil", "NOT_NULL", [], True),
        ("gone", "NOT_NULL", [], False),
    ],
)
def test_an_operator_compares_an_attribute(name, operator, values, holds):
    compared = condition(operator, *values)
    assert filter_condition({name: compared}).holds(ITEM) is holds
    assert expected_condition({name: compared}).holds(ITEM) is holds


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        *((operator, []) for operator in ["EQ", "NE", "LE", "CONTAINS", "BEGINS_WITH", "IN", "BETWEEN"]),
        *((operator, [{"S": "a"}, {"S": "a"}]) for operator in ["EQ", "GT", "NOT_CONTAINS", "NULL"]),
        ("NULL", [{"S": "a"}]),
        ("NOT_NULL", [{"S": "a"}]),
        ("BETWEEN", [{"S": "a"}, {"S": "a"}, {"S": "a"}]),
    ],
)
def test_an_operator_takes_so_many_values(operator, values):
    message = f"{INVALID}Invalid number of argument(s) for the {operator} ComparisonOperator"
    assert refusal(filter_condition, {"a": condition(operator, *values)}) == message
    assert refusal(key_conditions, {"a": condition(operator, *values)}) == message


CONTAINERS = [{"SS": ["a"]}, {"NS": ["1"]}, {"BS": ["abcd"]}, {"M": {}}, {"L": []}]
NOT_SCALAR = [{"BOOL": True}, {"NULL": True}, *CONTAINERS]


@pytest.mark.parametrize(
    ("operator", "wrong"),
    [
        *((operator, NOT_SCALAR) for operator in ["LT", "LE", "GT", "GE", "IN", "BETWEEN"]),
        *((operator, CONTAINERS) for operator in ["CONTAINS", "NOT_CONTAINS"]),
        ("BEGINS_WITH", [{"N": "1"}, *NOT_SCALAR]),
    ],
)
def test_an_operator_takes_such_values(operator, wrong):
    for value in wrong:
        values = [value, value] if operator == "BETWEEN" else [value]
        (tag,) = value
        assert refusal(filter_condition, {"a": condition(operator, *values)}) == (
            f"{INVALID}ComparisonOperator {operator} is not valid for {tag} AttributeValue type"
        )


@pytest.mark.parametrize(
    ("compared", "message"),
    [
        (
            condition("EQ", {"N": "b"}),
            "The parameter cannot be converted to a numeric value: b",
        ),
        (
            condition("EQ", {}),
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        ),
        (
            condition("IN", {"S": "b"}, {"N": "1"}),
            f"{INVALID}AttributeValues inside AttributeValueList must be of same type",
        ),
        (
            condition("BETWEEN", {"S": "b"}, {"S": "a"}),
            "The BETWEEN condition was provided a range "
            "where the lower bound is greater than the upper bound",
        ),
    ],
)
def test_wrong_values_are_refused(compared, message):
    assert refusal(filter_condition, {"a": compared}) == message


@pytest.mark.parametrize(
    ("expected", "holds"),
    [
        ({}, True),
        ({"s": {"Value": {"S": "hello"}}}, True),
        ({"s": {"Value": {"S": "hello"}, "Exists": True}}, True),
        ({"s": {"Value": {"S": "x"}}}, False),
        ({"gone": {"Value": {"S": "x"}}}, False),
        ({"ss": {"Value": {"SS": ["b", "a"]}}}, True),
        ({"gone": {"Exists": False}}, True),
        ({"s": {"Exists": False}}, False),
        ({"n": {"Value": {"N": "4"}, "ComparisonOperator": "GT"}}, True),
        ({"s": {"Exists": False}, "gone": {"Exists": False}}, False),
    ],
)
def test_expected_may_name_a_value_or_none(expected, holds):
    assert expected_condition(expected).holds(ITEM) is holds


@pytest.mark.parametrize(
    ("expected", "message"),
    [
        ({}, "Value must be provided when Exists is null for Attribute: a"),
        ({"Exists": True}, "Value must be provided when Exists is true for Attribute: a"),
        (
            {"Exists": False, "Value": {"S": "a"}},
            "Value cannot be used when Exists is false for Attribute: a",
        ),
        (
            {"Value": {"S": "a"}, "AttributeValueList": []},
            "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            {"ComparisonOperator": "EQ", "Exists": True},
            "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            {"ComparisonOperator": "EQ"},
            "Value or AttributeValueList must be used with ComparisonOperator: EQ for Attribute: a",
        ),
        (
            {"AttributeValueList": []},
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        (
            {"Exists": True, "AttributeValueList": []},
            "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
    ],
)
def test_expected_that_says_two_things_or_none_is_refused(expected, message):
    assert refusal(expected_condition, {"a": expected}) == INVALID + message


@pytest.mark.parametrize(("operator", "holds"), [(None, False), ("AND", False), ("OR", True)])
def test_conditions_are_joined_by_the_conditional_operator(operator, holds):
    filters = {"s": condition("EQ", {"S": "hello"}), "n": condition("EQ", {"N": "6"})}
    assert filter_condition(filters, operator).holds(ITEM) is holds


def test_a_conditional_operator_needs_conditions():
    assert refusal(expected_condition, {}, "OR") == (
        "ConditionalOperator cannot be used without Filter or Expected"
    )


def test_a_conditional_operator_needs_two_conditions():
    assert refusal(expected_condition, {"a": {"Exists": False}}, "AND") == (
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    )


def test_a_filter_names_its_attributes():
    filters = {"a.b": condition("NULL"), "c": condition("NULL")}
    assert filter_condition(filters).paths == (("a.b",), ("c",))


@pytest.mark.parametrize(
    ("operator", "values", "written"),
    [
        ("EQ", [{"S": "a"}], "="),
        ("LT", [{"S": "a"}], "<"),
        ("LE", [{"S": "a"}], "<="),
        ("GT", [{"S": "a"}], ">"),
        ("GE", [{"S": "a"}], ">="),
        ("BEGINS_WITH", [{"S": "a"}], "begins_with"),
        ("BETWEEN", [{"S": "a"}, {"S": "b"}], "BETWEEN"),
    ],
)
def test_key_conditions_are_those_of_expressions(operator, values, written):
    conditions = key_conditions({"pk": condition("EQ", {"S": "p"}), "sk": condition(operator, *values)})
    key = conditions.of_key([("pk", "S")], [("sk", "S")])
    assert key.partition == {"pk": {"S": "p"}}
    assert key.sort == {"sk": AttributeCondition(written, tuple(values))}


def test_other_operators_are_no_key_conditions():
    conditions = key_conditions({"pk": condition("EQ", {"S": "p"}), "sk": condition("NE", {"S": "a"})})
    assert refusal(conditions.of_key, [("pk", "S")], [("sk", "S")]) == (
        "Attempted conditional constraint is not an indexable operation"
    )


@pytest.mark.parametrize("names", ["", "abc"])
def test_there_are_one_or_two_key_conditions(names):
    conditions = {name: condition("NULL") for name in names}
    assert refusal(key_conditions, conditions) == "Conditions can be of length 1 or 2 only"


def test_attributes_to_get_are_no_paths():
    item = {"a.b": {"S": "x"}, "a": {"M": {"b": {"S": "y"}}}, "c": {"S": "z"}}
    assert attributes_to_get(["a.b", "gone"]).of(item) == {"a.b": {"S": "x"}}


def test_an_attribute_is_got_once():
    assert refusal(attributes_to_get, ["a", "b", "a"]) == (f"{INVALID}Duplicate value in attribute name: a")


@pytest.mark.parametrize(
    ("updates", "expected"),
    [
        ({"n": {"Value": {"N": "1.0"}}}, {"n": {"N": "1"}}),
        ({"a.b": {"Action": "PUT", "Value": {"S": "x"}}}, {"a.b": {"S": "x"}}),
        ({"n": {"Action": "DELETE"}}, {"n": None}),
        ({"gone": {"Action": "DELETE"}}, {"gone": None}),
        ({"ss": {"Action": "DELETE", "Value": {"SS": ["b", "z"]}}}, {"ss": {"SS": ["a"]}}),
        ({"ss": {"Action": "DELETE", "Value": {"SS": ["a", "b"]}}}, {"ss": None}),
        ({"n": {"Action": "ADD", "Value": {"N": "2"}}}, {"n": {"N": "7"}}),
        ({"new": {"Action": "ADD", "Value": {"N": "2"}}}, {"new": {"N": "2"}}),
        ({"ss": {"Action": "ADD", "Value": {"SS": ["b", "c"]}}}, {"ss": {"SS": ["a", "b", "c"]}}),
        (
            {"els": {"Action": "ADD", "Value": {"L": [{"S": "y"}]}}},
            {"els": {"L": [{"N": "2"}, {"S": "x"}, {"S": "y"}]}},
        ),
    ],
)
def test_attributes_are_updated(updates, expected):
    after = attribute_updates(updates).apply(ITEM)
    assert {name: after.get(name) for name in expected} == expected
    assert after.keys() - expected.keys() == ITEM.keys() - expected.keys()


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ({}, f"{INVALID}Only DELETE action is allowed when no attribute value is specified"),
        ({"Action": "ADD"}, f"{INVALID}Only DELETE action is allowed when no attribute value is specified"),
        ({"Value": {"N": "x"}}, "The parameter cannot be converted to a numeric value: x"),
        *(
            (
                {"Action": "DELETE", "Value": value},
                f"{INVALID}DELETE action with value is not supported for the type {next(iter(value))}",
            )
            for value in [{"S": "1"}, {"N": "1"}, {"B": "Yg=="}, {"NULL": True}, {"M": {}}, {"L": []}]
        ),
        *(
            (
                {"Action": "ADD", "Value": value},
                f"{INVALID}ADD action is not supported for the type {next(iter(value))}",
            )
            for value in [{"S": "1"}, {"B": "Yg=="}, {"NULL": True}, {"BOOL": True}, {"M": {}}]
        ),
    ],
)
def test_a_wrong_attribute_update_is_refused(update, message):
    assert refusal(attribute_updates, {"a": update}) == message


@pytest.mark.parametrize(
    "update",
    [
        {"Action": "DELETE", "Value": {"NS": ["1"]}},
        {"Action": "ADD", "Value": {"NS": ["1"]}},
        {"Action": "ADD", "Value": {"N": "1"}},
    ],
)
def test_an_attribute_of_another_type_is_not_updated(update):
    message = refusal(attribute_updates({"ss": update}).apply, ITEM)
    assert message == "Type mismatch for attribute to update"
