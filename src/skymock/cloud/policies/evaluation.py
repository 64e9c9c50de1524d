"""Whether a principal may do something. (IAM User Guide: Policy evaluation logic)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from skymock.cloud.policies.documents import Grant, Policy

if TYPE_CHECKING:
    from skymock.cloud.policies.context import ConditionKeys
    from skymock.cloud.principals import Principal

_IDENTITY, _SESSION, _RESOURCE = "identity-based", "session", "resource-based"

# Principals without policies of their own: only the resource's policy lets them in.
_STRANGERS = frozenset({"service", "federated", "anonymous"})


def is_allowed(policies: Sequence[Policy], action: str, resource: str, keys: ConditionKeys) -> bool:
    """Whether policies of one kind allow an action on a resource: some statement does and none denies it."""
    return _verdict(policies, action, resource, keys) is True


def _verdict(policies: Sequence[Policy], action: str, resource: str, keys: ConditionKeys) -> bool | None:
    """True if allowed, False if explicitly denied, None if no statement says anything."""
    allowed = None
    for policy in policies:
        for statement in policy.on(action):
            if statement.applies(resource, keys):
                if statement.denies:
                    return False
                allowed = True
    return allowed


def granted(
    policy: Policy, principal: Principal, action: str, resource: str, keys: ConditionKeys
) -> Grant | None:
    """How a resource's own policy allows a principal something: NONE if it does not, None if it denies it."""
    best = Grant.NONE
    for statement in policy.on(action):
        grant = statement.grant(principal)
        if grant and statement.applies(resource, keys):
            if statement.denies:
                return None
            best = max(best, grant)
    return best


def refusal(
    principal: Principal,
    action: str,
    resource: str,
    keys: ConditionKeys,
    *,
    resource_policy: Policy | None = None,
    resource_account_id: str | None = None,
) -> str | None:
    """Why a principal may not do something, as the end of AWS's sentence; None if it may.

    resource_policy: the resource's own, if it has one. resource_account_id: whose the resource is (None: the
    principal's own account's); in another account both sides have to allow it.
    """
    grant = Grant.NONE
    if resource_policy is not None:
        found = granted(resource_policy, principal, action, resource, keys)
        if found is None:
            return _explicit(_RESOURCE)
        grant = found
    if principal.kind in _STRANGERS:
        return None if grant else _implicit(_RESOURCE, action)
    elsewhere = resource_account_id not in (None, principal.account_id)
    if elsewhere and not grant:
        return _implicit(_RESOURCE, action)
    return _own_refusal(principal, action, resource, keys, Grant.NONE if elsewhere else grant)


def _own_refusal(
    principal: Principal, action: str, resource: str, keys: ConditionKeys, grant: Grant
) -> str | None:
    """Why a principal's own policies refuse it, where its account's resource names it so."""
    policies, session = principal.policies, principal.session_policies
    allowed = True if policies is None else _verdict(policies(), action, resource, keys)
    session_allowed = True if session is None else _verdict(session, action, resource, keys)
    if allowed is False:
        return _explicit(_IDENTITY)
    if session_allowed is False:
        return _explicit(_SESSION)
    if grant is Grant.SELF:
        return None
    if not allowed and grant is not Grant.ROLE:
        return _implicit(_IDENTITY, action)
    return None if session_allowed else _implicit(_SESSION, action)


def _explicit(kind: str) -> str:
    article = "an" if kind == _IDENTITY else "a"
    return f"with an explicit deny in {article} {kind} policy"


def _implicit(kind: str, action: str) -> str:
    return f"because no {kind} policy allows the {action} action"


def access_denied_message(principal: Principal, action: str, resource: str, reason: str = "") -> str:
    """AWS's sentence for a call that is not allowed. (IAM User Guide: Troubleshoot access denied messages)"""
    sentence = f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource}"
    return f"{sentence} {reason}" if reason else sentence


def account_of(resource: str) -> str | None:
    """The account that an ARN names; None where it names none (S3's, `*`)."""
    parts = resource.split(":", 5)
    return parts[4] or None if len(parts) == 6 else None
