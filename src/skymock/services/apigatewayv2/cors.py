"""Cross-origin resource sharing: what an HTTP API answers to browsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.resource import Record


@dataclass(frozen=True, slots=True)
class Cors(Record):
    """An API's CORS configuration. (API Gateway Developer Guide: Configure CORS for HTTP APIs)"""

    allow_credentials: bool = False
    allow_headers: list[str] | None = None
    allow_methods: list[str] | None = None
    allow_origins: list[str] | None = None
    expose_headers: list[str] | None = None
    max_age: int | None = None

    @classmethod
    def of(cls, configuration: Mapping[str, Any]) -> Cors:
        """From AWS's members. Raises BadRequestException."""
        cors = cls(
            configuration.get("AllowCredentials", False),
            configuration.get("AllowHeaders"),
            configuration.get("AllowMethods"),
            configuration.get("AllowOrigins"),
            configuration.get("ExposeHeaders"),
            configuration.get("MaxAge"),
        )
        if cors.allow_credentials and "*" in (cors.allow_origins or ()):
            raise BadRequestException("allow-credentials is not supported if 'allow-origin' is *")
        return cors

    def response_headers(self, origin: str | None) -> dict[str, str]:
        """What goes with every answer to a page of that origin; nothing for an origin that is not allowed."""
        allowed = self._allowed_origin(origin)
        if allowed is None:
            return {}
        headers = {"access-control-allow-origin": allowed}
        if allowed != "*":
            headers["vary"] = "origin"
        if self.allow_credentials:
            headers["access-control-allow-credentials"] = "true"
        if self.expose_headers:
            headers["access-control-expose-headers"] = ",".join(self.expose_headers)
        return headers

    def preflight_headers(self, origin: str | None) -> dict[str, str]:
        """What answers a browser that asks before it sends the request itself."""
        headers = self.response_headers(origin)
        if not headers:
            return {}
        headers.pop("access-control-expose-headers", None)
        if self.allow_methods:
            headers["access-control-allow-methods"] = ",".join(self.allow_methods)
        if self.allow_headers:
            headers["access-control-allow-headers"] = ",".join(self.allow_headers)
        if self.max_age is not None:
            headers["access-control-max-age"] = str(self.max_age)
        return headers

    def _allowed_origin(self, origin: str | None) -> str | None:
        if origin is None:
            return None
        allowed = self.allow_origins or ()
        if "*" in allowed:
            return "*"
        return origin if any(_covers(pattern, origin) for pattern in allowed) else None


def _covers(pattern: str, origin: str) -> bool:
    """`https://*` and `http://*` stand for any origin of the scheme; all others for themselves."""
    if pattern.endswith("://*"):
        return origin.lower().startswith(pattern[:-1].lower())
    return origin.lower() == pattern.lower()
