"""Reads XML bodies as a shape says, whatever their namespaces."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import AwsError
from skymock.protocol.rest_request import text_reader
from skymock.protocol.shape_compiler import ShapeCompiler, one_at_a_time

Read = Callable[[Element], Any]


class MalformedXML(AwsError):
    """The body is not XML, or not the XML that the operation takes."""

    code, status = "MalformedXML", 400

    def __init__(self) -> None:
        super().__init__(
            "The XML you provided was not well-formed or did not validate against our published schema"
        )


class _Field(NamedTuple):
    """repeated: each such element is an item of a flattened list. entries: of a flattened map."""

    name: str
    read: Read
    repeated: bool = False
    entries: bool = False


class XmlReader(ShapeCompiler):
    """Compiles shapes to readers of elements; kept per service, as its operations share them."""

    def __init__(self) -> None:
        super().__init__()
        self._structures: dict[str, Read] = {}

    def document(self, body: bytes) -> Element:
        try:
            return ElementTree.fromstring(body)
        except ElementTree.ParseError as error:
            raise MalformedXML from error

    @one_at_a_time
    def members(self, members: Mapping[str, Shape]) -> Read:
        """A reader of a structure with these members, from its element."""
        fields: dict[str, _Field] = {}
        self._fill(fields, members)
        return _structure_reader(fields, _attributes(members))

    def _fill(self, fields: dict[str, _Field], members: Mapping[str, Shape]) -> None:
        for name, member in members.items():
            tag = member.serialization.get("name", name)
            flattened = bool(member.serialization.get("flattened"))
            if flattened and isinstance(member, ListShape):
                fields[tag] = _Field(name, self.value(member.member), repeated=True, entries=False)
            elif not member.serialization.get("xmlAttribute"):
                fields[tag] = _Field(name, self.value(member), repeated=False, entries=flattened)

    @one_at_a_time
    def value(self, shape: Shape) -> Read:
        if isinstance(shape, StructureShape):
            return self._structure(shape)
        if isinstance(shape, ListShape):
            return _list_reader(shape.member.serialization.get("name", "member"), self.value(shape.member))
        if isinstance(shape, MapShape):
            return self._map(shape)
        return _scalar_reader(shape)

    def _structure(self, shape: StructureShape) -> Read:
        read = self._structures.get(shape.name)
        if read is None:
            # Kept before its members are compiled: a shape may contain itself.
            fields: dict[str, _Field] = {}
            read = self._structures[shape.name] = _structure_reader(fields, _attributes(shape.members))
            self._fill(fields, shape.members)
        return read

    def _map(self, shape: MapShape) -> Read:
        key = _Field("key", self.value(shape.key))
        value = _Field("value", self.value(shape.value))
        key_name = shape.key.serialization.get("name", "key")
        value_name = shape.value.serialization.get("name", "value")
        read_entry = _structure_reader({key_name: key, value_name: value}, {})
        flattened = shape.serialization.get("flattened")

        def read(element: Element) -> dict[str, Any]:
            entries = (read_entry(child) for child in ([element] if flattened else element))
            return {entry["key"]: entry["value"] for entry in entries}

        return read


def _structure_reader(fields: dict[str, _Field], attributes: Mapping[str, str]) -> Read:
    """`fields` is filled in later, so that a shape can contain itself."""

    def read(element: Element) -> dict[str, Any]:
        members: dict[str, Any] = {}
        for child in element:
            field = fields.get(_local(child.tag))
            if field is None:
                raise MalformedXML
            value = field.read(child)
            if field.repeated:
                members.setdefault(field.name, []).append(value)
            elif field.entries:
                members.setdefault(field.name, {}).update(value)
            else:
                members[field.name] = value
        if attributes:
            for tag, text in element.attrib.items():
                name = attributes.get(_local(tag))
                if name is not None:
                    members[name] = text
        return members

    return read


def _list_reader(tag: str, read_item: Read) -> Read:
    def read(element: Element) -> list[Any]:
        if any(_local(child.tag) != tag for child in element):
            raise MalformedXML
        return [read_item(child) for child in element]

    return read


def _scalar_reader(shape: Shape) -> Read:
    convert = text_reader(shape, "iso8601")

    def read(element: Element) -> Any:
        try:
            return convert(element.text or "")
        except ValueError as error:
            raise MalformedXML from error

    return read


def _attributes(members: Mapping[str, Shape]) -> dict[str, str]:
    """Members that are attributes, by the attribute's local name."""
    return {
        member.serialization["name"].rpartition(":")[2]: name
        for name, member in members.items()
        if member.serialization.get("xmlAttribute")
    }


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
