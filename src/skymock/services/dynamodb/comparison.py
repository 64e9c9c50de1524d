"""How checked attribute values compare: their order, their equality, their type and depth."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from decimal import Decimal
from typing import Any, TypeAlias

from skymock.services.dynamodb.sizes import AttributeValue, Item

OrderKey: TypeAlias = Any


def _text_key(payload: str) -> str:
    # Python orders text by code point, which is the order of its UTF-8 bytes.
    return payload


ORDER_KEYS: dict[str, Callable[[str], OrderKey]] = {
    "S": _text_key,
    "N": Decimal,
    "B": b64decode,
}


def order_key(value: AttributeValue) -> OrderKey:
    """A Python value that sorts as AWS sorts: S by its UTF-8 bytes, N by number, B by unsigned bytes.

    Keys of one type compare with each other only. Other types have no order: KeyError.
    """
    ((tag, payload),) = value.items()
    return ORDER_KEYS[tag](payload)


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Whether two checked values are equal: of one type, sets in any order, all the way down."""
    if left == right:
        return True
    tag = type_of(left)
    if tag not in right:
        return False
    compare = _DEEP_EQUALITY.get(tag)
    return compare is not None and compare(left[tag], right[tag])


def _equal_sets(left: list[str], right: list[str]) -> bool:
    return len(left) == len(right) and set(left) == set(right)


def _equal_lists(left: list[AttributeValue], right: list[AttributeValue]) -> bool:
    return len(left) == len(right) and all(map(equal, left, right))


def _equal_maps(left: Item, right: Item) -> bool:
    return left.keys() == right.keys() and all(equal(value, right[name]) for name, value in left.items())


_DEEP_EQUALITY: dict[str, Callable[[Any, Any], bool]] = {
    "SS": _equal_sets,
    "NS": _equal_sets,
    "BS": _equal_sets,
    "L": _equal_lists,
    "M": _equal_maps,
}


def depth_of(value: AttributeValue) -> int:
    """How many levels a checked value has: 1 for a scalar or a set."""
    for tag, payload in value.items():
        if tag == "L":
            return 1 + max(map(depth_of, payload), default=0)
        if tag == "M":
            return 1 + max(map(depth_of, payload.values()), default=0)
    return 1


def type_of(value: AttributeValue) -> str:
    """The type tag of a checked value."""
    (tag,) = value
    return tag
