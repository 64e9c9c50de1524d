"""The right-hand sides of SET: attributes, values, if_not_exists, list_append, + and -."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, TypeAlias

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.changes import WRONG_OPERAND
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.functions import UPDATE_ARITIES
from skymock.services.dynamodb.expressions.operands import refuse_type
from skymock.services.dynamodb.expressions.paths import ResolvedPath, reader, resolved
from skymock.services.dynamodb.numbers import added, subtracted
from skymock.services.dynamodb.values import AttributeValue, Item, type_of

NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"

Values: TypeAlias = Mapping[str, AttributeValue]
ValueReader: TypeAlias = Callable[[Item, Values], AttributeValue]
ValuesCheck: TypeAlias = Callable[[Values], None]


def compiled_operand(
    node: nodes.Operand, context: ExpressionContext, checks: list[ValuesCheck]
) -> ValueReader:
    """A function from the old item and a request's values to the operand's value. It raises ValidationException.

    Names are those of the context. `checks` gets what is to be checked of the values before, in AWS's order, or
    what refuses the operand whatever they are.
    """
    try:
        return _compiled(node, context, checks)
    except ValidationException as error:
        checks.append(partial(_refuse, error.message))
        return lambda _item, _values: {}  # that check comes first


def _compiled(node: nodes.Operand, context: ExpressionContext, checks: list[ValuesCheck]) -> ValueReader:
    if type(node) is nodes.Value:
        return value_reader(node)
    if type(node) is nodes.Path:
        return _existing(resolved(node, context))
    assert type(node) is nodes.Function
    operands = [compiled_operand(operand, context, checks) for operand in node.operands]
    _check_arity(node)
    return _COMPILERS[node.name](node, operands, context, checks)


def value_reader(node: nodes.Value) -> ValueReader:
    placeholder = node.placeholder
    return lambda _item, values: values[placeholder]


def _refuse(message: str, _values: Values) -> None:
    raise ValidationException(message)


def _existing(path: ResolvedPath) -> ValueReader:
    if len(path) == 1:
        return _existing_attribute(str(path[0]))
    read = reader(path)

    def read_existing(item: Item, _values: Values) -> AttributeValue:
        value = read(item)
        if value is None:
            raise ValidationException(NO_ATTRIBUTE)
        return value

    return read_existing


def _existing_attribute(name: str) -> ValueReader:
    def read_existing(item: Item, _values: Values) -> AttributeValue:
        value = item.get(name)
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


def _literals_check(node: nodes.Function, tag: str) -> ValuesCheck:
    placeholders = [operand.placeholder for operand in node.operands if type(operand) is nodes.Value]

    def check(values: Values) -> None:
        for placeholder in placeholders:
            value = values[placeholder]
            if tag not in value:
                refuse_type(node.name, type_of(value))

    return check


def _if_not_exists(
    node: nodes.Function, operands: list[ValueReader], context: ExpressionContext, checks: list[ValuesCheck]
) -> ValueReader:
    path = node.operands[0]
    if type(path) is not nodes.Path:
        raise ValidationException(
            "Operator or function requires a document path; operator or function: if_not_exists"
        )
    read, default = reader(resolved(path, context)), operands[1]

    def read_or_default(item: Item, values: Values) -> AttributeValue:
        value = read(item)
        return default(item, values) if value is None else value

    return read_or_default


def _list_append(
    node: nodes.Function, operands: list[ValueReader], context: ExpressionContext, checks: list[ValuesCheck]
) -> ValueReader:
    checks.append(_literals_check(node, "L"))
    first, second = operands

    def append(item: Item, values: Values) -> AttributeValue:
        return {"L": [*_payload(first(item, values), "L"), *_payload(second(item, values), "L")]}

    return append


def _arithmetic(
    node: nodes.Function, operands: list[ValueReader], context: ExpressionContext, checks: list[ValuesCheck]
) -> ValueReader:
    checks.append(_literals_check(node, "N"))
    left, right = operands
    compute = added if node.name == "+" else subtracted

    def calculate(item: Item, values: Values) -> AttributeValue:
        one = left(item, values)
        if "N" not in one:
            raise ValidationException(WRONG_OPERAND)
        other = right(item, values)
        if "N" not in other:
            raise ValidationException(WRONG_OPERAND)
        return {"N": compute(one["N"], other["N"])}

    return calculate


def _payload(value: AttributeValue, tag: str) -> Any:
    if tag not in value:
        raise ValidationException(WRONG_OPERAND)
    return value[tag]


_COMPILERS: dict[
    str,
    Callable[[nodes.Function, list[ValueReader], ExpressionContext, list[ValuesCheck]], ValueReader],
] = {
    "if_not_exists": _if_not_exists,
    "list_append": _list_append,
    "+": _arithmetic,
    "-": _arithmetic,
}
