"""The parameters that expressions replaced, made into the same objects.

expected_condition(Expected, ConditionalOperator)        -> Condition
filter_condition(QueryFilter or ScanFilter, ConditionalOperator) -> Condition
key_conditions(KeyConditions)                            -> KeyConditions
attribute_updates(AttributeUpdates)                      -> Update
attributes_to_get(AttributesToGet)                       -> Projection
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.expressions.changes import Addition, Assignment, Change, Deletion, Removal
from skymock.services.dynamodb.expressions.condition import Condition
from skymock.services.dynamodb.expressions.key_condition import AttributeCondition, KeyConditions
from skymock.services.dynamodb.expressions.legacy_comparisons import checked_operands, comparison, equality
from skymock.services.dynamodb.expressions.predicates import Predicate, every, some
from skymock.services.dynamodb.expressions.projection import Projection
from skymock.services.dynamodb.expressions.update import Plan, Update
from skymock.services.dynamodb.expressions.update_operands import ValueReader
from skymock.services.dynamodb.values import AttributeValue, checked_value, type_of

Parameter: TypeAlias = Mapping[str, Any]

TYPE_MISMATCH = "Type mismatch for attribute to update"


def filter_condition(filters: Mapping[str, Parameter], operator: str | None = None) -> Condition:
    """The condition of a QueryFilter or ScanFilter. Raises ValidationException."""
    predicates = [
        _compared(name, condition["ComparisonOperator"], condition.get("AttributeValueList"))
        for name, condition in filters.items()
    ]
    return _joined(filters, predicates, operator)


def expected_condition(expected: Mapping[str, Parameter], operator: str | None = None) -> Condition:
    """The condition of Expected. Raises ValidationException."""
    predicates = [_expectation(name, condition) for name, condition in expected.items()]
    return _joined(expected, predicates, operator)


def _joined(names: Iterable[str], predicates: Sequence[Predicate], operator: str | None) -> Condition:
    if operator is not None and len(predicates) < 2:
        if not predicates:
            raise ValidationException("ConditionalOperator cannot be used without Filter or Expected")
        raise ValidationException(
            "ConditionalOperator can only be used when Filter or Expected has two or more elements"
        )
    holds = some(predicates) if operator == "OR" else every(predicates)
    return Condition(holds, tuple((name,) for name in names))


def _compared(name: str, operator: str, values: Sequence[AttributeValue] | None) -> Predicate:
    return comparison(name, operator, checked_operands(operator, values or ()))


def _expectation(name: str, condition: Parameter) -> Predicate:
    operator, values = condition.get("ComparisonOperator"), condition.get("AttributeValueList")
    value, exists = condition.get("Value"), condition.get("Exists")
    if values is not None and value is not None:
        raise _refused(f"Value and AttributeValueList cannot be used together for Attribute: {name}")
    if operator is not None:
        if exists is not None:
            raise _refused(f"Exists and ComparisonOperator cannot be used together for Attribute: {name}")
        if value is None and values is None and operator not in {"NULL", "NOT_NULL"}:
            raise _refused(
                "Value or AttributeValueList must be used with "
                f"ComparisonOperator: {operator} for Attribute: {name}"
            )
        return _compared(name, operator, values if value is None else [value])
    if values is not None:
        raise _refused(f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}")
    return _existence(name, exists, value)


def _existence(name: str, exists: bool | None, value: AttributeValue | None) -> Predicate:
    if exists is False:
        if value is not None:
            raise _refused(f"Value cannot be used when Exists is false for Attribute: {name}")
        return lambda item: name not in item
    if value is None:
        shown = "null" if exists is None else "true"
        raise _refused(f"Value must be provided when Exists is {shown} for Attribute: {name}")
    return equality(name, checked_value(value))


def _refused(message: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + message)


# The operators of keys as expressions write them; the others are refused when the key is known.
_KEY_OPERATORS = {
    "EQ": "=",
    "LT": "<",
    "LE": "<=",
    "GT": ">",
    "GE": ">=",
    "BEGINS_WITH": "begins_with",
}


def key_conditions(conditions: Mapping[str, Parameter]) -> KeyConditions:
    """KeyConditions, not yet compared with a key's schema. Raises ValidationException."""
    found = {}
    for name, condition in conditions.items():
        operator: str = condition["ComparisonOperator"]
        operands = checked_operands(operator, condition.get("AttributeValueList") or ())
        found[name] = AttributeCondition(_KEY_OPERATORS.get(operator, operator), tuple(operands))
    if not 1 <= len(found) <= 2:
        raise ValidationException("Conditions can be of length 1 or 2 only")
    return KeyConditions(found)


def attributes_to_get(names: Sequence[str]) -> Projection:
    """The projection of AttributesToGet, whose names are never paths. Raises ValidationException."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise _refused(f"Duplicate value in attribute name: {name}")
        seen.add(name)
    return Projection([(name,) for name in names])


_SET_TYPES = frozenset({"SS", "NS", "BS"})
_ADDABLE_TYPES = _SET_TYPES | {"N", "L"}


def attribute_updates(updates: Mapping[str, Parameter]) -> Update:
    """The update of AttributeUpdates, whose names are never paths. Raises ValidationException."""
    readers: list[ValueReader] = []
    changes = [
        _change(update.get("Action") or "PUT", update.get("Value"), readers) for update in updates.values()
    ]
    return Update(Plan([(name,) for name in updates], changes, readers), {})


def _change(action: str, value: AttributeValue | None, readers: list[ValueReader]) -> Change:
    if value is None:
        if action != "DELETE":
            raise _refused("Only DELETE action is allowed when no attribute value is specified")
        return Removal()
    checked = checked_value(value)
    tag = type_of(checked)
    position = len(readers)
    readers.append(lambda _item, _values: checked)
    if action == "DELETE":
        if tag not in _SET_TYPES:
            raise _refused(f"DELETE action with value is not supported for the type {tag}")
        return Deletion(position, TYPE_MISMATCH)
    if action == "ADD":
        if tag not in _ADDABLE_TYPES:
            raise _refused(f"ADD action is not supported for the type {tag}")
        return Addition(position, TYPE_MISMATCH)
    return Assignment(position)
