"""Writes what a REST response carries outside its body: the status and headers."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ListShape, Shape, StructureShape

from skymock.protocol import timestamps

Text = Callable[[Any], str]


class ResponseBindings:
    """A structure's members by where the response carries them; `body` are those in its body."""

    def __init__(self, shape: StructureShape | None, status: int) -> None:
        self._status = status
        self._status_member: str | None = None
        self._headers: dict[str, tuple[str, Text]] = {}
        self._prefixes: dict[str, str] = {}
        self.body: dict[str, Shape] = {}
        for name, member in {} if shape is None else shape.members.items():
            self._bind(name, member)

    def _bind(self, name: str, member: Shape) -> None:
        wire_name = member.serialization.get("name", name)
        match member.serialization.get("location"):
            case "statusCode":
                self._status_member = name
            case "header":
                self._headers[name] = (wire_name, header_writer(member))
            case "headers":
                self._prefixes[name] = wire_name
            case _:
                self.body[name] = member

    def write(self, output: Mapping[str, Any], headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Adds to `headers`; returns the status and the members that remain for the body."""
        body: dict[str, Any] = {}
        status = self._status
        for name, value in output.items():
            if value is None:
                continue
            if name in self._headers:
                header, text = self._headers[name]
                headers[header] = text(value)
            elif name in self._prefixes:
                headers.update({f"{self._prefixes[name]}{key}": item for key, item in value.items()})
            elif name == self._status_member:
                status = value
            else:
                body[name] = value
        return status, body


def header_writer(shape: Shape) -> Text:
    if shape.serialization.get("jsonvalue"):
        return lambda value: base64.b64encode(json.dumps(value, separators=(",", ":")).encode()).decode()
    if isinstance(shape, ListShape):
        element = header_writer(shape.member)
        return lambda items: ",".join(map(element, items))
    if shape.type_name == "boolean":
        return lambda value: "true" if value else "false"
    if shape.type_name == "timestamp":
        write = timestamps.WRITE[shape.serialization.get("timestampFormat", "rfc822").lower()]
        return lambda value: str(write(value))
    return str
