"""Routes: a method and path that lead to an integration, and who may use them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skymock.errors import NotSupported
from skymock.services.apigatewayv2.errors import BadRequestException, NotFoundException
from skymock.services.apigatewayv2.resource import Record
from skymock.services.apigatewayv2.route_key import parse_route_key

if TYPE_CHECKING:
    from skymock.services.apigatewayv2.http_api import HttpApi

_TARGET_PREFIX = "integrations/"

# The authorizer type that each authorization type needs, and AWS's words where it is missing.
_AUTHORIZER_TYPES = {"JWT": "JWT", "CUSTOM": "REQUEST"}
_WITHOUT_AUTHORIZER = {
    "JWT": "Setting the authorization type to JWT requires a valid JWT authorizer.",
    "CUSTOM": (
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS "
        "requires a valid authorizer."
    ),
}


@dataclass(frozen=True, slots=True)
class Route(Record):
    """A route as AWS shows it. target: `integrations/` and the integration's id."""

    route_id: str
    route_key: str
    target: str | None = None
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    authorization_scopes: list[str] | None = None
    api_key_required: bool = False
    operation_name: str | None = None
    api_gateway_managed: bool | None = None

    @property
    def integration_id(self) -> str | None:
        return None if self.target is None else self.target.removeprefix(_TARGET_PREFIX)


def checked(route: Route, api: HttpApi) -> Route:
    """The route. Raises BadRequestException, NotFoundException, NotSupported.

    The wording is that of failed deployments to AWS. (cdk-preflight's rules)
    """
    parse_route_key(route.route_key)
    if route.api_key_required:
        raise BadRequestException("ApiKeyRequired is not currently supported for HTTP APIs.")
    _check_target(route, api)
    _check_authorization(route, api)
    return route


def _check_target(route: Route, api: HttpApi) -> None:
    if route.target is None:
        return
    if not route.target.startswith(_TARGET_PREFIX):
        raise BadRequestException(
            "Unexpected or malformed target in route. Correct format should be integrations/<integration_id>."
        )
    if route.integration_id not in api.integrations:
        raise NotFoundException(f"Invalid Integration identifier specified {route.integration_id}")


def _check_authorization(route: Route, api: HttpApi) -> None:
    kind = route.authorization_type
    if kind == "AWS_IAM":
        raise NotSupported("apigatewayv2: routes with AuthorizationType AWS_IAM are not supported yet")
    if route.authorization_scopes and kind != "JWT":
        raise BadRequestException(
            "Authorization Scopes are only valid for COGNITO_USER_POOLS and JWT authorization type"
        )
    if kind == "NONE":
        return
    authorizer = api.authorizers.get(route.authorizer_id)
    if authorizer is None or authorizer.authorizer_type != _AUTHORIZER_TYPES[kind]:
        raise BadRequestException(_WITHOUT_AUTHORIZER[kind])
