"""Writes answers that are streams of events, each a frame with checksums. (Amazon event stream encoding)"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.model import Shape, StructureShape

from skymock.errors import AwsError

MEDIA_TYPE = "application/vnd.amazon.eventstream"

WriteDocument = Callable[[Any], bytes]
_STRING = 7


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One message: lengths and their CRC, headers, payload, and a CRC of it all."""
    encoded = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(encoded) + len(payload), len(encoded))
    message = b"".join((prelude, struct.pack(">I", zlib.crc32(prelude)), encoded, payload))
    return message + struct.pack(">I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    encoded, text = name.encode(), value.encode()
    return bytes((len(encoded),)) + encoded + struct.pack(">BH", _STRING, len(text)) + text


class _Event(NamedTuple):
    """payload: the member that is the whole payload; None when all members make up a document."""

    payload: str | None
    write: WriteDocument
    headers: dict[str, str]


class EventStreamWriter:
    """The events of one operation's stream. document_writer: compiles what writes a shape as a document."""

    def __init__(
        self, shape: StructureShape, document_writer: Callable[[Shape], WriteDocument], media_type: str
    ) -> None:
        self._events = {
            name: _compiled(name, member, document_writer, media_type)
            for name, member in shape.members.items()
        }

    def write(self, events: Iterable[Mapping[str, Any] | AwsError]) -> Iterator[bytes]:
        """Each event is a mapping from its name to its members; an AwsError ends the stream as AWS does."""
        for event in events:
            if isinstance(event, AwsError):
                yield self._exception(event)
                return
            ((name, members),) = event.items()
            compiled = self._events[name]
            content = members if compiled.payload is None else members.get(compiled.payload)
            yield frame(compiled.headers, b"" if content is None else compiled.write(content))

    def _exception(self, error: AwsError) -> bytes:
        compiled = self._events.get(error.shape_name)
        if compiled is None:
            code = error.code or error.shape_name
            headers = {":message-type": "error", ":error-code": code, ":error-message": error.message}
            return frame(headers, b"")
        headers = {**compiled.headers, ":message-type": "exception"}
        headers[":exception-type"] = headers.pop(":event-type")
        return frame(headers, compiled.write({"message": error.message, **error.members}))


def initial_response(payload: bytes, media_type: str) -> bytes:
    """The first frame of the protocols without REST: the members beside the stream."""
    return frame(_headers("initial-response", media_type), payload)


def _headers(event: str, media_type: str) -> dict[str, str]:
    headers = {":event-type": event, ":message-type": "event"}
    return {**headers, ":content-type": media_type} if media_type else headers


def _compiled(
    name: str, shape: StructureShape, document_writer: Callable[[Shape], WriteDocument], media_type: str
) -> _Event:
    for member_name, member in shape.members.items():
        if member.serialization.get("eventpayload"):
            if member.type_name == "blob":
                return _Event(member_name, _as_is, _headers(name, "application/octet-stream"))
            if member.type_name == "string":
                return _Event(member_name, str.encode, _headers(name, "text/plain"))
            return _Event(member_name, document_writer(member), _headers(name, media_type))
    return _Event(None, document_writer(shape), _headers(name, media_type if shape.members else ""))


def _as_is(payload: bytes) -> bytes:
    return payload
