"""Amazon Cognito user pools: the service and its operations, by AWS resource."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from skymock.services.cognito_idp.api.groups import GroupOperations
from skymock.services.cognito_idp.api.sign_in import SignInOperations
from skymock.services.cognito_idp.api.sign_up import SignUpOperations
from skymock.services.cognito_idp.api.user_pool_clients import UserPoolClientOperations
from skymock.services.cognito_idp.api.user_pools import UserPoolOperations
from skymock.services.cognito_idp.api.users import UserOperations
from skymock.services.cognito_idp.discovery import serve_unknown
from skymock.services.cognito_idp.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    ResourceNotFoundException,
)
from skymock.services.cognito_idp.messages import Outbox
from skymock.services.cognito_idp.pool import UserPools

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class CognitoIdp(
    UserPoolOperations,
    UserPoolClientOperations,
    SignUpOperations,
    UserOperations,
    SignInOperations,
    GroupOperations,
):
    """User pools of one account and region.

    outbox: the emails and text messages that were sent, for tests to read.
    """

    name = "cognito-idp"
    validation_error = InvalidParameterException

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        # Sign-up and sign-in go unsigned: they name a client or a token, but no account. So what holds the
        # pools is one for all accounts of a region, kept with the mock's own account.
        if account_id == cloud.account_id:
            self.pools = UserPools(Outbox(cloud.timeline, region))
            cloud.endpoints.register("cognito-idp-pool", "", serve_unknown)
        else:
            self.pools = cloud.service(self.name, region=region).pools

    @property
    def outbox(self) -> Outbox:
        return self.pools.outbox

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The pool that a call names, also through its client or access token; `*` where it names none."""
        yield self.action(operation), self._pool_arn(parameters) or "*"

    def _pool_arn(self, parameters: Mapping[str, Any]) -> str | None:
        if pool_id := parameters.get("UserPoolId"):
            return self.arn(f"userpool/{pool_id}")
        try:
            if client_id := parameters.get("ClientId"):
                return self.pools.of_client(client_id)[0].arn
            if token := parameters.get("AccessToken"):
                return self.pools.of_access_token(token).arn
        except (ResourceNotFoundException, NotAuthorizedException):
            pass
        return None
