"""App clients: which sign-in flows they may use, their secret, and how long their tokens last."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.cognito_idp.attributes import Attributes
from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.errors import InvalidParameterException, NotAuthorizedException

# Who says nothing gets these. (CreateUserPoolClient)
DEFAULT_AUTH_FLOWS = ("ALLOW_REFRESH_TOKEN_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_CUSTOM_AUTH")
DEFAULT_REFRESH_TOKEN_VALIDITY_DAYS = 30
DEFAULT_AUTH_SESSION_VALIDITY_MINUTES = 3

SECONDS_IN = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_HOUR, _DAY = SECONDS_IN["hours"], SECONDS_IN["days"]

# Only Cognito itself, or an administrator, says what is verified.
_NEVER_WRITTEN = frozenset({"sub", "email_verified", "phone_number_verified"})


@dataclass(frozen=True, slots=True)
class TokenValidity:
    """How long a client's tokens last, in seconds."""

    access_seconds: int = _HOUR
    id_seconds: int = _HOUR
    refresh_seconds: int = DEFAULT_REFRESH_TOKEN_VALIDITY_DAYS * _DAY

    @classmethod
    def of(
        cls, access: int | None, id_token: int | None, refresh: int | None, units: Mapping[str, str]
    ) -> TokenValidity:
        """Access and ID tokens may last from 5 minutes to a day, refresh tokens from an hour to ten years.

        Raises InvalidParameterException.
        """
        validity = cls(
            _HOUR if access is None else access * SECONDS_IN[units.get("AccessToken", "hours")],
            _HOUR if id_token is None else id_token * SECONDS_IN[units.get("IdToken", "hours")],
            # AWS takes 0 as not given. (CreateUserPoolClient)
            (refresh or DEFAULT_REFRESH_TOKEN_VALIDITY_DAYS)
            * SECONDS_IN[units.get("RefreshToken", "days") if refresh else "days"],
        )
        short_lived = (validity.access_seconds, validity.id_seconds)
        if not all(5 * 60 <= seconds <= _DAY for seconds in short_lived) or not (
            _HOUR <= validity.refresh_seconds <= 3650 * _DAY
        ):
            raise InvalidParameterException("Invalid range for token validity.")
        return validity


@dataclass(slots=True)
class UserPoolClient:
    """One app client. shown: its further settings, by AWS's names, as the API shows them."""

    id: str
    name: str
    user_pool_id: str
    secret: str | None
    created_at: dt.datetime
    auth_flows: frozenset[str]
    validity: TokenValidity
    auth_session_seconds: int
    hides_missing_users: bool
    revocable: bool
    readable: frozenset[str] | None
    writable: frozenset[str] | None
    shown: Mapping[str, Any]

    @property
    def document(self) -> Document:
        """As the API shows it."""
        return stated(
            {
                "UserPoolId": self.user_pool_id,
                "ClientName": self.name,
                "ClientId": self.id,
                "ClientSecret": self.secret,
                "LastModifiedDate": self.created_at,
                "CreationDate": self.created_at,
                **self.shown,
            }
        )

    @property
    def summary(self) -> Document:
        """As lists show it."""
        return {"ClientId": self.id, "UserPoolId": self.user_pool_id, "ClientName": self.name}

    def check_secret_hash(self, username: str, secret_hash: str | None) -> None:
        """Raises NotAuthorizedException unless the hash proves that the caller knows the client's secret."""
        if self.secret is None and secret_hash is None:
            return
        if secret_hash is None:
            raise NotAuthorizedException(
                f"Client {self.id} is configured with secret but SECRET_HASH was not received"
            )
        if self.secret is None or not hmac.compare_digest(
            secret_hash.encode(), secret_hash_of(self.secret, username, self.id).encode()
        ):
            raise NotAuthorizedException(f"Unable to verify secret hash for client {self.id}")

    def check_writable(self, attributes: Attributes) -> None:
        """Raises NotAuthorizedException for an attribute that users of this client may not set themselves."""
        allowed = self.writable
        if any(
            name in _NEVER_WRITTEN or (allowed is not None and name not in allowed) for name in attributes
        ):
            raise NotAuthorizedException("A client attempted to write unauthorized attribute")

    def readable_of(self, attributes: Attributes) -> Attributes:
        """Those of a user's attributes that users of this client may see; `sub` always."""
        if self.readable is None:
            return attributes
        return {name: value for name, value in attributes.items() if name == "sub" or name in self.readable}


def secret_hash_of(secret: str, username: str, client_id: str) -> str:
    """(Developer Guide: Computing secret hash values)"""
    digest = hmac.new(secret.encode(), (username + client_id).encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
