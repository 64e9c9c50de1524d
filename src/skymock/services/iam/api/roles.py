"""Operations on roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.policies import trust_policy
from skymock.cloud.service import Output, Stored, operation
from skymock.services.iam import descriptions
from skymock.services.iam.api.account import IamAccount
from skymock.services.iam.pages import page
from skymock.services.iam.role import DEFAULT_SESSION_SECONDS, Role, check_trust
from skymock.services.iam.tags import Tags


class RoleOperations(IamAccount):
    @operation
    def create_role(
        self,
        role_name: str,
        assume_role_policy_document: str,
        path: str = "/",
        description: Stored[str | None] = None,
        max_session_duration: int = DEFAULT_SESSION_SECONDS,
        tags: Sequence[Mapping[str, str]] | None = None,
    ) -> Output:
        """Make a role that the trust policy's principals may assume. (IAM API: CreateRole)

        max_session_duration: seconds, 3,600 to 43,200.
        Raises EntityAlreadyExistsException, MalformedPolicyDocumentException, LimitExceededException.
        """
        self.roles.check_free(role_name)
        check_trust(assume_role_policy_document)
        self.check_principals(trust_policy(assume_role_policy_document))
        role = Role(
            name=role_name,
            path=path,
            arn=self.arn(f"role{path}{role_name}"),
            unique_id=self.cloud.ids.unique_id(Role.id_prefix),
            created_at=self.now(),
            tags=Tags(tags),
            trust_document=assume_role_policy_document,
            description=description,
            max_session_seconds=max_session_duration,
        )
        self.roles.add(role)
        return {"Role": descriptions.role_created(role)}

    @operation
    def get_role(self, role_name: str) -> Output:
        """Show a role. (IAM API: GetRole)"""
        return {"Role": descriptions.role_in_full(self.roles.named(role_name))}

    @operation
    def list_roles(
        self, path_prefix: str = "/", marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List the roles under a path. (IAM API: ListRoles)"""
        return page("Roles", self.roles.under(path_prefix), descriptions.role_listed, marker, max_items)

    @operation
    def update_role(
        self,
        role_name: str,
        description: Stored[str | None] = None,
        max_session_duration: int | None = None,
    ) -> Output:
        """Change a role's description and how long its sessions may last. (IAM API: UpdateRole)"""
        role = self.roles.named(role_name)
        if description is not None:
            role.description = description
        if max_session_duration is not None:
            role.max_session_seconds = max_session_duration
        return {}

    @operation
    def delete_role(self, role_name: str) -> Output:
        """Delete a role that has no policies any more. (IAM API: DeleteRole)

        Its sessions stay signed in, but nothing is allowed to them.
        """
        role = self.roles.named(role_name)
        role.check_deletable()
        self.roles.remove(role)
        return {}

    @operation
    def update_assume_role_policy(self, role_name: str, policy_document: str) -> Output:
        """Say anew who may assume a role. (IAM API: UpdateAssumeRolePolicy)"""
        role = self.roles.named(role_name)
        check_trust(policy_document)
        self.check_principals(trust_policy(policy_document))
        role.trust_document = policy_document
        return {}

    @operation
    def tag_role(self, role_name: str, tags: Sequence[Mapping[str, str]]) -> Output:
        """Add tags to a role, or change them. (IAM API: TagRole)"""
        self.roles.named(role_name).tags.set(tags)
        return {}

    @operation
    def untag_role(self, role_name: str, tag_keys: Sequence[str]) -> Output:
        """Take tags from a role. (IAM API: UntagRole)"""
        self.roles.named(role_name).tags.remove(tag_keys)
        return {}

    @operation
    def list_role_tags(
        self, role_name: str, marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List a role's tags. (IAM API: ListRoleTags)"""
        tags = self.roles.named(role_name).tags.listing()
        return page("Tags", tags, dict, marker, max_items)
