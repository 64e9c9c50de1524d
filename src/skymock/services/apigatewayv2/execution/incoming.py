"""A request to a deployed API, read for the authorizer and the integration."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from skymock.addressing.address import partition_of
from skymock.cloud.http_events.http_request import HttpRequest
from skymock.services.apigatewayv2.http_api import HttpApi
from skymock.services.apigatewayv2.route_key import ANY, RouteKey
from skymock.services.apigatewayv2.routing import Match
from skymock.services.apigatewayv2.stage import DEFAULT_STAGE, Snapshot, Stage


@dataclass
class Incoming(HttpRequest):
    """One request on its way through an API.

    path: decoded, with the stage's name, as functions see it. route_path: what follows the stage, as sent.
    authorization: what functions see of the authorizer's finding (`requestContext.authorizer`), by payload
    format ("2.0" and "1.0"); empty where nobody was asked.
    """

    api: HttpApi
    account_id: str
    region: str
    stage: Stage
    snapshot: Snapshot
    route_path: str
    match: Match
    authorization: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> RouteKey:
        return self.match.key

    @property
    def route_key(self) -> str:
        return self.match.route.route_key

    @property
    def path(self) -> str:
        return unquote(self.request.path)

    @property
    def execution_arn(self) -> str:
        """What a function's resource policy is asked about: API, stage, method and the route's path."""
        if self.key.is_default:
            return self.arn_of(f"{self.stage.stage_name}/{DEFAULT_STAGE}")
        method = self.request.method if self.key.method == ANY else self.key.method
        return self.arn_of(f"{self.stage.stage_name}/{method}{self.key.path}")

    def arn_of(self, resource: str) -> str:
        """The ARN of something of this API: `stage/GET/pets`, `authorizers/id`."""
        partition = partition_of(self.region)
        return f"arn:{partition}:execute-api:{self.region}:{self.account_id}:{self.api.api_id}/{resource}"
