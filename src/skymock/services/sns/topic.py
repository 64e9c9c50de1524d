"""A topic: what is published to it goes to each of its subscriptions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.timeline import Event, current_event
from skymock.services.sns.delivery import Deliveries
from skymock.services.sns.envelope import timestamp
from skymock.services.sns.errors import invalid
from skymock.services.sns.message import Message, check_ids
from skymock.services.sns.notification import Notification
from skymock.services.sns.subscription import Subscription
from skymock.services.sns.topic_settings import TopicSettings

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.sns.outbox import Outbox

# (Amazon SNS Developer Guide: Message deduplication for FIFO topics)
DEDUPLICATION_SECONDS = 300
_FIRST_SEQUENCE_NUMBER = 10_000_000_000_000_000_000
_SEQUENCE_STEP = 1_000


class Topic:
    """One topic.

    subscriptions: by ARN, in the order in which they were made. deleted: how many have ended. ended: those that their
    subscribers may restore, by ARN.
    """

    def __init__(
        self,
        cloud: Cloud,
        outbox: Outbox,
        arn: str,
        settings: TopicSettings,
        tags: Mapping[str, str],
        data_protection: str | None = None,
    ) -> None:
        self.arn = arn
        self.settings = settings
        self.tags = dict(tags)
        self.data_protection = data_protection
        self.subscriptions: dict[str, Subscription] = {}
        self.ended: dict[str, Subscription] = {}
        self.deleted = 0
        self.is_deleted = False
        self._cloud = cloud
        self.outbox = outbox
        self._deliveries: dict[str, Deliveries] = {}
        self._sequence = 0
        self._published: dict[tuple[str, str], tuple[float, Notification]] = {}

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]

    @property
    def account_id(self) -> str:
        return self.arn.split(":")[4]

    @property
    def is_fifo(self) -> bool:
        return self.settings.is_fifo

    def check(self, message: Message) -> None:
        """Raises InvalidParameterException for ids that the kind of topic does not take, or does not do without."""
        check_ids(message.group_id, message.deduplication_id)
        if self.is_fifo:
            if message.group_id is None:
                raise invalid("The MessageGroupId parameter is required for FIFO topics")
            if message.deduplication_id is None and not self.settings.deduplicates_by_content:
                raise invalid(
                    "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
                    "provided explicitly"
                )
        elif message.deduplication_id is not None:
            raise invalid(
                "MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not "
                "valid for this topic type"
            )

    def publish(self, message: Message) -> Notification:
        """Take in a message that was checked, and send it on once the present call is over.

        A FIFO topic takes the first one of its deduplication id within five minutes, and answers with that one.
        """
        notification = self._notification(message)
        if self.is_fifo:
            known = self._known_duplicate(notification)
            if known is not None:
                return known
        for subscription in list(self.subscriptions.values()):
            if subscription.pending:
                continue
            if subscription.wants(message):
                self.deliveries(subscription).add(notification)
            else:
                self.note("Delivery", subscription.endpoint, notification.cause).outcome = "filtered out"
        return notification

    def note(self, what: str, endpoint: str, cause: Event | None) -> Event:
        """Record in the timeline what comes to an endpoint."""
        _, _, _, region, account_id, name = self.arn.split(":")
        parameters = {"TopicArn": self.arn, "Endpoint": endpoint}
        event = Event("event", "sns", what, self._cloud.clock.time(), cause, parameters, account_id, region)
        event.detail = f"{name} to {endpoint}"
        self._cloud.timeline.add(event)
        return event

    def _notification(self, message: Message) -> Notification:
        sequence_number, deduplication_id = None, None
        if self.is_fifo:
            sequence_number = str(_FIRST_SEQUENCE_NUMBER + (self._sequence + 1) * _SEQUENCE_STEP)
            content = hashlib.sha256(message.text.encode("utf-8", "surrogatepass"))
            deduplication_id = message.deduplication_id or content.hexdigest()
        return Notification(
            message,
            self._cloud.ids.uuid(),
            self.arn,
            timestamp(self._cloud.clock.now()),
            self.settings.signature_version,
            current_event(),
            sequence_number,
            deduplication_id,
        )

    def _known_duplicate(self, notification: Notification) -> Notification | None:
        """The message that this one repeats; else remember it."""
        now = self._cloud.clock.time()
        while self._published:  # they are kept in the order of their times
            oldest = next(iter(self._published))
            if now - self._published[oldest][0] < DEDUPLICATION_SECONDS:
                break
            del self._published[oldest]
        scope = notification.message.group_id or "" if self.settings.deduplicates_by_group else ""
        key = (scope, notification.deduplication_id or "")
        if key in self._published:
            return self._published[key][1]
        self._sequence += 1
        self._published[key] = (now, notification)
        return None

    def deliveries(self, subscription: Subscription) -> Deliveries:
        """What is on its way to a subscription."""
        found = self._deliveries.get(subscription.arn)
        if found is None:
            found = Deliveries(self._cloud, self.outbox, self, subscription)
            self._deliveries[subscription.arn] = found
        return found

    def remove(self, subscription: Subscription) -> None:
        """End a subscription; what is still on its way to it is dropped."""
        del self.subscriptions[subscription.arn]
        self._deliveries.pop(subscription.arn, None)
        self.deleted += 1

    def restore(self, subscription: Subscription) -> None:
        """Have a subscription that its subscriber ended go on; one that goes on anyhow does."""
        if self.ended.pop(subscription.arn, None) is not None:
            self.subscriptions[subscription.arn] = subscription

    def has(self, subscription: Subscription) -> bool:
        return not self.is_deleted and self.subscriptions.get(subscription.arn) is subscription

    def shown_attributes(self) -> dict[str, str]:
        """All of the topic's attributes, as GetTopicAttributes shows them."""
        pending = sum(subscription.pending for subscription in self.subscriptions.values())
        return {
            "TopicArn": self.arn,
            "SubscriptionsConfirmed": str(len(self.subscriptions) - pending),
            "SubscriptionsPending": str(pending),
            "SubscriptionsDeleted": str(self.deleted),
            **self.settings.shown(),
        }
