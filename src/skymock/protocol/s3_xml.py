"""S3's own form of restXml: bare errors, checksums of bodies, names of root elements. (Amazon S3 API)"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Any

from botocore.model import OperationModel, ServiceModel

from skymock.errors import AwsError
from skymock.protocol import checksums, timestamps
from skymock.protocol.codec import UnknownOperation, UnknownRoute
from skymock.protocol.request_body import unchunked
from skymock.protocol.rest_codec import ReadRequest, WriteBody, response
from skymock.protocol.rest_request import UnreadableParameter
from skymock.protocol.rest_xml import RestXmlCodec
from skymock.protocol.xml_writer import XML_DECLARATION, XmlWriter, escaped, write_texts
from skymock.wire import Request, Response

# The root elements of answers, by operation. (Amazon S3 API, the response syntax of each operation)
_ROOTS = {
    "CompleteMultipartUpload": "CompleteMultipartUploadResult",
    "CreateMultipartUpload": "InitiateMultipartUploadResult",
    "CreateSession": "CreateSessionResult",
    "DeleteObjects": "DeleteResult",
    "GetBucketAccelerateConfiguration": "AccelerateConfiguration",
    "GetBucketAcl": "AccessControlPolicy",
    "GetBucketCors": "CORSConfiguration",
    "GetBucketLifecycle": "LifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "LifecycleConfiguration",
    "GetBucketLogging": "BucketLoggingStatus",
    "GetBucketNotification": "NotificationConfiguration",
    "GetBucketNotificationConfiguration": "NotificationConfiguration",
    "GetBucketRequestPayment": "RequestPaymentConfiguration",
    "GetBucketTagging": "Tagging",
    "GetBucketVersioning": "VersioningConfiguration",
    "GetBucketWebsite": "WebsiteConfiguration",
    "GetObjectAcl": "AccessControlPolicy",
    "GetObjectAttributes": "GetObjectAttributesResponse",
    "GetObjectTagging": "Tagging",
    "ListBucketAnalyticsConfigurations": "ListBucketAnalyticsConfigurationResult",
    "ListBucketIntelligentTieringConfigurations": "ListBucketIntelligentTieringConfigurationsResult",
    "ListBucketInventoryConfigurations": "ListInventoryConfigurationsResult",
    "ListBucketMetricsConfigurations": "ListMetricsConfigurationsResult",
    "ListBuckets": "ListAllMyBucketsResult",
    "ListDirectoryBuckets": "ListAllMyDirectoryBucketsResult",
    "ListMultipartUploads": "ListMultipartUploadsResult",
    "ListObjectVersions": "ListVersionsResult",
    "ListObjects": "ListBucketResult",
    "ListObjectsV2": "ListBucketResult",
    "ListParts": "ListPartsResult",
}


class MethodNotAllowed(UnknownOperation):
    """No operation has this method here."""

    code, status = "MethodNotAllowed", 405


class InvalidArgument(AwsError):
    """A header or a parameter of the query string is not of its type."""

    code, status = "InvalidArgument", 400


class S3Codec(RestXmlCodec):
    media_type = "application/xml"

    def __init__(self, service: ServiceModel) -> None:
        super().__init__(service)
        self._writer = XmlWriter(timestamps.to_iso8601_milliseconds)

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        try:
            return super().identify(request)
        except UnknownRoute as error:
            raise MethodNotAllowed(
                "The specified method is not allowed against this resource.", Method=request.method
            ) from error

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        try:
            return super().parse(operation, request, uri)
        except UnreadableParameter as error:
            expected = "an integer or within integer range" if error.type_name == "integer" else "valid"
            raise InvalidArgument(
                f"Provided {error.name} not {expected}", ArgumentName=error.name, ArgumentValue=error.text
            ) from error

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        answer = super().serialise(operation, output, request_id)
        if "ContentRange" in output:
            answer.status = 206
        return answer

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        traits = self._errors.traits_of(error)
        headers = self._metadata_headers(request_id)
        if traits.status == 304 or self._has_no_body(operation):
            return Response(traits.status, headers)
        out = [f"{XML_DECLARATION}<Error><Code>{escaped(traits.code)}</Code>"]
        out.append(f"<Message>{escaped(error.message)}</Message>")
        write_texts(error.members, out)
        out.append(f"<RequestId>{request_id}</RequestId><HostId>{headers['x-amz-id-2']}</HostId></Error>")
        return response(traits.status, headers, "".join(out).encode(), self.media_type)

    def _has_no_body(self, operation: str | None) -> bool:
        return operation is not None and self._service.operation_model(operation).http["method"] == "HEAD"

    def _compile_read(self, operation: OperationModel) -> ReadRequest:
        read = super()._compile_read(operation)
        if not operation.http_checksum.get("requestAlgorithmMember"):
            return read

        def verified(request: Request, uri: dict[str, str]) -> dict[str, Any]:
            request = unchunked(request)
            checksums.verify(request.headers, request.body)
            return read(request, uri)

        return verified

    def _write_members(self, members: Mapping[str, Any], operation: OperationModel) -> WriteBody:
        if operation.name == "GetBucketLocation":
            return self._location
        return super()._write_members(members, operation)

    def _location(self, members: Mapping[str, Any]) -> bytes:
        """GetBucketLocation's answer is its only member, without an element around it."""
        region = escaped(members.get("LocationConstraint") or "")
        element = f'<LocationConstraint xmlns="{self._namespace}">{region}</LocationConstraint>'
        return f"{XML_DECLARATION}{element}".encode()

    def _root_of(self, operation: OperationModel) -> str:
        return _ROOTS.get(operation.name) or super()._root_of(operation)

    def _metadata_headers(self, request_id: str) -> dict[str, str]:
        return {"x-amz-request-id": request_id, "x-amz-id-2": _host_id(request_id)}


def _host_id(request_id: str) -> str:
    """76 characters of base64, as S3's are."""
    return base64.b64encode(hashlib.sha512(request_id.encode()).digest()[:56]).decode()
