"""Operations on groups."""

from __future__ import annotations

from skymock.cloud.service import Output, Service, Stored, operation
from skymock.services.cognito_idp.documents import stated
from skymock.services.cognito_idp.groups import Group
from skymock.services.cognito_idp.pagination import page
from skymock.services.cognito_idp.pool import UserPools


class GroupOperations(Service):
    """CreateGroup, AdminAddUserToGroup and the like."""

    pools: UserPools

    @operation
    def create_group(
        self,
        group_name: str,
        user_pool_id: str,
        description: Stored[str | None] = None,
        role_arn: str | None = None,
        precedence: int | None = None,
    ) -> Output:
        """Create a group. (Amazon Cognito API: CreateGroup)

        Raises ResourceNotFoundException, GroupExistsException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        now = self.cloud.clock.now()
        group = Group(group_name, user_pool_id, now, description, role_arn, precedence)
        pool.groups.add(group)
        return {"Group": group.document}

    @operation
    def admin_add_user_to_group(self, user_pool_id: str, username: str, group_name: str) -> Output:
        """Put a user into a group. (Amazon Cognito API: AdminAddUserToGroup)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        group = pool.groups.named(group_name)
        group.members.add(pool.user(username).username)
        return {}

    @operation
    def admin_remove_user_from_group(self, user_pool_id: str, username: str, group_name: str) -> Output:
        """Take a user out of a group. (Amazon Cognito API: AdminRemoveUserFromGroup)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        group = pool.groups.named(group_name)
        group.members.discard(pool.user(username).username)
        return {}

    @operation
    def admin_list_groups_for_user(
        self, username: str, user_pool_id: str, limit: int | None = None, next_token: str | None = None
    ) -> Output:
        """List a user's groups, those that count most first. (Amazon Cognito API: AdminListGroupsForUser)

        Raises ResourceNotFoundException, UserNotFoundException.
        """
        pool = self.pools.named(user_pool_id, self.account_id)
        groups, following = page(pool.groups.of(pool.user(username)), limit, next_token)
        return stated({"Groups": [group.document for group in groups], "NextToken": following})
