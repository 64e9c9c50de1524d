"""Operations that sign in, refresh, and sign out."""

from __future__ import annotations

from skymock.cloud.service import Output, Service, Stored, operation
from skymock.services.cognito_idp import sign_in
from skymock.services.cognito_idp.clients import UserPoolClient
from skymock.services.cognito_idp.documents import Document
from skymock.services.cognito_idp.errors import (
    InvalidParameterException,
    UnauthorizedException,
    UnsupportedOperationException,
    UnsupportedTokenTypeException,
)
from skymock.services.cognito_idp.pool import UserPool, UserPools
from skymock.services.cognito_idp.sign_in import Challenge, Outcome

# A refresh token is a JWE of five segments, the other two are JWTs of three.
_SEGMENTS_OF_REFRESH_TOKEN = 5


class SignInOperations(Service):
    """InitiateAuth and the like."""

    pools: UserPools

    @operation
    def initiate_auth(
        self,
        auth_flow: str,
        client_id: str,
        auth_parameters: dict[str, str] | None = None,
        client_metadata: Stored[dict[str, str] | None] = None,
        analytics_metadata: Stored[Document | None] = None,
        user_context_data: Stored[Document | None] = None,
    ) -> Output:
        """Sign in, or refresh the tokens. (Amazon Cognito API: InitiateAuth)

        auth_flow: USER_PASSWORD_AUTH or REFRESH_TOKEN_AUTH. Returns `AuthenticationResult`, or the challenge
        to answer. Raises ResourceNotFoundException, InvalidParameterException, NotAuthorizedException,
        UserNotFoundException, UserNotConfirmedException.
        """
        pool, client = self.pools.of_client(client_id)
        return _answer(sign_in.start(sign_in.CLIENT_FLOWS, auth_flow, pool, client, auth_parameters or {}))

    @operation
    def admin_initiate_auth(
        self,
        user_pool_id: str,
        client_id: str,
        auth_flow: str,
        auth_parameters: dict[str, str] | None = None,
        client_metadata: Stored[dict[str, str] | None] = None,
        analytics_metadata: Stored[Document | None] = None,
        context_data: Stored[Document | None] = None,
    ) -> Output:
        """Sign a user in from a server, or refresh the tokens. (Amazon Cognito API: AdminInitiateAuth)

        auth_flow: ADMIN_USER_PASSWORD_AUTH or REFRESH_TOKEN_AUTH. Returns and raises what InitiateAuth does.
        """
        pool, client = self._client(user_pool_id, client_id)
        return _answer(sign_in.start(sign_in.ADMIN_FLOWS, auth_flow, pool, client, auth_parameters or {}))

    @operation
    def respond_to_auth_challenge(
        self,
        client_id: str,
        challenge_name: str,
        session: str | None = None,
        challenge_responses: dict[str, str] | None = None,
        analytics_metadata: Stored[Document | None] = None,
        user_context_data: Stored[Document | None] = None,
        client_metadata: Stored[dict[str, str] | None] = None,
    ) -> Output:
        """Answer the challenge NEW_PASSWORD_REQUIRED. (Amazon Cognito API: RespondToAuthChallenge)

        Raises ResourceNotFoundException, InvalidParameterException, NotAuthorizedException,
        InvalidPasswordException.
        """
        pool, client = self.pools.of_client(client_id)
        return _answer(sign_in.respond(pool, client, challenge_name, session, challenge_responses or {}))

    @operation
    def admin_respond_to_auth_challenge(
        self,
        user_pool_id: str,
        client_id: str,
        challenge_name: str,
        challenge_responses: dict[str, str] | None = None,
        session: str | None = None,
        analytics_metadata: Stored[Document | None] = None,
        context_data: Stored[Document | None] = None,
        client_metadata: Stored[dict[str, str] | None] = None,
    ) -> Output:
        """Answer NEW_PASSWORD_REQUIRED from a server. (Amazon Cognito API: AdminRespondToAuthChallenge)

        Raises what RespondToAuthChallenge does.
        """
        pool, client = self._client(user_pool_id, client_id)
        return _answer(sign_in.respond(pool, client, challenge_name, session, challenge_responses or {}))

    @operation
    def global_sign_out(self, access_token: str) -> Output:
        """Revoke all tokens of the user who holds an access token. (Amazon Cognito API: GlobalSignOut)

        Raises NotAuthorizedException, UserNotFoundException.
        """
        pool = self.pools.of_access_token(access_token)
        user, _ = pool.user_of(access_token)
        pool.tokens.revoke_all(user)
        return {}

    @operation
    def admin_user_global_sign_out(self, user_pool_id: str, username: str) -> Output:
        """Revoke all tokens of a user. (Amazon Cognito API: AdminUserGlobalSignOut)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        pool.tokens.revoke_all(pool.user(username))
        return {}

    @operation
    def revoke_token(self, token: str, client_id: str, client_secret: str | None = None) -> Output:
        """Revoke a refresh token and the access tokens that came of it. (Amazon Cognito API: RevokeToken)

        Raises ResourceNotFoundException, UnauthorizedException, UnsupportedOperationException,
        UnsupportedTokenTypeException, InvalidParameterException.
        """
        pool, client = self.pools.of_client(client_id)
        if client.secret != client_secret:
            raise UnauthorizedException("Invalid client secret")
        if not client.revocable:
            raise UnsupportedOperationException("Token revocation is not enabled for this client")
        if token.count(".") + 1 != _SEGMENTS_OF_REFRESH_TOKEN:
            raise UnsupportedTokenTypeException("Unsupported token type")
        entry = pool.tokens.sign_in_of_refresh_token(token)
        if entry is None:
            raise InvalidParameterException("Invalid refresh token")
        if entry.client is not client:
            raise UnauthorizedException("Refresh token was not issued to this client")
        entry.revoked = True
        return {}

    def _client(self, user_pool_id: str, client_id: str) -> tuple[UserPool, UserPoolClient]:
        pool = self.pools.named(user_pool_id, self.account_id)
        return pool, pool.client(client_id)


def _answer(outcome: Outcome) -> Output:
    if isinstance(outcome, Challenge):
        return outcome.document
    return {"ChallengeParameters": {}, "AuthenticationResult": outcome.document}
