"""IAM's operations, by AWS resource."""

from __future__ import annotations

from skymock.services.iam.api.managed_policies import ManagedPolicyOperations
from skymock.services.iam.api.role_policies import RolePolicyOperations
from skymock.services.iam.api.roles import RoleOperations
from skymock.services.iam.api.user_policies import UserPolicyOperations
from skymock.services.iam.api.users import UserOperations


class IamService(
    RoleOperations, RolePolicyOperations, UserOperations, UserPolicyOperations, ManagedPolicyOperations
):
    """AWS Identity and Access Management of one account."""

    name = "iam"
