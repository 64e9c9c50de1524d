"""Writes outputs as XML. A shape compiles to a function that appends text to a list of strings."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import AwsError
from skymock.protocol import timestamps
from skymock.protocol.error_traits import ErrorTraits
from skymock.protocol.shape_compiler import ShapeCompiler, one_at_a_time

Write = Callable[[Any, list[str]], None]
Text = Callable[[Any], str]

XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def escaped(text: str) -> str:
    # A parser would take a bare carriage return for a newline.
    return (
        text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('"', "&quot;")
        .replace("\r", "&#13;")
    )


class XmlWriter(ShapeCompiler):
    """Compiles shapes to writers; kept per service, as services share shapes between operations.

    iso8601: how timestamps of that format are written; S3 always gives milliseconds.
    """

    def __init__(self, iso8601: Callable[[timestamps.Timestamp], str] = timestamps.to_iso8601) -> None:
        super().__init__()
        self._iso8601 = iso8601
        self._structures: dict[str, Write] = {}

    def error(self, shape: StructureShape | None) -> Write:
        """A writer of an error's members; those of an error without a shape are texts."""
        return write_texts if shape is None else self.members(shape.members)

    @one_at_a_time
    def members(self, members: Mapping[str, Shape]) -> Write:
        """A writer of a structure's members; one without value (None) is left out."""
        fields: dict[str, Write] = {}
        self._fill(fields, members)
        return _members_writer(fields)

    @one_at_a_time
    def element(self, name: str, shape: Shape) -> Write:
        """A writer of a value as an element of this name (of several, for a flattened list or map)."""
        if isinstance(shape, StructureShape):
            return self._structure(name, shape)
        if isinstance(shape, ListShape):
            return self._list(name, shape)
        if isinstance(shape, MapShape):
            return self._map(name, shape)
        opening, closing, text = _opening(name, shape), f"</{name}>", self._text(shape)
        return lambda value, out: out.append(f"{opening}{text(value)}{closing}")

    def _fill(self, fields: dict[str, Write], members: Mapping[str, Shape]) -> None:
        for name, member in members.items():
            if not member.serialization.get("xmlAttribute"):
                fields[name] = self.element(element_name(name, member), member)

    def _structure(self, name: str, shape: StructureShape) -> Write:
        write = self._structures.get(shape.name)
        if write is None:
            # Kept before its members are compiled: a shape may contain itself.
            fields: dict[str, Write] = {}
            write = self._structures[shape.name] = _members_writer(fields, _attributes(shape))
            self._fill(fields, shape.members)
        return _wrapped(_opening(name, shape), f"</{name}>", write, _attributes(shape))

    def _list(self, name: str, shape: ListShape) -> Write:
        if shape.serialization.get("flattened"):
            return _repeated(self.element(name, shape.member))
        element = self.element(shape.member.serialization.get("name", "member"), shape.member)
        return _wrapped(_opening(name, shape), f"</{name}>", _repeated(element))

    def _map(self, name: str, shape: MapShape) -> Write:
        write_key = self.element(shape.key.serialization.get("name", "key"), shape.key)
        write_value = self.element(shape.value.serialization.get("name", "value"), shape.value)
        flattened = shape.serialization.get("flattened")
        tag = name if flattened else "entry"

        def entries(value: Mapping[str, Any], out: list[str]) -> None:
            for key, item in value.items():
                out.append(f"<{tag}>")
                write_key(key, out)
                write_value(item, out)
                out.append(f"</{tag}>")

        return entries if flattened else _wrapped(_opening(name, shape), f"</{name}>", entries)

    def _text(self, shape: Shape) -> Text:
        match shape.type_name:
            case "boolean":
                return lambda value: "true" if value else "false"
            case "blob":
                return _base64_text
            case "timestamp":
                return self._timestamp_text(shape)
            case "string" | "character":
                return escaped
            case _:
                return str

    def _timestamp_text(self, shape: Shape) -> Text:
        style = shape.serialization.get("timestampFormat", "iso8601").lower()
        if style == "iso8601":
            return self._iso8601
        write = timestamps.WRITE[style]
        return lambda value: str(write(value))


def write_error(error: AwsError, traits: ErrorTraits[Write], out: list[str]) -> None:
    """The `Error` element that stands in an `ErrorResponse`."""
    out.append(f"<Error><Type>{traits.fault}</Type><Code>{escaped(traits.code)}</Code>")
    out.append(f"<Message>{escaped(error.message)}</Message>")
    traits.writer(error.members, out)
    out.append("</Error>")


def write_texts(members: Mapping[str, Any], out: list[str]) -> None:
    """Each member as an element of its name, whatever the model says."""
    for name, value in members.items():
        if value is not None:
            out.append(f"<{name}>{escaped(str(value))}</{name}>")


def element_name(name: str, member: Shape) -> str:
    """What a member's element is called: a flattened list's by its elements, where they have a name."""
    if isinstance(member, ListShape) and member.serialization.get("flattened"):
        name = member.member.serialization.get("name") or member.serialization.get("name", name)
        return name
    return str(member.serialization.get("name", name))


def namespace_of(shape: Shape) -> tuple[str, str]:
    """(prefix, URI), empty where there is none."""
    namespace = shape.serialization.get("xmlNamespace", "")
    if isinstance(namespace, str):
        return "", namespace
    return namespace.get("prefix", ""), namespace["uri"]


def _opening(name: str, shape: Shape) -> str:
    prefix, uri = namespace_of(shape)
    if not uri:
        return f"<{name}>"
    attribute = f"xmlns:{prefix}" if prefix else "xmlns"
    return f'<{name} {attribute}="{uri}">'


def _attributes(shape: StructureShape) -> dict[str, str]:
    """XML attributes: member name to attribute's name."""
    return {
        name: member.serialization["name"]
        for name, member in shape.members.items()
        if member.serialization.get("xmlAttribute")
    }


def _members_writer(fields: dict[str, Write], attributes: Mapping[str, str] | None = None) -> Write:
    """`fields` is filled in later, so that a shape can contain itself. A member it lacks is a bug."""

    def write(value: Mapping[str, Any], out: list[str]) -> None:
        for name, item in value.items():
            if item is not None and not (attributes and name in attributes):
                fields[name](item, out)

    return write


def _wrapped(opening: str, closing: str, write: Write, attributes: Mapping[str, str] | None = None) -> Write:
    def wrapped(value: Any, out: list[str]) -> None:
        out.append(opening)
        write(value, out)
        out.append(closing)

    def wrapped_with_attributes(value: Mapping[str, Any], out: list[str]) -> None:
        given = [
            f' {tag}="{escaped(value[name])}"' for name, tag in (attributes or {}).items() if name in value
        ]
        out.append(f"{opening[:-1]}{''.join(given)}>")
        write(value, out)
        out.append(closing)

    return wrapped_with_attributes if attributes else wrapped


def _repeated(write: Write) -> Write:
    def repeated(items: list[Any], out: list[str]) -> None:
        for item in items:
            write(item, out)

    return repeated


def _base64_text(value: bytes | str) -> str:
    return base64.b64encode(value.encode() if isinstance(value, str) else value).decode("ascii")
