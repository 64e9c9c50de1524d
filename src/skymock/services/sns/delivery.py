"""Delivering: attempts, waits between them, and the dead-letter queue at their end.

(Amazon SNS Developer Guide: Message delivery retries; Dead-letter queues)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING

from skymock.cloud.faults import ReadTimedOut
from skymock.cloud.timeline import within
from skymock.errors import AwsError
from skymock.services.sns.delivery_policy import customer_delays, http_delays, managed_delays
from skymock.services.sns.endpoints import send, send_dead_letter
from skymock.services.sns.http_endpoint import DeliveryFailed

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.sns.notification import Notification
    from skymock.services.sns.outbox import Outbox
    from skymock.services.sns.subscription import Subscription
    from skymock.services.sns.topic import Topic

_MANAGED = frozenset({"sqs", "lambda"})


class Deliveries:
    """What is on its way to one subscription.

    A FIFO topic's messages of a group go one after another: while one is tried again, the next ones wait.
    """

    def __init__(self, cloud: Cloud, outbox: Outbox, topic: Topic, subscription: Subscription) -> None:
        self.cloud = cloud
        self.outbox = outbox
        self.topic = topic
        self.subscription = subscription
        self._waiting: dict[str, deque[Delivery]] = {}

    def add(self, notification: Notification) -> None:
        """Deliver a message once the present call is over."""
        delivery = Delivery(self, notification)
        if not self.topic.is_fifo:
            self.cloud.scheduler.after(0, delivery.attempt)
            return
        group = notification.message.group_id or ""
        waiting = self._waiting.setdefault(group, deque())
        waiting.append(delivery)
        if len(waiting) == 1:
            self.cloud.scheduler.after(0, delivery.attempt)

    def done(self, notification: Notification) -> None:
        """Go on with the next message of the group."""
        if not self.topic.is_fifo:
            return
        group = notification.message.group_id or ""
        with self.cloud.lock:
            waiting = self._waiting[group]
            waiting.popleft()
            if waiting:
                self.cloud.scheduler.after(0, waiting[0].attempt)
            else:
                del self._waiting[group]

    def delays(self) -> Iterator[float]:
        """The waits before each further attempt, as the policies say now."""
        subscription = self.subscription
        if subscription.protocol in _MANAGED:
            return managed_delays()
        if subscription.is_http:
            effective = subscription.effective_delivery(self.topic.settings.effective_delivery)
            return http_delays(effective["healthyRetryPolicy"])
        return customer_delays()


class Delivery:
    """One message on its way to one subscription: to its endpoint, and if that fails to its dead-letter queue."""

    def __init__(self, deliveries: Deliveries, notification: Notification) -> None:
        self._deliveries = deliveries
        self._notification = notification
        self._dead_letter_arn: str | None = None
        self._delays: Iterator[float] | None = None

    def attempt(self) -> None:
        """Try to deliver, again later where the endpoint fails. A subscription that has ended gets nothing."""
        if self._deliveries.topic.has(self._deliveries.subscription):
            error = self._try()
            if error is not None and (self._again(error) or self._give_up()):
                return
        self._deliveries.done(self._notification)

    def _try(self) -> BaseException | None:
        """What went wrong, if something did."""
        arn, topic, cause = self._dead_letter_arn, self._deliveries.topic, self._notification.cause
        if arn is None:
            event = topic.note("Delivery", self._deliveries.subscription.endpoint, cause)
        else:
            event = topic.note("DeadLetter", arn, cause)
        with within(event):
            try:
                if arn is None:
                    send(self._deliveries, self._notification)
                else:
                    send_dead_letter(self._deliveries, self._notification, arn)
            except (AwsError, ReadTimedOut, DeliveryFailed) as error:
                event.error = error
        return event.error

    def _again(self, error: BaseException) -> bool:
        """Whether there will be another attempt: only what the endpoint itself failed at is tried again."""
        if not _is_the_endpoints(error):
            return False
        if self._delays is None:
            to_queue = self._dead_letter_arn is not None
            self._delays = managed_delays() if to_queue else self._deliveries.delays()
        delay = next(self._delays, None)
        if delay is None:
            return False
        self._schedule(delay)
        return True

    def _give_up(self) -> bool:
        """Whether the message goes to a dead-letter queue now."""
        arn = self._deliveries.subscription.dead_letter_arn
        if arn is None or self._dead_letter_arn is not None:
            return False
        self._dead_letter_arn, self._delays = arn, None
        self._schedule(0)
        return True

    def _schedule(self, delay: float) -> None:
        with within(self._notification.cause):
            self._deliveries.cloud.scheduler.after(delay, self.attempt)


def _is_the_endpoints(error: BaseException) -> bool:
    """Server-side errors and throttles. A deleted endpoint, or one that lets nobody in, is the client's."""
    if isinstance(error, AwsError):
        status = error.status or 400
        return status >= 500 or status == 429 or "Throttl" in (error.code or "")
    return isinstance(error, ReadTimedOut) or (isinstance(error, DeliveryFailed) and error.is_temporary)
