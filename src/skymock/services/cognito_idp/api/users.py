"""Operations on users, by administrators and by users themselves."""

from __future__ import annotations

from skymock.cloud.service import Output, Service, Stored, operation
from skymock.services.cognito_idp import registration
from skymock.services.cognito_idp.attributes import attributes_of, documents_of
from skymock.services.cognito_idp.documents import Document, stated
from skymock.services.cognito_idp.errors import InvalidParameterException
from skymock.services.cognito_idp.pagination import page
from skymock.services.cognito_idp.pool import UserPools
from skymock.services.cognito_idp.user_filter import accepting


class UserOperations(Service):
    """AdminCreateUser, ListUsers, GetUser and the like."""

    pools: UserPools

    @operation
    def admin_create_user(
        self,
        user_pool_id: str,
        username: str,
        user_attributes: list[Document] | None = None,
        validation_data: Stored[list[Document] | None] = None,
        temporary_password: str | None = None,
        force_alias_creation: bool = False,
        message_action: str | None = None,
        desired_delivery_mediums: list[str] | None = None,
        client_metadata: Stored[dict[str, str] | None] = None,
    ) -> Output:
        """Create a user with a temporary password, and invite. (Amazon Cognito API: AdminCreateUser)

        message_action: SUPPRESS sends no invitation, RESEND one more to an existing user. It goes to the
        service's `outbox`, by SMS where no medium is given. Raises ResourceNotFoundException,
        InvalidParameterException, InvalidPasswordException, UsernameExistsException, AliasExistsException,
        UserNotFoundException, UnsupportedUserStateException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        if message_action == "RESEND":
            user = registration.invite_again(pool, username, temporary_password, desired_delivery_mediums)
            return {"User": user.document()}
        user = registration.create_user(
            pool,
            username,
            attributes_of(user_attributes),
            temporary_password,
            force_aliases=force_alias_creation,
        )
        if message_action != "SUPPRESS":
            registration.invite(pool, user, desired_delivery_mediums)
        return {"User": user.document()}

    @operation
    def admin_set_user_password(
        self, user_pool_id: str, username: str, password: str, permanent: bool = False
    ) -> Output:
        """Give a user a permanent or temporary password. (Amazon Cognito API: AdminSetUserPassword)

        Raises ResourceNotFoundException, UserNotFoundException, InvalidPasswordException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        user = pool.user(username)
        if permanent:
            registration.set_password(pool, user, password)
        else:
            registration.set_temporary_password(pool, user, password)
        return {}

    @operation
    def admin_get_user(self, user_pool_id: str, username: str) -> Output:
        """Show a user of any name: username, sub or alias. (Amazon Cognito API: AdminGetUser)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        return pool.user(username).document("UserAttributes")

    @operation
    def admin_delete_user(self, user_pool_id: str, username: str) -> Output:
        """Delete a user. (Amazon Cognito API: AdminDeleteUser)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        pool.remove_user(pool.user(username))
        return {}

    @operation
    def admin_disable_user(self, user_pool_id: str, username: str) -> Output:
        """Keep a user from signing in, and revoke the tokens. (Amazon Cognito API: AdminDisableUser)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        user = pool.user(username)
        user.enabled = False
        pool.tokens.revoke_all(user)
        pool.touch(user)
        return {}

    @operation
    def admin_enable_user(self, user_pool_id: str, username: str) -> Output:
        """Let a user sign in again. (Amazon Cognito API: AdminEnableUser)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        user = pool.user(username)
        user.enabled = True
        pool.touch(user)
        return {}

    @operation
    def list_users(
        self,
        user_pool_id: str,
        attributes_to_get: list[str] | None = None,
        limit: int | None = None,
        pagination_token: str | None = None,
        filter: str | None = None,  # noqa: A002 - AWS's name
    ) -> Output:
        """List users, in the order in which they were created. (Amazon Cognito API: ListUsers)

        filter: `email = "ana@example.com"`, or `^=` for a beginning; one attribute.
        Raises ResourceNotFoundException, InvalidParameterException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        accepts = accepting(filter)
        users, following = page([user for user in pool.users if accepts(user)], limit, pagination_token)
        documents = [user.document() for user in users]
        if attributes_to_get is not None:
            if not all(name in pool.schema for name in attributes_to_get):
                raise InvalidParameterException("One or more requested attributes do not exist.")
            for document in documents:
                document["Attributes"] = [
                    attribute
                    for attribute in document["Attributes"]
                    if attribute["Name"] in attributes_to_get
                ]
        return stated({"Users": documents, "PaginationToken": following})

    @operation
    def get_user(self, access_token: str) -> Output:
        """Show who holds an access token, as far as the app client may read. (Amazon Cognito API: GetUser)

        Raises NotAuthorizedException, UserNotFoundException.
        """
        user, client = self.pools.of_access_token(access_token).user_of(access_token)
        return {
            "Username": user.username,
            "UserAttributes": documents_of(client.readable_of(user.attributes)),
        }
