"""API Gateway v2: HTTP APIs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.service import Service
from skymock.services.apigatewayv2.access import action_and_path
from skymock.services.apigatewayv2.errors import (
    AccessDeniedException,
    BadRequestException,
    MissingAuthenticationTokenException,
)
from skymock.services.apigatewayv2.http_api import Apis
from skymock.services.apigatewayv2.operations.apis import ApiOperations
from skymock.services.apigatewayv2.operations.authorizers import AuthorizerOperations
from skymock.services.apigatewayv2.operations.deployments import DeploymentOperations
from skymock.services.apigatewayv2.operations.integrations import IntegrationOperations
from skymock.services.apigatewayv2.operations.routes import RouteOperations
from skymock.services.apigatewayv2.operations.stages import StageOperations
from skymock.services.apigatewayv2.operations.tags import TagOperations

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class ApiGatewayV2(
    ApiOperations,
    IntegrationOperations,
    RouteOperations,
    AuthorizerOperations,
    StageOperations,
    DeploymentOperations,
    TagOperations,
    Service,
):
    """HTTP APIs, made here and called at their own hosts. (API Gateway Developer Guide: HTTP APIs)"""

    name = "apigatewayv2"
    iam_prefix = "apigateway"
    validation_error = BadRequestException
    access_denied_error = AccessDeniedException
    missing_token_error = MissingAuthenticationTokenException
    # AWS has words of its own for what the model's constraints say of these.
    wire_shapes = frozenset({"IntegerWithLengthBetween50And30000", "IntegerWithLengthBetween0And3600"})

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.apis = Apis(account_id)

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        method, path = action_and_path(operation, parameters)
        yield f"apigateway:{method}", f"arn:{self.partition}:apigateway:{self.region}::{path}"
