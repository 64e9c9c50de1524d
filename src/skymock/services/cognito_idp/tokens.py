"""The tokens that a user pool gives to who has signed in, and what it makes of them when they come back."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.services.cognito_idp.attributes import Attributes
from skymock.services.cognito_idp.clients import UserPoolClient
from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.errors import NotAuthorizedException
from skymock.services.cognito_idp.groups import Group, role_claims
from skymock.services.cognito_idp.signing_keys import SigningKey, unverified
from skymock.services.cognito_idp.users import User

# What signing in through the API allows: the user's own profile. (Understanding the access token)
SELF_SERVICE_SCOPE = "aws.cognito.signin.user.admin"

_BOOLEAN_CLAIMS = frozenset({"email_verified", "phone_number_verified"})
# Refresh tokens are JWEs that only Cognito can read: header, key, initialisation vector, text, tag.
_JWE_HEADER = base64.urlsafe_b64encode(
    json.dumps({"cty": "JWT", "enc": "A256GCM", "alg": "RSA-OAEP"}, separators=(",", ":")).encode()
)
_JWE_SEGMENT_BYTES = (256, 12, 1024, 16)


@dataclass(slots=True)
class SignIn:
    """One sign-in of a user through a client: all tokens that came of it fall with it."""

    user: User
    client: UserPoolClient
    event_id: str
    origin_jti: str
    refresh_token: str
    at_seconds: float
    revoked: bool = False

    @property
    def refresh_expires_at_seconds(self) -> float:
        return self.at_seconds + self.client.validity.refresh_seconds


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a sign-in or a refresh gives; no refresh token comes of a refresh."""

    access_token: str
    id_token: str
    expires_in_seconds: int
    refresh_token: str | None

    @property
    def document(self) -> Document:
        """AuthenticationResult, as the API shows it."""
        return stated(
            {
                "AccessToken": self.access_token,
                "ExpiresIn": self.expires_in_seconds,
                "TokenType": "Bearer",
                "RefreshToken": self.refresh_token,
                "IdToken": self.id_token,
            }
        )


