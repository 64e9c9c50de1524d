"""The query protocol: a form with `Action` in, XML with a result and metadata out. (AWS Query protocol)"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import ServiceModel

from skymock.errors import AwsError
from skymock.protocol.codec import UnknownOperation
from skymock.protocol.error_traits import ErrorCatalogue
from skymock.protocol.form_reader import FormReader, tree_of
from skymock.protocol.request_body import decompressed
from skymock.protocol.xml_writer import Write, XmlWriter, write_error
from skymock.wire import Request, Response

_ACTION = re.compile("(?:^|&)Action=([^&]+)")

ReadRequest = Callable[[Request], dict[str, Any]]


class InvalidAction(UnknownOperation):
    """`Action` names no operation of the service."""

    code, status = "InvalidAction", 400


class MissingAction(UnknownOperation):
    """The form has no `Action`."""

    code, status = "MissingAction", 400


class QueryCodec:
    def __init__(self, service: ServiceModel) -> None:
        self._service = service
        self._operations = frozenset(service.operation_names)
        self._namespace = service.metadata.get("xmlNamespace", "")
        self._reader = FormReader()
        self._writer = XmlWriter()
        self._errors = ErrorCatalogue(service, self._writer.error)
        self._reads: dict[str, ReadRequest] = {}
        self._writes: dict[str, tuple[str, Write] | None] = {}

    def speaking(self, request: Request) -> QueryCodec:
        return self

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        text = _text_of(request)
        match = _ACTION.search(text)
        if match is None:
            raise MissingAction("Missing Action")
        if match[1] not in self._operations:
            version = tree_of(text).get("Version") or "NO_VERSION_SPECIFIED"
            raise InvalidAction(f"Could not find operation {match[1]} for version {version}")
        return match[1], {}

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        read = self._reads.get(operation) or self._compile_read(operation)
        return read(request)

    def body_reader(self, operation: str) -> None:
        return None

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        if operation not in self._writes:
            self._compile_write(operation)
        out = [f'<{operation}Response xmlns="{self._namespace}">']
        result = self._writes[operation]
        if result is not None:
            wrapper, write = result
            out.append(f"<{wrapper}>")
            write(output, out)
            out.append(f"</{wrapper}>")
        out.append(f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>")
        out.append(f"</{operation}Response>")
        return _response(200, out, request_id)

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        out = [f'<ErrorResponse xmlns="{self._namespace}">']
        write_error(error, traits, out)
        out.append(f"<RequestId>{request_id}</RequestId></ErrorResponse>")
        return _response(traits.status, out, request_id)

    def _compile_read(self, operation: str) -> ReadRequest:
        model = self._service.operation_model(operation)
        members = self._reader.members({} if model.input_shape is None else model.input_shape.members)
        compressed = model.request_compression is not None

        def read(request: Request) -> dict[str, Any]:
            text = _text_of(decompressed(request) if compressed else request)
            parameters: dict[str, Any] = members(tree_of(text))
            return parameters

        self._reads[operation] = read
        return read

    def _compile_write(self, operation: str) -> None:
        shape = self._service.operation_model(operation).output_shape
        self._writes[operation] = None
        if shape is not None:
            wrapper = shape.serialization.get("resultWrapper", f"{operation}Result")
            self._writes[operation] = (wrapper, self._writer.members(shape.members))


def _text_of(request: Request) -> str:
    return request.body.decode("utf-8", "replace") if request.body else request.query


def _response(status: int, out: list[str], request_id: str) -> Response:
    body = "".join(out).encode("utf-8", "replace")
    headers = {
        "Content-Type": "text/xml",
        "Content-Length": str(len(body)),
        "x-amzn-RequestId": request_id,
    }
    return Response(status, headers, body)
