"""Operations on managed policies and their versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.policies import access_denied_message, managed_policy
from skymock.cloud.query_errors import AccessDenied
from skymock.cloud.service import Output, Stored, operation
from skymock.services.iam import descriptions
from skymock.services.iam.api.account import IamAccount
from skymock.services.iam.managed_policy import ManagedPolicy
from skymock.services.iam.pages import page
from skymock.services.iam.tags import Tags


class ManagedPolicyOperations(IamAccount):
    @operation
    def create_policy(
        self,
        policy_name: str,
        policy_document: str,
        path: str = "/",
        description: Stored[str | None] = None,
        tags: Sequence[Mapping[str, str]] | None = None,
    ) -> Output:
        """Make a policy that can be attached to users and roles. (IAM API: CreatePolicy)

        Raises MalformedPolicyDocumentException, LimitExceededException, EntityAlreadyExistsException.
        """
        policy = self.managed_policies.create(
            name=policy_name,
            path=path,
            arn=self.arn(f"policy{path}{policy_name}"),
            unique_id=self.cloud.ids.unique_id("ANPA"),
            document=policy_document,
            now=self.now(),
            description=description,
            tags=Tags(tags),
        )
        return {"Policy": descriptions.policy_created(policy)}

    @operation
    def get_policy(self, policy_arn: str) -> Output:
        """Show a managed policy, the account's or AWS's. (IAM API: GetPolicy)"""
        return {"Policy": descriptions.policy_in_full(self.managed_policies.get(policy_arn))}

    @operation
    def list_policies(
        self,
        scope: str = "All",
        only_attached: bool = False,
        path_prefix: str = "/",
        marker: str | None = None,
        max_items: int | None = None,
    ) -> Output:
        """List managed policies; of AWS's those that skymock has. (IAM API: ListPolicies)

        scope: "All", "AWS" or "Local" (the account's own).
        """
        policies = self.managed_policies.listing(scope, path_prefix, only_attached)
        return page("Policies", policies, descriptions.policy_listed, marker, max_items)

    @operation
    def delete_policy(self, policy_arn: str) -> Output:
        """Delete a policy that nobody has attached and that has one version. (IAM API: DeletePolicy)"""
        self.managed_policies.remove(self._own_policy(policy_arn))
        return {}

    @operation
    def create_policy_version(
        self, policy_arn: str, policy_document: str, set_as_default: bool = False
    ) -> Output:
        """Add a version to a policy, at most five at a time. (IAM API: CreatePolicyVersion)"""
        policy = self._own_policy(policy_arn)
        managed_policy(policy_document)
        version = policy.add_version(policy_document, self.now(), as_default=set_as_default)
        return {"PolicyVersion": descriptions.policy_version(policy, version)}

    @operation
    def get_policy_version(self, policy_arn: str, version_id: str) -> Output:
        """Show a version with its document. (IAM API: GetPolicyVersion)"""
        policy = self.managed_policies.get(policy_arn)
        version = policy.version(version_id)
        document = {"Document": descriptions.encoded(version.document)}
        return {"PolicyVersion": document | descriptions.policy_version(policy, version)}

    @operation
    def list_policy_versions(
        self, policy_arn: str, marker: str | None = None, max_items: int | None = None
    ) -> Output:
        """List a policy's versions, the newest first. (IAM API: ListPolicyVersions)"""
        policy = self.managed_policies.get(policy_arn)
        versions = list(reversed(policy.versions.values()))
        return page(
            "Versions",
            versions,
            lambda version: descriptions.policy_version(policy, version),
            marker,
            max_items,
        )

    @operation
    def set_default_policy_version(self, policy_arn: str, version_id: str) -> Output:
        """Let another version be the one in force. (IAM API: SetDefaultPolicyVersion)"""
        policy = self._own_policy(policy_arn)
        policy.default_version_id = policy.version(version_id).version_id
        return {}

    @operation
    def delete_policy_version(self, policy_arn: str, version_id: str) -> Output:
        """Delete a version that is not the default one. (IAM API: DeletePolicyVersion)"""
        self._own_policy(policy_arn).delete_version(version_id)
        return {}

    def _own_policy(self, arn: str) -> ManagedPolicy:
        """A policy that the account may change; AWS's own not even its root may."""
        policy = self.managed_policies.get(arn)
        if policy.is_aws_managed:
            action = self.action(self.call.operation)
            raise AccessDenied(access_denied_message(self.caller, action, f"policy {arn}"))
        return policy
