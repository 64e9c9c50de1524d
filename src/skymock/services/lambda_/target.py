"""A function as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.policies import CallKeys, access_denied_message, account_of, refusal
from skymock.cloud.principals import Principal
from skymock.cloud.targets import TargetAnswer
from skymock.services.lambda_.environment import Invocation
from skymock.services.lambda_.errors import AccessDeniedException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.invocation import QueuedInvocation

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

INVOKE = "lambda:InvokeFunction"


class FunctionTarget:
    """A function that a service sends events to, if the function's policy lets it."""

    def __init__(self, cloud: Cloud, function: Function, arn: str) -> None:
        self.arn = arn
        self._cloud = cloud
        self._function = function

    def deliver(self, event: bytes, sender: Principal, source_arn: str | None = None) -> None:
        """Invoke asynchronously. Raises AccessDeniedException."""
        self.authorise(sender, source_arn)
        QueuedInvocation(self._cloud, self._function, self._invocation(event)).enqueue()

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        """Invoke synchronously. Raises AccessDeniedException."""
        self.authorise(sender, source_arn)
        outcome = self._function.invoke(self._invocation(event))
        return TargetAnswer(outcome.payload, outcome.error)

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AccessDeniedException where neither the function's policy nor the sender's own allow it."""
        arn = self._function.arn
        keys = CallKeys(
            sender,
            self._function.configuration.region,
            arn,
            self._cloud.clock,
            lambda: _source_keys(sender, source_arn),
        )
        reason = refusal(
            sender,
            INVOKE,
            arn,
            keys,
            resource_policy=self._function.policy.compiled,
            resource_account_id=self._function.account_id,
        )
        if reason is not None:
            raise AccessDeniedException(access_denied_message(sender, INVOKE, arn, reason))

    def _invocation(self, event: bytes) -> Invocation:
        return Invocation(self._cloud.ids.uuid(), event, self.arn)


def _source_keys(sender: Principal, source_arn: str | None) -> Mapping[str, str]:
    """Which resource, of which account, a service acts for. (IAM User Guide: aws:SourceArn)"""
    if source_arn is None:
        return {}
    return {"aws:SourceArn": source_arn, "aws:SourceAccount": account_of(source_arn) or sender.account_id}
