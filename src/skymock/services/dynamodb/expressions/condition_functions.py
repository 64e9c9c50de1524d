"""The functions that are conditions: attribute_exists, attribute_type, begins_with, contains and the like."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions.operands import (
    Operand,
    check_distinct,
    check_sizes,
    check_types,
    refuse_type,
)
from skymock.services.dynamodb.values import TYPE_TAGS, AttributeValue, Item, equal

_PREFIXED_TYPES = frozenset({"S", "B"})


def bound_function(name: str, operands: list[Operand]) -> Callable[[Item], bool]:
    """The condition. Raises ValidationException for operands that the function does not take."""
    check_distinct(name, *operands)
    check_sizes(*operands)
    return _BINDERS[name](*operands)


def _attribute_exists(operand: Operand) -> Callable[[Item], bool]:
    _require_path("attribute_exists", operand)
    if operand.path is not None and len(operand.path) == 1:
        name = operand.path[0]
        return lambda item: name in item
    read = operand.read
    return lambda item: read(item) is not None


def _attribute_not_exists(operand: Operand) -> Callable[[Item], bool]:
    _require_path("attribute_not_exists", operand)
    read = operand.read
    return lambda item: read(item) is None


def _require_path(name: str, operand: Operand) -> None:
    if operand.path is None:
        raise ValidationException(
            f"Operator or function requires a document path; operator or function: {name}"
        )


def _attribute_type(operand: Operand, wanted: Operand) -> Callable[[Item], bool]:
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


def _begins_with(operand: Operand, prefix: Operand) -> Callable[[Item], bool]:
    check_types("begins_with", _PREFIXED_TYPES, operand, prefix)
    read, read_prefix = operand.read, prefix.read

    def begins(item: Item) -> bool:
        found, start = read(item), read_prefix(item)
        return found is not None and start is not None and begins_with(found, start)

    return begins


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    if "S" in value and "S" in prefix:
        return bool(value["S"].startswith(prefix["S"]))
    if "B" in value and "B" in prefix:
        return b64decode(value["B"]).startswith(b64decode(prefix["B"]))
    return False


def _contains(container: Operand, content: Operand) -> Callable[[Item], bool]:
    read, read_content = container.read, content.read

    def holds(item: Item) -> bool:
        found, sought = read(item), read_content(item)
        return found is not None and sought is not None and contains(found, sought)

    return holds


def contains(container: AttributeValue, content: AttributeValue) -> bool:
    """Whether a string or binary has the part, a set the member, a list the element."""
    for tag, payload in container.items():
        if tag == "L":
            return any(equal(element, content) for element in payload)
        member_tag = _MEMBER_TAGS.get(tag)
        if member_tag is None or member_tag not in content:
            return False
        sought = content[member_tag]
        if tag == "B":
            return b64decode(sought) in b64decode(payload)
        return sought in payload
    return False


_MEMBER_TAGS = {"S": "S", "B": "B", "SS": "S", "NS": "N", "BS": "B"}

_BINDERS: dict[str, Callable[..., Callable[[Item], bool]]] = {
    "attribute_exists": _attribute_exists,
    "attribute_not_exists": _attribute_not_exists,
    "attribute_type": _attribute_type,
    "begins_with": _begins_with,
    "contains": _contains,
}
