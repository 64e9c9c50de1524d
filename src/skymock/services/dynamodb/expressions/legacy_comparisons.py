"""The comparison operators of Expected, QueryFilter, ScanFilter and KeyConditions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence

from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.expressions.paths import Reader, reader
from skymock.services.dynamodb.expressions.predicates import (
    Ordering,
    Predicate,
    begins_with,
    both_there,
    contains,
    equals_value,
    every,
    in_order_with_value,
    is_among,
    negated,
)
from skymock.services.dynamodb.values import AttributeValue, Item, checked_value, order_key, type_of

_SCALARS = frozenset({"S", "N", "B"})
_PREFIXED = frozenset({"S", "B"})
_CONTAINED = frozenset({"S", "N", "B", "BOOL", "NULL"})

# The types that an operator takes, where it does not take all. (dynalite, test/query.js)
_OPERAND_TYPES = {
    "LT": _SCALARS,
    "LE": _SCALARS,
    "GT": _SCALARS,
    "GE": _SCALARS,
    "IN": _SCALARS,
    "BETWEEN": _SCALARS,
    "BEGINS_WITH": _PREFIXED,
    "CONTAINS": _CONTAINED,
    "NOT_CONTAINS": _CONTAINED,
}


def checked_operands(comparison_operator: str, values: Sequence[AttributeValue]) -> list[AttributeValue]:
    """The values of an AttributeValueList in AWS's form. Raises ValidationException in AWS's order."""
    operands = [checked_value(value) for value in values]
    if not _takes(comparison_operator, len(operands)):
        raise ValidationException(
            f"{INVALID_PARAMETER}Invalid number of argument(s) for the "
            f"{comparison_operator} ComparisonOperator"
        )
    types = [type_of(operand) for operand in operands]
    if len(set(types)) > 1:
        raise ValidationException(
            f"{INVALID_PARAMETER}AttributeValues inside AttributeValueList must be of same type"
        )
    allowed = _OPERAND_TYPES.get(comparison_operator)
    if allowed is not None and types[0] not in allowed:
        raise ValidationException(
            f"{INVALID_PARAMETER}ComparisonOperator {comparison_operator} "
            f"is not valid for {types[0]} AttributeValue type"
        )
    if comparison_operator == "BETWEEN" and order_key(operands[0]) > order_key(operands[1]):
        raise ValidationException(
            "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound"
        )
    return operands


def _takes(comparison_operator: str, count: int) -> bool:
    if comparison_operator in {"NULL", "NOT_NULL"}:
        return count == 0
    if comparison_operator == "IN":
        return count > 0
    return count == (2 if comparison_operator == "BETWEEN" else 1)


def comparison(name: str, comparison_operator: str, operands: Sequence[AttributeValue]) -> Predicate:
    """The condition on the attribute; its operands have been checked."""
    return _COMPARISONS[comparison_operator](name, reader((name,)), operands)


def equality(name: str, value: AttributeValue) -> Predicate:
    return equals_value(reader((name,)), value)


def _ordered(ordering: Ordering) -> Callable[[str, Reader, Sequence[AttributeValue]], Predicate]:
    return lambda _name, read, operands: in_order_with_value(ordering, read, operands[0])


def _between(_name: str, read: Reader, operands: Sequence[AttributeValue]) -> Predicate:
    low, high = operands
    return every([in_order_with_value(operator.ge, read, low), in_order_with_value(operator.le, read, high)])


def _constant(value: AttributeValue) -> Reader:
    return lambda _item: value


def _among(_name: str, read: Reader, operands: Sequence[AttributeValue]) -> Predicate:
    return is_among(read, [_constant(operand) for operand in operands])


def _not_contains(_name: str, read: Reader, operands: Sequence[AttributeValue]) -> Predicate:
    (content,) = operands

    def holds(item: Item) -> bool:
        # An attribute that is not there neither contains nor does not. (ScyllaDB, test_expected.py)
        found = read(item)
        return found is not None and not contains(found, content)

    return holds


_COMPARISONS: dict[str, Callable[[str, Reader, Sequence[AttributeValue]], Predicate]] = {
    "EQ": lambda _name, read, operands: equals_value(read, operands[0]),
    "NE": lambda _name, read, operands: negated(equals_value(read, operands[0])),
    "LT": _ordered(operator.lt),
    "LE": _ordered(operator.le),
    "GT": _ordered(operator.gt),
    "GE": _ordered(operator.ge),
    "BETWEEN": _between,
    "IN": _among,
    "BEGINS_WITH": lambda _name, read, operands: both_there(begins_with, read, _constant(operands[0])),
    "CONTAINS": lambda _name, read, operands: both_there(contains, read, _constant(operands[0])),
    "NOT_CONTAINS": _not_contains,
    "NULL": lambda name, _read, _operands: lambda item: name not in item,
    "NOT_NULL": lambda name, _read, _operands: lambda item: name in item,
}
