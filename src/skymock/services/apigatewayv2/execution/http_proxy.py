"""Integrations with URLs: the request goes on to a backend, and its answer comes back as it is."""

from __future__ import annotations

import re
from urllib.parse import quote

from skymock.cloud.http_events.http_request import SOURCE_IP
from skymock.services.apigatewayv2.execution.answers import service_unavailable
from skymock.services.apigatewayv2.execution.incoming import Incoming
from skymock.services.apigatewayv2.execution.outbound import Unreachable, send
from skymock.services.apigatewayv2.integration import Integration, with_stage_variables
from skymock.services.apigatewayv2.route_key import ANY
from skymock.wire import Request, Response

_PATH_VARIABLE = re.compile(r"\{([^{}+]+)\+?\}")

# Headers of one connection, which no proxy hands on.
_OF_THE_CONNECTION = frozenset(
    {"connection", "content-length", "host", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)

# AWS adds its own in their place.
_REPLACED = frozenset({"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"})


def integrate(incoming: Incoming, integration: Integration) -> Response:
    """Answer with what the backend answers. Raises Refusal (503) where it cannot be reached in time.

    (API Gateway Developer Guide: Create HTTP proxy integrations for HTTP APIs)
    """
    method = incoming.request.method
    if integration.integration_method not in (None, ANY):
        method = integration.integration_method or method
    request = Request(method, _url(incoming, integration), _headers(incoming), incoming.request.body)
    try:
        answer = send(incoming.cloud, request, integration.timeout_in_millis / 1000)
    except Unreachable:
        raise service_unavailable() from None
    headers = [*answer.headers.items(), *answer.repeated]
    kept = [(name, value) for name, value in headers if name.lower() not in _OF_THE_CONNECTION]
    return Response(answer.status, {}, answer.read(), kept)


def _url(incoming: Incoming, integration: Integration) -> str:
    """The backend's URL: path variables filled in, the whole path for `$default`, and the query string."""
    url = with_stage_variables(integration.integration_uri or "", incoming.stage.stage_variables)
    parameters = incoming.match.path_parameters
    url = _PATH_VARIABLE.sub(lambda found: quote(parameters.get(found[1], ""), safe="/~"), url)
    if incoming.key.is_default:
        url = url.rstrip("/") + incoming.route_path
    if incoming.request.query:
        url += ("&" if "?" in url else "?") + incoming.request.query
    return url


def _headers(incoming: Incoming) -> dict[str, str]:
    headers = {
        name: value
        for name, value in incoming.headers.items()
        if name not in _OF_THE_CONNECTION and name not in _REPLACED
    }
    headers["forwarded"] = f"for={SOURCE_IP};host={incoming.request.host};proto=https"
    headers["via"] = "HTTP/1.1 AmazonAPIGateway"
    return headers
