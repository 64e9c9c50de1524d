"""Writes outputs as JSON: what json.dumps cannot write (blobs, timestamps) or names differently is converted.

A shape in which nothing needs that compiles to None: its values are passed on by reference.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.protocol import timestamps
from skymock.protocol.shape_compiler import ShapeCompiler, one_at_a_time

Write = Callable[[Any], Any]


class JsonWriter(ShapeCompiler):
    """Compiles shapes to writers; kept per service, as services share shapes between operations."""

    def __init__(self, wire_shapes: frozenset[str] = frozenset()) -> None:
        super().__init__()
        self._wire_shapes = wire_shapes
        self._compiled: dict[str, Write | None] = {}
        self._needy: dict[str, bool] = {}

    def error(self, shape: StructureShape | None) -> Write:
        """A writer of an error's members; those of an error without a shape stay as they are."""
        return _as_is if shape is None else self.members(shape.members)

    @one_at_a_time
    def members(self, members: Mapping[str, Shape]) -> Write:
        """A writer of a structure with these members; it leaves out members without value (None)."""
        fields: dict[str, tuple[str, Write | None]] = {}
        for name, member in members.items():
            fields[name] = (member.serialization.get("name", name), self.value(member))
        return _structure_writer(fields)

    @one_at_a_time
    def value(self, shape: Shape) -> Write | None:
        if shape.type_name == "blob":
            return self._blob()
        if shape.type_name == "timestamp":
            return self._timestamp(shape)
        if not self._needs_writing(shape):
            return None
        if shape.name not in self._compiled:
            self._compile(shape)
        return self._compiled[shape.name]

    def _blob(self) -> Write | None:
        return _write_blob

    def _timestamp(self, shape: Shape) -> Write | None:
        return timestamps.WRITE[shape.serialization.get("timestampFormat", "unixTimestamp").lower()]

    def _compile(self, shape: Shape) -> None:
        if isinstance(shape, StructureShape):
            # Kept before its members are compiled: a shape may contain itself.
            fields: dict[str, tuple[str, Write | None]] = {}
            self._compiled[shape.name] = _structure_writer(fields)
            for name, member in shape.members.items():
                fields[name] = (member.serialization.get("name", name), self.value(member))
        elif isinstance(shape, ListShape):
            self._compiled[shape.name] = _list_writer(self.value(shape.member))
        elif isinstance(shape, MapShape):
            self._compiled[shape.name] = _map_writer(self.value(shape.value))

    def _needs_writing(self, shape: Shape) -> bool:
        """Whether anything in the shape differs between Python and JSON."""
        kind = shape.type_name
        if kind in ("blob", "timestamp"):
            return True
        if kind not in ("structure", "list", "map") or shape.name in self._wire_shapes:
            return False
        if shape.name not in self._needy:
            self._needy[shape.name] = False  # stands while the shape is looked at: it may contain itself
            self._needy[shape.name] = any(self._member_needs_writing(member) for member in _parts(shape))
        return self._needy[shape.name]

    def _member_needs_writing(self, member: tuple[str, Shape]) -> bool:
        name, shape = member
        return shape.serialization.get("name", name) != name or self._needs_writing(shape)


def _parts(shape: Shape) -> list[tuple[str, Shape]]:
    if isinstance(shape, StructureShape):
        return [] if shape.is_document_type else list(shape.members.items())
    part = shape.member if isinstance(shape, ListShape) else shape.value
    return [(part.serialization.get("name", ""), part)]


def _as_is(value: Any) -> Any:
    return value


def _write_blob(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode("ascii")


def _structure_writer(fields: dict[str, tuple[str, Write | None]]) -> Write:
    """`fields` is filled in later, so that a shape can contain itself. A member it lacks is a bug."""

    def write(value: Mapping[str, Any]) -> dict[str, Any]:
        members = {}
        for name, item in value.items():
            if item is not None:
                wire_name, convert = fields[name]
                members[wire_name] = item if convert is None else convert(item)
        return members

    return write


def _list_writer(write: Write | None) -> Write | None:
    return None if write is None else lambda items: [write(item) for item in items]


def _map_writer(write: Write | None) -> Write | None:
    return None if write is None else lambda value: {key: write(item) for key, item in value.items()}
