"""Operations on the policies of roles: embedded ones and attached ones."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.iam import descriptions
from skymock.services.iam.api.account import IamAccount
from skymock.services.iam.pages import page


class RolePolicyOperations(IamAccount):
    @operation
    def put_role_policy(self, role_name: str, policy_name: str, policy_document: str) -> Output:
        """Embed a policy in a role, in the place of one of the same name. (IAM API: PutRolePolicy)

        Raises NoSuchEntityException, MalformedPolicyDocumentException, LimitExceededException.
        """
        self.roles.named(role_name).put_policy(policy_name, policy_document)
        return {}

    @operation
    def get_role_policy(self, role_name: str, policy_name: str) -> Output:
        """Show a policy that a role has embedded. (IAM API: GetRolePolicy)"""
        document = self.roles.named(role_name).policy_document(policy_name)
        return {
            "RoleName": role_name,
            "PolicyName": policy_name,
            "PolicyDocument": descriptions.encoded(document),
        }

    @operation
    def delete_role_policy(self, role_name: str, policy_name: str) -> Output:
        """Remove a policy that a role has embedded. (IAM API: DeleteRolePolicy)"""
        self.roles.named(role_name).delete_policy(policy_name)
        return {}

    @operation
    def list_role_policies(
        self, role_name: str, marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List the names of the policies that a role has embedded. (IAM API: ListRolePolicies)"""
        names = sorted(self.roles.named(role_name).inline)
        return page("PolicyNames", names, str, marker, max_items)

    @operation
    def attach_role_policy(self, role_name: str, policy_arn: str) -> Output:
        """Attach a managed policy to a role. (IAM API: AttachRolePolicy)

        Raises NoSuchEntityException, LimitExceededException.
        """
        role = self.roles.named(role_name)
        role.attach(self.managed_policies.attachable(policy_arn))
        return {}

    @operation
    def detach_role_policy(self, role_name: str, policy_arn: str) -> Output:
        """Detach a managed policy from a role. (IAM API: DetachRolePolicy)"""
        self.roles.named(role_name).detach(policy_arn)
        return {}

    @operation
    def list_attached_role_policies(
        self,
        role_name: str,
        path_prefix: str = "/",
        marker: str | None = None,
        max_items: int | None = None,
    ) -> Output:
        """List the managed policies that are attached to a role. (IAM API: ListAttachedRolePolicies)"""
        attached = self.roles.named(role_name).attached_under(path_prefix)
        return page("AttachedPolicies", attached, descriptions.attached, marker, max_items)
