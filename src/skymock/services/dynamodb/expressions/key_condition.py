"""Key condition expressions: which partition a Query reads, and which range of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.condition import parse_condition
from skymock.services.dynamodb.expressions.condition_parser import parsed_condition
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.paths import resolved
from skymock.services.dynamodb.values import (
    INVALID_PARAMETER,
    ORDER_KEYS,
    AttributeValue,
    Item,
    OrderKey,
    order_key,
    type_of,
)

KeySchema = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class AttributeCondition:
    """A condition on one key attribute. operator of a KeyCondition: =, <, <=, >, >=, BETWEEN, begins_with."""

    operator: str
    operands: tuple[AttributeValue, ...]

    def bounds(self) -> Bounds:
        return _BOUNDS[self.operator](*map(order_key, self.operands))


class Bounds(NamedTuple):
    """A range of order keys. None is no bound; an open bound is not itself in the range."""

    low: OrderKey | None = None
    high: OrderKey | None = None
    low_open: bool = False
    high_open: bool = False


class KeyCondition(NamedTuple):
    """What a Query asks of a key.

    partition: the value of each partition key attribute. sort: conditions on the leading sort key attributes,
    in the order of the schema; all but the last are equalities. Mostly there is one of either.
    """

    partition: Mapping[str, AttributeValue]
    sort: Mapping[str, AttributeCondition]

    def in_range(self, item: Item) -> bool:
        """Whether the sort key attributes of an item of the partition meet the conditions."""
        for name, condition in self.sort.items():
            value = item.get(name)
            if value is None or not _meets(value, condition):
                return False
        return True


def parse_key_condition(text: str, context: ExpressionContext) -> KeyConditions:
    """The conditions of a KeyConditionExpression, one for each attribute. Raises ValidationException.

    AWS checks so much before it looks at the table; then `KeyConditions.of_key` compares with its schema.
    """
    try:
        node = parsed_condition(text)
    except ValidationException as error:
        raise _refused(error.message) from None
    clauses = node.conditions if type(node) is nodes.And else (node,)
    conditions: dict[str, AttributeCondition] = {}
    for clause in clauses:
        if not _add_plain(clause, context, conditions):
            # Anything unusual is checked as a condition first, as AWS does, and in full.
            parse_condition(text, context, "KeyConditionExpression")
            conditions.clear()
            _collect(node, context, conditions)
            break
    return KeyConditions(conditions)


def _add_plain(
    node: nodes.ConditionNode, context: ExpressionContext, conditions: dict[str, AttributeCondition]
) -> bool:
    """Add a clause of the usual form, an attribute compared with a value; False for all others."""
    if type(node) is nodes.Comparison and node.operator in _MIRRORED:
        operator, path, value, types = node.operator, node.left, node.right, ORDER_KEYS
    elif type(node) is nodes.Function and node.name == "begins_with" and len(node.operands) == 2:
        operator, (path, value), types = node.name, node.operands, _PREFIXES
    else:
        return False
    if type(path) is not nodes.Path or type(value) is not nodes.Value or len(path.elements) > 1:
        return False
    try:
        (name,) = resolved(path, context)
        operand = context.value(value.placeholder)
    except ValidationException:
        return False
    if name in conditions or type_of(operand) not in types:
        return False
    conditions[str(name)] = AttributeCondition(operator, (operand,))
    return True


_PREFIXES = {tag: ORDER_KEYS[tag] for tag in ("S", "B")}


class KeyConditions:
    """Conditions on attributes, not yet known to be a key's."""

    __slots__ = ("conditions",)

    def __init__(self, conditions: Mapping[str, AttributeCondition]) -> None:
        self.conditions = conditions

    def of_key(self, partition: KeySchema, sort: KeySchema) -> KeyCondition:
        """The conditions as those of a key, given by its attributes' names and types. Raises likewise."""
        conditions = dict(self.conditions)
        if len(conditions) > len(partition) + len(sort):
            raise ValidationException(
                f"The number of query conditions ({len(conditions)}) exceeds the number of key attributes "
                f"defined in the schema ({len(partition) + len(sort)})"
            )
        values = {}
        for name, tag in partition:
            condition = conditions.pop(name, None)
            if condition is None:
                raise ValidationException(f"Query condition missed key schema element: {name}")
            if condition.operator != "=":
                raise ValidationException("Query key condition not supported")
            _check_type(condition, tag)
            values[name] = condition.operands[0]
        return KeyCondition(values, self._of_sort_key(conditions, sort))

    def _of_sort_key(
        self, conditions: dict[str, AttributeCondition], sort: KeySchema
    ) -> dict[str, AttributeCondition]:
        if not conditions:
            return {}
        names = [name for name, _ in sort]
        if not conditions.keys() <= set(names):
            missed = next(name for name in names if name not in conditions)
            raise ValidationException(f"Query condition missed key schema element: {missed}")
        last = max(names.index(name) for name in conditions)
        _require_equalities(names[:last], names[last], conditions)
        for name, tag in sort[: last + 1]:
            _check_type(conditions[name], tag)
            if conditions[name].operator not in _BOUNDS:
                raise ValidationException("Attempted conditional constraint is not an indexable operation")
        return {name: conditions[name] for name in names[: last + 1]}


