"""Operations on integrations."""

from __future__ import annotations

from skymock.cloud.service import Output, Stored, operation
from skymock.services.apigatewayv2.http_api import Apis
from skymock.services.apigatewayv2.operations.paging import page_of


class IntegrationOperations:
    apis: Apis

    @operation
    def create_integration(
        self,
        api_id: str,
        integration_type: str,
        *,
        integration_uri: str | None = None,
        integration_method: str | None = None,
        payload_format_version: str | None = None,
        connection_type: str | None = None,
        timeout_in_millis: int | None = None,
        description: Stored[str] | None = None,
    ) -> Output:
        """Connect an API to a function or a URL. (API Gateway v2 API: CreateIntegration)

        integration_type: AWS_PROXY, with a function's ARN as URI, or HTTP_PROXY with a URL, in which `{name}`
        stands for the route's path variables and `${stageVariables.name}` for the stage's.
        payload_format_version: "1.0" or "2.0". timeout_in_millis: 50 to 30,000, which is also the default.
        Raises NotFoundException, BadRequestException; NotSupported for a VPC link.
        """
        integration = self.apis.named(api_id).add_integration(
            integration_type,
            integration_uri=integration_uri,
            integration_method=integration_method,
            payload_format_version=payload_format_version,
            connection_type=connection_type,
            timeout_in_millis=timeout_in_millis,
            description=description,
        )
        return integration.described()

    @operation
    def get_integration(self, api_id: str, integration_id: str) -> Output:
        """Show an integration. (API Gateway v2 API: GetIntegration) Raises NotFoundException."""
        return self.apis.named(api_id).integrations.named(integration_id).described()

    @operation
    def get_integrations(
        self, api_id: str, max_results: str | None = None, next_token: str | None = None
    ) -> Output:
        """List an API's integrations. (API Gateway v2 API: GetIntegrations)"""
        return page_of(self.apis.named(api_id).integrations, max_results, next_token)

    @operation
    def update_integration(
        self,
        api_id: str,
        integration_id: str,
        *,
        integration_type: str | None = None,
        integration_uri: str | None = None,
        integration_method: str | None = None,
        payload_format_version: str | None = None,
        connection_type: str | None = None,
        timeout_in_millis: int | None = None,
        description: Stored[str] | None = None,
    ) -> Output:
        """Change what is named of an integration. (API Gateway v2 API: UpdateIntegration)

        Raises NotFoundException, BadRequestException; NotSupported for a VPC link.
        """
        integration = self.apis.named(api_id).update_integration(
            integration_id,
            integration_type=integration_type,
            integration_uri=integration_uri,
            integration_method=integration_method,
            payload_format_version=payload_format_version,
            connection_type=connection_type,
            timeout_in_millis=timeout_in_millis,
            description=description,
        )
        return integration.described()

    @operation
    def delete_integration(self, api_id: str, integration_id: str) -> Output:
        """Delete an integration that no route leads to. (API Gateway v2 API: DeleteIntegration)

        Raises NotFoundException, ConflictException.
        """
        self.apis.named(api_id).remove_integration(integration_id)
        return {}
