"""Reads the query protocol's forms: `Tags.member.1.Key=a` is a tree of names, walked as the shapes say."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Union

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import AwsError
from skymock.protocol import timestamps
from skymock.protocol.shape_compiler import ShapeCompiler, one_at_a_time
from skymock.protocol.urlencoded import pairs

Node = Union[str, "dict[str, Node]"]
Read = Callable[[Node], Any]
Tree = dict[str, Node]


class MalformedInput(AwsError):
    """A parameter's text is not of its type."""

    code, status = "MalformedInput", 400


def tree_of(form: str) -> Tree:
    """The form's names, split at their dots. Where a name stands twice, the last one holds."""
    tree: Tree = {}
    for name, value in pairs(form):
        *path, last = name.split(".")
        node = tree
        for part in path:
            child = node.get(part)
            if not isinstance(child, dict):
                child = node[part] = {}
            node = child
        node[last] = value
    return tree


class FormReader(ShapeCompiler):
    """Compiles shapes to readers of such trees; kept per service, as its operations share them."""

    def __init__(self) -> None:
        super().__init__()
        self._structures: dict[str, Read] = {}

    @one_at_a_time
    def members(self, members: Mapping[str, Shape]) -> Read:
        fields: dict[str, tuple[str, Read]] = {}
        self._fill(fields, members)
        return _structure_reader(fields)

    def _fill(self, fields: dict[str, tuple[str, Read]], members: Mapping[str, Shape]) -> None:
        for name, member in members.items():
            wire_name = member.serialization.get("name", name)
            fields[wire_name] = (name, self.value(member))
            if isinstance(member, ListShape) and member.serialization.get("flattened"):
                # A flattened list goes by its elements' name, but by its own while it is empty.
                fields[member.member.serialization.get("name", wire_name)] = fields[wire_name]

    @one_at_a_time
    def value(self, shape: Shape) -> Read:
        if isinstance(shape, StructureShape):
            return self._structure(shape)
        if isinstance(shape, ListShape):
            return self._list(shape)
        if isinstance(shape, MapShape):
            return self._map(shape)
        return _scalar_reader(_TEXT_READERS.get(shape.type_name) or _timestamp_reader(shape))

    def _structure(self, shape: StructureShape) -> Read:
        read = self._structures.get(shape.name)
        if read is None:
            # Kept before its members are compiled: a shape may contain itself.
            fields: dict[str, tuple[str, Read]] = {}
            read = self._structures[shape.name] = _structure_reader(fields)
            self._fill(fields, shape.members)
        return read

    def _list(self, shape: ListShape) -> Read:
        element = self.value(shape.member)
        flattened = shape.serialization.get("flattened")
        wrapper = None if flattened else shape.member.serialization.get("name", "member")

        def read(node: Node) -> list[Any]:
            return [element(item) for item in _numbered(node, wrapper)]

        return read

    def _map(self, shape: MapShape) -> Read:
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        read_key, read_value = self.value(shape.key), self.value(shape.value)
        wrapper = None if shape.serialization.get("flattened") else "entry"

        def read(node: Node) -> dict[str, Any]:
            entries = {}
            for entry in _numbered(node, wrapper):
                if not isinstance(entry, dict) or key_name not in entry or value_name not in entry:
                    raise MalformedInput
                entries[read_key(entry[key_name])] = read_value(entry[value_name])
            return entries

        return read


def _structure_reader(fields: dict[str, tuple[str, Read]]) -> Read:
    """`fields` is filled in later, so that a shape can contain itself."""

    def read(node: Node) -> dict[str, Any]:
        if not isinstance(node, dict):
            raise MalformedInput
        members = {}
        for wire_name, item in node.items():
            field = fields.get(wire_name)
            if field is not None:
                members[field[0]] = field[1](item)
        return members

    return read


def _numbered(node: Node, wrapper: str | None) -> Iterable[Node]:
    """The elements of a list, in the order of their numbers. An empty list is an empty text."""
    if wrapper is not None and isinstance(node, dict):
        node = node.get(wrapper, "")
    if not isinstance(node, dict):
        if node:
            raise MalformedInput
        return ()
    try:
        return [node[number] for number in sorted(node, key=int)]
    except ValueError as error:
        raise MalformedInput from error


def _scalar_reader(convert: Callable[[str], Any]) -> Read:
    def read(node: Node) -> Any:
        if not isinstance(node, str):
            raise MalformedInput
        try:
            return convert(node)
        except ValueError as error:
            # AWS's text for a boolean is known, for others not.
            message = "boolean must follow xsd1.1 definition" if convert is _boolean else ""
            raise MalformedInput(message) from error

    return read


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"not a boolean: {text}")
    return text == "true"


def _blob(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _timestamp_reader(shape: Shape) -> Callable[[str], datetime]:
    return timestamps.READ_TEXT[shape.serialization.get("timestampFormat", "iso8601").lower()]


_TEXT_READERS: dict[str, Callable[[str], Any]] = {
    "string": str,
    "character": str,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": _boolean,
    "blob": _blob,
}
