"""Operations on routes."""

from __future__ import annotations

from skymock.cloud.service import Output, Stored, operation
from skymock.services.apigatewayv2.http_api import Apis
from skymock.services.apigatewayv2.operations.paging import page_of


class RouteOperations:
    apis: Apis

    @operation
    def create_route(
        self,
        api_id: str,
        route_key: str,
        *,
        target: str | None = None,
        authorization_type: str | None = None,
        authorizer_id: str | None = None,
        authorization_scopes: list[str] | None = None,
        api_key_required: bool | None = None,
        operation_name: Stored[str] | None = None,
    ) -> Output:
        """Add a route. (API Gateway v2 API: CreateRoute)

        route_key: "POST /orders", "GET /orders/{id}", "ANY /files/{path+}" or "$default".
        target: "integrations/" and the integration's id.
        Raises NotFoundException, BadRequestException, ConflictException; NotSupported for AWS_IAM.
        """
        route = self.apis.named(api_id).add_route(
            route_key,
            target=target,
            authorization_type=authorization_type,
            authorizer_id=authorizer_id,
            authorization_scopes=authorization_scopes,
            api_key_required=api_key_required,
            operation_name=operation_name,
        )
        return route.described()

    @operation
    def get_route(self, api_id: str, route_id: str) -> Output:
        """Show a route. (API Gateway v2 API: GetRoute) Raises NotFoundException."""
        return self.apis.named(api_id).routes.named(route_id).described()

    @operation
    def get_routes(
        self, api_id: str, max_results: str | None = None, next_token: str | None = None
    ) -> Output:
        """List an API's routes. (API Gateway v2 API: GetRoutes)"""
        return page_of(self.apis.named(api_id).routes, max_results, next_token)

    @operation
    def update_route(
        self,
        api_id: str,
        route_id: str,
        *,
        route_key: str | None = None,
        target: str | None = None,
        authorization_type: str | None = None,
        authorizer_id: str | None = None,
        authorization_scopes: list[str] | None = None,
        api_key_required: bool | None = None,
        operation_name: Stored[str] | None = None,
    ) -> Output:
        """Change what is named of a route. (API Gateway v2 API: UpdateRoute)

        Raises NotFoundException, BadRequestException, ConflictException; NotSupported for AWS_IAM.
        """
        route = self.apis.named(api_id).update_route(
            route_id,
            route_key=route_key,
            target=target,
            authorization_type=authorization_type,
            authorizer_id=authorizer_id,
            authorization_scopes=authorization_scopes,
            api_key_required=api_key_required,
            operation_name=operation_name,
        )
        return route.described()

    @operation
    def delete_route(self, api_id: str, route_id: str) -> Output:
        """Delete a route. (API Gateway v2 API: DeleteRoute) Raises NotFoundException."""
        self.apis.named(api_id).remove_route(route_id)
        return {}
