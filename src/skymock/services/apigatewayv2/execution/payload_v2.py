"""Payload format 2.0: the event that a function is given, and how its answer is read.

(API Gateway Developer Guide: Create AWS Lambda proxy integrations for HTTP APIs)
"""

from __future__ import annotations

import json
from typing import Any

from skymock.services.apigatewayv2.execution.function_answer import encoded_body, header_text, status_code
from skymock.services.apigatewayv2.execution.incoming import SOURCE_IP, Incoming
from skymock.wire import Response


def event(incoming: Incoming) -> dict[str, Any]:
    """The event. Members without value are left out, but for `isBase64Encoded` and `rawQueryString`."""
    headers = dict(incoming.headers)
    cookie = headers.pop("cookie", None)
    body, is_base64 = incoming.body_as_text()
    made: dict[str, Any] = {
        "version": "2.0",
        "routeKey": incoming.route_key,
        "rawPath": incoming.path,
        "rawQueryString": incoming.request.query,
        "cookies": cookie.split("; ") if cookie else None,
        "headers": headers,
        "queryStringParameters": {
            name: ",".join(values) for name, values in incoming.grouped_query().items()
        },
        "requestContext": request_context(incoming),
        "pathParameters": incoming.match.path_parameters,
        "stageVariables": incoming.stage.stage_variables,
        "body": body,
    }
    event = {name: value for name, value in made.items() if value or name == "rawQueryString"}
    event["isBase64Encoded"] = is_base64
    return event


def request_context(incoming: Incoming) -> dict[str, Any]:
    context: dict[str, Any] = {
        "accountId": incoming.account_id,
        "apiId": incoming.api.api_id,
        "domainName": incoming.request.host,
        "domainPrefix": incoming.request.host.partition(".")[0],
        "http": {
            "method": incoming.request.method,
            "path": incoming.path,
            "protocol": "HTTP/1.1",
            "sourceIp": SOURCE_IP,
            "userAgent": incoming.headers.get("user-agent", ""),
        },
        "requestId": incoming.request_id,
        "routeKey": incoming.route_key,
        "stage": incoming.stage.stage_name,
        "time": incoming.time,
        "timeEpoch": int(incoming.at_seconds * 1000),
    }
    if incoming.authorization:
        context["authorizer"] = incoming.authorization["2.0"]
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
