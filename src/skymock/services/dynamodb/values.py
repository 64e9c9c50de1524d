"""Attribute values as they cross the wire: checked, measured, compared.

A value is a dict with one entry, the type tag and its payload: {"S": "a"}, {"N": "1"}, {"B": "<base64>"},
{"SS": [...]}, {"NS": [...]}, {"BS": [...]}, {"M": {...}}, {"L": [...]}, {"BOOL": True}, {"NULL": True}. An
item is a dict of attribute names to values.

`checked_value` and `checked_item` are the only way in: afterwards numbers are in AWS's form and base64 is
canonical, so scalars are equal when their dicts are. Checked values are never changed in place, but shared.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable
from typing import Any

from skymock.errors import SerializationException
from skymock.services.dynamodb.comparison import ORDER_KEYS, OrderKey, depth_of, equal, order_key, type_of
from skymock.services.dynamodb.errors import INVALID_PARAMETER, InvalidAttributeValue, ValidationException
from skymock.services.dynamodb.numbers import normalised, size_if_normal
from skymock.services.dynamodb.sizes import (
    MAX_ITEM_SIZE,
    MAX_PARTITION_KEY_SIZE,
    MAX_SORT_KEY_SIZE,
    AttributeValue,
    Item,
    check_item_size,
    check_partition_key_size,
    check_sort_key_size,
    check_updated_item_size,
    item_size,
    size_with_changes,
    text_size,
    value_size,
)

__all__ = [
    "EMPTY_VALUE",
    "INVALID_PARAMETER",
    "MAX_ITEM_SIZE",
    "MAX_NESTING",
    "MAX_PARTITION_KEY_SIZE",
    "MAX_SORT_KEY_SIZE",
    "ORDER_KEYS",
    "TOO_DEEP",
    "TYPE_TAGS",
    "AttributeValue",
    "Item",
    "OrderKey",
    "check_item_size",
    "check_name_size",
    "check_partition_key_size",
    "check_sort_key_size",
    "check_updated_item_size",
    "checked_item",
    "checked_value",
    "depth_of",
    "equal",
    "item_size",
    "order_key",
    "size_with_changes",
    "type_of",
    "value_size",
    "weighed_item",
]

MAX_NESTING = 32  # Quotas in DynamoDB: nested attribute depth; the attribute itself is the first level
MAX_ATTRIBUTE_NAME_SIZE = 65535
_SAFE_NAME_LENGTH = MAX_ATTRIBUTE_NAME_SIZE // 4  # a character is at most four bytes

EMPTY_VALUE = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
EMPTY_NAME = "Empty attribute name"  # before all other checks (paritysuite, deepRequests.test.ts)
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)


def checked_item(item: Item) -> Item:
    """The item with its values in AWS's form; the same object when nothing had to change.

    Raises ValidationException or SerializationException for the first wrong attribute.
    """
    return weighed_item(item)[0]


def weighed_item(item: Item) -> tuple[Item, int]:
    """A checked item (see `checked_item`) and its size in bytes."""
    if "" in item:
        raise ValidationException(EMPTY_NAME)
    size = 0
    changed = None
    for name, value in item.items():
        size += len(name) if name.isascii() else text_size(name)
        if len(name) > _SAFE_NAME_LENGTH:
            check_name_size(name)
        try:
            ((tag, payload),) = value.items()
        except (AttributeError, ValueError):  # no map, or not of one type
            tag, payload = "", None
        # Most attributes are strings, of which any will do, and numbers in AWS's form.
        if type(payload) is str:
            if tag == "S":
                size += len(payload) if payload.isascii() else text_size(payload)
                continue
            if tag == "N" and (number_size := size_if_normal(payload)) is not None:
                size += number_size
                continue
        checked = checked_value(value)
        size += value_size(checked)
        if checked is not value:
            if changed is None:
                changed = dict(item)
            changed[name] = checked
    return (item if changed is None else changed), size


def checked_value(value: AttributeValue, level: int = 1) -> AttributeValue:
    """The value in AWS's form; the same object when nothing had to change."""
    if type(value) is not dict:
        raise _wrong_json(value, "Structure")
    if len(value) != 1:
        return _checked_by_each_type(value, level)
    for tag, payload in value.items():
        check = _CHECKS.get(tag)
        if check is None or payload is None:
            break
        checked = check(payload, level)
        return value if checked is payload else {tag: checked}
    raise ValidationException(EMPTY_VALUE)


