"""Operations on deployments."""

from __future__ import annotations

from skymock.cloud.service import Output, Stored, operation
from skymock.services.apigatewayv2.http_api import Apis
from skymock.services.apigatewayv2.operations.paging import page_of


class DeploymentOperations:
    apis: Apis

    @operation
    def create_deployment(
        self, api_id: str, stage_name: str | None = None, description: Stored[str] | None = None
    ) -> Output:
        """Keep the API as it is now, for stages to serve. (API Gateway v2 API: CreateDeployment)

        stage_name: the stage that serves it from now on; without, a stage is given it by its id.
        Raises NotFoundException, BadRequestException.
        """
        return self.apis.named(api_id).deploy(stage_name, description).described()

    @operation
    def get_deployment(self, api_id: str, deployment_id: str) -> Output:
        """Show a deployment. (API Gateway v2 API: GetDeployment) Raises NotFoundException."""
        return self.apis.named(api_id).deployments.named(deployment_id).described()

    @operation
    def get_deployments(
        self, api_id: str, max_results: str | None = None, next_token: str | None = None
    ) -> Output:
        """List an API's deployments. (API Gateway v2 API: GetDeployments)"""
        return page_of(self.apis.named(api_id).deployments, max_results, next_token)

    @operation
    def update_deployment(
        self, api_id: str, deployment_id: str, description: Stored[str] | None = None
    ) -> Output:
        """Describe a deployment anew. (API Gateway v2 API: UpdateDeployment)"""
        api = self.apis.named(api_id)
        return api.update_deployment(deployment_id, description=description).described()

    @operation
    def delete_deployment(self, api_id: str, deployment_id: str) -> Output:
        """Delete a deployment that no stage serves. (API Gateway v2 API: DeleteDeployment)

        Raises NotFoundException, BadRequestException.
        """
        self.apis.named(api_id).remove_deployment(deployment_id)
        return {}
