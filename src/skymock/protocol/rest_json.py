"""REST with JSON bodies: Lambda, API Gateway. (AWS restJson1 protocol)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

from skymock.errors import AwsError
from skymock.protocol.coral import GeneralWording, message_of
from skymock.protocol.json_encoding import encode_json
from skymock.protocol.json_reader import JsonReader
from skymock.protocol.json_writer import JsonWriter, Write
from skymock.protocol.rest_codec import ReadBody, RestCodec, WriteBody, response
from skymock.protocol.rest_response import ResponseBindings
from skymock.wire import Response

WriteError = tuple[ResponseBindings, Write]


class RestJsonCodec(RestCodec[WriteError]):
    media_type = "application/json"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self._reader = JsonReader(GeneralWording())
        self._writer = JsonWriter()

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        headers = self._metadata_headers(request_id)
        headers["x-amzn-ErrorType"] = traits.code
        bindings, write = traits.writer
        _, members = bindings.write(error.members, headers)
        body = _encoded({**message_of(error, traits), **write(members)})
        return response(traits.status, headers, body, self.media_type)

    def _compile_error(self, shape: StructureShape | None) -> WriteError:
        return ResponseBindings(shape, 0), self._writer.error(shape)

    def _read_members(self, members: Mapping[str, Shape]) -> ReadBody:
        read = self._reader.members(members)
        return lambda body: read(self._reader.document(body))

    def _read_payload(self, shape: Shape) -> ReadBody:
        return self._read_members(shape.members)

    def _write_members(self, members: Mapping[str, Shape], operation: OperationModel) -> WriteBody:
        write = self._writer.members(members)
        return lambda value: _encoded(write(value))

    def _write_payload(self, name: str, shape: Shape) -> WriteBody:
        write = self._writer.value(shape)
        return _encoded if write is None else lambda value: _encoded(write(value))

    def _write_event(self, shape: Shape) -> Callable[[Any], bytes]:
        write = self._writer.members(shape.members)
        return lambda value: _encoded(write(value))

    def _metadata_headers(self, request_id: str) -> dict[str, str]:
        return {"x-amzn-RequestId": request_id}


def _encoded(document: object) -> bytes:
    return encode_json(document).encode("utf-8", "replace")