def _checked_by_each_type(value: AttributeValue, level: int) -> AttributeValue:
    # AWS ignores members that it does not know, and checks each datatype before it counts them.
    # (dynalite, test/putItem.js: {S: "a", N: "b"} is not numeric)
    known = [(tag, payload) for tag, payload in value.items() if tag in _CHECKS and payload is not None]
    if not known:
        raise ValidationException(EMPTY_VALUE)
    checked = [(tag, _CHECKS[tag](payload, level)) for tag, payload in known]
    if len(checked) > 1:
        raise ValidationException(SEVERAL_TYPES)
    return dict(checked)


def check_name_size(name: str) -> None:
    size = text_size(name)
    if size > MAX_ATTRIBUTE_NAME_SIZE:
        raise ValidationException(
            f"{INVALID_PARAMETER}Attribute name is too large, must be less than 65536 bytes"
        )


_JSON_KINDS: dict[type, str] = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE"}
_CONTAINERS = frozenset({"List", "Map", "Structure"})
_JAVA_CLASSES = {"Blob": "java.nio.ByteBuffer", "Map": "java.util.Map"}


def _wrong_json(payload: object, wanted: str) -> SerializationException:
    """What AWS answers to JSON of the wrong kind. (dynalite, test/helpers/assertions.js)"""
    if isinstance(payload, dict):
        return SerializationException("Start of structure or map found where not expected")
    if isinstance(payload, list):
        java = _JAVA_CLASSES.get(wanted, f"java.lang.{wanted}")
        return SerializationException(f"Unrecognized collection type class {java}")
    if wanted in _CONTAINERS:
        return SerializationException("Unexpected field type")
    if wanted == "Blob":
        return SerializationException("only base-64-encoded strings are convertible to bytes")
    if isinstance(payload, bool):
        kind = "TRUE_VALUE" if payload else "FALSE_VALUE"
    elif isinstance(payload, str) and wanted == "Boolean":
        return SerializationException("Unexpected token received from parser")
    else:
        kind = _JSON_KINDS.get(type(payload), "NULL")
    return SerializationException(f"{kind} cannot be converted to {wanted}")


def _checked_string(payload: Any, _level: int) -> str:
    if type(payload) is not str:
        raise _wrong_json(payload, "String")
    return payload


def _checked_number(payload: Any, _level: int) -> str:
    if type(payload) is not str:
        raise _wrong_json(payload, "String")
    return normalised(payload)


def _checked_binary(payload: Any, _level: int) -> str:
    if type(payload) is not str:
        raise _wrong_json(payload, "Blob")
    _check_base64(payload)
    return payload


def _check_base64(text: str) -> None:
    problem = None
    if len(text) % 4:
        problem = f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    else:
        try:
            decoded = b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            problem = f"Invalid Base64 character: '{_first_bad_base64_character(text)}'"
        else:
            if binascii.b2a_base64(decoded, newline=False) != text.encode():
                problem = "Invalid last non-pad Base64 character dectected"
    if problem:
        raise SerializationException(problem)


def _first_bad_base64_character(text: str) -> str:
    padded_from = max(len(text.rstrip("=")), len(text) - 2)
    return next(
        character
        for position, character in enumerate(text)
        if not (character == "=" and position >= padded_from)
        and not (character.isascii() and (character.isalnum() or character in "+/"))
    )


def _checked_boolean(payload: Any, _level: int) -> bool:
    if type(payload) is not bool:
        raise _wrong_json(payload, "Boolean")
    return payload