class TokenIssuer:
    """Issues and checks the tokens of one pool.

    issuer: the `iss` claim. Access and ID tokens are signed with different keys.
    (Developer Guide: Understanding the access token)
    """

    def __init__(
        self, issuer: str, id_key: SigningKey, access_key: SigningKey, clock: Clock, ids: Identifiers
    ) -> None:
        self.issuer = issuer
        self.id_key = id_key
        self.access_key = access_key
        self._clock = clock
        self._ids = ids
        self._by_refresh_token: dict[str, SignIn] = {}
        self._by_access_jti: dict[str, SignIn] = {}
        self._by_sub: dict[str, list[SignIn]] = {}

    @property
    def jwks(self) -> Document:
        """The public keys, as a JSON Web Key Set."""
        return {"keys": [self.id_key.public_jwk, self.access_key.public_jwk]}

    def sign_in(self, user: User, client: UserPoolClient, groups: list[Group]) -> Tokens:
        """The tokens of a new sign-in."""
        ids = self._ids
        now = self._clock.time()
        entry = SignIn(user, client, ids.uuid(), ids.uuid(), _opaque_token(ids), now)
        self._by_refresh_token[entry.refresh_token] = entry
        self._by_sub.setdefault(user.sub, []).append(entry)
        return self._tokens(entry, groups, entry.refresh_token)

    def refresh(self, refresh_token: str, client: UserPoolClient) -> SignIn:
        """The sign-in that a refresh token came of.

        Raises NotAuthorizedException for a token that is not this client's, revoked or expired.
        """
        entry = self._by_refresh_token.get(refresh_token)
        if entry is None or entry.client is not client:
            raise NotAuthorizedException("Invalid Refresh Token")
        if entry.revoked:
            raise NotAuthorizedException("Refresh Token has been revoked")
        if self._clock.time() >= entry.refresh_expires_at_seconds:
            raise NotAuthorizedException("Refresh Token has expired")
        return entry

    def renew(self, entry: SignIn, groups: list[Group]) -> Tokens:
        """New access and ID tokens of a sign-in."""
        return self._tokens(entry, groups, None)

    def sign_in_of_refresh_token(self, token: str) -> SignIn | None:
        return self._by_refresh_token.get(token)

    def sign_in_of_access_token(self, token: str) -> SignIn:
        """The sign-in that an access token came of.

        Raises NotAuthorizedException for no access token, or one of another pool, expired or revoked.
        """
        claims = claims_of_access_token(token)
        if not self.access_key.verifies(token):
            raise NotAuthorizedException("Could not verify signature for Access Token")
        if self._clock.time() >= claims["exp"]:
            raise NotAuthorizedException("Access Token has expired")
        entry = self._by_access_jti.get(claims["jti"])
        if entry is None or entry.revoked:
            raise NotAuthorizedException("Access Token has been revoked")
        return entry

    def revoke_all(self, user: User) -> None:
        """Revoke every token that a user has."""
        for entry in self._by_sub.get(user.sub, ()):
            entry.revoked = True

    def _tokens(self, entry: SignIn, groups: list[Group], refresh_token: str | None) -> Tokens:
        now = int(self._clock.time())
        validity = entry.client.validity
        access = self._access_claims(entry, groups, now, now + validity.access_seconds)
        self._by_access_jti[access["jti"]] = entry
        return Tokens(
            self.access_key.sign(access),
            self.id_key.sign(self._id_claims(entry, groups, now, now + validity.id_seconds)),
            validity.access_seconds,
            refresh_token,
        )

    def _access_claims(
        self, entry: SignIn, groups: list[Group], issued_at: int, expires_at: int
    ) -> dict[str, Any]:
        claims: dict[str, Any] = {"sub": entry.user.sub}
        if groups:
            claims["cognito:groups"] = [group.name for group in groups]
        claims["iss"] = self.issuer
        claims["client_id"] = entry.client.id
        if entry.client.revocable:
            claims["origin_jti"] = entry.origin_jti
        return claims | {
            "event_id": entry.event_id,
            "token_use": "access",
            "scope": SELF_SERVICE_SCOPE,
            "auth_time": int(entry.at_seconds),
            "exp": expires_at,
            "iat": issued_at,
            "jti": self._ids.uuid(),
            "username": entry.user.username,
        }

    def _id_claims(
        self, entry: SignIn, groups: list[Group], issued_at: int, expires_at: int
    ) -> dict[str, Any]:
        user, client = entry.user, entry.client
        claims = {
            "sub": user.sub,
            **role_claims(groups),
            "iss": self.issuer,
            "cognito:username": user.username,
            **_attribute_claims(client.readable_of(user.attributes)),
            "aud": client.id,
            "event_id": entry.event_id,
            "token_use": "id",
            "auth_time": int(entry.at_seconds),
            "exp": expires_at,
            "iat": issued_at,
        }
        # These two came with token revocation, and only where it is on. (Developer Guide: Token revocation)
        if client.revocable:
            claims |= {"origin_jti": entry.origin_jti, "jti": self._ids.uuid()}
        return claims


def claims_of_access_token(token: str) -> dict[str, Any]:
    """The claims of an access token, unverified. Raises NotAuthorizedException for what is none."""
    try:
        _, claims = unverified(token)
    except ValueError:
        raise NotAuthorizedException("Invalid Access Token") from None
    if claims.get("token_use") != "access":
        raise NotAuthorizedException("Invalid Access Token")
    return claims


def _attribute_claims(attributes: Attributes) -> Mapping[str, Any]:
    return {name: _claim(name, value) for name, value in attributes.items() if name != "sub"}


def _claim(name: str, value: str) -> Any:
    if name in _BOOLEAN_CLAIMS:
        return value == "true"
    if name == "updated_at":
        return int(value)
    if name == "address":
        return {"formatted": value}
    return value


def _opaque_token(ids: Identifiers) -> str:
    segments = [_JWE_HEADER] + [base64.urlsafe_b64encode(ids.bytes(length)) for length in _JWE_SEGMENT_BYTES]
    return b".".join(segment.rstrip(b"=") for segment in segments).decode()
