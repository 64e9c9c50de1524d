"""Reads parsed JSON as a shape says: checks each value's type, converts blobs and timestamps, drops nulls.

A shape compiles to a reader once. Readers are closures over plain tables; a value of the expected type costs
one comparison of classes. Subtrees of a wire shape are passed on by reference, unlooked at.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import SerializationException
from skymock.protocol import timestamps
from skymock.protocol.coral import Wording, decode_json

Read = Callable[[Any], Any]
_Field = tuple[str, type, "Read | None", Read]

_FLOAT_WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
_SCALARS: dict[str, tuple[type, str]] = {
    "string": (str, "String"),
    "character": (str, "String"),
    "boolean": (bool, "Boolean"),
    "integer": (int, "Integer"),
    "long": (int, "Long"),
    "biginteger": (int, "BigInteger"),
}


class Value(NamedTuple):
    """How a shape's values are read.

    expected: the class that json.loads gives for it. convert: for values of that class; None leaves them as
    they are. mend: for values of another class: converts them, or raises SerializationException.
    """

    expected: type
    convert: Read | None
    mend: Read


class JsonReader:
    """Compiles shapes to readers; kept per service, as services share shapes between operations."""

    def __init__(self, wording: Wording, wire_shapes: frozenset[str] = frozenset()) -> None:
        self._wording = wording
        self._wire_shapes = wire_shapes
        self._compiled: dict[str, Value] = {}

    def document(self, body: bytes) -> dict[str, Any]:
        """The JSON object in a body; none for an empty body. Raises SerializationException."""
        if not body:
            return {}
        try:
            document = decode_json(body.decode())
        except ValueError as error:
            raise SerializationException from error
        return self.checked_document(document)

    def checked_document(self, document: Any) -> dict[str, Any]:
        if type(document) is not dict:
            raise SerializationException(self._wording.mismatch(document, "Structure"))
        return document

    def members(self, members: Mapping[str, Shape]) -> Read:
        """A reader of a structure with these members, from a JSON object."""
        fields: dict[str, _Field] = {}
        for name, member in members.items():
            fields[member.serialization.get("name", name)] = (name, *self.value(member))
        return _structure_reader(fields)

    def value(self, shape: Shape) -> Value:
        kind = shape.type_name
        if kind in _SCALARS:
            expected, name = _SCALARS[kind]
            if expected is int:
                return Value(int, None, self._mend_integer(name))
            return Value(expected, None, self._reject(name))
        if kind in ("float", "double"):
            return Value(float, None, self._mend_float)
        if kind == "blob":
            return self._blob()
        if kind == "timestamp":
            return self._timestamp(shape)
        return self._container(shape)

    def _container(self, shape: Shape) -> Value:
        found = self._compiled.get(shape.name)
        return self._compile_container(shape) if found is None else found

    def _compile_container(self, shape: Shape) -> Value:
        if isinstance(shape, StructureShape):
            return self._compile_structure(shape)
        if isinstance(shape, ListShape):
            return self._keep(shape, list, _list_reader(self.value(shape.member)), "List")
        assert isinstance(shape, MapShape)
        return self._keep(shape, dict, _map_reader(self.value(shape.value)), "Map")

    def _compile_structure(self, shape: StructureShape) -> Value:
        if shape.is_document_type:
            return Value(object, None, _as_is)
        if shape.name in self._wire_shapes:
            return self._keep(shape, dict, None, "Structure")
        # Kept before its members are compiled: a shape may contain itself.
        fields: dict[str, _Field] = {}
        value = self._keep(shape, dict, _structure_reader(fields), "Structure")
        for name, member in shape.members.items():
            fields[member.serialization.get("name", name)] = (name, *self.value(member))
        return value

    def _keep(self, shape: Shape, expected: type, convert: Read | None, name: str) -> Value:
        value = self._compiled[shape.name] = Value(expected, convert, self._reject(name))
        return value

    def _blob(self) -> Value:
        return Value(str, self._read_blob, self._reject("Blob"))

    def _timestamp(self, shape: Shape) -> Value:
        style = shape.serialization.get("timestampFormat", "unixTimestamp").lower()
        if style == "unixtimestamp":
            return Value(float, self._checked(timestamps.from_epoch_seconds), self._mend_epoch)
        return Value(str, self._checked(timestamps.READ_TEXT[style]), self._reject("Timestamp"))

    def _checked(self, convert: Callable[[Any], datetime]) -> Read:
        def read(value: Any) -> datetime:
            try:
                return convert(value)
            except ValueError as error:
                raise SerializationException(self._wording.mismatch(value, "Timestamp")) from error

        return read

    def _mend_epoch(self, value: Any) -> datetime:
        if type(value) is not int:
            raise SerializationException(self._wording.mismatch(value, "Timestamp"))
        return timestamps.from_epoch_seconds(value)

    def _mend_integer(self, name: str) -> Read:
        def mend(value: Any) -> int:
            # A fraction is cut off, not refused. (kinesalite, test/helpers.js)
            if type(value) is float:
                return int(value)
            raise SerializationException(self._wording.mismatch(value, name))

        return mend

    def _mend_float(self, value: Any) -> float:
        if type(value) is int:
            return float(value)
        if type(value) is str and value in _FLOAT_WORDS:
            return _FLOAT_WORDS[value]
        raise SerializationException(self._wording.mismatch(value, "Double"))

    def _read_blob(self, text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise SerializationException(self._wording.not_base64(text, _base64_fault(text))) from error

    def _reject(self, name: str) -> Read:
        def reject(value: Any) -> Any:
            raise SerializationException(self._wording.mismatch(value, name))

        return reject


def _as_is(value: Any) -> Any:
    return value


def _structure_reader(fields: dict[str, _Field]) -> Read:
    """`fields` is filled in later, so that a shape can contain itself."""

    def read(value: dict[str, Any]) -> dict[str, Any]:
        members = {}
        for wire_name, item in value.items():
            field = fields.get(wire_name)
            if field is None or item is None:
                continue
            name, expected, convert, mend = field
            if item.__class__ is not expected:
                members[name] = mend(item)
            elif convert is None:
                members[name] = item
            else:
                members[name] = convert(item)
        return members

    return read


def _list_reader(element: Value) -> Read | None:
    expected, convert, mend = element
    if expected is object:
        return None
    if convert is not None:
        return _converting_list_reader(expected, convert, mend)

    def check(items: list[Any]) -> list[Any]:
        for item in items:
            if item.__class__ is not expected:
                return [each if each.__class__ is expected else mend(each) for each in items]
        return items

    return check


def _converting_list_reader(expected: type, convert: Read, mend: Read) -> Read:
    def read(items: list[Any]) -> list[Any]:
        return [convert(item) if item.__class__ is expected else mend(item) for item in items]

    return read


def _map_reader(entry: Value) -> Read | None:
    expected, convert, mend = entry
    if expected is object:
        return None

    def read(value: dict[str, Any]) -> dict[str, Any]:
        entries = {}
        for key, item in value.items():
            if item is None:
                continue
            if item.__class__ is not expected:
                entries[key] = mend(item)
            else:
                entries[key] = item if convert is None else convert(item)
        return entries

    return read


def _base64_fault(text: str) -> str:
    if len(text) % 4:
        return f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    # "dectected" is AWS's. (dynalite, test/helpers/assertions.js)
    return "Invalid last non-pad Base64 character dectected"