def _checked_null(payload: Any, _level: int) -> bool:
    if type(payload) is not bool:
        raise _wrong_json(payload, "Boolean")
    if not payload:
        raise ValidationException(
            f"{INVALID_PARAMETER}Null attribute value types must have the value of true"
        )
    return payload


def _checked_list(payload: Any, level: int) -> list[AttributeValue]:
    if type(payload) is not list:
        raise _wrong_json(payload, "List")
    if level >= MAX_NESTING and payload:
        raise ValidationException(TOO_DEEP)
    checked = [checked_value(element, level + 1) for element in payload]
    same = all(old is new for old, new in zip(payload, checked, strict=True))
    return payload if same else checked


def _checked_map(payload: Any, level: int) -> Item:
    if type(payload) is not dict:
        raise _wrong_json(payload, "Map")
    if level >= MAX_NESTING and payload:
        raise ValidationException(TOO_DEEP)
    changed = None
    for name, value in payload.items():
        checked = checked_value(value, level + 1)
        if checked is not value:
            if changed is None:
                changed = dict(payload)
            changed[name] = checked
    return payload if changed is None else changed


def _checked_string_set(payload: Any, _level: int) -> list[str]:
    members = _set_members(payload, "An string set  may not be empty")
    for member in members:
        _checked_string(member, 0)
    if len(set(members)) != len(members):
        shown = ", ".join(f'"{member}"' for member in _with_first_repeat(members, str.encode))
        older = ", ".join(members)
        raise InvalidAttributeValue(
            f"{INVALID_PARAMETER}Input collection [{shown}] contains duplicates.",
            f"{INVALID_PARAMETER}Input collection [{older}] contains duplicates.",
        )
    return members


def _checked_number_set(payload: Any, _level: int) -> list[str]:
    members = _set_members(payload, "An number set  may not be empty")
    numbers = [_checked_number(member, 0) for member in members]
    if len(set(numbers)) != len(numbers):
        raise InvalidAttributeValue(
            f"{INVALID_PARAMETER}Input collection contains duplicates.",
            "Input collection contains duplicates",
        )
    return members if numbers == members else numbers


def _checked_binary_set(payload: Any, _level: int) -> list[str]:
    members = _set_members(payload, "Binary sets should not be empty")
    for member in members:
        _checked_binary(member, 0)
    if len(set(members)) != len(members):
        shown = ",".join(f'"{member}"' for member in _with_first_repeat(members, b64decode))
        older = ", ".join(members)
        # Both leave a space out. (dynalite, test/putItem.js; paritysuite, valueLayers.test.ts)
        raise InvalidAttributeValue(
            f"{INVALID_PARAMETER}Input collection [{shown}]of type BS contains duplicates.",
            f"{INVALID_PARAMETER}Input collection [{older}]of type BS contains duplicates.",
        )
    return members


def _with_first_repeat(members: list[str], byte_order: Callable[[str], bytes]) -> list[str]:
    """As AWS shows them: in byte order up to the first repeated one, then that one and the rest."""
    first_at: dict[str, int] = {}
    for position, member in enumerate(members):
        if first_at.setdefault(member, position) != position:
            break
    return [*sorted(members[:position], key=byte_order), *members[position:]]


def _set_members(payload: Any, empty: str) -> list[str]:
    if type(payload) is not list:
        raise _wrong_json(payload, "List")
    if not payload:
        raise ValidationException(INVALID_PARAMETER + empty)
    return payload


_CHECKS: dict[str, Callable[[Any, int], Any]] = {
    "S": _checked_string,
    "N": _checked_number,
    "B": _checked_binary,
    "SS": _checked_string_set,
    "NS": _checked_number_set,
    "BS": _checked_binary_set,
    "M": _checked_map,
    "L": _checked_list,
    "BOOL": _checked_boolean,
    "NULL": _checked_null,
}
TYPE_TAGS = frozenset(_CHECKS)
