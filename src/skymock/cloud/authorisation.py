"""Whether a principal may make a call, and AWS's refusal if not."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from skymock.cloud.policies import CallKeys, access_denied_message, account_of, refusal

if TYPE_CHECKING:
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
            resource_account_id=account_of(resource),
        )
        if reason is not None:
            explanation = reason if service.explains_denials else ""
            message = access_denied_message(principal, action, resource, explanation)
            raise service.access_denied_error(message)
