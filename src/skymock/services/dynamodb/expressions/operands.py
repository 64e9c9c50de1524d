"""Operands of conditions, bound to names and values: what is known of them, and how to read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.functions import CONDITION_ARITIES
from skymock.services.dynamodb.expressions.paths import Reader, ResolvedPath, reader, resolved, shown
from skymock.services.dynamodb.sizes import binary_size
from skymock.services.dynamodb.values import AttributeValue, Item, type_of


class Operand:
    """path: of a document path. value: of a `:value`. size_of: of size(). type: its type tag, when known."""

    __slots__ = ("path", "read", "size_of", "type", "value")

    def __init__(
        self,
        read: Reader,
        path: ResolvedPath | None = None,
        value: AttributeValue | None = None,
        size_of: Operand | None = None,
        type: str | None = None,  # noqa: A002 - AWS's word
    ) -> None:
        self.read = read
        self.path = path
        self.value = value
        self.size_of = size_of
        self.type = type


def bound_operand(node: nodes.Operand, context: ExpressionContext, paths: list[ResolvedPath]) -> Operand:
    """The operand with its names and values; its paths are added to `paths`."""
    if type(node) is nodes.Path:
        path = resolved(node, context)
        paths.append(path)
        return Operand(reader(path), path=path)
    if type(node) is nodes.Value:
        value = context.value(node.placeholder)
        return Operand(lambda _item: value, value=value, type=type_of(value))
    assert type(node) is nodes.Function
    inner = [bound_operand(operand, context, paths) for operand in node.operands]
    return Operand(_size_reader(inner[0].read), size_of=inner[0], type="N")


def check_arities(*operands: nodes.Operand) -> None:
    """Refuse a function with too many or too few operands, the innermost first."""
    for operand in operands:
        if type(operand) is nodes.Function:
            check_arities(*operand.operands)
            if len(operand.operands) != CONDITION_ARITIES[operand.name]:
                raise ValidationException(
                    "Incorrect number of operands for operator or function; "
                    f"operator or function: {operand.name}, number of operands: {len(operand.operands)}"
                )


def check_distinct(operator: str, first: Operand, *others: Operand) -> None:
    """Refuse a path that is compared with itself."""
    path = first.path
    if path is None:
        return
    for other in others:
        if other.path == path:
            raise ValidationException(
                "The first operand must be distinct from the remaining operands "
                "for this operator or function; "
                f"operator: {operator}, first operand: {shown(path)}"
            )


def check_types(operator: str, allowed: frozenset[str], *operands: Operand) -> None:
    """Refuse an operand of a type that is known and that the operator does not take."""
    for operand in operands:
        if operand.type is not None and operand.type not in allowed:
            refuse_type(operator, operand.type)


_SIZED_TYPES = frozenset({"S", "B", "SS", "NS", "BS", "L", "M"})


def check_sizes(*operands: Operand) -> None:
    """Refuse size() of what has no size, the innermost first."""
    for operand in operands:
        if operand.size_of is not None:
            check_sizes(operand.size_of)
            check_types("size", _SIZED_TYPES, operand.size_of)


def refuse_type(operator: str, tag: str) -> None:
    raise ValidationException(
        "Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {tag}"
    )


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": len,
    "B": binary_size,
    "SS": len,
    "NS": len,
    "BS": len,
    "L": len,
    "M": len,
}


def _size_reader(read: Reader) -> Reader:
    def read_size(item: Item) -> AttributeValue | None:
        value = read(item)
        if value is not None:
            for tag, payload in value.items():
                measure = _SIZES.get(tag)
                if measure is not None:
                    return {"N": str(measure(payload))}
        return None

    return read_size
