"""A queue as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.cloud.guarded_target import GuardedTarget
from skymock.cloud.policies import Policy
from skymock.cloud.principals import Principal
from skymock.services.sqs.errors import AccessDenied
from skymock.services.sqs.queue import Queue


class QueueTarget(GuardedTarget):
    """A queue that events are sent to, if its policy or the sender's own lets them."""

    action, denied = "sqs:SendMessage", AccessDenied

    def __init__(self, queue: Queue) -> None:
        super().__init__(queue.cloud, queue.arn)
        self._queue = queue

    @property
    def policy(self) -> Policy | None:
        return self._queue.settings.policy

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
