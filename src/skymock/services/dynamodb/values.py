"""Attribute values as they cross the wire: checked, measured, compared.

A value is a dict with one entry, the type tag and its payload: {"S": "a"}, {"N": "1"}, {"B": "<base64>"},
{"SS": [...]}, {"NS": [...]}, {"BS": [...]}, {"M": {...}}, {"L": [...]}, {"BOOL": True}, {"NULL": True}. An
item is a dict of attribute names to values.

`checked_value` and `checked_item` are the only way in: afterwards numbers are in AWS's form and base64 is
canonical, so scalars are equal when their dicts are. Checked values are never changed in place: they are shared.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, TypeAlias

from skymock.errors import SerializationException
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.numbers import normalised, number_size

AttributeValue: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, AttributeValue]

MAX_NESTING = 32  # Quotas in DynamoDB: nested attribute depth; the attribute itself is the first level
MAX_ITEM_SIZE = 400 * 1024  # Quotas in DynamoDB: item size
MAX_PARTITION_KEY_SIZE = 2048
MAX_SORT_KEY_SIZE = 1024
MAX_ATTRIBUTE_NAME_SIZE = 65535

EMPTY_VALUE = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL_TYPES = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
INVALID_PARAMETER = "One or more parameter values were invalid: "
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)
ITEM_TOO_BIG = "Item size has exceeded the maximum allowed size"
UPDATED_ITEM_TOO_BIG = "Item size to update has exceeded the maximum allowed size"


def checked_item(item: Item) -> Item:
    """The item with its values in AWS's form; the same object when nothing had to change.

    Raises ValidationException or SerializationException for the first wrong attribute.
    """
    changed = None
    for name, value in item.items():
        if len(name) > MAX_ATTRIBUTE_NAME_SIZE // 4:
            check_name_size(name)
        checked = checked_value(value)
        if checked is not value:
            if changed is None:
                changed = dict(item)
            changed[name] = checked
    return item if changed is None else changed


def checked_value(value: AttributeValue, level: int = 1) -> AttributeValue:
    """The value in AWS's form; the same object when nothing had to change."""
    if type(value) is not dict:
        raise SerializationException(_not_a_structure(value))
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


def _not_a_structure(value: object) -> str:
    if isinstance(value, list):
        return "Start of list found where not expected"
    return "Expected null"


_JSON_KINDS: dict[type, str] = {
    str: "STRING_VALUE",
    int: "NUMBER_VALUE",
    float: "DECIMAL_VALUE",
}


def _wrong_json(payload: object, wanted: str) -> SerializationException:
    if isinstance(payload, dict):
        return SerializationException("Start of structure or map found where not expected.")
    if isinstance(payload, list):
        return SerializationException(f"Unrecognized collection type class java.lang.{wanted}")
    if isinstance(payload, bool):
        kind = "TRUE_VALUE" if payload else "FALSE_VALUE"
    else:
        kind = _JSON_KINDS[type(payload)]
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
        raise _wrong_json(payload, "ByteBuffer")
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
        raise SerializationException(f"'{text}' can not be converted to a Blob: {problem}")


def _first_bad_base64_character(text: str) -> str:
    padding = len(text) - len(text.rstrip("="))
    for position, character in enumerate(text):
        ordinary = character.isascii() and (character.isalnum() or character in "+/")
        if not ordinary and not (character == "=" and position >= len(text) - min(padding, 2)):
            return character
    return "="


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
        shown = ", ".join(members)
        raise ValidationException(f"{INVALID_PARAMETER}Input collection [{shown}] contains duplicates.")
    return members


def _checked_number_set(payload: Any, _level: int) -> list[str]:
    members = _set_members(payload, "An number set  may not be empty")
    numbers = [_checked_number(member, 0) for member in members]
    if len(set(numbers)) != len(numbers):
        raise ValidationException("Input collection contains duplicates")
    return members if numbers == members else numbers


def _checked_binary_set(payload: Any, _level: int) -> list[str]:
    members = _set_members(payload, "Binary sets should not be empty")
    for member in members:
        _checked_binary(member, 0)
    if len(set(members)) != len(members):
        shown = ", ".join(members)
        # AWS leaves the space out. (dynalite, test/putItem.js)
        raise ValidationException(
            f"{INVALID_PARAMETER}Input collection [{shown}]of type BS contains duplicates."
        )
    return members


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


def type_of(value: AttributeValue) -> str:
    """The type tag of a checked value."""
    for tag in value:
        return tag
    raise AssertionError("not a checked value")


# Size


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
            size += _SIZES[tag](payload)
    return size


def value_size(value: AttributeValue) -> int:
    """The size of a checked value in bytes, without its attribute's name."""
    for tag, payload in value.items():
        return _SIZES[tag](payload)
    return 0


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


def check_item_size(item: Item) -> int:
    """The size of an item that is being put. Raises ValidationException above 400 KB."""
    size = item_size(item)
    if size > MAX_ITEM_SIZE:
        raise ValidationException(ITEM_TOO_BIG)
    return size


def check_updated_item_size(item: Item) -> int:
    """The size of an item after an update. Raises ValidationException above 400 KB."""
    size = item_size(item)
    if size > MAX_ITEM_SIZE:
        raise ValidationException(UPDATED_ITEM_TOO_BIG)
    return size


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


# Order and equality

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
    for tag, payload in value.items():
        return ORDER_KEYS[tag](payload)
    raise AssertionError("not a checked value")


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
