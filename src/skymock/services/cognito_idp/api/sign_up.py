"""Operations of users who sign themselves up."""

from __future__ import annotations

from skymock.cloud.service import Output, Service, Stored, operation
from skymock.errors import NotSupported
from skymock.services.cognito_idp import registration
from skymock.services.cognito_idp.attributes import attributes_of
from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.pool import UserPools


class SignUpOperations(Service):
    """SignUp and the like. They go unsigned: the client id says which pool is meant."""

    pools: UserPools

    @operation
    def sign_up(
        self,
        client_id: str,
        username: str,
        secret_hash: str | None = None,
        password: str | None = None,
        user_attributes: list[Document] | None = None,
        validation_data: Stored[list[Document] | None] = None,
        analytics_metadata: Stored[Document | None] = None,
        user_context_data: Stored[Document | None] = None,
        client_metadata: Stored[dict[str, str] | None] = None,
    ) -> Output:
        """Sign up as a new user, who has to be confirmed. (Amazon Cognito API: SignUp)

        The code goes to the service's `outbox`, if the pool verifies email addresses or phone numbers.
        Returns `CodeDeliveryDetails` if one was sent. Raises ResourceNotFoundException,
        NotAuthorizedException, InvalidParameterException, InvalidPasswordException, UsernameExistsException.
        """
        pool, client = self.pools.of_client(client_id)
        client.check_secret_hash(username, secret_hash)
        if not password:
            raise NotSupported("cognito-idp: SignUp without Password is not supported yet")
        user, delivery = registration.sign_up(
            pool, client, username, password, attributes_of(user_attributes)
        )
        return stated({"UserConfirmed": False, "CodeDeliveryDetails": delivery, "UserSub": user.sub})

    @operation
    def confirm_sign_up(
        self,
        client_id: str,
        username: str,
        confirmation_code: str,
        secret_hash: str | None = None,
        force_alias_creation: bool = False,
        analytics_metadata: Stored[Document | None] = None,
        user_context_data: Stored[Document | None] = None,
        client_metadata: Stored[dict[str, str] | None] = None,
    ) -> Output:
        """Confirm a user by the code that was sent. (Amazon Cognito API: ConfirmSignUp)

        Raises ResourceNotFoundException, NotAuthorizedException, UserNotFoundException, ExpiredCodeException,
        CodeMismatchException, AliasExistsException.
        """
        pool, client = self.pools.of_client(client_id)
        client.check_secret_hash(username, secret_hash)
        registration.confirm_sign_up(
            pool, client, username, confirmation_code, force_aliases=force_alias_creation
        )
        return {}

    @operation
    def resend_confirmation_code(
        self,
        client_id: str,
        username: str,
        secret_hash: str | None = None,
        user_context_data: Stored[Document | None] = None,
        analytics_metadata: Stored[Document | None] = None,
        client_metadata: Stored[dict[str, str] | None] = None,
    ) -> Output:
        """Send a new code, which replaces the one before. (Amazon Cognito API: ResendConfirmationCode)

        Raises ResourceNotFoundException, NotAuthorizedException, UserNotFoundException,
        InvalidParameterException.
        """
        pool, client = self.pools.of_client(client_id)
        client.check_secret_hash(username, secret_hash)
        return {"CodeDeliveryDetails": registration.resend_code(pool, client, username)}

    @operation
    def admin_confirm_sign_up(
        self, user_pool_id: str, username: str, client_metadata: Stored[dict[str, str] | None] = None
    ) -> Output:
        """Confirm a user without a code. (Amazon Cognito API: AdminConfirmSignUp)

        Raises ResourceNotFoundException, UserNotFoundException, NotAuthorizedException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        registration.confirm_as_administrator(pool, pool.user(username))
        return {}
