"""JWT authorizers: a token's signature and claims decide.

(API Gateway Developer Guide: Control access to HTTP APIs with JWT authorizers)
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.services.apigatewayv2.authorizer import Authorizer
from skymock.services.apigatewayv2.execution.answers import forbidden, unauthorized
from skymock.services.apigatewayv2.execution.identity import identity_value
from skymock.services.apigatewayv2.execution.incoming import Incoming
from skymock.services.apigatewayv2.execution.issuer import IssuerFailed, IssuerKeys

if TYPE_CHECKING:
    from collections.abc import Sequence

# "Currently, only RSA-based algorithms are supported."
_ALGORITHMS = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"})


class InvalidToken(Exception):
    """The text is what AWS sends as `error_description`.

    Known from AWS are "the token does not have a valid audience" (its developer guide), "issuer does not
    match" and the issuer's failures (users' logs); the others follow their style.
    """


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    header: dict[str, Any]
    claims: dict[str, Any]


def authorize(incoming: Incoming, authorizer: Authorizer, keys: IssuerKeys) -> dict[str, dict[str, Any]]:
    """Let a request with a good token through: what functions see of it, by payload format.

    Raises Refusal: 401 without a token or with a bad one, 403 where it has none of the route's scopes.
    """
    token = _presented(incoming, authorizer)
    if token is None:
        raise unauthorized("Bearer")
    required = incoming.match.route.authorization_scopes or []
    try:
        claims = _verified(token, authorizer, keys, incoming.at_seconds)
    except InvalidToken as error:
        raise unauthorized(_challenge(required, "invalid_token", str(error))) from None
    granted = [scope for scope in _scopes(claims) if scope in required]
    if required and not granted:
        raise forbidden(
            _challenge(required, "insufficient_scope", "the token does not have the required scope")
        )
    shown = {"claims": {name: as_text(value) for name, value in claims.items()}, "scopes": granted or None}
    return {"2.0": {"jwt": shown}, "1.0": shown}


def _presented(incoming: Incoming, authorizer: Authorizer) -> str | None:
    """The token in the first identity source that the request has; `Bearer ` before it may be left out."""
    for expression in authorizer.identity_source or ():
        value = identity_value(expression, incoming)
        if value:
            return value[7:].strip() if value[:7].lower() == "bearer " else value
    return None


def _challenge(scopes: Sequence[str], error: str, description: str) -> str:
    return f'Bearer scope="{" ".join(scopes)}" error="{error}" error_description="{description}"'


def _verified(text: str, authorizer: Authorizer, keys: IssuerKeys, now: float) -> dict[str, Any]:
    """A token's claims, once signature and claims are found good. Raises InvalidToken."""
    token = _decoded(text)
    _check_signature(token, authorizer.issuer, keys)
    _check_claims(token.claims, authorizer, now)
    return token.claims


def _decoded(text: str) -> _Token:
    parts = text.split(".")
    if len(parts) != 3:
        raise InvalidToken("the token contains an invalid number of segments")
    try:
        header, claims = (json.loads(_unpadded(part)) for part in parts[:2])
    except ValueError:
        raise InvalidToken("the token is malformed") from None
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise InvalidToken("the token is malformed")
    return _Token(text, header, claims)


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _check_signature(token: _Token, issuer: str, keys: IssuerKeys) -> None:
    from joserfc import jws  # noqa: PLC0415 - it costs more than all of this package
    from joserfc.errors import JoseError  # noqa: PLC0415

    algorithm = token.header.get("alg")
    if algorithm not in _ALGORITHMS:
        raise InvalidToken(f"signing method {algorithm} is invalid")
    try:
        key = keys.key(issuer, str(token.header.get("kid")))
    except IssuerFailed as error:
        raise InvalidToken(str(error)) from None
    if key is None:
        raise InvalidToken("the token is signed with an unknown key")
    try:
        jws.deserialize_compact(token.text, key, algorithms=[algorithm])
    except (JoseError, ValueError):
        raise InvalidToken("the token has an invalid signature") from None


def _check_claims(claims: dict[str, Any], authorizer: Authorizer, now: float) -> None:
    """AWS's checks in its order: issuer, audience, expiry, not before, issued at. There is no leeway."""
    if claims.get("iss") != authorizer.issuer:
        raise InvalidToken("issuer does not match")
    # `client_id` counts only where there is no `aud`.
    audience = claims.get("aud", claims.get("client_id"))
    if not set(audience if isinstance(audience, list) else [audience]) & set(authorizer.audience):
        raise InvalidToken("the token does not have a valid audience")
    if _seconds(claims, "exp", 0) <= now:
        raise InvalidToken("the token has expired")
    if _seconds(claims, "nbf", now) > now:
        raise InvalidToken("the token is not valid yet")
    if int(_seconds(claims, "iat", now)) > now:
        raise InvalidToken("the token was issued in the future")


def _seconds(claims: dict[str, Any], name: str, otherwise: float) -> float:
    value = claims.get(name, otherwise)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise InvalidToken("the token is malformed")
    return value


def _scopes(claims: dict[str, Any]) -> list[str]:
    """The scopes of a token: `scope`, words in one text, or `scp`, which is also a list."""
    scopes = claims.get("scope", claims.get("scp", ()))
    return scopes.split() if isinstance(scopes, str) else [str(scope) for scope in scopes]


def as_text(value: Any) -> str:
    """A claim as functions see it, which is always text: [a b] for a list, map[key:value] for an object."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return f"[{' '.join(as_text(item) for item in value)}]"
    if isinstance(value, dict):
        pairs = (f"{name}:{as_text(item)}" for name, item in sorted(value.items()))
        return f"map[{' '.join(pairs)}]"
    return "<nil>" if value is None else str(value)
