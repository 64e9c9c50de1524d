"""Attribute values of boto3's client as cache keys, and as they would be read again."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.numbers import normalised


def frozen(value: Any) -> Hashable:
    """Something hashable that is equal for equal parameters, whatever the order of their members."""
    if isinstance(value, dict):
        return frozenset((name, frozen(member)) for name, member in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return tuple(map(frozen, value))
    return bytes(value) if isinstance(value, bytearray) else value


def place_of(table_name: str, key: dict[str, Any]) -> Hashable:
    """Where an item is cached, by its table's name or ARN and its key; numbers are equal by value."""
    return table_name.rpartition("/")[2], frozen({name: as_read(value) for name, value in key.items()})


def as_read(value: dict[str, Any]) -> dict[str, Any]:
    """A copy of an attribute value as DynamoDB gives it back: numbers in their shortest form."""
    ((tag, payload),) = value.items()
    if tag == "N":
        payload = _number(payload)
    elif tag == "NS":
        payload = list(map(_number, payload))
    elif tag == "M":
        payload = {name: as_read(member) for name, member in payload.items()}
    elif tag == "L":
        payload = [as_read(element) for element in payload]
    elif tag in {"SS", "BS"}:
        payload = list(payload)
    return {tag: payload}


def _number(text: str) -> str:
    try:
        return normalised(text)
    except ValidationException:
        return text  # DynamoDB will refuse it
