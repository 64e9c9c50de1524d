"""Operations on APIs themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skymock.addressing.address import partition_of
from skymock.cloud.service import Output, Stored, operation
from skymock.errors import NotSupported
from skymock.services.apigatewayv2.cors import Cors
from skymock.services.apigatewayv2.errors import BadRequestException
from skymock.services.apigatewayv2.execution.execute_api import ExecuteApi
from skymock.services.apigatewayv2.http_api import ROUTE_SELECTION, Apis, ApiSettings, HttpApi, whole_second
from skymock.services.apigatewayv2.integration import AWS_PROXY, HTTP_PROXY, is_function
from skymock.services.apigatewayv2.operations.paging import page_of
from skymock.services.apigatewayv2.route_key import DEFAULT
from skymock.services.apigatewayv2.stage import DEFAULT_STAGE

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


_DNS_SUFFIXES = {"aws-cn": "amazonaws.com.cn"}


class ApiOperations:
    cloud: Cloud
    account_id: str
    region: str
    apis: Apis

    @operation
    def create_api(
        self,
        name: str,
        protocol_type: str,
        *,
        cors_configuration: dict[str, Any] | None = None,
        description: Stored[str] | None = None,
        version: Stored[str] | None = None,
        disable_execute_api_endpoint: bool = False,
        route_selection_expression: str = ROUTE_SELECTION,
        api_key_selection_expression: Stored[str] = "$request.header.x-api-key",
        ip_address_type: Stored[str] = "ipv4",
        tags: Stored[dict[str, str]] | None = None,
        target: str | None = None,
        route_key: str | None = None,
    ) -> Output:
        """Make an HTTP API. (API Gateway v2 API: CreateApi)

        target: a function's ARN or a URL makes it callable at once ("quick create"): with a route for
        `route_key` (or `$default`), an integration, and a `$default` stage that deploys by itself.
        Raises BadRequestException; NotSupported for WebSocket APIs.
        """
        if protocol_type != "HTTP":
            raise NotSupported("apigatewayv2: CreateApi with ProtocolType WEBSOCKET is not supported yet")
        _check_route_selection(route_selection_expression)
        api_id = self.cloud.ids.lower_alphanumeric(10)
        settings = ApiSettings(
            api_id,
            name,
            _endpoint(api_id, self.region),
            whole_second(self.cloud.clock),
            protocol_type,
            description,
            version,
            route_selection_expression,
            api_key_selection_expression,
            disable_execute_api_endpoint,
            ip_address_type,
            tags or {},
        )
        cors = Cors.of(cors_configuration) if cors_configuration else None
        api = HttpApi(settings, cors, self.cloud.ids, self.cloud.clock)
        if target is not None:
            _quick_create(api, target, route_key or DEFAULT)
        self.apis.add(api)
        gateway = ExecuteApi(self.cloud, api, self.account_id, self.region)
        self.cloud.endpoints.register("execute-api", api_id, gateway.serve)
        return api.described()

    @operation
    def get_api(self, api_id: str) -> Output:
        """Show an API. (API Gateway v2 API: GetApi) Raises NotFoundException."""
        return self.apis.named(api_id).described()

    @operation
    def get_apis(self, max_results: str | None = None, next_token: str | None = None) -> Output:
        """List the APIs. (API Gateway v2 API: GetApis)"""
        return page_of(self.apis, max_results, next_token)

    @operation
    def update_api(
        self,
        api_id: str,
        *,
        name: str | None = None,
        cors_configuration: dict[str, Any] | None = None,
        description: Stored[str] | None = None,
        version: Stored[str] | None = None,
        disable_execute_api_endpoint: bool | None = None,
        route_selection_expression: str | None = None,
        api_key_selection_expression: Stored[str] | None = None,
        ip_address_type: Stored[str] | None = None,
    ) -> Output:
        """Change an API; a CORS configuration replaces the one before. (API Gateway v2 API: UpdateApi)

        Raises NotFoundException, BadRequestException.
        """
        api = self.apis.named(api_id)
        if route_selection_expression is not None:
            _check_route_selection(route_selection_expression)
        api.update(
            Cors.of(cors_configuration) if cors_configuration else None,
            name=name,
            description=description,
            version=version,
            disable_execute_api_endpoint=disable_execute_api_endpoint,
            route_selection_expression=route_selection_expression,
            api_key_selection_expression=api_key_selection_expression,
            ip_address_type=ip_address_type,
        )
        return api.described()

    @operation
    def delete_api(self, api_id: str) -> Output:
        """Delete an API with all its parts; its host is gone. (API Gateway v2 API: DeleteApi)"""
        self.apis.named(api_id)
        self.apis.remove(api_id)
        self.cloud.endpoints.unregister("execute-api", api_id)
        return {}

    @operation
    def delete_cors_configuration(self, api_id: str) -> Output:
        """Leave CORS to the integrations. (API Gateway v2 API: DeleteCorsConfiguration)"""
        self.apis.named(api_id).remove_cors()
        return {}


def _endpoint(api_id: str, region: str) -> str:
    suffix = _DNS_SUFFIXES.get(partition_of(region), "amazonaws.com")
    return f"https://{api_id}.execute-api.{region}.{suffix}"


def _check_route_selection(expression: str) -> None:
    if expression not in (ROUTE_SELECTION, "${request.method} ${request.path}"):
        raise BadRequestException(
            'Route selection expression is currently limited to "${request.method} ${request.path}"'
        )


def _quick_create(api: HttpApi, target: str, route_key: str) -> None:
    settings: dict[str, Any] = {"integration_uri": target, "api_gateway_managed": True}
    if is_function(target):
        integration = api.add_integration(AWS_PROXY, payload_format_version="2.0", **settings)
    else:
        integration = api.add_integration(HTTP_PROXY, integration_method="ANY", **settings)
    target = f"integrations/{integration.integration_id}"
    api.add_route(route_key, target=target, api_gateway_managed=True)
    api.add_stage(DEFAULT_STAGE, auto_deploy=True, api_gateway_managed=True)
