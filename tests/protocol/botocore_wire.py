"""botocore as the other end of the wire: its serialisers write requests, its parsers read answers."""

from __future__ import annotations

import functools
import io
from typing import Any

import botocore.loaders
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, create_request_object, prepare_request_dict
from botocore.endpoint import convert_to_response_dict
from botocore.model import OperationModel, ServiceModel, Shape
from botocore.parsers import create_parser
from botocore.serialize import create_serializer

from skymock.protocol import Codec, codec_for
from skymock.wire import Request, Response

SERVICES = (
    "apigateway",
    "apigatewaymanagementapi",
    "apigatewayv2",
    "application-autoscaling",
    "cloudfront",
    "cloudwatch",
    "cognito-identity",
    "cognito-idp",
    "dax",
    "dynamodb",
    "dynamodbstreams",
    "events",
    "iam",
    "kinesis",
    "lambda",
    "lex-runtime",
    "logs",
    "s3",
    "sns",
    "sqs",
    "sts",
)

_loader = botocore.loaders.Loader()


@functools.cache
def model_of(service: str) -> ServiceModel:
    return ServiceModel(_loader.load_service_model(service, "service-2"), service)


@functools.cache
def codec_of(service: str) -> Codec:
    return codec_for(model_of(service))


def protocols_of(service: str) -> list[str]:
    return model_of(service).metadata.get("protocols") or [model_of(service).protocol]


def operations() -> list[tuple[str, str, str]]:
    """Every operation, in every protocol that its service speaks."""
    return [
        (service, operation, protocol)
        for service in SERVICES
        for protocol in protocols_of(service)
        for operation in model_of(service).operation_names
    ]


def request_of(operation: OperationModel, parameters: dict[str, Any], protocol: str) -> Request:
    serialised = create_serializer(protocol, include_validation=False).serialize_to_request(
        parameters, operation
    )
    prepare_request_dict(serialised, "https://service.us-east-1.amazonaws.com", context={})
    return wire_request(create_request_object(serialised).prepare())


def request_in(protocol: str) -> Request:
    """A request that shows no more than the protocol it is in."""
    marks = {"smithy-rpc-v2-cbor": "smithy-protocol", "json": "X-Amz-Target"}
    headers = {marks[protocol]: protocol} if protocol in marks else {}
    return Request("POST", "https://service.us-east-1.amazonaws.com/", headers)


def wire_request(prepared: AWSPreparedRequest) -> Request:
    body = prepared.body or b""
    if hasattr(body, "read"):
        body = body.read()
    if isinstance(body, str):
        body = body.encode()
    return Request(prepared.method, prepared.url, dict(prepared.headers.items()), bytes(body))


class RawBody(io.BytesIO):
    """A body as urllib3 hands it to botocore."""

    def stream(self, amt: int = 1024, decode_content: bool = True) -> Any:
        while chunk := self.read(amt):
            yield chunk


def aws_response(response: Response) -> AWSResponse:
    return AWSResponse(
        "https://service.us-east-1.amazonaws.com", response.status, response.headers, RawBody(response.read())
    )


def parsed(
    operation: OperationModel, response: Response, protocol: str, shape: Shape | None
) -> dict[str, Any]:
    """What botocore's parser makes of an answer, as it would hand it to a client's caller."""
    answer = convert_to_response_dict(aws_response(response), operation)
    result: dict[str, Any] = create_parser(protocol).parse(answer, shape)
    return result
