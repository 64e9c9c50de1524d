"""Attribute values of the model: equality, order and size. (DynamoDB item sizes and formats)"""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

SETS = {"SS": "S", "NS": "N", "BS": "B"}
ORDERED = {"S", "N", "B"}
_digits = Context(prec=38)


def tag_of(value):
    (tag,) = value
    return tag


def number(text_or_decimal):
    """A number in the form in which DynamoDB gives it back."""
    plain = format(_digits.create_decimal(text_or_decimal), "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return {"N": "0" if Decimal(plain) == 0 else plain}


def frozen(value: dict[str, Any]) -> Any:
    """Something hashable that is equal for equal values: sets in any order, numbers by their text."""
    ((tag, payload),) = value.items()
    if tag in SETS:
        return tag, frozenset(payload), len(payload)
    if tag == "L":
        return tag, tuple(map(frozen, payload))
    if tag == "M":
        return tag, frozen_item(payload)
    return tag, payload


def frozen_item(item):
    return frozenset((name, frozen(value)) for name, value in item.items())


def sort_key(value):
    """A Python value in DynamoDB's order of the type: text by its UTF-8 bytes, numbers by size, bytes unsigned."""
    ((tag, payload),) = value.items()
    return {"S": str.encode, "N": Decimal, "B": bytes}[tag](payload)


def size_of(value):
    ((tag, payload),) = value.items()
    if tag in SETS:
        return sum(size_of({SETS[tag]: member}) for member in payload)
    if tag == "L":
        return 3 + sum(1 + size_of(element) for element in payload)
    if tag == "M":
        return 3 + sum(1 + len(name.encode()) + size_of(member) for name, member in payload.items())
    if tag == "S":
        return len(payload.encode())
    if tag == "B":
        return len(payload)
    if tag == "N":
        return _number_size(payload)
    return 1


def _number_size(text):
    """As measured: two digits to a byte on either side of the point. (paritysuite, numberByteSize.test.ts)"""
    whole, _, fraction = text.lstrip("-").partition(".")
    whole = whole.lstrip("0")
    if not fraction:
        whole = whole.rstrip("0")
    elif not whole:
        fraction = fraction.lstrip("0")
    return 1 + (len(whole) + 1) // 2 + (len(fraction) + 1) // 2 + (text[0] == "-")


def item_size(item):
    return sum(len(name.encode()) + size_of(value) for name, value in item.items())
