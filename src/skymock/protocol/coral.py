"""What AWS's service framework answers to JSON of the wrong type.

Two generations of it are in service: DynamoDB's, and the one behind the other JSON services.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_TOKENS: Mapping[type, str] = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE"}


def token_of(value: Any) -> str:
    if value is True:
        return "TRUE_VALUE"
    if value is False:
        return "FALSE_VALUE"
    return _TOKENS.get(type(value), "NULL")


@dataclass(frozen=True)
class Wording:
    """The texts of SerializationException. Each function is given what came, and what was expected.

    scalar: a scalar where another was expected. container: a scalar where a list, map or structure was.
    list_found, map_found: these where something else was expected. not_base64: the fault is named.
    """

    scalar: Callable[[Any, str], str]
    container: Callable[[Any, str], str]
    list_found: Callable[[str], str]
    map_found: Callable[[str], str]
    not_base64: Callable[[str, str], str]

    def mismatch(self, value: Any, expected: str) -> str:
        if isinstance(value, dict):
            return self.map_found(expected)
        if isinstance(value, list):
            return self.list_found(expected)
        if expected in ("List", "Map", "Structure"):
            return self.container(value, expected)
        return self.scalar(value, expected)


def _article(noun: str) -> str:
    # "an Boolean" is AWS's. (kinesalite, test/helpers.js)
    return "an" if noun in ("Integer", "Boolean") else "a"


def _general_scalar(value: Any, expected: str) -> str:
    if expected == "Timestamp":
        return f"{token_of(value)} can not be converted to milliseconds since epoch"
    return f"{token_of(value)} can not be converted to {_article(expected)} {expected}"


GENERAL = Wording(
    scalar=_general_scalar,
    container=lambda value, expected: {
        "List": "Expected list or null",
        "Map": "Expected map or null",
        "Structure": "Expected null",
    }[expected],
    list_found=lambda expected: "Start of list found where not expected",
    map_found=lambda expected: "Start of structure or map found where not expected.",
    not_base64=lambda text, fault: f"'{text}' can not be converted to a Blob: {fault}",
)


def _dynamodb_scalar(value: Any, expected: str) -> str:
    if expected == "Blob":
        return "only base-64-encoded strings are convertible to bytes"
    if expected == "Boolean" and isinstance(value, str):
        return "Unexpected token received from parser"
    return f"{token_of(value)} cannot be converted to {expected}"


def _dynamodb_list(expected: str) -> str:
    java = {"Blob": "java.nio.ByteBuffer", "Map": "java.util.Map"}.get(expected, f"java.lang.{expected}")
    return f"Unrecognized collection type class {java}"


# (dynalite, test/helpers/assertions.js: recorded from DynamoDB)
DYNAMODB = Wording(
    scalar=_dynamodb_scalar,
    container=lambda value, expected: "Unexpected field type",
    list_found=_dynamodb_list,
    map_found=lambda expected: "Start of structure or map found where not expected",
    not_base64=lambda text, fault: fault,
)

decode_json = json.JSONDecoder().decode
encode_json = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
