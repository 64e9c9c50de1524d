"""Questions to an item, as closures: what conditions, and the parameters before them, are compiled to."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from skymock.services.dynamodb.expressions.paths import Reader
from skymock.services.dynamodb.values import ORDER_KEYS, AttributeValue, Item, equal, order_key

Predicate: TypeAlias = Callable[[Item], bool]
Ordering: TypeAlias = Callable[[Any, Any], bool]


def negated(holds: Predicate) -> Predicate:
    return lambda item: not holds(item)


def every(conditions: Sequence[Predicate]) -> Predicate:
    def all_hold(item: Item) -> bool:
        for holds in conditions:  # noqa: SIM110 - a generator would double the time
            if not holds(item):
                return False
        return True

    return all_hold


def some(conditions: Sequence[Predicate]) -> Predicate:
    def one_holds(item: Item) -> bool:
        for holds in conditions:  # noqa: SIM110 - a generator would double the time
            if holds(item):
                return True
        return False

    return one_holds


def equals_value(read: Reader, expected: AttributeValue) -> Predicate:
    def equals(item: Item) -> bool:
        found = read(item)
        return found is not None and equal(found, expected)

    return equals


def equals_other(read: Reader, read_other: Reader) -> Predicate:
    def equals(item: Item) -> bool:
        # What is not there equals nothing, not even what is not there either. (ScyllaDB)
        one, other = read(item), read_other(item)
        return one is not None and other is not None and equal(one, other)

    return equals


def in_order_with_value(ordering: Ordering, read: Reader, bound: AttributeValue) -> Predicate:
    ((tag, _),) = bound.items()
    bound_key = order_key(bound)
    key_of = ORDER_KEYS[tag]

    def compares(item: Item) -> bool:
        found = read(item)
        return found is not None and tag in found and ordering(key_of(found[tag]), bound_key)

    return compares


def in_order(ordering: Ordering, read: Reader, read_other: Reader) -> Predicate:
    def compares(item: Item) -> bool:
        one, other = read(item), read_other(item)
        return one is not None and other is not None and _compared(ordering, one, other)

    return compares


def _compared(ordering: Ordering, one: AttributeValue, other: AttributeValue) -> bool:
    ((tag, payload),) = one.items()
    key_of = ORDER_KEYS.get(tag)
    return key_of is not None and tag in other and ordering(key_of(payload), key_of(other[tag]))


def is_among(read: Reader, candidates: Sequence[Reader]) -> Predicate:
    def is_one(item: Item) -> bool:
        found = read(item)
        if found is None:
            return False
        for read_candidate in candidates:
            candidate = read_candidate(item)
            if candidate is not None and equal(found, candidate):
                return True
        return False

    return is_one


def both_there(
    test: Callable[[AttributeValue, AttributeValue], bool], read: Reader, other: Reader
) -> Predicate:
    """Whether both are there and the test says yes to them."""

    def holds(item: Item) -> bool:
        one, two = read(item), other(item)
        return one is not None and two is not None and test(one, two)

    return holds


def begins_with(value: AttributeValue, prefix: AttributeValue) -> bool:
    """Whether a string or a binary starts with another of its type."""
    if "S" in value and "S" in prefix:
        return bool(value["S"].startswith(prefix["S"]))
    if "B" in value and "B" in prefix:
        return b64decode(value["B"]).startswith(b64decode(prefix["B"]))
    return False


_MEMBER_TAGS = {"S": "S", "B": "B", "SS": "S", "NS": "N", "BS": "B"}


def contains(container: AttributeValue, content: AttributeValue) -> bool:
    """Whether a string or a binary has the part, a set the member, a list the element."""
    ((tag, payload),) = container.items()
    if tag == "L":
        return any(equal(element, content) for element in payload)
    member_tag = _MEMBER_TAGS.get(tag)
    if member_tag is None or member_tag not in content:
        return False
    sought = content[member_tag]
    if tag == "B":
        return b64decode(sought) in b64decode(payload)
    return sought in payload
