"""The functions that are conditions: attribute_exists, attribute_type, begins_with, contains and the like."""

from __future__ import annotations

from collections.abc import Callable

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions.operands import (
    Operand,
    check_distinct,
    check_sizes,
    check_types,
    refuse_type,
)
from skymock.services.dynamodb.expressions.predicates import Predicate, begins_with, both_there, contains
from skymock.services.dynamodb.values import TYPE_TAGS, Item

_PREFIXED_TYPES = frozenset({"S", "B"})


def bound_function(name: str, operands: list[Operand]) -> Predicate:
    """The condition. Raises ValidationException for operands that the function does not take."""
    check_distinct(name, *operands)
    check_sizes(*operands)
    return _BINDERS[name](*operands)


def _attribute_exists(operand: Operand) -> Predicate:
    _require_path("attribute_exists", operand)
    if operand.path is not None and len(operand.path) == 1:
        name = operand.path[0]
        return lambda item: name in item
    read = operand.read
    return lambda item: read(item) is not None


def _attribute_not_exists(operand: Operand) -> Predicate:
    _require_path("attribute_not_exists", operand)
    read = operand.read
    return lambda item: read(item) is None


def _require_path(name: str, operand: Operand) -> None:
    if operand.path is None:
        raise ValidationException(
            f"Operator or function requires a document path; operator or function: {name}"
        )


def _attribute_type(operand: Operand, wanted: Operand) -> Predicate:
    if wanted.type != "S" or wanted.value is None:
        # AWS shows all types for a path, in no fixed order. (dynalite, test/scan.js)
        refuse_type("attribute_type", wanted.type or "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}")
    assert wanted.value is not None
    tag = wanted.value["S"]
    if tag not in TYPE_TAGS:
        raise ValidationException(
            f"Invalid attribute type name found; type: {tag}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}"
        )
    read = operand.read

    def has_type(item: Item) -> bool:
        found = read(item)
        return found is not None and tag in found

    return has_type


def _begins_with(operand: Operand, prefix: Operand) -> Predicate:
    check_types("begins_with", _PREFIXED_TYPES, operand, prefix)
    return both_there(begins_with, operand.read, prefix.read)


def _contains(container: Operand, content: Operand) -> Predicate:
    return both_there(contains, container.read, content.read)


_BINDERS: dict[str, Callable[..., Predicate]] = {
    "attribute_exists": _attribute_exists,
    "attribute_not_exists": _attribute_not_exists,
    "attribute_type": _attribute_type,
    "begins_with": _begins_with,
    "contains": _contains,
}
