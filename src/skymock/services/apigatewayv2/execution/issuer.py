"""Token issuers: their OpenID configuration, and the keys that they sign with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.execution.outbound import Unreachable, leads_into, send
from skymock.wire import Request

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from skymock.cloud.cloud import Cloud

# API Gateway Developer Guide: Quotas for configuring and running an HTTP API.
TIMEOUT_SECONDS = 1.5

# "API Gateway can cache the public key for two hours."
# (API Gateway Developer Guide: Control access to HTTP APIs with JWT authorizers)
KEYS_KEPT_SECONDS = 7200


class IssuerFailed(Exception):
    """The issuer did not give what OpenID Connect asks of it; the text is AWS's."""


class IssuerKeys:
    """The signing keys of issuers by key id, fetched when first needed and kept for two hours."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._kept: dict[str, tuple[float, dict[str, RSAKey]]] = {}

    def key(self, issuer: str, key_id: str) -> RSAKey | None:
        """The issuer's key of that id; asked anew for one that it did not have. Raises IssuerFailed."""
        fetched_at_seconds, keys = self._kept.get(issuer, (0.0, {}))
        now = self._cloud.clock.time()
        if key_id not in keys or now - fetched_at_seconds > KEYS_KEPT_SECONDS:
            keys = _keys(self._cloud, issuer)
            self._kept[issuer] = (now, keys)
        return keys.get(key_id)


def check_discovery(cloud: Cloud, issuer: str) -> None:
    """Refuse an issuer of this cloud that has no OpenID configuration. Raises BadRequestException.

    AWS fetches it when the authorizer is made. An issuer outside of the cloud is left alone here.
    """
    url = _configuration_url(issuer)
    if not leads_into(cloud, Request("GET", url)):
        return
    try:
        _document(cloud, url, "")
    except IssuerFailed:
        raise BadRequestException(
            f"Caught exception when connecting to {url} for issuer {issuer}. Please try again later. "
            "Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'"
        ) from None


def _keys(cloud: Cloud, issuer: str) -> dict[str, RSAKey]:
    from joserfc.errors import JoseError  # noqa: PLC0415 - it costs more than all of this package
    from joserfc.jwk import RSAKey  # noqa: PLC0415

    configuration = _document(
        cloud, _configuration_url(issuer), "OIDC discovery endpoint communication error"
    )
    keys_document = _document(cloud, str(configuration.get("jwks_uri")), "JWKS communication error")
    keys = {}
    for key in keys_document.get("keys", ()):
        if key.get("kty") != "RSA" or "kid" not in key:
            continue
        try:
            keys[key["kid"]] = RSAKey.import_key(key)
        except (JoseError, ValueError):
            continue
    return keys


def _configuration_url(issuer: str) -> str:
    return f"{issuer.rstrip('/')}/.well-known/openid-configuration"


def _document(cloud: Cloud, url: str, failure: str) -> dict[str, Any]:
    """The JSON object at a URL. Raises IssuerFailed."""
    try:
        response = send(cloud, Request("GET", url, {"Accept": "application/json"}), TIMEOUT_SECONDS)
        document = json.loads(response.read()) if response.status == 200 else None
    except (Unreachable, KeyError, ValueError):
        raise IssuerFailed(failure) from None
    if not isinstance(document, dict):
        raise IssuerFailed(failure)
    return document
