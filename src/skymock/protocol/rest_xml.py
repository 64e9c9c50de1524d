"""REST with XML bodies: CloudFront, and S3 with the oddities of `s3.py`. (AWS restXml protocol)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from botocore.model import OperationModel, ServiceModel, Shape, StructureShape

from skymock.errors import AwsError
from skymock.protocol.rest_codec import ReadBody, RestCodec, WriteBody, response
from skymock.protocol.xml_reader import XmlReader
from skymock.protocol.xml_writer import XML_DECLARATION, Write, XmlWriter, namespace_of, write_error
from skymock.wire import Response


class RestXmlCodec(RestCodec[Write]):
    media_type = "text/xml"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self._reader = XmlReader()
        self._writer = XmlWriter()

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        out = [f'{XML_DECLARATION}<ErrorResponse xmlns="{self._namespace}">']
        write_error(error, traits, out)
        out.append(f"<RequestId>{request_id}</RequestId></ErrorResponse>")
        headers = self._metadata_headers(request_id)
        return response(traits.status, headers, _encoded(out), self.media_type)

    @cached_property
    def _namespace(self) -> str:
        """The service's XML namespace: botocore's models have it at the inputs alone."""
        for name in self._service.operation_names:
            shape = self._service.operation_model(name).input_shape
            for member in () if shape is None else shape.members.values():
                prefix, uri = namespace_of(member)
                if uri and not prefix:
                    return uri
        return ""

    def _compile_error(self, shape: StructureShape | None) -> Write:
        return self._writer.error(shape)

    def _read_members(self, members: Mapping[str, Shape]) -> ReadBody:
        read = self._reader.members(members)
        return lambda body: read(self._reader.document(body))

    def _read_payload(self, shape: Shape) -> ReadBody:
        read = self._reader.value(shape)
        return lambda body: read(self._reader.document(body))

    def _write_members(self, members: Mapping[str, Shape], operation: OperationModel) -> WriteBody:
        return self._document(self._root_of(operation), self._writer.members(members))

    def _write_payload(self, name: str, shape: Shape) -> WriteBody:
        return self._document(shape.serialization.get("name", name), self._writer.members(shape.members))

    def _root_of(self, operation: OperationModel) -> str:
        """The name of the root element, which botocore's models lack for outputs."""
        return str(operation.output_shape.name)

    def _document(self, root: str, write: Write) -> Callable[[Any], bytes]:
        opening, closing = f'{XML_DECLARATION}<{root} xmlns="{self._namespace}">', f"</{root}>"

        def document(value: Any) -> bytes:
            out = [opening]
            write(value, out)
            out.append(closing)
            return _encoded(out)

        return document

    def _write_event(self, shape: Shape) -> Callable[[Any], bytes]:
        return self._document(shape.name, self._writer.members(shape.members))

    def _metadata_headers(self, request_id: str) -> dict[str, str]:
        return {"x-amzn-RequestId": request_id}


def _encoded(out: list[str]) -> bytes:
    return "".join(out).encode("utf-8", "replace")
