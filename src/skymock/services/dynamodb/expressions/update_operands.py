"""The right-hand sides of SET: attributes, values, if_not_exists, list_append, + and -."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.changes import WRONG_OPERAND
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.functions import UPDATE_ARITIES
from skymock.services.dynamodb.expressions.operands import refuse_type
from skymock.services.dynamodb.expressions.paths import reader, resolved
from skymock.services.dynamodb.numbers import added, subtracted
from skymock.services.dynamodb.values import AttributeValue, Item, type_of

NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"

ValueReader: TypeAlias = Callable[[Item], AttributeValue]


def bound_operand(node: nodes.Operand, context: ExpressionContext) -> ValueReader:
    """A function from the old item to the operand's value. Both raise ValidationException."""
    if type(node) is nodes.Value:
        value = context.value(node.placeholder)
        return lambda _item: value
    if type(node) is nodes.Path:
        return _existing(node, context)
    assert type(node) is nodes.Function
    operands = [bound_operand(operand, context) for operand in node.operands]
    _check_arity(node)
    return _BINDERS[node.name](node, operands, context)


def _existing(node: nodes.Path, context: ExpressionContext) -> ValueReader:
    read = reader(resolved(node, context))

    def read_existing(item: Item) -> AttributeValue:
        value = read(item)
        if value is None:
            raise ValidationException(NO_ATTRIBUTE)
        return value

    return read_existing


def _check_arity(node: nodes.Function) -> None:
    if len(node.operands) != UPDATE_ARITIES.get(node.name, 2):
        raise ValidationException(
            "Incorrect number of operands for operator or function; "
            f"operator or function: {node.name}, number of operands: {len(node.operands)}"
        )


def _check_literals(node: nodes.Function, tag: str, context: ExpressionContext) -> None:
    for operand in node.operands:
        if type(operand) is nodes.Value:
            found = type_of(context.value(operand.placeholder))
            if found != tag:
                refuse_type(node.name, found)


def _if_not_exists(
    node: nodes.Function, operands: list[ValueReader], context: ExpressionContext
) -> ValueReader:
    path = node.operands[0]
    if type(path) is not nodes.Path:
        raise ValidationException(
            "Operator or function requires a document path; operator or function: if_not_exists"
        )
    read, default = reader(resolved(path, context)), operands[1]

    def read_or_default(item: Item) -> AttributeValue:
        value = read(item)
        return default(item) if value is None else value

    return read_or_default


def _list_append(
    node: nodes.Function, operands: list[ValueReader], context: ExpressionContext
) -> ValueReader:
    _check_literals(node, "L", context)
    first, second = operands
    return lambda item: {"L": [*_payload(first(item), "L"), *_payload(second(item), "L")]}


def _arithmetic(node: nodes.Function, operands: list[ValueReader], context: ExpressionContext) -> ValueReader:
    _check_literals(node, "N", context)
    left, right = operands
    compute = added if node.name == "+" else subtracted
    return lambda item: {"N": compute(_payload(left(item), "N"), _payload(right(item), "N"))}


def _payload(value: AttributeValue, tag: str) -> Any:
    if tag not in value:
        raise ValidationException(WRONG_OPERAND)
    return value[tag]


_BINDERS: dict[str, Callable[[nodes.Function, list[ValueReader], ExpressionContext], ValueReader]] = {
    "if_not_exists": _if_not_exists,
    "list_append": _list_append,
    "+": _arithmetic,
    "-": _arithmetic,
}
