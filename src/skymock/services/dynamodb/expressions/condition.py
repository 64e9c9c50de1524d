"""Condition and filter expressions, bound to a request's names and values: closures over an item."""

from __future__ import annotations

import operator
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.condition_functions import bound_function
from skymock.services.dynamodb.expressions.condition_parser import parsed_condition
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.operands import (
    Operand,
    bound_operand,
    check_arities,
    check_distinct,
    check_sizes,
    check_types,
)
from skymock.services.dynamodb.expressions.paths import ResolvedPath
from skymock.services.dynamodb.expressions.predicates import (
    Ordering,
    Predicate,
    equals_other,
    equals_value,
    every,
    in_order,
    in_order_with_value,
    is_among,
    negated,
    some,
)
from skymock.services.dynamodb.sizes import binary_size
from skymock.services.dynamodb.values import AttributeValue, order_key

MAX_IN_CANDIDATES = 100

_ORDERED_TYPES = frozenset({"S", "N", "B"})
_ORDERINGS: dict[str, Ordering] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class Condition:
    """A condition on an item. `holds(item)` is whether it is true; `paths` are what it reads."""

    __slots__ = ("holds", "paths")

    def __init__(self, holds: Predicate, paths: tuple[ResolvedPath, ...] = ()) -> None:
        self.holds = holds
        self.paths = paths


def parse_condition(text: str, context: ExpressionContext, kind: str = "ConditionExpression") -> Condition:
    """The condition of a ConditionExpression or, by `kind`, a FilterExpression."""
    try:
        if "#" in text or ":" in text:
            return _bound_condition(text, context)
        return _constant_condition(text)
    except ValidationException as error:
        raise ValidationException(f"Invalid {kind}: {error.message}") from None


@lru_cache(maxsize=1024)
def _constant_condition(text: str) -> Condition:
    return _bound_condition(text, ExpressionContext())


def _bound_condition(text: str, context: ExpressionContext) -> Condition:
    paths: list[ResolvedPath] = []
    holds = bound(parsed_condition(text), context, paths)
    return Condition(holds, tuple(paths))


def bound(node: nodes.ConditionNode, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    """A condition node with its names and values; its paths are added to `paths`."""
    return _BINDERS[type(node)](node, context, paths)


def _bound_function(node: nodes.Function, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    operands = [bound_operand(operand, context, paths) for operand in node.operands]
    check_arities(node)
    return bound_function(node.name, operands)


def _bound_comparison(
    node: nodes.Comparison, context: ExpressionContext, paths: list[ResolvedPath]
) -> Predicate:
    left = bound_operand(node.left, context, paths)
    right = bound_operand(node.right, context, paths)
    check_arities(node.left, node.right)
    check_distinct(node.operator, left, right)
    check_sizes(left, right)
    if node.operator == "=":
        return _equals(left, right)
    if node.operator == "<>":
        return negated(_equals(left, right))
    check_types(node.operator, _ORDERED_TYPES, left, right)
    return _in_order(_ORDERINGS[node.operator], left, right)


def _equals(left: Operand, right: Operand) -> Predicate:
    if left.value is not None and right.value is None:
        left, right = right, left
    if right.value is not None:
        return equals_value(left.read, right.value)
    return equals_other(left.read, right.read)


def _in_order(ordering: Ordering, left: Operand, right: Operand) -> Predicate:
    if right.value is not None:
        return in_order_with_value(ordering, left.read, right.value)
    return in_order(ordering, left.read, right.read)


def _bound_between(node: nodes.Between, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    operand, low, high = (bound_operand(part, context, paths) for part in (node.operand, node.low, node.high))
    check_arities(node.operand, node.low, node.high)
    check_distinct("BETWEEN", operand, low, high)
    check_sizes(operand, low, high)
    check_types("BETWEEN", _ORDERED_TYPES, operand, low, high)
    if low.value is not None and high.value is not None:
        check_bounds(low.value, high.value)
    above, below = _in_order(operator.ge, operand, low), _in_order(operator.le, operand, high)
    return lambda item: above(item) and below(item)


def check_bounds(low: AttributeValue, high: AttributeValue) -> None:
    if low.keys() != high.keys():
        requirement = "same data type for lower and upper bounds"
    elif order_key(low) > order_key(high):
        requirement = "upper bound to be greater than or equal to lower bound"
    else:
        return
    raise ValidationException(
        f"The BETWEEN operator requires {requirement}; lower bound operand: {_shown(low)}, "
        f"upper bound operand: {_shown(high)}"
    )


def _shown(value: AttributeValue) -> str:
    ((tag, payload),) = value.items()
    if tag == "B":
        size = binary_size(payload)
        payload = f"java.nio.HeapByteBuffer[pos=0 lim={size} cap={size}]"
    return f"AttributeValue: {{{tag}:{payload}}}"


def _bound_in(node: nodes.In, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    operand = bound_operand(node.operand, context, paths)
    candidates = [bound_operand(candidate, context, paths) for candidate in node.candidates]
    check_arities(node.operand, *node.candidates)
    if len(candidates) > MAX_IN_CANDIDATES:
        raise ValidationException(
            f"The IN operator is provided with too many operands; number of operands: {len(candidates)}"
        )
    check_distinct("IN", operand, *candidates)
    check_sizes(operand, *candidates)
    return is_among(operand.read, [candidate.read for candidate in candidates])


def _bound_not(node: nodes.Not, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    return negated(bound(node.condition, context, paths))


def _bound_and(node: nodes.And, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    conditions = [bound(condition, context, paths) for condition in node.conditions]
    return every(conditions)


def _bound_or(node: nodes.Or, context: ExpressionContext, paths: list[ResolvedPath]) -> Predicate:
    conditions = [bound(condition, context, paths) for condition in node.conditions]
    return some(conditions)


_BINDERS: dict[type, Callable[[Any, ExpressionContext, list[ResolvedPath]], Predicate]] = {
    nodes.Comparison: _bound_comparison,
    nodes.Function: _bound_function,
    nodes.Between: _bound_between,
    nodes.In: _bound_in,
    nodes.Not: _bound_not,
    nodes.And: _bound_and,
    nodes.Or: _bound_or,
}
