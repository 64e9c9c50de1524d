"""The data plane of one HTTP API: what happens to a request at its host.

Stage, route, authorizer, integration, in this order; around them CORS.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skymock.cloud.http_events.cors import is_preflight
from skymock.services.apigatewayv2.authorizer import JWT
from skymock.services.apigatewayv2.execution import http_proxy, jwt_authorizer, lambda_proxy
from skymock.services.apigatewayv2.execution.answers import (
    Refusal,
    internal_server_error,
    not_found,
    too_large,
)
from skymock.services.apigatewayv2.execution.incoming import Incoming
from skymock.services.apigatewayv2.execution.issuer import IssuerKeys
from skymock.services.apigatewayv2.execution.lambda_authorizer import LambdaAuthorizers
from skymock.services.apigatewayv2.http_api import HttpApi
from skymock.services.apigatewayv2.integration import AWS_PROXY, HTTP_PROXY
from skymock.services.apigatewayv2.stage import DEFAULT_STAGE, Snapshot, Stage
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# API Gateway Developer Guide: Quotas for configuring and running an HTTP API.
LARGEST_PAYLOAD_BYTES = 10 * 1024 * 1024

_INTEGRATIONS = {AWS_PROXY: lambda_proxy.integrate, HTTP_PROXY: http_proxy.integrate}


class ExecuteApi:
    """Serves one API at `https://{api_id}.execute-api.{region}.amazonaws.com`."""

    def __init__(self, cloud: Cloud, api: HttpApi, account_id: str, region: str) -> None:
        self._cloud = cloud
        self._api = api
        self._account_id = account_id
        self._region = region
        self._issuer_keys = IssuerKeys(cloud)
        self._lambda_authorizers = LambdaAuthorizers()

    def serve(self, request: Request) -> Response:
        """Answer a request. Like all user code's surroundings it runs without the cloud's lock."""
        request_id = self._cloud.ids.alphanumeric(15) + "="
        try:
            response = self._answer(request, request_id)
        except Refusal as refusal:
            response = refusal.response()
        response.headers["apigw-requestid"] = request_id
        return response

    def _answer(self, request: Request, request_id: str) -> Response:
        if self._api.settings.disable_execute_api_endpoint:
            raise not_found()
        if len(request.body) > LARGEST_PAYLOAD_BYTES:
            raise too_large()
        stage, route_path = self._stage(request.path)
        snapshot = self._api.snapshot(stage)
        if snapshot is None:
            raise not_found()
        try:
            response = self._through_route(request, request_id, stage, snapshot, route_path)
        except Refusal as refusal:
            response = refusal.response()
        if snapshot.cors is not None:
            snapshot.cors.apply(request, response)
        return response

    def _through_route(
        self, request: Request, request_id: str, stage: Stage, snapshot: Snapshot, route_path: str
    ) -> Response:
        match = snapshot.route_table.match(request.method, route_path)
        asks_for_cors = snapshot.cors is not None and is_preflight(request)
        if match is None:
            if asks_for_cors:
                return Response(204)
            raise not_found()
        incoming = Incoming(
            self._cloud,
            request,
            request_id,
            self._cloud.clock.time(),
            self._api,
            self._account_id,
            self._region,
            stage,
            snapshot,
            route_path,
            match,
        )
        self._authorize(incoming)
        return Response(204) if asks_for_cors else _integrate(incoming)

    def _authorize(self, incoming: Incoming) -> None:
        """Ask the route's authorizer; on a `$default` or ANY route it is asked of preflight requests too.

        (API Gateway Developer Guide: Configure CORS for HTTP APIs with a $default route and an authorizer)
        """
        route = incoming.match.route
        if route.authorization_type == "NONE":
            return
        authorizer = incoming.snapshot.authorizers[route.authorizer_id or ""]
        if authorizer.authorizer_type == JWT:
            incoming.authorization = jwt_authorizer.authorize(incoming, authorizer, self._issuer_keys)
        else:
            incoming.authorization = self._lambda_authorizers.authorize(incoming, authorizer)

    def _stage(self, path: str) -> tuple[Stage, str]:
        """The stage that a path names first, or `$default`, and the path within it. Raises Refusal (404)."""
        first, slash, rest = path[1:].partition("/")
        named = self._api.stages.get(first)
        if named is not None and first != DEFAULT_STAGE:
            return named, slash + rest or "/"
        default = self._api.stages.get(DEFAULT_STAGE)
        if default is None:
            raise not_found()
        return default, path


def _integrate(incoming: Incoming) -> Response:
    integration = incoming.snapshot.integrations.get(incoming.match.route.integration_id or "")
    if integration is None:
        raise internal_server_error()
    return _INTEGRATIONS[integration.integration_type](incoming, integration)
