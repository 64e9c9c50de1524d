"""Operations on users and their access keys."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.query_errors import ValidationError
from skymock.cloud.service import Output, operation
from skymock.errors import NotSupported
from skymock.services.iam import descriptions
from skymock.services.iam.api.account import IamAccount
from skymock.services.iam.pages import page
from skymock.services.iam.tags import Tags
from skymock.services.iam.user import AccessKey, User


class UserOperations(IamAccount):
    @operation
    def create_user(
        self, user_name: str, path: str = "/", tags: Sequence[Mapping[str, str]] | None = None
    ) -> Output:
        """Make a user, to whom nothing is allowed yet. (IAM API: CreateUser)"""
        self.users.check_free(user_name)
        user = User(
            name=user_name,
            path=path,
            arn=self.arn(f"user{path}{user_name}"),
            unique_id=self.cloud.ids.unique_id(User.id_prefix),
            created_at=self.now(),
            tags=Tags(tags),
        )
        self.users.add(user)
        return {"User": descriptions.user_in_full(user)}

    @operation
    def get_user(self, user_name: str | None = None) -> Output:
        """Show a user, by default the calling one. (IAM API: GetUser)"""
        return {"User": descriptions.user_in_full(self._user(user_name))}

    @operation
    def list_users(
        self, path_prefix: str = "/", marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List the users under a path. (IAM API: ListUsers)"""
        return page("Users", self.users.under(path_prefix), descriptions.user_listed, marker, max_items)

    @operation
    def delete_user(self, user_name: str) -> Output:
        """Delete a user that has no keys and policies any more. (IAM API: DeleteUser)"""
        user = self.users.named(user_name)
        user.check_deletable()
        self.users.remove(user)
        return {}

    @operation
    def tag_user(self, user_name: str, tags: Sequence[Mapping[str, str]]) -> Output:
        """Add tags to a user, or change them. (IAM API: TagUser)"""
        self.users.named(user_name).tags.set(tags)
        return {}

    @operation
    def untag_user(self, user_name: str, tag_keys: Sequence[str]) -> Output:
        """Take tags from a user. (IAM API: UntagUser)"""
        self.users.named(user_name).tags.remove(tag_keys)
        return {}

    @operation
    def list_user_tags(
        self, user_name: str, marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List a user's tags. (IAM API: ListUserTags)"""
        return page("Tags", self.users.named(user_name).tags.listing(), dict, marker, max_items)

    @operation
    def create_access_key(self, user_name: str | None = None) -> Output:
        """Make a key that acts as the user, by default the calling one. (IAM API: CreateAccessKey)

        Raises NoSuchEntityException, LimitExceededException.
        """
        user = self._user(user_name)
        ids = self.cloud.ids
        key = AccessKey(ids.access_key_id(), ids.alphanumeric(40), self.now())
        user.add_key(key)
        self.cloud.principals.issue(user.credentials(key, self.account_id))
        secret = {"SecretAccessKey": key.secret_access_key}
        return {"AccessKey": descriptions.access_key(user, key) | secret}

    @operation
    def list_access_keys(
        self, user_name: str | None = None, marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List a user's keys, without their secrets. (IAM API: ListAccessKeys)"""
        user = self._user(user_name)
        keys = list(user.keys.values())
        return page(
            "AccessKeyMetadata", keys, lambda key: descriptions.access_key(user, key), marker, max_items
        )

    @operation
    def update_access_key(self, access_key_id: str, status: str, user_name: str | None = None) -> Output:
        """Let a key work ("Active") or not ("Inactive"). (IAM API: UpdateAccessKey)"""
        user = self._user(user_name)
        key = user.key(access_key_id)
        key.is_active = status == "Active"
        if key.is_active:
            self.cloud.principals.issue(user.credentials(key, self.account_id))
        else:
            self.cloud.principals.revoke(access_key_id)
        return {}

    @operation
    def delete_access_key(self, access_key_id: str, user_name: str | None = None) -> Output:
        """Delete a key; calls signed with it are refused from now on. (IAM API: DeleteAccessKey)"""
        user = self._user(user_name)
        user.key(access_key_id)
        del user.keys[access_key_id]
        self.cloud.principals.revoke(access_key_id)
        return {}

    def _user(self, name: str | None) -> User:
        """The named user, or the one that is calling."""
        if name is not None:
            return self.users.named(name)
        if self.caller.kind == "root":
            raise NotSupported(f"iam: {self.call.operation} of the account root is not supported yet")
        if self.caller.kind != "user":
            raise ValidationError("Must specify userName when calling with non-User credentials")
        return self.users.named(self.caller.arn.rpartition("/")[2])
