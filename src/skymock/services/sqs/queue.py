"""A queue: messages that are sent, received, hidden for a while, and deleted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from skymock.services.sqs.errors import (
    InvalidParameterValueException,
    MessageNotInflight,
    MissingParameterException,
    OverLimit,
    ReceiptHandleIsInvalid,
)
from skymock.services.sqs.message import Attributes, Message, check_attributes, check_body, size_of
from skymock.services.sqs.settings import Settings

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# Amazon SQS quotas.
MAX_IN_FLIGHT = 120_000
MAX_IN_FLIGHT_FIFO = 20_000
DEDUPLICATION_SECONDS = 300
MAX_VISIBILITY_SECONDS = 43_200


class Queue:
    """One queue. Times are epoch seconds; `messages` are in the order in which they were sent."""

    def __init__(self, cloud: Cloud, arn: str, url: str, settings: Settings, tags: Mapping[str, str]) -> None:
        self.cloud = cloud
        self.arn = arn
        self.url = url
        self.settings = settings
        self.tags = dict(tags)
        self.created_at_seconds = self.modified_at_seconds = cloud.clock.time()
        self.purged_at_seconds = float("-inf")
        self.messages: dict[str, Message] = {}
        self._handles: dict[str, str] = {}  # message ids by receipt handles
        self._sequence = 0
        self._sent: dict[tuple[str, str], tuple[float, Message]] = {}  # by group and deduplication id

    @property
    def name(self) -> str:
        return self.arn.rpartition(":")[2]

    @property
    def is_fifo(self) -> bool:
        return self.settings.is_fifo

    def send(
        self,
        body: str,
        attributes: Attributes,
        system_attributes: Attributes,
        delay_seconds: int | None,
        group_id: str | None,
        deduplication_id: str | None,
        sent_by: str,
    ) -> Message:
        """Take in a message; of a FIFO queue, the first one of its deduplication id within five minutes.

        Raises MissingParameterException, InvalidMessageContents, InvalidParameterValueException.
        """
        check_body(body)
        check_attributes(attributes)
        self._check_size(body, attributes)
        if self.is_fifo:
            self._check_fifo(delay_seconds, group_id, deduplication_id)
        elif deduplication_id is not None:
            raise InvalidParameterValueException(
                f"Value {deduplication_id} for parameter MessageDeduplicationId is invalid. Reason: The request "
                "includes a parameter that is not valid for this queue type."
            )
        delay = self.settings.seconds("DelaySeconds") if delay_seconds is None else delay_seconds
        now = self.cloud.clock.time()
        message = Message(
            self.cloud.ids.uuid(), body, attributes, system_attributes, sent_by, now, now + delay, group_id
        )
        if self.is_fifo:
            known = self._known_duplicate(message, deduplication_id)
            if known is not None:
                return known
        self.add(message)
        return message

    def add(self, message: Message) -> None:
        """Have a message lie in the queue, and tell who reads from it."""
        self.messages[message.message_id] = message
        wait = message.visible_at_seconds - self.cloud.clock.time()
        if wait > 0:
            self.cloud.scheduler.after(wait, self._announce)
        else:
            self._announce()

    def _announce(self) -> None:
        self.cloud.sources.announce(self.arn)

    def _check_size(self, body: str, attributes: Attributes) -> None:
        most = self.settings.seconds("MaximumMessageSize")
        if size_of(body, attributes) > most:
            raise InvalidParameterValueException(
                f"One or more parameters are invalid. Reason: Message must be shorter than {most} bytes."
            )

    def _check_fifo(
        self, delay_seconds: int | None, group_id: str | None, deduplication_id: str | None
    ) -> None:
        if group_id is None:
            raise MissingParameterException("The request must contain the parameter MessageGroupId.")
        if deduplication_id is None and not self.settings.deduplicates_by_content:
            raise InvalidParameterValueException(
                "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
                "provided explicitly"
            )
        if delay_seconds:
            raise InvalidParameterValueException(
                f"Value {delay_seconds} for parameter DelaySeconds is invalid. Reason: The request include "
                "parameter that is not valid for this queue type."
            )

    def _known_duplicate(self, message: Message, deduplication_id: str | None) -> Message | None:
        """The message that this one repeats; else number this one and remember it."""
        now = message.sent_at_seconds
        message.deduplication_id = deduplication_id or hashlib.sha256(message.body.encode()).hexdigest()
        scope = message.group_id or "" if self.settings.deduplicates_by_group else ""
        key = (scope, message.deduplication_id)
        while self._sent:  # they are kept in the order of their times
            oldest = next(iter(self._sent))
            if now - self._sent[oldest][0] < DEDUPLICATION_SECONDS:
                break
            del self._sent[oldest]
        if key in self._sent:
            return self._sent[key][1]
        self._sequence += 1
        message.sequence_number = f"{18_849_496_460_467_696_128 + self._sequence * 256:020d}"
        self._sent[key] = (now, message)
        return None

    def receive(
        self, most: int, visibility_seconds: int | None, dead_letters: Callable[[Message], bool]
    ) -> list[Message]:
        """Give out messages and hide them for a while.

        dead_letters: takes away a message that was received often enough; whether it did.
        Raises OverLimit.
        """
        now = self.cloud.clock.time()
        self.expire()
        timeout = (
            self.settings.seconds("VisibilityTimeout") if visibility_seconds is None else visibility_seconds
        )
        received: list[Message] = []
        busy_groups: set[str] = set()
        for message in list(self.messages.values()):
            if len(received) == most:
                break
            if message.visible_at_seconds > now or message.group_id in busy_groups:
                if self.is_fifo and message.group_id is not None:
                    busy_groups.add(message.group_id)
                continue
            if dead_letters(message):
                del self.messages[message.message_id]
                continue
            self._check_in_flight()
            self._give(message, now, timeout)
            received.append(message)
        return received

    def _give(self, message: Message, now: float, timeout: int) -> None:
        message.receive_count += 1
        message.visible_at_seconds = now + timeout
        if message.first_received_at_seconds is None:
            message.first_received_at_seconds = now
        message.handle = self.cloud.ids.alphanumeric(200)
        self._handles[message.handle] = message.message_id
        if timeout:
            self.cloud.scheduler.after(timeout, self._announce)

    def _check_in_flight(self) -> None:
        most = MAX_IN_FLIGHT_FIFO if self.is_fifo else MAX_IN_FLIGHT
        if len(self.messages) > most and self.counts()[1] >= most:
            raise OverLimit("Too many messages in flight")

    def delete(self, handle: str) -> None:
        """Delete what a handle was given out for; nothing where it is gone. Raises ReceiptHandleIsInvalid.

        A handle of an earlier receive deletes as well, but in a FIFO queue whose timeout has passed.
        """
        message = self._of_handle(handle)
        if message is None:
            return
        if (
            self.is_fifo
            and message.handle == handle
            and message.visible_at_seconds <= self.cloud.clock.time()
        ):
            raise InvalidParameterValueException(
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
            )
        del self.messages[message.message_id]
        if self.is_fifo:
            self._announce()  # the group may go on

    def change_visibility(self, handle: str, seconds: int) -> None:
        """Hide a message for longer or shorter, from now on.

        Raises InvalidParameterValueException, ReceiptHandleIsInvalid, MessageNotInflight.
        """
        if not 0 <= seconds <= MAX_VISIBILITY_SECONDS:
            raise InvalidParameterValueException(
                f"Value {seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and "
                f"{MAX_VISIBILITY_SECONDS}, if provided."
            )
        message, now = self._of_handle(handle), self.cloud.clock.time()
        if message is None or message.visible_at_seconds <= now:
            raise MessageNotInflight(
                f"Value {handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not "
                "available for visibility timeout change."
            )
        message.visible_at_seconds = now + seconds
        self.cloud.scheduler.after(seconds, self._announce)

    def _of_handle(self, handle: str) -> Message | None:
        if handle not in self._handles:
            raise ReceiptHandleIsInvalid(
                f'The input receipt handle "{handle}" is not a valid receipt handle.'
            )
        return self.messages.get(self._handles[handle])

    def expire(self) -> None:
        """Drop what has outlived the retention period."""
        oldest = self.cloud.clock.time() - self.settings.seconds("MessageRetentionPeriod")
        expired = [
            message.message_id for message in self.messages.values() if message.sent_at_seconds < oldest
        ]
        for message_id in expired:
            del self.messages[message_id]

    def counts(self) -> tuple[int, int, int]:
        """How many messages are visible, in flight and delayed."""
        now = self.cloud.clock.time()
        hidden = [message for message in self.messages.values() if message.visible_at_seconds > now]
        delayed = sum(message.is_delayed for message in hidden)
        return len(self.messages) - len(hidden), len(hidden) - delayed, delayed

    def shown_attributes(self) -> dict[str, str]:
        """All of the queue's attributes, as GetQueueAttributes shows them."""
        self.expire()
        visible, in_flight, delayed = self.counts()
        return {
            "QueueArn": self.arn,
            "ApproximateNumberOfMessages": str(visible),
            "ApproximateNumberOfMessagesNotVisible": str(in_flight),
            "ApproximateNumberOfMessagesDelayed": str(delayed),
            "CreatedTimestamp": str(int(self.created_at_seconds)),
            "LastModifiedTimestamp": str(int(self.modified_at_seconds)),
            **self.settings.shown(),
        }
