"""Cross-origin resource sharing: what an HTTP API answers to browsers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.http_events.cors import CrossOrigin
from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.resource import Record


@dataclass(frozen=True, slots=True)
class Cors(CrossOrigin, Record):
    """An API's CORS configuration. (API Gateway Developer Guide: Configure CORS for HTTP APIs)"""

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
