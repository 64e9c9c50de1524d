"""The managed policies that an account can attach: its own and AWS's."""

from __future__ import annotations

import datetime as dt

from skymock.cloud.policies import managed_policy
from skymock.services.iam.errors import EntityAlreadyExistsException, NoSuchEntityException
from skymock.services.iam.managed_policy import (
    ManagedPolicy,
    PolicyVersion,
    aws_managed,
    aws_managed_arns,
    check_size,
)
from skymock.services.iam.tags import Tags


class ManagedPolicies:
    """An account's managed policies by ARN. Those of AWS join when they are first asked for."""

    def __init__(self, partition: str) -> None:
        self._partition = partition
        self._own: dict[str, ManagedPolicy] = {}
        self._provided: dict[str, ManagedPolicy] = {}

    def create(
        self,
        *,
        name: str,
        path: str,
        arn: str,
        unique_id: str,
        document: str,
        now: dt.datetime,
        description: str | None,
        tags: Tags,
    ) -> ManagedPolicy:
        """Raises MalformedPolicyDocumentException, LimitExceededException, EntityAlreadyExistsException."""
        managed_policy(document)
        check_size(document)
        if any(policy.name.lower() == name.lower() for policy in self._own.values()):
            raise EntityAlreadyExistsException(
                f"A policy called {name} already exists. Duplicate names are not allowed."
            )
        first = PolicyVersion("v1", document, now)
        policy = ManagedPolicy(
            name, path, arn, unique_id, now, now, {"v1": first}, "v1", description=description, tags=tags
        )
        self._own[arn] = policy
        return policy

    def find(self, arn: str) -> ManagedPolicy | None:
        """Raises NotSupported for an AWS managed policy whose document skymock does not have."""
        policy = self._own.get(arn) or self._provided.get(arn)
        if policy is None and arn.startswith(f"arn:{self._partition}:iam::aws:policy/"):
            policy = aws_managed(arn)
            if policy is not None:
                self._provided[arn] = policy
        return policy

    def get(self, arn: str) -> ManagedPolicy:
        policy = self.find(arn)
        if policy is None:
            raise NoSuchEntityException(f"Policy {arn} was not found.")
        return policy

    def attachable(self, arn: str) -> ManagedPolicy:
        policy = self.find(arn)
        if policy is None:
            raise NoSuchEntityException(f"Policy {arn} does not exist or is not attachable.")
        return policy

    def remove(self, policy: ManagedPolicy) -> None:
        policy.check_deletable()
        del self._own[policy.arn]

    def listing(self, scope: str, path_prefix: str, only_attached: bool) -> list[ManagedPolicy]:
        """Those in a scope ("All", "AWS", "Local"), in the order of their names."""
        found: list[ManagedPolicy] = []
        if scope in ("All", "Local"):
            found += self._own.values()
        if scope in ("All", "AWS"):
            found += (self.get(arn) for arn in aws_managed_arns(self._partition))
        chosen = (
            policy
            for policy in found
            if policy.path.startswith(path_prefix) and (policy.attachments or not only_attached)
        )
        return sorted(chosen, key=lambda policy: policy.name.lower())
