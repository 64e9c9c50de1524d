"""JSON 1.0 and 1.1: the operation in a header, everything else in the body. (AWS JSON protocols)"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.model import ServiceModel, StructureShape

from skymock.errors import AwsError
from skymock.protocol import event_stream
from skymock.protocol.codec import UnknownOperation
from skymock.protocol.coral import DynamoDbWording, GeneralWording, Wording, message_of
from skymock.protocol.error_traits import ErrorCatalogue
from skymock.protocol.event_stream import EventStreamWriter
from skymock.protocol.json_encoding import encode_json, encode_json_around
from skymock.protocol.json_reader import JsonReader
from skymock.protocol.json_writer import JsonWriter
from skymock.protocol.request_body import decompressed
from skymock.wire import Request, Response

Body = bytes | Iterator[bytes]
ReadBody = Callable[[bytes], dict[str, Any]]
WriteOutput = Callable[[Mapping[str, Any]], Body]

# Errors of AWS's framework keep its own namespace, in services that send any. (dynalite, recorded from DynamoDB)
_FRAMEWORK = "com.amazon.coral.service#"
_FRAMEWORK_CODES = frozenset(
    {
        "AccessDeniedException",
        "IncompleteSignatureException",
        "InvalidSignatureException",
        "MissingAuthenticationTokenException",
        "SerializationException",
        "UnknownOperationException",
        "UnrecognizedClientException",
    }
)
_FOREIGN_NAMESPACES = {
    "ValidationException": "com.amazon.coral.validate#",
    "ThrottlingException": "com.amazon.coral.availability#",
}


class JsonCodec:
    """crc32: whether answers carry `x-amz-crc32`, as DynamoDB's do.

    error_model: where errors' codes are found, if not in the service's model.
    """

    def __init__(
        self,
        service: ServiceModel,
        *,
        wire_shapes: frozenset[str] = frozenset(),
        error_namespace: str = "",
        crc32: bool = False,
        error_model: ServiceModel | None = None,
    ) -> None:
        self._service = service
        prefix = service.metadata["targetPrefix"]
        self._operation_of = {f"{prefix}.{name}": name for name in service.operation_names}
        self._content_type = f"application/x-amz-json-{service.metadata['jsonVersion']}"
        self._query_compatible = "awsQueryCompatible" in service.metadata
        self._error_namespace = error_namespace
        self._crc32 = crc32
        self._reader = JsonReader(_wording_of(service, error_namespace), wire_shapes)
        self._writer = JsonWriter(wire_shapes)
        self._encode = encode_json_around if wire_shapes else encode_json
        self._errors = ErrorCatalogue(error_model or service, self._writer.error)
        self._reads: dict[str, ReadBody] = {}
        self._compressed: set[str] = set()
        self._writes: dict[str, WriteOutput] = {}

    def speaking(self, request: Request) -> JsonCodec:
        return self

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        operation = self._operation_of.get(request.headers.get("x-amz-target") or "")
        if operation is None:
            raise UnknownOperation
        return operation, {}

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        read = self._reads.get(operation) or self._compile_read(operation)
        return read(request.body if operation not in self._compressed else decompressed(request).body)

    def body_reader(self, operation: str) -> ReadBody | None:
        return None if operation in self._compressed else self._reads.get(operation)

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        write = self._writes.get(operation) or self._compile_write(operation)
        body = write(output)
        return Response(200, self._headers(body, request_id), body)

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        name = traits.name if self._query_compatible else traits.code
        members = {**message_of(error, traits), **traits.writer(error.members)}
        body = self._encoded({"__type": self._namespace_of(name) + name, **members})
        headers = self._headers(body, request_id)
        if self._query_compatible:
            headers["x-amzn-query-error"] = traits.query_error
        return Response(traits.status, headers, body)

    def _headers(self, body: Body, request_id: str) -> dict[str, str]:
        if not isinstance(body, bytes):
            return {"Content-Type": event_stream.MEDIA_TYPE, "x-amzn-RequestId": request_id}
        headers = {
            "Content-Type": self._content_type,
            "Content-Length": str(len(body)),
            "x-amzn-RequestId": request_id,
        }
        if self._crc32:
            headers["x-amz-crc32"] = str(zlib.crc32(body))
        return headers

    def _encoded(self, document: Mapping[str, Any]) -> bytes:
        return self._encode(document).encode("utf-8", "replace")

    def _namespace_of(self, name: str) -> str:
        if not self._error_namespace:
            return ""
        if name in _FRAMEWORK_CODES:
            return _FRAMEWORK
        return _FOREIGN_NAMESPACES.get(name, self._error_namespace)

    def _compile_read(self, operation: str) -> ReadBody:
        model = self._service.operation_model(operation)
        document = self._reader.document
        members = self._reader.members({} if model.input_shape is None else model.input_shape.members)

        def read(body: bytes) -> dict[str, Any]:
            parameters: dict[str, Any] = members(document(body))
            return parameters

        if model.request_compression is not None:
            self._compressed.add(operation)
        self._reads[operation] = read
        return read

    def _compile_write(self, operation: str) -> WriteOutput:
        shape = self._service.operation_model(operation).output_shape
        write: WriteOutput
        if shape is None:
            write = _write_nothing
        elif shape.event_stream_name is None:
            write = self._document_writer(shape)
        else:
            write = self._stream_writer(shape)
        self._writes[operation] = write
        return write

    def _document_writer(self, shape: StructureShape) -> Callable[[Any], bytes]:
        members, encode = self._writer.members(shape.members), self._encode

        def write(value: Any) -> bytes:
            return encode(members(value)).encode("utf-8", "replace") if value else b"{}"

        return write

    def _stream_writer(self, shape: StructureShape) -> WriteOutput:
        stream = shape.event_stream_name
        events = EventStreamWriter(shape.members[stream], self._document_writer, self._content_type)
        write_beside = self._document_writer(shape)

        def write(output: Mapping[str, Any]) -> Iterator[bytes]:
            beside = write_beside({name: value for name, value in output.items() if name != stream})
            yield event_stream.initial_response(beside, self._content_type)
            yield from events.write(output[stream])

        return write


def _wording_of(service: ServiceModel, error_namespace: str) -> Wording:
    if service.service_id.startswith("DynamoDB"):
        return DynamoDbWording(error_namespace.rstrip("#"))
    return GeneralWording()


def _write_nothing(output: Mapping[str, Any]) -> bytes:
    return b""
