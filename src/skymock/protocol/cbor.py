"""RPC with CBOR bodies: the operation in the path, blobs and timestamps as they are. (Smithy RPC v2 CBOR)"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import cbor2
from botocore.model import ServiceModel, Shape

from skymock.errors import AwsError, SerializationException
from skymock.protocol import timestamps
from skymock.protocol.codec import UnknownRoute
from skymock.protocol.coral import GeneralWording, message_of
from skymock.protocol.error_traits import ErrorCatalogue
from skymock.protocol.json_reader import JsonReader, Read, Value
from skymock.protocol.json_writer import JsonWriter, Write
from skymock.protocol.request_body import decompressed
from skymock.wire import Request, Response

_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)/?$")


class CborCodec:
    def __init__(self, service: ServiceModel) -> None:
        self._service = service
        self._operations = frozenset(service.operation_names)
        self._service_name = service.metadata["targetPrefix"]
        self._query_compatible = "awsQueryCompatible" in service.metadata
        self._reader = CborReader(GeneralWording())
        self._writer = CborWriter()
        self._errors = ErrorCatalogue(service, self._writer.error)
        self._reads: dict[str, Read] = {}
        self._writes: dict[str, Write | None] = {}

    def speaking(self, request: Request) -> CborCodec:
        return self

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        match = _PATH.search(request.path)
        if match is None or match[1] != self._service_name or match[2] not in self._operations:
            raise UnknownRoute
        return match[2], {}

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        read = self._reads.get(operation) or self._compile_read(operation)
        parameters: dict[str, Any] = read(request)
        return parameters

    def body_reader(self, operation: str) -> None:
        return None

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        if operation not in self._writes:
            self._compile_write(operation)
        write = self._writes[operation]
        return _response(200, b"" if write is None else _encoded(write(output)), request_id)

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        name = traits.name if self._query_compatible else traits.code
        document = {"__type": name, **message_of(error, traits), **traits.writer(error.members)}
        response = _response(traits.status, _encoded(document), request_id)
        if self._query_compatible:
            response.headers["x-amzn-query-error"] = traits.query_error
        return response

    def _compile_read(self, operation: str) -> Read:
        model = self._service.operation_model(operation)
        members = self._reader.members({} if model.input_shape is None else model.input_shape.members)
        compressed = model.request_compression is not None

        def read(request: Request) -> Any:
            return members(self._reader.document((decompressed(request) if compressed else request).body))

        self._reads[operation] = read
        return read

    def _compile_write(self, operation: str) -> None:
        shape = self._service.operation_model(operation).output_shape
        self._writes[operation] = None if shape is None else self._writer.members(shape.members)


class CborReader(JsonReader):
    """Reads as from JSON, but blobs and timestamps need no conversion."""

    def document(self, body: bytes) -> dict[str, Any]:
        if not body:
            return {}
        try:
            document = cbor2.loads(body)
        except (cbor2.CBORDecodeError, ValueError, RecursionError) as error:
            raise SerializationException from error
        if not isinstance(document, dict):
            raise SerializationException
        return document

    def _blob(self, shape: Shape) -> Value:
        return Value(bytes, None, self._reject(shape))

    def _timestamp(self, shape: Shape) -> Value:
        return Value(datetime, None, self._mending(_moment, shape))


class CborWriter(JsonWriter):
    """Writes as to JSON, but blobs stay as they are, and timestamps are tagged."""

    def _blob(self) -> Write | None:
        return None

    def _timestamp(self, shape: Shape) -> Write | None:
        return _tagged


def _moment(value: Any) -> datetime:
    # Under a frozen clock `datetime` stands for another class than the decoder's.
    if isinstance(value, datetime):
        return value
    raise ValueError(value)


def _tagged(moment: timestamps.Timestamp) -> cbor2.CBORTag:
    return cbor2.CBORTag(1, timestamps.to_epoch_seconds(moment))


def _encoded(document: object) -> bytes:
    return cbor2.dumps(document)


def _response(status: int, body: bytes, request_id: str) -> Response:
    headers = {
        "Content-Type": "application/cbor",
        "Content-Length": str(len(body)),
        "smithy-protocol": "rpc-v2-cbor",
        "x-amzn-RequestId": request_id,
    }
    return Response(status, headers, body)
