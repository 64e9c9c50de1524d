"""Identity sources: where in a request an authorizer looks."""

from __future__ import annotations

from collections.abc import Callable

from skymock.errors import NotSupported
from skymock.services.apigatewayv2.execution.incoming import Incoming


def identity_value(expression: str, incoming: Incoming) -> str | None:
    """What a selection expression stands for in a request; None where the request lacks it.

    (API Gateway Developer Guide: Control access to HTTP APIs with AWS Lambda authorizers, Identity sources)
    """
    place, _, name = expression.rpartition(".")
    match place:
        case "$request.header":
            return incoming.headers.get(name.lower())
        case "$request.querystring":
            return dict(incoming.query).get(name)
        case "$stageVariables":
            return incoming.stage.stage_variables.get(name)
        case "$context":
            if name in _CONTEXT:
                return _CONTEXT[name](incoming)
    raise NotSupported(f"apigatewayv2: the identity source {expression} is not supported yet")


_CONTEXT: dict[str, Callable[[Incoming], str]] = {
    "apiId": lambda incoming: incoming.api.api_id,
    "accountId": lambda incoming: incoming.account_id,
    "httpMethod": lambda incoming: incoming.request.method,
    "path": lambda incoming: incoming.path,
    "requestId": lambda incoming: incoming.request_id,
    "routeKey": lambda incoming: incoming.route_key,
    "stage": lambda incoming: incoming.stage.stage_name,
}
