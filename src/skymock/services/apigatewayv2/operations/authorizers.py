"""Operations on authorizers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skymock.cloud.service import Output, operation
from skymock.services.apigatewayv2.authorizer import JWT, Authorizer, checked
from skymock.services.apigatewayv2.execution.issuer import check_discovery
from skymock.services.apigatewayv2.http_api import Apis
from skymock.services.apigatewayv2.operations.paging import page_of
from skymock.services.apigatewayv2.resource import changed

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class AuthorizerOperations:
    cloud: Cloud
    apis: Apis

    @operation(runs_user_code=True)
    def create_authorizer(
        self,
        api_id: str,
        authorizer_type: str,
        name: str,
        identity_source: list[str],
        *,
        jwt_configuration: dict[str, Any] | None = None,
        authorizer_uri: str | None = None,
        authorizer_payload_format_version: str | None = None,
        authorizer_result_ttl_in_seconds: int | None = None,
        enable_simple_responses: bool | None = None,
    ) -> Output:
        """Add an authorizer for routes to ask. (API Gateway v2 API: CreateAuthorizer)

        authorizer_type: JWT, with {"Issuer": ..., "Audience": [...]}, or REQUEST, with a function's ARN.
        Like AWS it looks at once whether the issuer has its OpenID configuration; one outside of the cloud is
        first asked when a token comes.
        Raises NotFoundException, BadRequestException.
        """
        api = self.apis.named(api_id)
        authorizer = checked(
            Authorizer(
                self.cloud.ids.lower_alphanumeric(6),
                name,
                authorizer_type,
                identity_source,
                jwt_configuration,
                authorizer_uri,
                authorizer_payload_format_version,
                authorizer_result_ttl_in_seconds,
                enable_simple_responses,
            )
        )
        self._check_issuer(authorizer)
        with self.cloud.lock:
            return api.put_authorizer(authorizer).described()

    @operation
    def get_authorizer(self, api_id: str, authorizer_id: str) -> Output:
        """Show an authorizer. (API Gateway v2 API: GetAuthorizer) Raises NotFoundException."""
        return self.apis.named(api_id).authorizers.named(authorizer_id).described()

    @operation
    def get_authorizers(
        self, api_id: str, max_results: str | None = None, next_token: str | None = None
    ) -> Output:
        """List an API's authorizers. (API Gateway v2 API: GetAuthorizers)"""
        return page_of(self.apis.named(api_id).authorizers, max_results, next_token)

    @operation(runs_user_code=True)
    def update_authorizer(
        self,
        api_id: str,
        authorizer_id: str,
        *,
        authorizer_type: str | None = None,
        name: str | None = None,
        identity_source: list[str] | None = None,
        jwt_configuration: dict[str, Any] | None = None,
        authorizer_uri: str | None = None,
        authorizer_payload_format_version: str | None = None,
        authorizer_result_ttl_in_seconds: int | None = None,
        enable_simple_responses: bool | None = None,
    ) -> Output:
        """Change what is named of an authorizer. (API Gateway v2 API: UpdateAuthorizer)

        Raises NotFoundException, BadRequestException.
        """
        api = self.apis.named(api_id)
        changes = {
            "authorizer_type": authorizer_type,
            "name": name,
            "identity_source": identity_source,
            "jwt_configuration": jwt_configuration,
            "authorizer_uri": authorizer_uri,
            "authorizer_payload_format_version": authorizer_payload_format_version,
            "authorizer_result_ttl_in_seconds": authorizer_result_ttl_in_seconds,
            "enable_simple_responses": enable_simple_responses,
        }
        authorizer = checked(changed(api.authorizers.named(authorizer_id), changes))
        self._check_issuer(authorizer)
        with self.cloud.lock:
            return api.put_authorizer(authorizer).described()

    @operation
    def delete_authorizer(self, api_id: str, authorizer_id: str) -> Output:
        """Delete an authorizer that no route asks. (API Gateway v2 API: DeleteAuthorizer)

        Raises NotFoundException, ConflictException.
        """
        self.apis.named(api_id).remove_authorizer(authorizer_id)
        return {}

    def _check_issuer(self, authorizer: Authorizer) -> None:
        if authorizer.authorizer_type == JWT:
            check_discovery(self.cloud, authorizer.issuer)
