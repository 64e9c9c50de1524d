"""Reads what a REST request carries outside its body: labels of the path, query string, headers."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.errors import SerializationException
from skymock.protocol import timestamps
from skymock.wire import Request

Convert = Callable[[str], Any]
_LISTED = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,]*))\s*(?:,|$)')


class RequestBindings:
    """A structure's members by where the request carries them; `body` are those that it carries in its body.

    literals: the query string that the operation's path has of its own.
    """

    def __init__(self, shape: StructureShape | None, literals: str) -> None:
        self._labels: list[tuple[str, str, Convert]] = []
        self._query: list[tuple[str, str, bool, Convert]] = []
        self._query_map: str | None = None
        self._headers: list[tuple[str, str, Convert]] = []
        self._prefixes: list[tuple[str, str]] = []
        self._literals = frozenset(name for name, _ in parse_qsl(literals, keep_blank_values=True))
        self.body: dict[str, Shape] = {}
        for name, member in {} if shape is None else shape.members.items():
            self._bind(name, member)

    def _bind(self, name: str, member: Shape) -> None:
        wire_name = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "uri":
                self._labels.append((name, wire_name, text_reader(member, "iso8601")))
            case "querystring" if isinstance(member, MapShape):
                self._query_map = name
            case "querystring" if isinstance(member, ListShape):
                self._query.append((name, wire_name, True, text_reader(member.member, "iso8601")))
            case "querystring":
                self._query.append((name, wire_name, False, text_reader(member, "iso8601")))
            case "header":
                self._headers.append((name, wire_name, header_reader(member)))
            case "headers":
                self._prefixes.append((name, wire_name.lower()))
            case _:
                self.body[name] = member

    def read(self, request: Request, uri: Mapping[str, str]) -> dict[str, Any]:
        """The members outside the body. Raises SerializationException for a text that is not of its type."""
        parameters: dict[str, Any] = {}
        for name, label, convert in self._labels:
            parameters[name] = _converted(unquote(uri[label]), convert)
        if request.query and (self._query or self._query_map):
            self._read_query(request.query, parameters)
        for name, header, convert in self._headers:
            text = request.headers.get(header)
            if text is not None:
                parameters[name] = _converted(text, convert)
        for name, prefix in self._prefixes:
            found = _with_prefix(request, prefix)
            if found:
                parameters[name] = found
        return parameters

    def _read_query(self, query: str, parameters: dict[str, Any]) -> None:
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(query, keep_blank_values=True):
            values.setdefault(name, []).append(value)
        for name, key, repeated, convert in self._query:
            texts = values.pop(key, None)
            if texts is None:
                continue
            if repeated:
                parameters[name] = [_converted(text, convert) for text in texts]
            else:
                parameters[name] = _converted(texts[-1], convert)
        if self._query_map is not None:
            rest = {key: texts[-1] for key, texts in values.items() if key not in self._literals}
            if rest:
                parameters[self._query_map] = rest


def text_reader(shape: Shape, timestamp_format: str) -> Convert:
    """Reads a value from its text; raises ValueError. timestamp_format: for shapes that name none."""
    match shape.type_name:
        case "integer" | "long":
            return int
        case "float" | "double":
            return float
        case "boolean":
            return _boolean
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


def _converted(text: str, convert: Convert) -> Any:
    try:
        return convert(text)
    except ValueError as error:
        raise SerializationException from error


def _with_prefix(request: Request, prefix: str) -> dict[str, str]:
    return {
        name[len(prefix) :]: value
        for name, value in request.headers.items()
        if name.lower().startswith(prefix)
    }
