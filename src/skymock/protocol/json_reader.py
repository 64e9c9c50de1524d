"""Reads parsed JSON as a shape says: checks each value's type, converts blobs and timestamps, drops nulls.

A shape compiles to a reader once. Readers are closures over plain tables; a value of the expected type costs
one comparison of classes. Subtrees of a wire shape are passed on by reference, unlooked at.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import SerializationException
from skymock.protocol import timestamps
from skymock.protocol.coral import Wording
from skymock.protocol.shape_compiler import ShapeCompiler, one_at_a_time

_decoder = json.JSONDecoder()
_scan = _decoder.scan_once  # type: ignore[attr-defined]  # typeshed lacks it


def decode_json(text: str) -> Any:
    """What `json.loads` does. Raises ValueError."""
    try:
        value, end = _scan(text, 0)
    except StopIteration:  # blanks in front, or no JSON
        return _decoder.decode(text)
    return value if end == len(text) else _decoder.decode(text)


Read = Callable[[Any], Any]
_Field = tuple[str, type, "Read | None", Read]

_FLOAT_WORDS = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}


class Value(NamedTuple):
    """How a shape's values are read.

    expected: the class that json.loads gives for it. convert: for values of that class; None leaves them as
    they are. mend: for values of another class: converts them, or raises SerializationException.
    """

    expected: type
    convert: Read | None
    mend: Read


class JsonReader(ShapeCompiler):
    """Compiles shapes to readers; kept per service, as its operations share them."""

    def __init__(self, wording: Wording, wire_shapes: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._wording = wording
        self._wire_shapes = wire_shapes
        self._compiled: dict[str, Read | None] = {}

    def document(self, body: bytes) -> dict[str, Any]:
        """The JSON object in a body; none for an empty body. Raises SerializationException."""
        try:
            document = decode_json(body.decode()) if body else {}
        except (ValueError, RecursionError) as error:  # the latter of JSON that is nested a thousand times
            raise SerializationException from error
        if document.__class__ is not dict:
            raise SerializationException
        return document

    @one_at_a_time
    def members(self, members: Mapping[str, Shape]) -> Read:
        """A reader of a structure with these members, from a JSON object."""
        fields: dict[str, _Field] = {}
        self._fill(fields, members)
        return _structure_reader(fields)

    @one_at_a_time
    def value(self, shape: Shape, nested: bool = False) -> Value:
        """nested: as an element of a list or a value of a map."""
        kind = shape.type_name
        if kind in _SCALARS:
            return Value(_SCALARS[kind], None, self._reject(shape))
        if kind in _MENDED_SCALARS:
            expected, mend = _MENDED_SCALARS[kind]
            return Value(expected, None, self._mending(mend, shape))
        if kind == "blob":
            return self._blob(shape)
        if kind == "timestamp":
            return self._timestamp(shape)
        if kind == "structure" and shape.is_document_type:
            return Value(object, None, _as_is)
        expected = list if kind == "list" else dict
        return Value(expected, self._container(shape), self._reject(shape, nested))

    def _container(self, shape: Shape) -> Read | None:
        if shape.name not in self._compiled:
            self._compile(shape)
        return self._compiled[shape.name]

    def _compile(self, shape: Shape) -> None:
        if shape.name in self._wire_shapes:
            self._compiled[shape.name] = None
        elif isinstance(shape, StructureShape):
            # Kept before its members are compiled: a shape may contain itself.
            fields: dict[str, _Field] = {}
            self._compiled[shape.name] = _structure_reader(fields)
            self._fill(fields, shape.members)
        elif isinstance(shape, ListShape):
            self._compiled[shape.name] = _list_reader(self.value(shape.member, nested=True))
        elif isinstance(shape, MapShape):
            self._compiled[shape.name] = _map_reader(self.value(shape.value, nested=True))

    def _fill(self, fields: dict[str, _Field], members: Mapping[str, Shape]) -> None:
        for name, member in members.items():
            fields[member.serialization.get("name", name)] = (name, *self.value(member))

    def _blob(self, shape: Shape) -> Value:
        return Value(str, self._read_blob, self._reject(shape))

    def _read_blob(self, text: str) -> bytes:
        try:
            data = base64.b64decode(text, validate=True)
        except ValueError as error:
            raise SerializationException(self._wording.not_base64(text)) from error
        # Python does not look at the bits that padding leaves over; AWS does.
        if text.endswith("=") and base64.b64encode(data[-(len(data) % 3) :]).decode() != text[-4:]:
            raise SerializationException(self._wording.not_base64(text))
        return data

    def _timestamp(self, shape: Shape) -> Value:
        style = shape.serialization.get("timestampFormat", "unixTimestamp").lower()
        if style == "unixtimestamp":
            read = self._mending(timestamps.from_epoch_seconds, shape)
            return Value(float, read, self._mending(_epoch_seconds, shape))
        return Value(str, self._mending(timestamps.READ_TEXT[style], shape), self._reject(shape))

    def _mending(self, convert: Read, shape: Shape) -> Read:
        """`convert`, whose ValueError or OverflowError (of 1e999) becomes SerializationException."""

        def mend(value: Any) -> Any:
            try:
                return convert(value)
            except (ValueError, OverflowError) as error:
                raise SerializationException(self._wording.mismatch(value, shape)) from error

        return mend

    def _reject(self, shape: Shape, nested: bool = False) -> Read:
        def reject(value: Any) -> Any:
            raise SerializationException(self._wording.mismatch(value, shape, nested))

        return reject


def _truncated(value: Any) -> int:
    # A fraction is cut off, not refused. (kinesalite, test/helpers.js)
    if type(value) is float:
        return int(value)
    raise ValueError(value)


def _float(value: Any) -> float:
    if type(value) is int:
        return float(value)
    if type(value) is str and value in _FLOAT_WORDS:
        return _FLOAT_WORDS[value]
    raise ValueError(value)


def _epoch_seconds(value: Any) -> datetime:
    if type(value) is int:
        return timestamps.from_epoch_seconds(value)
    raise ValueError(value)


_SCALARS: dict[str, type] = {"string": str, "character": str, "boolean": bool}
_MENDED_SCALARS: dict[str, tuple[type, Read]] = {
    "integer": (int, _truncated),
    "long": (int, _truncated),
    "float": (float, _float),
    "double": (float, _float),
}


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

    if convert is None:
        return _checking_map_reader(expected, mend)

    def read(value: dict[str, Any]) -> dict[str, Any]:
        entries = {}
        for key, item in value.items():
            if item is None:
                continue
            if item.__class__ is not expected:
                entries[key] = mend(item)
            else:
                entries[key] = convert(item)
        return entries

    return read


def _checking_map_reader(expected: type, mend: Read) -> Read:
    def check(value: dict[str, Any]) -> dict[str, Any]:
        for item in value.values():
            if item.__class__ is not expected:
                break
        else:
            return value
        present = ((key, item) for key, item in value.items() if item is not None)
        return {key: item if item.__class__ is expected else mend(item) for key, item in present}

    return check
