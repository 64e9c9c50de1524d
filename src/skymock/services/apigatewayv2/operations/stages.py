"""Operations on stages."""

from __future__ import annotations

from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.apigatewayv2.http_api import Apis
from skymock.services.apigatewayv2.operations.paging import page_of


class StageOperations:
    apis: Apis

    @operation
    def create_stage(
        self,
        api_id: str,
        stage_name: str,
        *,
        auto_deploy: bool | None = None,
        deployment_id: str | None = None,
        stage_variables: dict[str, str] | None = None,
        description: Stored[str] | None = None,
        access_log_settings: Stored[dict[str, Any]] | None = None,
        default_route_settings: Stored[dict[str, Any]] | None = None,
        route_settings: Stored[dict[str, Any]] | None = None,
        tags: Stored[dict[str, str]] | None = None,
    ) -> Output:
        """Give a deployment a name under which it is called. (API Gateway v2 API: CreateStage)

        stage_name: `$default` is served at the root of the API's host, any other below its name.
        auto_deploy: every change of the API is deployed at once.
        Raises NotFoundException, ConflictException, BadRequestException.
        """
        stage = self.apis.named(api_id).add_stage(
            stage_name,
            auto_deploy=auto_deploy,
            deployment_id=deployment_id,
            stage_variables=stage_variables,
            description=description,
            access_log_settings=access_log_settings,
            default_route_settings=default_route_settings,
            route_settings=route_settings,
            tags=tags,
        )
        return stage.described()

    @operation
    def get_stage(self, api_id: str, stage_name: str) -> Output:
        """Show a stage. (API Gateway v2 API: GetStage) Raises NotFoundException."""
        return self.apis.named(api_id).stages.named(stage_name).described()

    @operation
    def get_stages(
        self, api_id: str, max_results: str | None = None, next_token: str | None = None
    ) -> Output:
        """List an API's stages. (API Gateway v2 API: GetStages)"""
        return page_of(self.apis.named(api_id).stages, max_results, next_token)

    @operation
    def update_stage(
        self,
        api_id: str,
        stage_name: str,
        *,
        auto_deploy: bool | None = None,
        deployment_id: str | None = None,
        stage_variables: dict[str, str] | None = None,
        description: Stored[str] | None = None,
        access_log_settings: Stored[dict[str, Any]] | None = None,
        default_route_settings: Stored[dict[str, Any]] | None = None,
        route_settings: Stored[dict[str, Any]] | None = None,
    ) -> Output:
        """Change what is named of a stage; another deployment is served at once.

        (API Gateway v2 API: UpdateStage) Raises NotFoundException, BadRequestException.
        """
        stage = self.apis.named(api_id).update_stage(
            stage_name,
            auto_deploy=auto_deploy,
            deployment_id=deployment_id,
            stage_variables=stage_variables,
            description=description,
            access_log_settings=access_log_settings,
            default_route_settings=default_route_settings,
            route_settings=route_settings,
        )
        return stage.described()

    @operation
    def delete_stage(self, api_id: str, stage_name: str) -> Output:
        """Delete a stage; its deployments stay. (API Gateway v2 API: DeleteStage)"""
        self.apis.named(api_id).remove_stage(stage_name)
        return {}
