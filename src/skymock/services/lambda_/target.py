"""A function as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.guarded_target import GuardedTarget
from skymock.cloud.principals import Principal
from skymock.cloud.targets import TargetAnswer
from skymock.services.lambda_.environment import Invocation
from skymock.services.lambda_.errors import AccessDeniedException
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.invocation import QueuedInvocation

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy


class FunctionTarget(GuardedTarget):
    """A function, version or alias that a service sends events to, if the policy of just that lets it."""

    action, denied = "lambda:InvokeFunction", AccessDeniedException

    def __init__(self, cloud: Cloud, function: Function, arn: str) -> None:
        super().__init__(cloud, arn)
        self._qualifier = arn[len(function.arn) + 1 :] or None
        self._function = function

    @property
    def policy(self) -> Policy | None:
        return self._function.policy(self._qualifier).compiled

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Invoke asynchronously; an event has no attributes. Raises AccessDeniedException."""
        self.authorise(sender, source_arn)
        QueuedInvocation(self._cloud, self._function, self._invocation(event)).enqueue()

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        """Invoke synchronously. Raises AccessDeniedException."""
        self.authorise(sender, source_arn)
        outcome = self._function.invoke(self._invocation(event))
        return TargetAnswer(outcome.payload, outcome.error)

    def _invocation(self, event: bytes) -> Invocation:
        return Invocation(self._cloud.ids.uuid(), event, self.arn)
