"""Integrations: what stands behind a route."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from skymock.errors import NotSupported
from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.resource import Record

AWS_PROXY = "AWS_PROXY"
HTTP_PROXY = "HTTP_PROXY"

# API Gateway Developer Guide: Quotas for configuring and running an HTTP API.
SHORTEST_TIMEOUT_MILLIS = 50
LONGEST_TIMEOUT_MILLIS = 30_000

_FUNCTION_ARN = re.compile(r"arn:[\w-]+:lambda:[\w-]+:\d{12}:function:[^/]+")
_INVOCATIONS_ARN = re.compile(
    r"arn:[\w-]+:apigateway:[\w-]+:lambda:path/2015-03-31/functions/(?P<function>.+)/invocations"
)
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


@dataclass(frozen=True, slots=True)
class Integration(Record):
    """An integration as AWS shows it. timeout_in_millis: 50 to 30,000."""

    integration_id: str
    integration_type: str
    integration_uri: str | None = None
    integration_method: str | None = None
    payload_format_version: str | None = None
    connection_type: str = "INTERNET"
    timeout_in_millis: int = LONGEST_TIMEOUT_MILLIS
    description: str | None = None
    api_gateway_managed: bool | None = None


def checked(integration: Integration) -> Integration:
    """The integration, with the defaults of its type. Raises BadRequestException, NotSupported.

    The wording is that of failed deployments to AWS. (cdk-preflight's rules; aws-cli issue 6363)
    """
    check = _CHECKS.get(integration.integration_type)
    if check is None:
        raise BadRequestException(
            "Currently, an API with a protocol type of HTTP may only be associated with "
            "proxy integrations (AWS_PROXY, HTTP_PROXY)"
        )
    if integration.connection_type != "INTERNET":
        raise NotSupported("apigatewayv2: integrations through a VPC link are not supported yet")
    if not SHORTEST_TIMEOUT_MILLIS <= integration.timeout_in_millis <= LONGEST_TIMEOUT_MILLIS:
        raise BadRequestException(
            f"Timeout should be between {SHORTEST_TIMEOUT_MILLIS} ms and {LONGEST_TIMEOUT_MILLIS} ms"
        )
    check(integration)
    return integration


def _check_lambda_proxy(integration: Integration) -> None:
    version = integration.payload_format_version
    if version is None:
        raise BadRequestException("PayloadFormatVersion is a required parameter for integration")
    if version not in ("1.0", "2.0"):
        raise BadRequestException(f"Unsupported PayloadFormatVersion: {version}")
    if not is_function(integration.integration_uri or ""):
        raise BadRequestException("Invalid function ARN or invalid uri")


def _check_http_proxy(integration: Integration) -> None:
    if integration.integration_method is None:
        raise BadRequestException(
            "HttpMethod parameter method must be specified for integrationType HTTPPROXY"
        )
    version = integration.payload_format_version
    if version not in (None, "1.0"):
        raise BadRequestException(
            f"PayloadFormatVersion {version} is not supported for integration of type HTTP_PROXY"
        )
    if not (integration.integration_uri or "").startswith(("http://", "https://")):
        raise BadRequestException("Invalid HTTP endpoint specified for URI")


_CHECKS = {AWS_PROXY: _check_lambda_proxy, HTTP_PROXY: _check_http_proxy}

# What AWS fills in where a request leaves it out. Lambda is always invoked with POST.
DEFAULTS_OF_TYPE: Mapping[str, Mapping[str, str]] = {
    AWS_PROXY: {"integration_method": "POST"},
    HTTP_PROXY: {"payload_format_version": "1.0"},
}


def is_function(uri: str) -> bool:
    """Whether a URI names a function: by its ARN, or in API Gateway's own form around it."""
    return _FUNCTION_ARN.fullmatch(function_arn(uri)) is not None


def function_arn(uri: str) -> str:
    """The function's ARN in an integration's or an authorizer's URI."""
    invocations = _INVOCATIONS_ARN.fullmatch(uri)
    return invocations["function"] if invocations else uri


def with_stage_variables(text: str, variables: Mapping[str, str]) -> str:
    """A text with `${stageVariables.name}` replaced by the stage's value; nothing where it has none."""
    return _STAGE_VARIABLE.sub(lambda found: variables.get(found[1], ""), text)
