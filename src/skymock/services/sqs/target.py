"""A queue as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.cloud.authorisation import authorise_sender
from skymock.cloud.principals import Principal
from skymock.cloud.targets import TargetAnswer
from skymock.errors import NotSupported
from skymock.services.sqs.errors import AccessDenied
from skymock.services.sqs.queue import Queue

SEND = "sqs:SendMessage"


class QueueTarget:
    """A queue that events are sent to, if its policy or the sender's own lets them."""

    def __init__(self, queue: Queue) -> None:
        self.arn = queue.arn
        self._queue = queue

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AccessDenied."""
        queue = self._queue
        refusal = authorise_sender(
            sender, SEND, self.arn, source_arn, clock=queue.cloud.clock, resource_policy=queue.settings.policy
        )
        if refusal is not None:
            raise AccessDenied(refusal)

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Send the event as a message. Raises AccessDenied."""
        self.authorise(sender, source_arn)
        group = sender.user_id if self._queue.is_fifo else None
        deduplication = self._queue.cloud.ids.uuid() if self._queue.is_fifo else None
        self._queue.send(event.decode(), attributes or {}, {}, None, group, deduplication, sender.user_id)

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"sqs: {self.arn} gives no answer")
