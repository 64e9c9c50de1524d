"""Writes attribute values as Ion text: numbers are decimals, sets are lists that are annotated as such.

The forms are those of Amazon's own writer, which puts 600 as 6d2 and 103 as 103.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from json.encoder import encode_basestring
from typing import Any

from skymock.services.dynamodb.values import AttributeValue, Item

VERSION_MARKER = "$ion_1_0"
_KEYWORDS = frozenset({"null", "true", "false", "nan"})
_is_identifier = re.compile(r"(?!\$[0-9]+\Z)[A-Za-z_$][A-Za-z0-9_$]*").fullmatch

# Amazon's writer puts zeros after a point for that many places, and an exponent for more.
_MOST_LEADING_ZEROS = 6


def written_item(item: Item) -> str:
    """An item or a map as a struct."""
    fields = (written_field(name, written_value(value)) for name, value in item.items())
    return f"{{{','.join(fields)}}}"


def written_field(name: str, text: str) -> str:
    """A field of a struct, whose value is Ion text already."""
    return f"{_symbol(name)}:{text}"


def written_value(value: AttributeValue) -> str:
    """A checked value."""
    ((tag, payload),) = value.items()
    return _WRITERS[tag](payload)


def _symbol(name: str) -> str:
    if _is_identifier(name) and name not in _KEYWORDS:
        return name
    inside = encode_basestring(name)[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inside}'"


def _decimal(number: str) -> str:
    """A normalised number."""
    sign, digits = ("-", number[1:]) if number.startswith("-") else ("", number)
    whole, _, fraction = digits.partition(".")
    if not fraction:
        stripped = whole.rstrip("0")
        zeros = len(whole) - len(stripped)
        return f"{sign}{stripped}d{zeros}" if stripped and zeros else f"{sign}{whole}."
    significant = fraction.lstrip("0")
    leading = len(fraction) - len(significant) + 1  # places to the first digit that counts
    if whole != "0" or leading <= _MOST_LEADING_ZEROS:
        return f"{sign}{whole}.{fraction}"
    point = f".{significant[1:]}" if len(significant) > 1 else ""
    return f"{sign}{significant[0]}{point}d-{leading}"


def _blob(base64_text: str) -> str:
    return f"{{{{{base64_text}}}}}"


def _list(values: Iterable[AttributeValue]) -> str:
    return f"[{','.join(map(written_value, values))}]"


def _set(tag: str, write: Callable[[Any], str]) -> Callable[[Iterable[str]], str]:
    return lambda members: f"$dynamodb_{tag}::[{','.join(map(write, members))}]"


_WRITERS: dict[str, Callable[[Any], str]] = {
    "S": encode_basestring,
    "N": _decimal,
    "B": _blob,
    "SS": _set("SS", encode_basestring),
    "NS": _set("NS", _decimal),
    "BS": _set("BS", _blob),
    "M": written_item,
    "L": _list,
    "BOOL": lambda truth: "true" if truth else "false",
    "NULL": lambda _: "null",
}
