"""What AWS's service framework (Coral) answers to JSON of the wrong type.

Two generations of it are in service: DynamoDB's, and the one behind the other JSON services.
"""

from __future__ import annotations

import string
from abc import ABC, abstractmethod
from typing import Any

from botocore.model import MapShape, Shape

from skymock.errors import AwsError
from skymock.protocol.error_traits import ErrorTraits

_TOKENS = {str: "STRING_VALUE", int: "NUMBER_VALUE", float: "DECIMAL_VALUE"}
_BASE64 = frozenset(string.ascii_letters + string.digits + "+/")
_CONTAINERS = ("list", "map", "structure")


def message_of(error: AwsError, traits: ErrorTraits[Any]) -> dict[str, Any]:
    """An error's message by its wire name; nothing where there is none. (dynalite and kinesalite, test/helpers)"""
    if not error.message:
        return {}
    capital = traits.code in ("AccessDeniedException", "SerializationException")
    return {traits.message_member or ("Message" if capital else "message"): error.message}


class Wording(ABC):
    """The texts of SerializationException."""

    def mismatch(self, value: Any, shape: Shape, nested: bool = False) -> str:
        """`value` came where `shape` was expected. nested: as an element of a list or a value of a map."""
        if isinstance(value, dict):
            return self._map_found()
        if isinstance(value, list):
            return self._list_found(shape)
        if shape.type_name in _CONTAINERS:
            return self._scalar_for_container(shape, nested)
        return self._scalar_for_scalar(value, shape)

    @abstractmethod
    def not_base64(self, text: str) -> str: ...

    @abstractmethod
    def _map_found(self) -> str: ...

    @abstractmethod
    def _list_found(self, shape: Shape) -> str: ...

    @abstractmethod
    def _scalar_for_container(self, shape: Shape, nested: bool) -> str: ...

    @abstractmethod
    def _scalar_for_scalar(self, value: Any, shape: Shape) -> str: ...


class GeneralWording(Wording):
    """(kinesalite, test/helpers.js, recorded from Kinesis; tokens as other services have them)"""

    def not_base64(self, text: str) -> str:
        return f"'{text}' can not be converted to a Blob: {_base64_fault(text, names_character=True)}"

    def _map_found(self) -> str:
        return "Start of structure or map found where not expected."

    def _list_found(self, shape: Shape) -> str:
        return "Start of list found where not expected"

    def _scalar_for_container(self, shape: Shape, nested: bool) -> str:
        if shape.type_name == "structure":
            return "Expected null"
        return f"Expected {shape.type_name} or null"

    def _scalar_for_scalar(self, value: Any, shape: Shape) -> str:
        if shape.type_name == "timestamp":
            return f"{_token(value)} can not be converted to milliseconds since epoch"
        expected = shape.type_name.capitalize()
        # "an Boolean" is AWS's.
        article = "an" if expected in ("Integer", "Boolean") else "a"
        return f"{_token(value)} can not be converted to {article} {expected}"


class DynamoDbWording(Wording):
    """package: of the Java classes behind the shapes. (dynalite, test/helpers, recorded from DynamoDB)"""

    def __init__(self, package: str) -> None:
        self._package = package

    def not_base64(self, text: str) -> str:
        return _base64_fault(text, names_character=False)

    def _map_found(self) -> str:
        return "Start of structure or map found where not expected"

    def _list_found(self, shape: Shape) -> str:
        prefix = "" if shape.type_name == "map" else "class "
        return f"Unrecognized collection type {prefix}{self._java_type(shape)}"

    def _scalar_for_container(self, shape: Shape, nested: bool) -> str:
        if nested and shape.type_name == "structure":
            return "Unexpected value type in payload"
        return "Unexpected field type"

    def _scalar_for_scalar(self, value: Any, shape: Shape) -> str:
        if shape.type_name == "blob":
            return "only base-64-encoded strings are convertible to bytes"
        if shape.type_name == "boolean" and isinstance(value, str):
            return "Unexpected token received from parser"
        return f"{_token(value)} cannot be converted to {shape.type_name.capitalize()}"

    def _java_type(self, shape: Shape) -> str:
        if isinstance(shape, MapShape):
            return f"java.util.Map<java.lang.String, {self._java_type(shape.value)}>"
        if shape.type_name == "structure":
            return f"{self._package}.{shape.name}"
        return (
            "java.nio.ByteBuffer"
            if shape.type_name == "blob"
            else f"java.lang.{shape.type_name.capitalize()}"
        )


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    return _TOKENS.get(type(value), "NULL_VALUE")


def _base64_fault(text: str, names_character: bool) -> str:
    if len(text) % 4:
        return f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    padding = len(text) - len(text.rstrip("="))
    wrong = [character for character in text[: -padding or None] if character not in _BASE64]
    if wrong and names_character:
        return f"Invalid Base64 character: '{wrong[0]}'"
    # "dectected" is AWS's.
    return "Invalid last non-pad Base64 character dectected"
