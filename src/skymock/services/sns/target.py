"""A topic as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.guarded_target import GuardedTarget
from skymock.cloud.principals import Principal
from skymock.services.sns.errors import AuthorizationErrorException, invalid
from skymock.services.sns.message import Message
from skymock.services.sns.topic import Topic

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy


class TopicTarget(GuardedTarget):
    """A topic that events are published to, if its policy or the sender's own lets them."""

    action, denied = "SNS:Publish", AuthorizationErrorException

    def __init__(self, cloud: Cloud, topic: Topic) -> None:
        super().__init__(cloud, topic.arn)
        self._topic = topic

    @property
    def policy(self) -> Policy | None:
        return self._topic.settings.policy

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Publish the event. Raises AuthorizationErrorException, InvalidParameterException.

        A FIFO topic takes none, for services name no message group.
        """
        self.authorise(sender, source_arn)
        message = Message(event.decode(), attributes=attributes or {})
        with self._cloud.lock:
            if message.size > self._topic.settings.max_message_bytes:
                raise invalid("Message too long")
            self._topic.check(message)
            self._topic.publish(message)
