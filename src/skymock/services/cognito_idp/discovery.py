"""What a user pool publishes at its issuer's URL: its public keys and its OpenID configuration."""

from __future__ import annotations

import json
from typing import Any

from skymock.services.cognito_idp.documents import Document
from skymock.services.cognito_idp.pool import UserPool
from skymock.wire import Request, Response

_JSON = {"Content-Type": "application/json"}
# The keys may be kept for a day.
_CACHEABLE = {"Cache-Control": "public, max-age=86400"}


def serve(pool: UserPool, request: Request) -> Response:
    """Answer a request below a pool's issuer URL."""
    path = request.path.partition(f"/{pool.id}")[2].rstrip("/")
    if request.method != "GET":
        return _answer(405, {"message": "Method Not Allowed"})
    if path == "/.well-known/jwks.json":
        return _answer(200, pool.tokens.jwks, _CACHEABLE)
    if path == "/.well-known/openid-configuration":
        return _answer(200, openid_configuration(pool.tokens.issuer))
    return _answer(404, {"message": "Not Found"})


def serve_unknown(request: Request) -> Response:
    """Answer for a pool that does not exist."""
    pool_id = request.path.split("/")[1]
    return _answer(400, {"message": f"User pool {pool_id} does not exist."})


def openid_configuration(issuer: str) -> Document:
    """The configuration of a pool without a domain, so without OAuth endpoints."""
    return {
        "authorization_endpoint": issuer,
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": f"{issuer}/.well-known/jwks.json",
        "response_types_supported": ["code", "id_token", "token id_token", "none"],
        "subject_types_supported": ["public"],
    }


def _answer(status: int, document: dict[str, Any], headers: dict[str, str] | None = None) -> Response:
    body = json.dumps(document, separators=(",", ":")).encode()
    return Response(status, {**_JSON, **(headers or {}), "Content-Length": str(len(body))}, body)
