"""What all of IAM's operations stand on: the identities and policies of one account."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from skymock.cloud.cloud import Cloud
from skymock.cloud.policies import MalformedPolicyDocumentException, Policy
from skymock.cloud.query_errors import (
    AccessDenied,
    ExpiredToken,
    InvalidClientTokenId,
    MissingAuthenticationToken,
    ValidationError,
)
from skymock.cloud.roles import AssumableRole
from skymock.cloud.service import Service
from skymock.services.iam.managed_policies import ManagedPolicies
from skymock.services.iam.role import Role
from skymock.services.iam.roster import Roster
from skymock.services.iam.user import User


class IamAccount(Service):
    """IAM's state in one account, and what other services ask it for."""

    is_global = True
    validation_error = ValidationError
    access_denied_error = AccessDenied
    missing_token_error = MissingAuthenticationToken
    unknown_token_error = InvalidClientTokenId
    expired_token_error = ExpiredToken

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.roles = Roster(Role)
        self.users = Roster(User)
        self.managed_policies = ManagedPolicies(self.partition)

    def now(self) -> dt.datetime:
        """IAM's dates are whole seconds."""
        return self.cloud.clock.now().replace(microsecond=0)

    def assumable_role(self, arn: str) -> AssumableRole | None:
        """The role of an ARN as STS sees it, or None."""
        role = self.roles.find(arn.rpartition("/")[2])
        return role if role is not None and role.arn == arn else None

    def session_policy(self, arn: str) -> Policy | None:
        """What a managed policy allows at this moment, for limiting a session; None if there is none."""
        policy = self.managed_policies.find(arn)
        return None if policy is None else policy.default_version.policy

    def check_principals(self, trust: Policy) -> None:
        """Raises MalformedPolicyDocumentException for a user or role of this account that is not there.

        AWS also knows those of all other accounts.
        """
        for statement in trust.statements:
            for arn in statement.grantees.arns if statement.grantees else ():
                if not self._may_exist(arn):
                    raise MalformedPolicyDocumentException(f'Invalid principal in policy: "AWS":"{arn}"')

    def _may_exist(self, arn: str) -> bool:
        _, _, resource = arn.partition(f":iam::{self.account_id}:")
        if not resource or resource == "root":
            return True
        roster: Roster[Any] = self.users if resource.startswith("user/") else self.roles
        found = roster.find(resource.rpartition("/")[2])
        return found is not None and found.arn == arn

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        yield self.action(operation), self._touched(operation, parameters)

    def _touched(self, operation: str, parameters: Mapping[str, Any]) -> str:
        """The ARN that a call is about."""
        path = parameters.get("Path", "/")
        if role_name := parameters.get("RoleName"):
            role = self.roles.find(role_name)
            return role.arn if role else self.arn(f"role{path}{role_name}")
        if user_name := parameters.get("UserName"):
            user = self.users.find(user_name)
            return user.arn if user else self.arn(f"user{path}{user_name}")
        if policy_arn := parameters.get("PolicyArn"):
            return str(policy_arn)
        if policy_name := parameters.get("PolicyName"):
            return self.arn(f"policy{path}{policy_name}")
        return self._touched_without_name(operation, parameters)

    def _touched_without_name(self, operation: str, parameters: Mapping[str, Any]) -> str:
        prefix = parameters.get("PathPrefix", "/")
        if operation == "ListRoles":
            return self.arn(f"role{prefix}")
        if operation == "ListUsers":
            return self.arn(f"user{prefix}")
        if operation == "ListPolicies":
            return f"policy path {prefix}"
        return self.caller.arn  # a user's own keys and description

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        policy_arn = parameters.get("PolicyArn")
        return {} if policy_arn is None else {"iam:PolicyARN": policy_arn}
