"""What attribute values weigh, in bytes, and how much they may. (DynamoDB item sizes and formats)"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.numbers import number_size

AttributeValue: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, AttributeValue]

MAX_ITEM_SIZE = 400 * 1024  # Quotas in DynamoDB: item size
MAX_PARTITION_KEY_SIZE = 2048  # Quotas in DynamoDB: partition key values
MAX_SORT_KEY_SIZE = 1024  # Quotas in DynamoDB: sort key values

ITEM_TOO_BIG = "Item size has exceeded the maximum allowed size"
UPDATED_ITEM_TOO_BIG = "Item size to update has exceeded the maximum allowed size"


def text_size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def binary_size(text: str) -> int:
    return len(text) // 4 * 3 - text.count("=", -2) if text else 0


def item_size(item: Item) -> int:
    """The size of a checked item in bytes. (DynamoDB item sizes and formats)"""
    size = 0
    for name, value in item.items():
        size += len(name) if name.isascii() else text_size(name)
        for tag, payload in value.items():
            if tag == "S" and payload.isascii():
                size += len(payload)
            else:
                size += _SIZES[tag](payload)
    return size


def size_with_changes(size: int, before: Item, after: Item, names: Iterable[str]) -> int:
    """The size of an item `after` a change of the named attributes, from its size before."""
    for name in names:
        old, new = before.get(name), after.get(name)
        if old is None:
            size += 0 if new is None else text_size(name) + value_size(new)
        elif new is None:
            size -= text_size(name) + value_size(old)
        elif old is not new:
            size += value_size(new) - value_size(old)
    return size


def value_size(value: AttributeValue) -> int:
    """The size of a checked value in bytes, without its attribute's name."""
    ((tag, payload),) = value.items()
    return _SIZES[tag](payload)


def _list_size(payload: list[AttributeValue]) -> int:
    return 3 + sum(1 + value_size(element) for element in payload)


def _map_size(payload: Item) -> int:
    return 3 + len(payload) + item_size(payload)


_SIZES: dict[str, Callable[[Any], int]] = {
    "S": text_size,
    "N": number_size,
    "B": binary_size,
    "SS": lambda members: sum(map(text_size, members)),
    "NS": lambda members: sum(map(number_size, members)),
    "BS": lambda members: sum(map(binary_size, members)),
    "M": _map_size,
    "L": _list_size,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
}


def check_item_size(size: int) -> None:
    """Raises ValidationException for an item to put above 400 KB."""
    if size > MAX_ITEM_SIZE:
        raise ValidationException(ITEM_TOO_BIG)


def check_updated_item_size(size: int) -> None:
    """Raises ValidationException for an updated item above 400 KB."""
    if size > MAX_ITEM_SIZE:
        raise ValidationException(UPDATED_ITEM_TOO_BIG)


def check_partition_key_size(value: AttributeValue) -> None:
    if value_size(value) > MAX_PARTITION_KEY_SIZE:
        # AWS leaves the space out. (dynalite, test/putItem.js)
        raise ValidationException(
            f"{INVALID_PARAMETER}Size of hashkey has exceeded the maximum size limit of2048 bytes"
        )


def check_sort_key_size(values: Iterable[AttributeValue]) -> None:
    if sum(map(value_size, values)) > MAX_SORT_KEY_SIZE:
        raise ValidationException(
            f"{INVALID_PARAMETER}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
        )
