"""Operations on app clients."""

from __future__ import annotations

from collections.abc import Iterable

from skymock.cloud.service import Output, Service, Stored, operation
from skymock.errors import NotSupported
from skymock.services.cognito_idp.attributes import Schema
from skymock.services.cognito_idp.clients import (
    DEFAULT_AUTH_FLOWS,
    DEFAULT_AUTH_SESSION_VALIDITY_MINUTES,
    DEFAULT_REFRESH_TOKEN_VALIDITY_DAYS,
    TokenValidity,
    UserPoolClient,
)
from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.errors import InvalidParameterException
from skymock.services.cognito_idp.pagination import page
from skymock.services.cognito_idp.pool import UserPools

_CLIENT_ID_LENGTH = 26
_SECRET_LENGTH = 52


class UserPoolClientOperations(Service):
    """CreateUserPoolClient and the like."""

    pools: UserPools

    @operation
    def create_user_pool_client(
        self,
        user_pool_id: str,
        client_name: str,
        generate_secret: bool = False,
        client_secret: str | None = None,
        refresh_token_validity: int | None = None,
        access_token_validity: int | None = None,
        id_token_validity: int | None = None,
        token_validity_units: dict[str, str] | None = None,
        read_attributes: list[str] | None = None,
        write_attributes: list[str] | None = None,
        explicit_auth_flows: list[str] | None = None,
        supported_identity_providers: Stored[list[str] | None] = None,
        callback_urls: Stored[list[str] | None] = None,
        logout_urls: Stored[list[str] | None] = None,
        default_redirect_uri: Stored[str | None] = None,
        allowed_o_auth_flows: Stored[list[str] | None] = None,
        allowed_o_auth_scopes: Stored[list[str] | None] = None,
        allowed_o_auth_flows_user_pool_client: Stored[bool] = False,
        prevent_user_existence_errors: str | None = None,
        enable_token_revocation: bool = True,
        enable_propagate_additional_user_context_data: Stored[bool] = False,
        auth_session_validity: int = DEFAULT_AUTH_SESSION_VALIDITY_MINUTES,
        refresh_token_rotation: Document | None = None,
    ) -> Output:
        """Create an app client. (Amazon Cognito API: CreateUserPoolClient)

        Validity in hours (access and ID token) and days (refresh token) where no units are given.
        Raises ResourceNotFoundException, InvalidParameterException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        _refuse_rotation(refresh_token_rotation)
        _check_secret(generate_secret, client_secret)
        _check_flows(explicit_auth_flows or ())
        _check_attributes(write_attributes or (), pool.schema, "write attributes")
        _check_attributes(read_attributes or (), pool.schema, "read attributes")
        shown = {
            "RefreshTokenValidity": refresh_token_validity or DEFAULT_REFRESH_TOKEN_VALIDITY_DAYS,
            "AccessTokenValidity": access_token_validity,
            "IdTokenValidity": id_token_validity,
            "TokenValidityUnits": token_validity_units or {},
            "ReadAttributes": read_attributes,
            "WriteAttributes": write_attributes,
            "ExplicitAuthFlows": explicit_auth_flows,
            "SupportedIdentityProviders": supported_identity_providers,
            "CallbackURLs": callback_urls,
            "LogoutURLs": logout_urls,
            "DefaultRedirectURI": default_redirect_uri,
            "AllowedOAuthFlows": allowed_o_auth_flows,
            "AllowedOAuthScopes": allowed_o_auth_scopes,
            "AllowedOAuthFlowsUserPoolClient": allowed_o_auth_flows_user_pool_client,
            "PreventUserExistenceErrors": prevent_user_existence_errors,
            "EnableTokenRevocation": enable_token_revocation,
            "EnablePropagateAdditionalUserContextData": enable_propagate_additional_user_context_data,
            "AuthSessionValidity": auth_session_validity,
        }
        client = UserPoolClient(
            id=self.cloud.ids.lower_alphanumeric(_CLIENT_ID_LENGTH),
            name=client_name,
            user_pool_id=user_pool_id,
            secret=self.cloud.ids.lower_alphanumeric(_SECRET_LENGTH) if generate_secret else client_secret,
            created_at=self.cloud.clock.now(),
            auth_flows=frozenset(explicit_auth_flows or DEFAULT_AUTH_FLOWS),
            validity=TokenValidity.of(
                access_token_validity, id_token_validity, refresh_token_validity, token_validity_units or {}
            ),
            auth_session_seconds=auth_session_validity * 60,
            hides_missing_users=prevent_user_existence_errors == "ENABLED",
            revocable=enable_token_revocation,
            readable=frozenset(read_attributes) if read_attributes else None,
            writable=frozenset(write_attributes) if write_attributes else None,
            shown=stated(shown),
        )
        self.pools.add_client(pool, client)
        return {"UserPoolClient": client.document}

    @operation
    def describe_user_pool_client(self, user_pool_id: str, client_id: str) -> Output:
        """Show an app client. (Amazon Cognito API: DescribeUserPoolClient)

        Raises ResourceNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        return {"UserPoolClient": pool.client(client_id).document}

    @operation
    def list_user_pool_clients(
        self, user_pool_id: str, max_results: int | None = None, next_token: str | None = None
    ) -> Output:
        """List the app clients of a pool. (Amazon Cognito API: ListUserPoolClients)

        Raises ResourceNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        clients, following = page(list(pool.clients.values()), max_results, next_token)
        return stated({"UserPoolClients": [client.summary for client in clients], "NextToken": following})

    @operation
    def delete_user_pool_client(self, user_pool_id: str, client_id: str) -> Output:
        """Delete an app client. (Amazon Cognito API: DeleteUserPoolClient)

        Raises ResourceNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        self.pools.remove_client(pool, pool.client(client_id))
        return {}


def _refuse_rotation(rotation: Document | None) -> None:
    if rotation is not None and rotation["Feature"] == "ENABLED":
        raise NotSupported("cognito-idp: RefreshTokenRotation ENABLED is not supported yet")


def _check_secret(generate: bool, given: str | None) -> None:
    if generate and given is not None:
        raise InvalidParameterException("ClientSecret cannot be provided when GenerateSecret is true.")


def _check_flows(flows: Iterable[str]) -> None:
    if len({flow.startswith("ALLOW_") for flow in flows}) > 1:
        raise InvalidParameterException(
            "ExplicitAuthFlows cannot mix values that start with ALLOW_ and values that do not."
        )


def _check_attributes(names: Iterable[str], schema: Schema, setting: str) -> None:
    if not all(name in schema for name in names):
        raise InvalidParameterException(f"Invalid {setting} specified while creating a client")
