"""Mobile push: applications and the devices that have them."""

from __future__ import annotations

from dataclasses import dataclass, field

from skymock.services.sns.errors import EndpointDisabledException


@dataclass
class PlatformEndpoint:
    """A device with an application. platform: "APNS", "GCM", "ADM" …"""

    arn: str
    platform: str
    attributes: dict[str, str]

    @property
    def is_enabled(self) -> bool:
        return self.attributes["Enabled"] == "true"

    def check_enabled(self) -> None:
        """Raises EndpointDisabledException."""
        if not self.is_enabled:
            raise EndpointDisabledException("Endpoint is disabled")


@dataclass
class PlatformApplication:
    """An application on a platform, with its devices by ARN."""

    arn: str
    platform: str
    attributes: dict[str, str]
    endpoints: dict[str, PlatformEndpoint] = field(default_factory=dict)

    def of_token(self, token: str) -> PlatformEndpoint | None:
        return next((one for one in self.endpoints.values() if one.attributes["Token"] == token), None)
