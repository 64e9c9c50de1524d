"""Sending, receiving and deleting messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.sqs.errors import BatchRequestTooLong, InvalidParameterValueException
from skymock.services.sqs.message import Message, md5, md5_of_attributes, selected, size_of
from skymock.services.sqs.operations.base import MAX_BATCH, SqsService, for_each
from skymock.services.sqs.queue import MAX_VISIBILITY_SECONDS, Queue

Wire = Mapping[str, Any]

MAX_BATCH_BYTES = 1_048_576
MAX_DELAY_SECONDS = 900
MAX_WAIT_SECONDS = 20


class MessageOperations(SqsService):
    @operation
    def send_message(
        self,
        queue_url: str,
        message_body: str,
        delay_seconds: int | None = None,
        message_attributes: Wire | None = None,
        message_system_attributes: Wire | None = None,
        message_deduplication_id: str | None = None,
        message_group_id: str | None = None,
    ) -> Output:
        """Send a message. (SQS API: SendMessage)

        message_body: XML's characters, at most 1 MiB with the attributes. delay_seconds: 0 to 900.
        Returns `MessageId` and digests; of FIFO queues `SequenceNumber` too.
        Raises QueueDoesNotExist, InvalidMessageContents, InvalidParameterValueException,
        MissingParameterException.
        """
        message = self._send(
            self.queue(queue_url),
            {
                "MessageBody": message_body,
                "DelaySeconds": delay_seconds,
                "MessageAttributes": message_attributes,
                "MessageSystemAttributes": message_system_attributes,
                "MessageDeduplicationId": message_deduplication_id,
                "MessageGroupId": message_group_id,
            },
        )
        return _sent(message)

    @operation
    def send_message_batch(self, queue_url: str, entries: Sequence[Wire]) -> Output:
        """Send up to ten messages, each for itself. (SQS API: SendMessageBatch)

        Raises QueueDoesNotExist, BatchRequestTooLong, and what is wrong with the batch as a whole.
        """
        queue = self.queue(queue_url)
        size = sum(size_of(entry["MessageBody"], entry.get("MessageAttributes") or {}) for entry in entries)
        if size > MAX_BATCH_BYTES:
            raise BatchRequestTooLong(
                f"Batch requests cannot be longer than {MAX_BATCH_BYTES} bytes. You have sent {size} bytes."
            )
        return for_each(entries, lambda entry: _sent(self._send(queue, entry)))

    def _send(self, queue: Queue, entry: Wire) -> Message:
        delay = entry.get("DelaySeconds")
        if delay is not None and not 0 <= delay <= MAX_DELAY_SECONDS:
            raise InvalidParameterValueException(
                f"Value {delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= "
                f"{MAX_DELAY_SECONDS}."
            )
        return queue.send(
            entry["MessageBody"],
            entry.get("MessageAttributes") or {},
            entry.get("MessageSystemAttributes") or {},
            delay,
            entry.get("MessageGroupId"),
            entry.get("MessageDeduplicationId"),
            self.caller.user_id,
        )

    @operation(runs_user_code=True)
    def receive_message(
        self,
        queue_url: str,
        attribute_names: Sequence[str] = (),
        message_system_attribute_names: Sequence[str] = (),
        message_attribute_names: Sequence[str] = (),
        max_number_of_messages: int = 1,
        visibility_timeout: int | None = None,
        wait_time_seconds: int | None = None,
        receive_request_attempt_id: str | None = None,
    ) -> Output:
        """Receive messages, which are hidden from others for a while. (SQS API: ReceiveMessage)

        wait_time_seconds: 0 to 20. Under a frozen clock the wait moves the clock until a message comes; otherwise
        nothing is waited for, and an empty queue answers at once.
        receive_request_attempt_id is ignored: a receive that was lost is not repeated.
        Raises QueueDoesNotExist, InvalidParameterValueException, OverLimit.
        """
        queue = self.queue(queue_url)
        _check_receive(max_number_of_messages, visibility_timeout, wait_time_seconds)
        wait = (
            queue.settings.seconds("ReceiveMessageWaitTimeSeconds")
            if wait_time_seconds is None
            else wait_time_seconds
        )
        received = self._receive(queue, max_number_of_messages, visibility_timeout)
        until = self.cloud.clock.time() + wait
        while not received and self._waits_on(until):
            received = self._receive(queue, max_number_of_messages, visibility_timeout)
        system_names = {*attribute_names, *message_system_attribute_names}
        messages = [_received(message, system_names, message_attribute_names) for message in received]
        return {"Messages": messages} if messages else {}

    def _waits_on(self, until_seconds: float) -> bool:
        """Move a frozen clock to what happens next, and no further than that time; whether it did."""
        clock, now = self.cloud.clock, self.cloud.clock.time()
        if not clock.is_frozen or now >= until_seconds:
            return False
        due = self.cloud.scheduler.next_due_at_seconds
        clock.move_to(until_seconds if due is None else min(max(due, now + 0.001), until_seconds))
        return True

    def _receive(self, queue: Queue, most: int, visibility_timeout: int | None) -> list[Message]:
        with self.cloud.lock:
            return queue.receive(
                most, visibility_timeout, lambda message: self._is_dead_letter(queue, message)
            )

    def _is_dead_letter(self, queue: Queue, message: Message) -> bool:
        """Move a message on that was received too often."""
        redrive = queue.settings.redrive
        if redrive is None or message.receive_count < redrive.max_receives:
            return False
        target = self.queues.get(redrive.dead_letter_arn.rpartition(":")[2])
        if target is None or not target.settings.allows_source(queue.arn):
            return False
        message.dead_letter_source_arn = queue.arn
        message.receive_count, message.first_received_at_seconds = 0, None
        target.add(message)
        return True

    @operation
    def delete_message(self, queue_url: str, receipt_handle: str) -> Output:
        """Delete a message that was received. (SQS API: DeleteMessage)

        Raises QueueDoesNotExist, ReceiptHandleIsInvalid, InvalidParameterValueException.
        """
        self.queue(queue_url).delete(receipt_handle)
        return {}

    @operation
    def delete_message_batch(self, queue_url: str, entries: Sequence[Wire]) -> Output:
        """Delete up to ten messages, each for itself. (SQS API: DeleteMessageBatch)"""
        queue = self.queue(queue_url)

        def delete(entry: Wire) -> Wire:
            queue.delete(entry["ReceiptHandle"])
            return {}

        return for_each(entries, delete)

    @operation
    def change_message_visibility(
        self, queue_url: str, receipt_handle: str, visibility_timeout: int
    ) -> Output:
        """Hide a received message for so many seconds from now on. (SQS API: ChangeMessageVisibility)

        Raises QueueDoesNotExist, InvalidParameterValueException, ReceiptHandleIsInvalid, MessageNotInflight.
        """
        self.queue(queue_url).change_visibility(receipt_handle, visibility_timeout)
        return {}

    @operation
    def change_message_visibility_batch(self, queue_url: str, entries: Sequence[Wire]) -> Output:
        """The same for up to ten messages. (SQS API: ChangeMessageVisibilityBatch)"""
        queue = self.queue(queue_url)

        def change(entry: Wire) -> Wire:
            queue.change_visibility(entry["ReceiptHandle"], entry.get("VisibilityTimeout", 0))
            return {}

        return for_each(entries, change)


def _check_receive(most: int, visibility_timeout: int | None, wait_time_seconds: int | None) -> None:
    if not 1 <= most <= MAX_BATCH:
        raise InvalidParameterValueException(
            f"Value {most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and {MAX_BATCH}, "
            "if provided."
        )
    for name, value, limit in (
        ("VisibilityTimeout", visibility_timeout, MAX_VISIBILITY_SECONDS),
        ("WaitTimeSeconds", wait_time_seconds, MAX_WAIT_SECONDS),
    ):
        if value is not None and not 0 <= value <= limit:
            raise InvalidParameterValueException(
                f"Value {value} for parameter {name} is invalid. Reason: Must be >= 0 and <= {limit}, if provided."
            )


def _sent(message: Message) -> dict[str, Any]:
    shown = {
        "MD5OfMessageBody": md5(message.body),
        "MD5OfMessageAttributes": md5_of_attributes(message.attributes),
        "MD5OfMessageSystemAttributes": md5_of_attributes(message.system_attributes),
        "MessageId": message.message_id,
        "SequenceNumber": message.sequence_number,
    }
    return {member: value for member, value in shown.items() if value is not None}


def _received(message: Message, system_names: set[str], attribute_names: Sequence[str]) -> dict[str, Any]:
    attributes = selected(message.attributes, attribute_names)
    system = _system_attributes(message)
    if "All" not in system_names:
        system = {name: value for name, value in system.items() if name in system_names}
    shown: dict[str, Any] = {
        "MessageId": message.message_id,
        "ReceiptHandle": message.handle,
        "MD5OfBody": md5(message.body),
        "Body": message.body,
    }
    if system:
        shown["Attributes"] = system
    if attributes:
        shown |= {"MD5OfMessageAttributes": md5_of_attributes(attributes), "MessageAttributes": attributes}
    return shown


def _system_attributes(message: Message) -> dict[str, str]:
    found = {
        "SenderId": message.sent_by,
        "SentTimestamp": _milliseconds(message.sent_at_seconds),
        "ApproximateReceiveCount": str(message.receive_count),
        "ApproximateFirstReceiveTimestamp": _milliseconds(message.first_received_at_seconds),
        "SequenceNumber": message.sequence_number,
        "MessageDeduplicationId": message.deduplication_id,
        "MessageGroupId": message.group_id,
        "DeadLetterQueueSourceArn": message.dead_letter_source_arn,
        "AWSTraceHeader": message.system_attributes.get("AWSTraceHeader", {}).get("StringValue"),
    }
    return {name: value for name, value in found.items() if value is not None}


def _milliseconds(seconds: float | None) -> str | None:
    return None if seconds is None else str(int(seconds * 1000))
