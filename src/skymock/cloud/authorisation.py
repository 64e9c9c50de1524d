"""Whether a principal may make a call or send an event, and AWS's refusal if not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from skymock.cloud.policies import CallKeys, Policy, access_denied_message, account_of, refusal

if TYPE_CHECKING:
    from skymock.cloud.clock import Clock
    from skymock.cloud.principals import Principal
    from skymock.cloud.service import Service


def authorise(service: Service, operation: str, parameters: Mapping[str, Any], principal: Principal) -> None:
    """Raise the service's access denied error unless policies allow all that an operation touches."""
    further = partial(service.condition_keys, operation, parameters)
    for action, resource in service.permissions(operation, parameters):
        keys = CallKeys(principal, service.region, resource, service.cloud.clock, further)
        reason = refusal(
            principal,
            action,
            resource,
            keys,
            resource_policy=service.resource_policy(resource),
            resource_account_id=service.resource_owner(resource),
        )
        if reason is not None:
            explanation = reason if service.explains_denials else ""
            message = access_denied_message(principal, action, resource, explanation)
            raise service.access_denied_error(message)


def authorise_sender(
    sender: Principal,
    action: str,
    arn: str,
    source_arn: str | None,
    *,
    clock: Clock,
    resource_policy: Policy | None,
) -> str | None:
    """AWS's refusal where a sender may not send events to a resource; None where its policies let it.

    source_arn: the resource that a service acts for. (IAM User Guide: aws:SourceArn)
    """
    _, _, _, region, account_id, _ = arn.split(":", 5)

    def source_keys() -> Mapping[str, str]:
        if source_arn is None:
            return {}
        return {"aws:SourceArn": source_arn, "aws:SourceAccount": account_of(source_arn) or sender.account_id}

    keys = CallKeys(sender, region, arn, clock, source_keys)
    reason = refusal(
        sender, action, arn, keys, resource_policy=resource_policy, resource_account_id=account_id
    )
    return None if reason is None else access_denied_message(sender, action, arn, reason)
