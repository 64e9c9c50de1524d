"""The RSA keys that user pools sign their tokens with, and JWTs made and read with them."""

from __future__ import annotations

import functools
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skymock.services.cognito_idp.documents import Document

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

# joserfc and cryptography take a tenth of a second to import, so only who signs or verifies imports them.

_ALGORITHM = "RS256"
_KEY_BITS = 2048
_PLACES_KEPT = 256


@functools.lru_cache(maxsize=_PLACES_KEPT)
def _rsa_key(place: str) -> RSAKey:
    """The key of a place, made when first asked for.

    Making one takes some 50 ms. Key material never changes and is no state of a cloud, so what holds the same
    place in the next cloud of the process gets the same key; within a cloud all places differ.
    """
    from joserfc.jwk import RSAKey  # noqa: PLC0415 - see above

    key: RSAKey = RSAKey.generate_key(_KEY_BITS, auto_kid=False)
    return key


class SigningKey:
    """One signing key of a user pool: RSA material under a key id of its own."""

    def __init__(self, kid: str, place: str) -> None:
        self.kid = kid
        self._place = place
        self._header = {"kid": kid, "alg": _ALGORITHM}

    @functools.cached_property
    def _key(self) -> RSAKey:
        return _rsa_key(self._place)

    @property
    def public_jwk(self) -> Document:
        """The key as a user pool's JWKS shows it. (Developer Guide: Verifying JSON web tokens)"""
        numbers = self._key.as_dict(private=False)
        return {
            "alg": _ALGORITHM,
            "e": numbers["e"],
            "kid": self.kid,
            "kty": "RSA",
            "n": numbers["n"],
            "use": "sig",
        }

    def sign(self, claims: Mapping[str, Any]) -> str:
        """A signed JWT with these claims."""
        from joserfc import jws  # noqa: PLC0415 - see above

        # Not joserfc's jwt.encode: it adds a `typ` to the header, which Cognito's tokens lack.
        return jws.serialize_compact(self._header, json.dumps(claims, separators=(",", ":")), self._key)

    def verifies(self, token: str) -> bool:
        """Whether the token was signed with this key."""
        from joserfc import jws  # noqa: PLC0415 - see above
        from joserfc.errors import JoseError  # noqa: PLC0415 - see above

        try:
            jws.deserialize_compact(token, self._key, algorithms=[_ALGORITHM])
        except (JoseError, ValueError):
            return False
        return True


def unverified(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a JWT, unverified. Raises ValueError for what is none."""
    header, claims, _ = token.split(".")
    return _decoded(header), _decoded(claims)


def _decoded(segment: str) -> dict[str, Any]:
    decoded = json.loads(urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))
    if not isinstance(decoded, dict):
        raise ValueError("not a JSON object")
    return decoded
