"""REST with JSON bodies: Lambda, API Gateway. (AWS restJson1 protocol)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape

from skymock.errors import AwsError
from skymock.protocol.coral import GeneralWording
from skymock.protocol.error_traits import ErrorTraits
from skymock.protocol.json_reader import JsonReader
from skymock.protocol.json_writer import JsonWriter, Write, encode_json
from skymock.protocol.rest_codec import ReadBody, RestCodec, WriteBody, response
from skymock.protocol.rest_response import ResponseBindings
from skymock.wire import Response


class RestJsonCodec(RestCodec):
    media_type = "application/json"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self._reader = JsonReader(GeneralWording())
        self._writer = JsonWriter()
        self._error_bodies: dict[str, tuple[ResponseBindings, Write]] = {}

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        headers = self._metadata_headers(request_id)
        headers["x-amzn-ErrorType"] = traits.code
        document = {traits.message_member: error.message} if error.message else {}
        if error.members and traits.shape is not None:
            bindings, write = self._error_body(traits)
            _, members = bindings.write(error.members, headers)
            document.update(write(members))
        return response(traits.status, headers, _encoded(document), self.media_type)

    def _error_body(self, traits: ErrorTraits) -> tuple[ResponseBindings, Write]:
        assert traits.shape is not None
        found = self._error_bodies.get(traits.code)
        if found is None:
            bindings = ResponseBindings(traits.shape, traits.status)
            found = self._error_bodies[traits.code] = (bindings, self._writer.members(bindings.body))
        return found

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
