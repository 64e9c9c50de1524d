"""Stages and deployments: what of an API can be called, and under which name."""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from skymock.services.apigatewayv2.authorizer import Authorizer
from skymock.services.apigatewayv2.cors import Cors
from skymock.services.apigatewayv2.errors import BadRequestException, NotFoundException
from skymock.services.apigatewayv2.integration import Integration
from skymock.services.apigatewayv2.resource import Record
from skymock.services.apigatewayv2.route import Route
from skymock.services.apigatewayv2.routing import RouteTable

DEFAULT_STAGE = "$default"

_STAGE_NAME = re.compile(r"\w+", re.ASCII)
_REQUEST_IDS = ("$context.requestId", "$context.extendedRequestId")


@dataclass(frozen=True, slots=True)
class Stage(Record):
    """A stage as AWS shows it. Its variables count at once, without a deployment."""

    stage_name: str
    created_date: dt.datetime
    last_updated_date: dt.datetime
    auto_deploy: bool | None = None
    deployment_id: str | None = None
    description: str | None = None
    stage_variables: dict[str, str] = field(default_factory=dict)
    access_log_settings: dict[str, Any] | None = None
    default_route_settings: dict[str, Any] = field(default_factory=lambda: {"DetailedMetricsEnabled": False})
    route_settings: dict[str, Any] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    last_deployment_status_message: str | None = None
    api_gateway_managed: bool | None = None


def checked(stage: Stage, routes: Iterable[Route]) -> Stage:
    """The stage. Raises BadRequestException, NotFoundException.

    The wording is that of failed deployments to AWS. (cdk-preflight; terraform-aws-apigateway-v2, #80)
    """
    if stage.stage_name != DEFAULT_STAGE and not _STAGE_NAME.fullmatch(stage.stage_name):
        raise BadRequestException("Stage name only allows a-zA-Z0-9_")
    log_format = (stage.access_log_settings or {}).get("Format")
    if log_format is not None and not any(name in log_format for name in _REQUEST_IDS):
        raise BadRequestException(
            "Access Log format must include either $context.requestId or $context.extendedRequestId"
        )
    route_keys = {route.route_key for route in routes}
    for route_key in stage.route_settings:
        if route_key not in route_keys:
            raise NotFoundException(
                f"Unable to find Route by key {route_key} within the provided RouteSettings"
            )
    return stage


@dataclass(frozen=True)
class Snapshot:
    """An API as it was when it was deployed. Its parts are immutable, so keeping them is enough."""

    routes: Mapping[str, Route]
    integrations: Mapping[str, Integration]
    authorizers: Mapping[str, Authorizer]
    cors: Cors | None

    @functools.cached_property
    def route_table(self) -> RouteTable:
        return RouteTable(self.routes.values())


@dataclass(frozen=True, slots=True)
class Deployment(Record):
    """A deployment as AWS shows it."""

    deployment_id: str
    created_date: dt.datetime
    auto_deployed: bool = False
    deployment_status: str = "DEPLOYED"
    description: str | None = None
