"""STS's operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from skymock.cloud.policies import (
    CallKeys,
    MalformedPolicyDocumentException,
    Policy,
    access_denied_message,
    granted,
    identity_policy,
)
from skymock.cloud.principals import IssuedCredentials, Principal
from skymock.cloud.query_errors import (
    AccessDenied,
    ExpiredToken,
    InvalidClientTokenId,
    MissingAuthenticationToken,
    ValidationError,
)
from skymock.cloud.roles import AssumableRole
from skymock.cloud.service import Output, Service, operation
from skymock.services.sts import sessions
from skymock.services.sts.session_tags import overlaid, session_tags, transitive

ASSUME_ROLE, TAG_SESSION = "sts:AssumeRole", "sts:TagSession"

# Everyone may ask who they are, whatever their policies say. (STS API: GetCallerIdentity, GetSessionToken)
_ALWAYS_ALLOWED = frozenset({"GetCallerIdentity", "GetSessionToken"})


class StsService(Service):
    """AWS Security Token Service. It keeps nothing itself: roles are IAM's, credentials the cloud's."""

    name = "sts"
    validation_error = ValidationError
    access_denied_error = AccessDenied
    missing_token_error = MissingAuthenticationToken
    unknown_token_error = InvalidClientTokenId
    expired_token_error = ExpiredToken
    explains_denials = False

    @operation
    def get_caller_identity(self) -> Output:
        """Say who is calling. (STS API: GetCallerIdentity)"""
        caller = self.caller
        return {"UserId": caller.user_id, "Account": caller.account_id, "Arn": caller.arn}

    @operation
    def assume_role(
        self,
        role_arn: str,
        role_session_name: str,
        policy_arns: Sequence[Mapping[str, str]] = (),
        policy: str | None = None,
        duration_seconds: int = sessions.DEFAULT_ROLE_SECONDS,
        tags: Sequence[Mapping[str, str]] = (),
        transitive_tag_keys: Sequence[str] = (),
        external_id: str | None = None,
    ) -> Output:
        """Give temporary credentials of a role, in any account of the cloud. (STS API: AssumeRole)

        policy, policy_arns: what the session may do at most, of what the role may.
        Raises InvalidParameterValue, AccessDenied (also where there is no such role), ValidationError,
        MalformedPolicyDocumentException. Unlike AWS, the account's root may assume roles: it stands for a
        test's made-up credentials. `PackedPolicySize` is left out.
        """
        own_tags = session_tags(tags)
        going_on = transitive(own_tags, transitive_tag_keys)
        inherited = self.caller.transitive_tags or {}
        role = self._trusting_role(role_arn, [ASSUME_ROLE, *([TAG_SESSION] if tags else [])])
        sessions.check_role_duration(role, self.caller, duration_seconds)
        session = sessions.role_session(
            role,
            role_session_name,
            limits=self._limits(sessions.role_arn(role_arn).account_id, policy, policy_arns),
            tags=overlaid(own_tags, inherited),
            transitive_tags=overlaid(going_on, inherited),
        )
        user = {"AssumedRoleId": session.user_id, "Arn": session.arn}
        return {
            "Credentials": sessions.shown(self._issue(session, duration_seconds)),
            "AssumedRoleUser": user,
        }

    @operation
    def get_session_token(self, duration_seconds: int = sessions.DEFAULT_TOKEN_SECONDS) -> Output:
        """Give temporary credentials of the calling user. (STS API: GetSessionToken)

        Unlike AWS's, they may also call IAM. Raises AccessDenied for temporary credentials.
        """
        caller = self.caller
        if caller.issued_at_seconds is not None:
            raise AccessDenied("Cannot call GetSessionToken with session credentials")
        if caller.kind == "root":
            duration_seconds = min(duration_seconds, sessions.MOST_ROOT_TOKEN_SECONDS)
        return {"Credentials": sessions.shown(self._issue(caller, duration_seconds))}

    @operation
    def get_access_key_info(self, access_key_id: str) -> Output:
        """Say which account a key is of. (STS API: GetAccessKeyInfo)

        A key that skymock did not issue is of the calling account.
        """
        issued = self.cloud.principals.issued(access_key_id)
        return {"Account": issued.principal.account_id if issued else self.account_id}

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        if operation in _ALWAYS_ALLOWED:
            return
        resource = parameters.get("RoleArn", "*")
        yield self.action(operation), resource
        if operation == "AssumeRole" and parameters.get("Tags"):
            yield TAG_SESSION, resource

    def resource_policy(self, resource: str) -> Policy | None:
        """A role's trust policy: it may let users of its own account in who have no permission themselves."""
        role = self._role(resource) if resource != "*" else None
        return role.trust if role is not None else None

    def condition_keys(self, operation: str, parameters: Mapping[str, Any]) -> Mapping[str, Any]:
        tags = parameters.get("Tags") or ()
        keys = {
            "sts:ExternalId": parameters.get("ExternalId"),
            "sts:RoleSessionName": parameters.get("RoleSessionName"),
            "sts:TransitiveTagKeys": parameters.get("TransitiveTagKeys") or None,
            "aws:TagKeys": [tag["Key"] for tag in tags] or None,
            **{f"aws:RequestTag/{tag['Key']}": tag["Value"] for tag in tags},
        }
        return {key: value for key, value in keys.items() if value is not None}

    def _role(self, arn: str) -> AssumableRole | None:
        iam = self.cloud.service("iam", sessions.role_arn(arn).account_id)
        role: AssumableRole | None = iam.assumable_role(arn)
        return role

    def _trusting_role(self, arn: str, actions: Sequence[str]) -> AssumableRole:
        """The role, if its trust policy lets the caller in. That its own policies do was asked before."""
        role = self._role(arn)
        if role is None:
            raise self._denied(actions[0], arn)
        further = partial(self.condition_keys, self.call.operation, self.call.parameters or {})
        keys = CallKeys(self.caller, self.region, arn, self.cloud.clock, further)
        for action in actions:
            if not granted(role.trust, self.caller, action, arn, keys):
                raise self._denied(action, arn)
        return role

    def _denied(self, action: str, arn: str) -> AccessDenied:
        return AccessDenied(access_denied_message(self.caller, action, arn))

    def _limits(
        self, account_id: str, document: str | None, arns: Sequence[Mapping[str, str]]
    ) -> list[Policy] | None:
        """The policies to which a session is limited, managed ones of the role's account; None for none."""
        if document is None and not arns:
            return None
        limits = [] if document is None else [identity_policy(document)]
        iam = self.cloud.service("iam", account_id)
        for descriptor in arns:
            found: Policy | None = iam.session_policy(descriptor["arn"])
            if found is None:
                raise MalformedPolicyDocumentException(f"Policy {descriptor['arn']} does not exist.")
            limits.append(found)
        return limits

    def _issue(self, principal: Principal, seconds: int) -> IssuedCredentials:
        credentials = sessions.temporary_credentials(principal, self.cloud.ids, self.cloud.clock, seconds)
        self.cloud.principals.issue(credentials)
        return credentials
