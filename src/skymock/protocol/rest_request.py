"""Reads what a REST request carries outside its body: labels of the path, query string, headers."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import SerializationException
from skymock.protocol import timestamps
from skymock.protocol.urlencoded import pairs
from skymock.wire import Request

Convert = Callable[[str], Any]

_LISTED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)')


class UnreadableParameter(SerializationException):
    """A text outside the body is not of its type. name: on the wire. type_name: what was expected."""

    code = "SerializationException"

    def __init__(self, name: str, text: str, type_name: str) -> None:
        super().__init__()
        self.name, self.text, self.type_name = name, text, type_name


class _Binding(NamedTuple):
    """A member and its place. A repeated one is a list with a text for each element."""

    member: str
    wire_name: str
    type_name: str
    convert: Convert
    repeated: bool = False

    def read(self, text: str) -> Any:
        try:
            return self.convert(text)
        except ValueError as error:
            raise UnreadableParameter(self.wire_name, text, self.type_name) from error


class RequestBindings:
    """A structure's members by where the request carries them; `body` are those that it carries in its body.

    literals: the query string that the operation's path has of its own.
    """

    def __init__(self, shape: StructureShape | None, literals: str) -> None:
        self._labels: list[_Binding] = []
        self._query: list[_Binding] = []
        self._query_map: str | None = None
        self._headers: dict[str, _Binding] = {}
        self._prefixes: list[tuple[str, str]] = []
        self._literals = frozenset(name for name, _ in pairs(literals))
        self.body: dict[str, Shape] = {}
        for name, member in {} if shape is None else shape.members.items():
            self._bind(name, member)

    def _bind(self, name: str, member: Shape) -> None:
        wire_name = member.serialization.get("name", name)
        kind = member.type_name
        match member.serialization.get("location"):
            case "uri":
                self._labels.append(_Binding(name, wire_name, kind, text_reader(member, "iso8601")))
            case "querystring" if isinstance(member, MapShape):
                self._query_map = name
            case "querystring" if isinstance(member, ListShape):
                convert = text_reader(member.member, "iso8601")
                self._query.append(_Binding(name, wire_name, kind, convert, repeated=True))
            case "querystring":
                self._query.append(_Binding(name, wire_name, kind, text_reader(member, "iso8601")))
            case "header":
                self._headers[wire_name.lower()] = _Binding(name, wire_name, kind, header_reader(member))
            case "headers":
                self._prefixes.append((name, wire_name.lower()))
            case _:
                self.body[name] = member

    def read(self, request: Request, uri: Mapping[str, str]) -> dict[str, Any]:
        """The members outside the body. Raises UnreadableParameter."""
        parameters = {label.member: label.read(unquote(uri[label.wire_name])) for label in self._labels}
        if request.query and (self._query or self._query_map):
            self._read_query(request.query, parameters)
        if self._headers or self._prefixes:
            self._read_headers(request, parameters)
        return parameters

    def _read_query(self, query: str, parameters: dict[str, Any]) -> None:
        values: dict[str, list[str]] = {}
        for name, value in pairs(query):
            values.setdefault(name, []).append(value)
        for binding in self._query:
            texts = values.pop(binding.wire_name, None)
            if texts is None:
                continue
            if binding.repeated:
                parameters[binding.member] = [binding.read(text) for text in texts]
            else:
                parameters[binding.member] = binding.read(texts[-1])
        if self._query_map is not None:
            rest = {key: texts[-1] for key, texts in values.items() if key not in self._literals}
            if rest:
                parameters[self._query_map] = rest

    def _read_headers(self, request: Request, parameters: dict[str, Any]) -> None:
        if not self._prefixes:
            given = request.headers.lowered
            for name, sought in self._headers.items():
                if name in given:
                    parameters[sought.member] = sought.read(request.headers[name])
            return
        for name, text in request.headers.items():
            lowered = name.lower()
            binding = self._headers.get(lowered)
            if binding is not None:
                parameters[binding.member] = binding.read(text)
                continue
            for member, prefix in self._prefixes:
                if lowered.startswith(prefix):
                    parameters.setdefault(member, {})[name[len(prefix) :]] = text


def text_reader(shape: Shape, timestamp_format: str) -> Convert:
    """Reads a value from its text; raises ValueError. timestamp_format: for shapes that name none."""
    match shape.type_name:
        case "integer" | "long":
            return int
        case "float" | "double":
            return float
        case "boolean":
            return _boolean
        case "blob":
            return lambda text: base64.b64decode(text, validate=True)
        case "timestamp":
            return timestamps.READ_TEXT[shape.serialization.get("timestampFormat", timestamp_format).lower()]
    return str


def header_reader(shape: Shape) -> Convert:
    if shape.serialization.get("jsonvalue"):
        return lambda text: json.loads(base64.b64decode(text, validate=True))
    if isinstance(shape, ListShape):
        element = text_reader(shape.member, "rfc822")
        return lambda text: [element(item) for item in _listed(text)]
    return text_reader(shape, "rfc822")


def _listed(text: str) -> list[str]:
    """The items of a header's list, some of them quoted."""
    items = []
    at = 0
    while at < len(text):
        match = _LISTED.match(text, at)
        if match is None:
            raise ValueError(f"not a list: {text}")
        quoted, plain = match.groups()
        items.append(plain.strip() if quoted is None else re.sub(r"\\(.)", r"\1", quoted))
        at = match.end()
    return items


def _boolean(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"not a boolean: {text}")
    return text == "true"
