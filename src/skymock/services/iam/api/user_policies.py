"""Operations on the policies of users: embedded ones and attached ones."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.iam import descriptions
from skymock.services.iam.api.account import IamAccount
from skymock.services.iam.pages import page


class UserPolicyOperations(IamAccount):
    @operation
    def put_user_policy(self, user_name: str, policy_name: str, policy_document: str) -> Output:
        """Embed a policy in a user, in the place of one of the same name. (IAM API: PutUserPolicy)

        Raises NoSuchEntityException, MalformedPolicyDocumentException, LimitExceededException.
        """
        self.users.named(user_name).put_policy(policy_name, policy_document)
        return {}

    @operation
    def get_user_policy(self, user_name: str, policy_name: str) -> Output:
        """Show a policy that a user has embedded. (IAM API: GetUserPolicy)"""
        document = self.users.named(user_name).policy_document(policy_name)
        return {
            "UserName": user_name,
            "PolicyName": policy_name,
            "PolicyDocument": descriptions.encoded(document),
        }

    @operation
    def delete_user_policy(self, user_name: str, policy_name: str) -> Output:
        """Remove a policy that a user has embedded. (IAM API: DeleteUserPolicy)"""
        self.users.named(user_name).delete_policy(policy_name)
        return {}

    @operation
    def list_user_policies(
        self, user_name: str, marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List the names of the policies that a user has embedded. (IAM API: ListUserPolicies)"""
        names = sorted(self.users.named(user_name).inline)
        return page("PolicyNames", names, str, marker, max_items)

    @operation
    def attach_user_policy(self, user_name: str, policy_arn: str) -> Output:
        """Attach a managed policy to a user. (IAM API: AttachUserPolicy)

        Raises NoSuchEntityException, LimitExceededException.
        """
        user = self.users.named(user_name)
        user.attach(self.managed_policies.attachable(policy_arn))
        return {}

    @operation
    def detach_user_policy(self, user_name: str, policy_arn: str) -> Output:
        """Detach a managed policy from a user. (IAM API: DetachUserPolicy)"""
        self.users.named(user_name).detach(policy_arn)
        return {}

    @operation
    def list_attached_user_policies(
        self,
        user_name: str,
        path_prefix: str = "/",
        marker: str | None = None,
        max_items: int | None = None,
    ) -> Output:
        """List the managed policies that are attached to a user. (IAM API: ListAttachedUserPolicies)"""
        attached = self.users.named(user_name).attached_under(path_prefix)
        return page("AttachedPolicies", attached, descriptions.attached, marker, max_items)
