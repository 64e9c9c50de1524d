"""Payload format 2.0: the event that a function is given, and how its answer is read.

(API Gateway Developer Guide: Create AWS Lambda proxy integrations for HTTP APIs; Lambda Developer Guide: Invoking
Lambda function URLs)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.http_events.function_answer import encoded_body, header_text, status_code
from skymock.cloud.http_events.http_request import SOURCE_IP, HttpRequest
from skymock.wire import Response


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request came in. path: as functions see it. authorizer: what was found of who calls."""

    account_id: str
    api_id: str
    stage: str
    route_key: str
    path: str
    authorizer: Mapping[str, Any] | None = None
    path_parameters: Mapping[str, str] | None = None
    stage_variables: Mapping[str, str] | None = None


def event(incoming: HttpRequest, place: Place) -> dict[str, Any]:
    """The event. Members without value are left out, but for `isBase64Encoded` and `rawQueryString`."""
    headers = dict(incoming.headers)
    cookie = headers.pop("cookie", None)
    body, is_base64 = incoming.body_as_text()
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": place.route_key,
        "rawPath": place.path,
        "rawQueryString": incoming.request.query,
        "cookies": cookie.split("; ") if cookie else None,
        "headers": headers,
        "queryStringParameters": {
            name: ",".join(values) for name, values in incoming.grouped_query().items()
        },
        "requestContext": _request_context(incoming, place),
        "pathParameters": place.path_parameters,
        "stageVariables": place.stage_variables,
        "body": body,
    }
    event = {name: value for name, value in made.items() if value or name == "rawQueryString"}
    event["isBase64Encoded"] = is_base64
    return event


def _request_context(incoming: HttpRequest, place: Place) -> dict[str, Any]:
    context: dict[str, Any] = {
        "accountId": place.account_id,
        "apiId": place.api_id,
        "domainName": incoming.request.host,
        "domainPrefix": incoming.request.host.partition(".")[0],
        "http": {
            "method": incoming.request.method,
            "path": place.path,
            "protocol": "HTTP/1.1",
            "sourceIp": SOURCE_IP,
            "userAgent": incoming.headers.get("user-agent", ""),
        },
        "requestId": incoming.request_id,
        "routeKey": place.route_key,
        "stage": place.stage,
        "time": incoming.time,
        "timeEpoch": int(incoming.at_seconds * 1000),
    }
    if place.authorizer:
        context["authorizer"] = place.authorizer
    return context


def response(answer: Any) -> Response:
    """A function's answer as a response. Without `statusCode` it is the body itself: JSON, with status 200.

    Raises ValueError for an answer that is not of the format.
    """
    if not isinstance(answer, dict) or "statusCode" not in answer:
        text = answer if isinstance(answer, str) else json.dumps(answer, separators=(",", ":"))
        return Response(200, {"Content-Type": "application/json"}, text.encode())
    headers = {name: header_text(value) for name, value in (answer.get("headers") or {}).items()}
    cookies = [("Set-Cookie", header_text(cookie)) for cookie in answer.get("cookies") or ()]
    return Response(status_code(answer["statusCode"]), headers, encoded_body(answer), cookies)