def _require_equalities(leading: list[str], last: str, conditions: dict[str, AttributeCondition]) -> None:
    unequal = [name for name in leading if name not in conditions or conditions[name].operator != "="]
    if unequal:
        raise ValidationException(
            f"RANGE key attributes {', '.join(unequal)} must have equality conditions specified in the query "
            f"because a condition is present on key attribute {last}"
        )


def _check_type(condition: AttributeCondition, tag: str) -> None:
    for operand in condition.operands:
        if tag not in operand:
            raise ValidationException(
                f"{INVALID_PARAMETER}Condition parameter type does not match schema type"
            )


def _collect(
    node: nodes.ConditionNode, context: ExpressionContext, conditions: dict[str, AttributeCondition]
) -> None:
    if type(node) is nodes.And:
        for condition in node.conditions:
            _collect(condition, context, conditions)
        return
    operator, operands = _parts(node)
    name, others, mirrored = _key_and_values(operator, operands, context)
    if name in conditions:
        raise _refused("KeyConditionExpressions must only contain one condition per key")
    conditions[name] = AttributeCondition(_MIRRORED[operator] if mirrored else operator, others)


def _refused(message: str) -> ValidationException:
    # Some of these came without the parameter's name before. (paritysuite, queryKeyConditionOperands.test.ts)
    return ValidationException(f"Invalid KeyConditionExpression: {message}")


_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _parts(node: nodes.ConditionNode) -> tuple[str, tuple[nodes.Operand, ...]]:
    if type(node) is nodes.Comparison and node.operator in _MIRRORED:
        return node.operator, (node.left, node.right)
    if type(node) is nodes.Between:
        operands = (node.operand, node.low, node.high)
        _require_key_first("BETWEEN", operands)
        return "BETWEEN", operands
    if type(node) is nodes.Function and node.name == "begins_with":
        _require_key_first(node.name, node.operands)
        return node.name, node.operands
    raise ValidationException(f"Invalid operator used in KeyConditionExpression: {_operator_name(node)}")


def _operator_name(node: nodes.ConditionNode) -> str:
    if type(node) is nodes.Comparison:
        return node.operator
    if type(node) is nodes.Function:
        return node.name
    return type(node).__name__.upper()


def _require_key_first(operator: str, operands: tuple[nodes.Operand, ...]) -> None:
    if type(operands[0]) is not nodes.Path:
        raise ValidationException(
            f"Invalid condition in KeyConditionExpression: {operator} operator "
            "must have the key attribute as its first operand"
        )


def _key_and_values(
    operator: str, operands: tuple[nodes.Operand, ...], context: ExpressionContext
) -> tuple[str, tuple[AttributeValue, ...], bool]:
    """The attribute's name, the values it is compared with, and whether they stand on its left."""
    name: str | None = None
    mirrored = False
    values = []
    for position, operand in enumerate(operands):
        if type(operand) is nodes.Function:
            raise _refused("KeyConditionExpressions cannot contain nested operations")
        if type(operand) is nodes.Value:
            values.append(context.value(operand.placeholder))
            continue
        assert type(operand) is nodes.Path
        if name is not None:
            raise ValidationException(
                "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"
            )
        path = resolved(operand, context)
        if len(path) > 1:
            raise _refused("KeyConditionExpressions cannot have conditions on nested attributes")
        name = str(path[0])
        mirrored = position > 0
    if name is None:
        raise ValidationException("Invalid condition in KeyConditionExpression: No key attribute specified")
    return name, tuple(values), mirrored


# Ranges


def _prefix_bounds(prefix: Any) -> Bounds:
    return Bounds(low=prefix, high=_after_prefix(prefix), high_open=True)


def _after_prefix(prefix: str | bytes) -> str | bytes | None:
    """The first order key that is above all that begin with the prefix."""
    if isinstance(prefix, bytes):
        shorter = prefix.rstrip(b"\xff")
        return shorter[:-1] + bytes([shorter[-1] + 1]) if shorter else None
    shorter_text = prefix.rstrip(chr(0x10FFFF))
    return shorter_text[:-1] + chr(ord(shorter_text[-1]) + 1) if shorter_text else None


_BOUNDS: dict[str, Callable[..., Bounds]] = {
    "=": lambda key: Bounds(low=key, high=key),
    "<": lambda key: Bounds(high=key, high_open=True),
    "<=": lambda key: Bounds(high=key),
    ">": lambda key: Bounds(low=key, low_open=True),
    ">=": lambda key: Bounds(low=key),
    "BETWEEN": lambda low, high: Bounds(low=low, high=high),
    "begins_with": _prefix_bounds,
}


def _meets(value: AttributeValue, condition: AttributeCondition) -> bool:
    ((tag, payload),) = value.items()
    if tag not in condition.operands[0]:
        return False
    key, bounds = ORDER_KEYS[tag](payload), condition.bounds()
    above = bounds.low is None or (key > bounds.low if bounds.low_open else key >= bounds.low)
    below = bounds.high is None or (key < bounds.high if bounds.high_open else key <= bounds.high)
    return bool(above and below)
