"""Authorizers: who may use a route, by a token's claims or by what a function says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.integration import is_function
from skymock.services.apigatewayv2.resource import Record

JWT = "JWT"
REQUEST = "REQUEST"

# API Gateway API Reference: CreateAuthorizer.
LONGEST_RESULT_TTL_SECONDS = 3600

_IDENTITY_SOURCE = re.compile(r"\$(request\.(header|querystring)|context|stageVariables)\.\S+")


@dataclass(frozen=True, slots=True)
class Authorizer(Record):
    """An authorizer as AWS shows it.

    identity_source: where the token (JWT) or what decides (REQUEST) stands: `$request.header.Authorization`.
    jwt_configuration: {"Issuer": ..., "Audience": [...]}.
    """

    authorizer_id: str
    name: str
    authorizer_type: str
    identity_source: list[str] | None = None
    jwt_configuration: dict[str, Any] | None = None
    authorizer_uri: str | None = None
    authorizer_payload_format_version: str | None = None
    authorizer_result_ttl_in_seconds: int | None = None
    enable_simple_responses: bool | None = None

    @property
    def issuer(self) -> str:
        return str((self.jwt_configuration or {}).get("Issuer", ""))

    @property
    def audience(self) -> list[str]:
        audience: list[str] = (self.jwt_configuration or {}).get("Audience", [])
        return audience


def checked(authorizer: Authorizer) -> Authorizer:
    """The authorizer. Raises BadRequestException.

    The wording is that of failed deployments to AWS. (cdk-preflight's rules)
    """
    for expression in authorizer.identity_source or ():
        if not _IDENTITY_SOURCE.fullmatch(expression):
            raise BadRequestException(f"Invalid identity source expression: {expression}")
    _CHECKS[authorizer.authorizer_type](authorizer)
    return authorizer


def _check_jwt(authorizer: Authorizer) -> None:
    if authorizer.jwt_configuration is None:
        raise BadRequestException("JwtConfiguration must not be null for JWT Authorizer")
    if not authorizer.issuer.startswith("https://"):
        raise BadRequestException("Invalid issuer: Issuer is not a valid URL for JWT Authorizer")
    if not authorizer.audience:
        raise BadRequestException("Audience must not be empty for JWT Authorizer")


def _check_request(authorizer: Authorizer) -> None:
    version = authorizer.authorizer_payload_format_version
    if authorizer.authorizer_uri is None:
        raise BadRequestException("AuthorizerUri is a required field in an Authorizer")
    if not is_function(authorizer.authorizer_uri):
        raise BadRequestException("Invalid function ARN or invalid uri")
    if version is None:
        raise BadRequestException(
            "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer"
        )
    if authorizer.enable_simple_responses and version != "2.0":
        raise BadRequestException(
            'EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".'
        )
    _check_caching(authorizer)


def _check_caching(authorizer: Authorizer) -> None:
    ttl_seconds = authorizer.authorizer_result_ttl_in_seconds or 0
    if not 0 <= ttl_seconds <= LONGEST_RESULT_TTL_SECONDS:
        raise BadRequestException(
            "Authorizer result TTL outside allowable range. "
            f"TTL must be between 0 and {LONGEST_RESULT_TTL_SECONDS} seconds."
        )
    if ttl_seconds and not authorizer.identity_source:
        raise BadRequestException(
            "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)"
        )


_CHECKS = {JWT: _check_jwt, REQUEST: _check_request}
