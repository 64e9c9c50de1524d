"""Integrations with functions: the request becomes an event, the function's answer the response."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from skymock.cloud.principals import service_principal
from skymock.errors import AwsError
from skymock.services.apigatewayv2.execution import payload_v1, payload_v2
from skymock.services.apigatewayv2.execution.answers import internal_server_error, service_unavailable
from skymock.services.apigatewayv2.execution.incoming import Incoming
from skymock.services.apigatewayv2.integration import Integration, function_arn, with_stage_variables
from skymock.wire import Response

PRINCIPAL = "apigateway.amazonaws.com"

# What a response is without a `content-type` of its own.
_DEFAULT_CONTENT_TYPE = "text/plain; charset=utf-8"

_EVENTS: dict[str, Callable[[Incoming], dict[str, Any]]] = {
    "1.0": payload_v1.event,
    "2.0": payload_v2.event,
}
_RESPONSES: dict[str, Callable[[Any], Response]] = {"1.0": payload_v1.response, "2.0": payload_v2.response}


def integrate(incoming: Incoming, integration: Integration) -> Response:
    """Answer with what the function returns. Raises Refusal: 500 where it failed, 503 after the timeout."""
    version = integration.payload_format_version or "1.0"
    began_at_seconds = incoming.cloud.clock.time()
    answer = invoke(
        incoming, integration.integration_uri or "", _EVENTS[version](incoming), incoming.execution_arn
    )
    elapsed_seconds = incoming.cloud.clock.time() - began_at_seconds
    if elapsed_seconds * 1000 > integration.timeout_in_millis:
        raise service_unavailable()
    try:
        response = _RESPONSES[version](answer)
    except (ValueError, AttributeError, TypeError):
        raise internal_server_error() from None
    if "content-type" not in {name.lower() for name in response.headers}:
        response.headers["Content-Type"] = _DEFAULT_CONTENT_TYPE
    return response


def invoke(incoming: Incoming, uri: str, event: dict[str, Any], source_arn: str) -> Any:
    """What a function returned for an event, parsed. Raises Refusal (500) where it fails or refuses."""
    arn = with_stage_variables(function_arn(uri), incoming.stage.stage_variables)
    sender = service_principal(PRINCIPAL, incoming.account_id)
    payload = json.dumps(event, separators=(",", ":")).encode()
    try:
        answer = incoming.cloud.target(arn).request(payload, sender, source_arn)
    except (AwsError, ValueError):
        raise internal_server_error() from None
    if answer.error is not None:
        raise internal_server_error()
    try:
        return json.loads(answer.payload)
    except ValueError:
        raise internal_server_error() from None
