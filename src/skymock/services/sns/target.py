"""A topic as the target of other services' events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.authorisation import authorise_sender
from skymock.cloud.principals import Principal
from skymock.cloud.targets import TargetAnswer
from skymock.errors import NotSupported
from skymock.services.sns.errors import AuthorizationErrorException, invalid
from skymock.services.sns.message import Message
from skymock.services.sns.topic import Topic

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

PUBLISH = "SNS:Publish"


class TopicTarget:
    """A topic that events are published to, if its policy or the sender's own lets them."""

    def __init__(self, cloud: Cloud, topic: Topic) -> None:
        self.arn = topic.arn
        self._cloud = cloud
        self._topic = topic

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AuthorizationErrorException."""
        refusal = authorise_sender(
            sender,
            PUBLISH,
            self.arn,
            source_arn,
            clock=self._cloud.clock,
            resource_policy=self._topic.settings.policy,
        )
        if refusal is not None:
            raise AuthorizationErrorException(refusal)

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

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"sns: {self.arn} gives no answer")
