"""Mobile push: applications and devices. Their messages lie in the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.sns.errors import NotFoundException, invalid
from skymock.services.sns.operations.base import SnsService, page
from skymock.services.sns.push import PlatformApplication, PlatformEndpoint

PLATFORMS = frozenset(
    {
        "ADM",
        "APNS",
        "APNS_SANDBOX",
        "APNS_VOIP",
        "APNS_VOIP_SANDBOX",
        "BAIDU",
        "GCM",
        "MACOS",
        "MACOS_SANDBOX",
    }
    | {"MPNS", "WNS"}
)

# Credentials, which are taken as they are and never shown.
_SECRET = frozenset({"PlatformCredential", "PlatformPrincipal"})


class PushOperations(SnsService):
    @operation
    def create_platform_application(self, name: str, platform: str, attributes: Mapping[str, str]) -> Output:
        """Make an application, or give the one of that name. (SNS API: CreatePlatformApplication)

        Raises InvalidParameterException.
        """
        if platform not in PLATFORMS:
            raise invalid(f"Platform Reason: {platform} is not supported")
        arn = self.arn(f"app/{platform}/{name}")
        shown = {key: value for key, value in attributes.items() if key not in _SECRET}
        made = PlatformApplication(arn, platform, {"Enabled": "true", **shown})
        self.applications.setdefault(arn, made)
        return {"PlatformApplicationArn": arn}

    @operation
    def delete_platform_application(self, platform_application_arn: str) -> Output:
        """Delete an application with its devices. (SNS API: DeletePlatformApplication)"""
        self.applications.pop(platform_application_arn, None)
        return {}

    @operation
    def list_platform_applications(self, next_token: str | None = None) -> Output:
        """The account's applications, a hundred a page. (SNS API: ListPlatformApplications)"""
        listed = [
            {"PlatformApplicationArn": one.arn, "Attributes": one.attributes}
            for one in self.applications.values()
        ]
        return page("PlatformApplications", listed, next_token)

    @operation
    def get_platform_application_attributes(self, platform_application_arn: str) -> Output:
        """An application's attributes. (SNS API: GetPlatformApplicationAttributes) Raises NotFoundException."""
        return {"Attributes": self._application(platform_application_arn).attributes}

    @operation
    def set_platform_application_attributes(
        self, platform_application_arn: str, attributes: Mapping[str, str]
    ) -> Output:
        """Change an application's attributes. (SNS API: SetPlatformApplicationAttributes)

        Raises NotFoundException.
        """
        shown = {key: value for key, value in attributes.items() if key not in _SECRET}
        self._application(platform_application_arn).attributes.update(shown)
        return {}

    @operation
    def create_platform_endpoint(
        self,
        platform_application_arn: str,
        token: str,
        custom_user_data: str | None = None,
        attributes: Mapping[str, str] | None = None,
    ) -> Output:
        """Register a device, or give the one of that token. (SNS API: CreatePlatformEndpoint)

        Raises NotFoundException, InvalidParameterException.
        """
        application = self._application(platform_application_arn)
        wanted = {"Enabled": "true", **(attributes or {}), "Token": token}
        if custom_user_data is not None:
            wanted["CustomUserData"] = custom_user_data
        known = application.of_token(token)
        if known is not None:
            _check_same(known, wanted)
            return {"EndpointArn": known.arn}
        place = platform_application_arn.partition(":app/")[2]
        arn = self.arn(f"endpoint/{place}/{self.cloud.ids.uuid()}")
        application.endpoints[arn] = PlatformEndpoint(arn, application.platform, wanted)
        return {"EndpointArn": arn}

    @operation
    def delete_endpoint(self, endpoint_arn: str) -> Output:
        """Delete a device; nothing where there is none. (SNS API: DeleteEndpoint)"""
        for application in self.applications.values():
            application.endpoints.pop(endpoint_arn, None)
        return {}

    @operation
    def get_endpoint_attributes(self, endpoint_arn: str) -> Output:
        """A device's attributes. (SNS API: GetEndpointAttributes) Raises NotFoundException."""
        return {"Attributes": self._endpoint(endpoint_arn).attributes}

    @operation
    def set_endpoint_attributes(self, endpoint_arn: str, attributes: Mapping[str, str]) -> Output:
        """Change a device's attributes. (SNS API: SetEndpointAttributes) Raises NotFoundException."""
        self._endpoint(endpoint_arn).attributes.update(attributes)
        return {}

    @operation
    def list_endpoints_by_platform_application(
        self, platform_application_arn: str, next_token: str | None = None
    ) -> Output:
        """An application's devices, a hundred a page. (SNS API: ListEndpointsByPlatformApplication)

        Raises NotFoundException.
        """
        endpoints = self._application(platform_application_arn).endpoints.values()
        listed: list[dict[str, Any]] = [
            {"EndpointArn": one.arn, "Attributes": one.attributes} for one in endpoints
        ]
        return page("Endpoints", listed, next_token)

    def _application(self, arn: str) -> PlatformApplication:
        application = self.applications.get(arn)
        if application is None:
            raise NotFoundException("PlatformApplication does not exist")
        return application

    def _endpoint(self, arn: str) -> PlatformEndpoint:
        endpoint = self.find_endpoint(arn)
        if endpoint is None:
            raise NotFoundException("Endpoint does not exist")
        return endpoint


def _check_same(known: PlatformEndpoint, wanted: Mapping[str, str]) -> None:
    """(SNS API: CreatePlatformEndpoint; programs read the ARN out of this text)"""
    if known.attributes != wanted:
        raise invalid(
            f"Token Reason: Endpoint {known.arn} already exists with the same Token, but different attributes."
        )
