"""A function as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.authorisation import authorise_sender
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
    """A function, version or alias that a service sends events to, if the policy of just that lets it."""

    def __init__(self, cloud: Cloud, function: Function, arn: str) -> None:
        self.arn = arn
        self._qualifier = arn[len(function.arn) + 1 :] or None
        self._cloud = cloud
        self._function = function

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

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AccessDeniedException where neither the function's policy nor the sender's own allow it."""
        refusal = authorise_sender(
            sender,
            INVOKE,
            self.arn,
            source_arn,
            clock=self._cloud.clock,
            resource_policy=self._function.policy(self._qualifier).compiled,
        )
        if refusal is not None:
            raise AccessDeniedException(refusal)

    def _invocation(self, event: bytes) -> Invocation:
        return Invocation(self._cloud.ids.uuid(), event, self.arn)
