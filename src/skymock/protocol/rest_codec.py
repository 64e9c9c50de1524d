"""What the REST protocols share: routing, and members in the path, query string, headers, status and payload.

They differ in how a structure becomes a body, and in how errors look.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

from skymock.errors import AwsError
from skymock.protocol import event_stream
from skymock.protocol.error_traits import ErrorCatalogue
from skymock.protocol.event_stream import EventStreamWriter
from skymock.protocol.rest_request import RequestBindings
from skymock.protocol.rest_response import ResponseBindings
from skymock.protocol.rest_routes import Router
from skymock.wire import Request, Response

E = TypeVar("E")

Body = bytes | Iterator[bytes]
ReadBody = Callable[[bytes], Any]
WriteBody = Callable[[Any], Body]
ReadRequest = Callable[[Request, dict[str, str]], dict[str, Any]]
WriteResponse = Callable[[Mapping[str, Any], dict[str, str]], Response]


class RestCodec(ABC, Generic[E]):
    """media_type: of bodies that are documents. E: what errors are written with."""

    media_type: str

    def __init__(self, service: ServiceModel) -> None:
        self._service = service
        self._errors = ErrorCatalogue(service, self._compile_error)
        self._router: Router | None = None
        self._reads: dict[str, ReadRequest] = {}
        self._writes: dict[str, WriteResponse] = {}

    def speaking(self, request: Request) -> RestCodec[E]:
        return self

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        if self._router is None:
            self._router = Router(self._service)
        return self._router.find(request)

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        read = self._reads.get(operation)
        if read is None:
            read = self._reads[operation] = self._compile_read(self._service.operation_model(operation))
        return read(request, uri)

    def body_reader(self, operation: str) -> None:
        return None

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        write = self._writes.get(operation)
        if write is None:
            write = self._writes[operation] = self._compile_write(self._service.operation_model(operation))
        return write(output, self._metadata_headers(request_id))

    @abstractmethod
    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response: ...

    @abstractmethod
    def _compile_error(self, shape: StructureShape | None) -> E: ...

    @abstractmethod
    def _read_members(self, members: Mapping[str, Shape]) -> ReadBody:
        """A reader of a body that holds these members. It is given no empty body."""

    @abstractmethod
    def _read_payload(self, shape: Shape) -> ReadBody:
        """A reader of a body that is one member. It is given no empty body."""

    @abstractmethod
    def _write_members(self, members: Mapping[str, Shape], operation: OperationModel) -> WriteBody:
        """A writer of a body that holds these members of an output."""

    @abstractmethod
    def _write_payload(self, name: str, shape: Shape) -> WriteBody:
        """A writer of a body that is one member of an output."""

    @abstractmethod
    def _write_event(self, shape: Shape) -> Callable[[Any], bytes]:
        """A writer of an event, or of its payload, as a document."""

    @abstractmethod
    def _metadata_headers(self, request_id: str) -> dict[str, str]: ...

    def _compile_read(self, operation: OperationModel) -> ReadRequest:
        shape = operation.input_shape
        bindings = RequestBindings(shape, operation.http["requestUri"].partition("?")[2])
        payload = None if shape is None else shape.serialization.get("payload")
        if payload is not None:
            read_payload = self._payload_reader(shape.members[payload])
        elif bindings.body:
            read_members = self._read_members(bindings.body)

        def read(request: Request, uri: dict[str, str]) -> dict[str, Any]:
            parameters = bindings.read(request, uri)
            if request.body:
                if payload is not None:
                    parameters[payload] = read_payload(request.body)
                elif bindings.body:
                    parameters.update(read_members(request.body))
            return parameters

        return read

    def _payload_reader(self, shape: Shape) -> ReadBody:
        if shape.type_name == "blob":
            return _as_is
        if shape.type_name == "string":
            return lambda body: body.decode("utf-8", "replace")
        return self._read_payload(shape)

    def _compile_write(self, operation: OperationModel) -> WriteResponse:
        shape = operation.output_shape
        bindings = ResponseBindings(shape, operation.http.get("responseCode", 200))
        payload = None if shape is None else shape.serialization.get("payload")
        if payload is not None:
            write_body, media_type = self._payload_writer(payload, shape.members[payload])
        elif bindings.body:
            write_body, media_type = self._write_members(bindings.body, operation), self.media_type
        else:
            write_body, media_type = _no_body, ""

        def write(output: Mapping[str, Any], headers: dict[str, str]) -> Response:
            status, members = bindings.write(output, headers)
            if payload is None:
                body = write_body(members)
            else:
                value = members.get(payload)
                body = b"" if value is None else write_body(value)
            return response(status, headers, body, media_type)

        return write

    def _payload_writer(self, name: str, shape: Shape) -> tuple[WriteBody, str]:
        if shape.type_name == "blob":
            return _as_is, "application/octet-stream"
        if shape.type_name == "string":
            return lambda value: value.encode("utf-8", "replace"), "text/plain"
        if shape.serialization.get("eventstream"):
            events = EventStreamWriter(shape, self._write_event, self.media_type)
            return events.write, event_stream.MEDIA_TYPE
        return self._write_payload(name, shape), self.media_type


def response(status: int, headers: dict[str, str], body: Body, media_type: str) -> Response:
    """A response with the headers that its body asks for, unless an operation has set them."""
    if isinstance(body, bytes):
        headers.setdefault("Content-Length", str(len(body)))
    if media_type and body:
        headers.setdefault("Content-Type", media_type)
    return Response(status, headers, body)


def _as_is(body: Any) -> Any:
    return body


def _no_body(members: Any) -> bytes:
    return b""
