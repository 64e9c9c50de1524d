"""Payload format 1.0, that of REST APIs: the event that a function is given, and how its answer is read.

(API Gateway Developer Guide: Create AWS Lambda proxy integrations for HTTP APIs)
"""

from __future__ import annotations

from typing import Any

from skymock.cloud.http_events.function_answer import encoded_body, header_text, status_code
from skymock.cloud.http_events.http_request import SOURCE_IP
from skymock.services.apigatewayv2.execution.incoming import Incoming
from skymock.wire import Response

# Identities of callers that sign their requests, which none of these do.
_NO_IDENTITY = dict.fromkeys(
    (
        "accessKey",
        "accountId",
        "caller",
        "cognitoAuthenticationProvider",
        "cognitoAuthenticationType",
        "cognitoIdentityId",
        "cognitoIdentityPoolId",
        "principalOrgId",
        "user",
        "userArn",
    )
)

_MEMBERS = frozenset({"statusCode", "headers", "multiValueHeaders", "body", "isBase64Encoded"})


def event(incoming: Incoming) -> dict[str, Any]:
    """The event. Members without value are null."""
    query = incoming.grouped_query()
    body, is_base64 = incoming.body_as_text()
    return {
        "version": "1.0",
        "resource": incoming.key.path,
        "path": incoming.path,
        "httpMethod": incoming.request.method,
        "headers": dict(incoming.headers),
        "multiValueHeaders": {name: [value] for name, value in incoming.headers.items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": request_context(incoming),
        "pathParameters": incoming.match.path_parameters or None,
        "stageVariables": incoming.stage.stage_variables or None,
        "body": body,
        "isBase64Encoded": is_base64,
    }


def request_context(incoming: Incoming) -> dict[str, Any]:
    return {
        "accountId": incoming.account_id,
        "apiId": incoming.api.api_id,
        "authorizer": incoming.authorization.get("1.0", {"claims": None, "scopes": None}),
        "domainName": incoming.request.host,
        "domainPrefix": incoming.request.host.partition(".")[0],
        "extendedRequestId": incoming.request_id,
        "httpMethod": incoming.request.method,
        "identity": {
            **_NO_IDENTITY,
            "sourceIp": SOURCE_IP,
            "userAgent": incoming.headers.get("user-agent", ""),
        },
        "path": incoming.path,
        "protocol": "HTTP/1.1",
        "requestId": incoming.request_id,
        "requestTime": incoming.time,
        "requestTimeEpoch": int(incoming.at_seconds * 1000),
        "resourceId": None,
        "resourcePath": incoming.key.path,
        "stage": incoming.stage.stage_name,
    }


def response(answer: Any) -> Response:
    """A function's answer as a response; a header of `multiValueHeaders` is sent once for each of its values.

    Raises ValueError for what is not of the format: no object, an empty one, one with other members.
    (AWS's answers to REST APIs: recordings, test_aws_proxy_response_payload_format_validation)
    """
    if not isinstance(answer, dict) or not answer or answer.keys() - _MEMBERS:
        raise ValueError("the answer is not of payload format 1.0")
    repeated = [
        (name, header_text(value))
        for name, values in (answer.get("multiValueHeaders") or {}).items()
        for value in _list(values)
    ]
    several = {name.lower() for name, _ in repeated}
    headers = {}
    for name, value in (answer.get("headers") or {}).items():
        if name.lower() in several:
            repeated.append((name, header_text(value)))
        else:
            headers[name] = header_text(value)
    return Response(status_code(answer.get("statusCode", 200)), headers, encoded_body(answer), repeated)


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise ValueError("the values of a multi-value header are not a list")
    return values
