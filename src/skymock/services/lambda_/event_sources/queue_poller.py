"""Reading an SQS queue for a mapping: messages are received, handed over, and deleted if they were done."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.authorisation import authorise
from skymock.cloud.targets import Arn
from skymock.errors import AwsError
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.event_sources.answers import failed_items
from skymock.services.lambda_.event_sources.batch_size import MOST_EVENT_BYTES, most_that_fit
from skymock.services.lambda_.event_sources.filters import with_parsed

if TYPE_CHECKING:
    from skymock.services.lambda_.event_sources.mapping import EventSourceMapping

Message = Mapping[str, Any]

MOST_RECEIVED = 10  # SQS API: ReceiveMessage

# What the execution role must be allowed. (Lambda Developer Guide: Using Lambda with Amazon SQS, permissions)
_NEEDED = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes")


class QueuePoller:
    """The messages of a mapping's queue. What fails comes again when its visibility timeout is over."""

    def __init__(self, mapping: EventSourceMapping) -> None:
        self._mapping = mapping
        self._arn = Arn.parse(mapping.source_arn)
        self._gathered: list[Message] = []
        self._sizes: list[int] = []  # of what is gathered, in bytes
        self._gathered_until_seconds = 0.0

    def find_start(self) -> None:
        """See whether the queue can be read for the function.

        Raises what the queue's API refuses with, and InvalidParameterValueException.
        """
        for operation in _NEEDED:
            self._check_permission(operation)
        attributes = self._call("GetQueueAttributes", AttributeNames=["VisibilityTimeout"])["Attributes"]
        visible_after, timeout = attributes["VisibilityTimeout"], self._mapping.timeout_seconds
        if int(visible_after) < timeout:
            # (issues of terraform-provider-aws, winglang/wing and others)
            raise InvalidParameterValueException(
                f"Queue visibility timeout: {visible_after} seconds is less than Function timeout: {timeout} seconds"
            )

    def poll(self) -> bool:
        """Hand over the next batch; whether there was something to do."""
        try:
            return self._advance()
        except AwsError as error:
            self._mapping.last_result = f"PROBLEM: {error}"
            return False

    def _advance(self) -> bool:
        self._gather()
        count = most_that_fit(self._sizes, self._mapping.settings.batch_size)
        is_full = count == self._mapping.settings.batch_size or count < len(self._gathered)
        if not self._gathered or (not is_full and self._gathered_until_seconds > self._mapping.now()):
            return False
        batch = self._gathered[:count]
        del self._gathered[:count], self._sizes[:count]
        self._hand_over(batch)
        return True

    def next_moment(self) -> float | None:
        """When to poll again, if no new message comes before."""
        return self._gathered_until_seconds if self._gathered else None

    def _gather(self) -> None:
        settings = self._mapping.settings
        while (missing := settings.batch_size - len(self._gathered)) > 0 and self._has_room:
            found = self._receive(min(missing, MOST_RECEIVED))
            if not found:
                return
            if not self._gathered:
                self._gathered_until_seconds = self._mapping.now() + settings.window_seconds
            wanted = [message for message in found if settings.filters.want(_as_filters_see(message))]
            self._gathered += wanted
            self._sizes += [len(_encode(message)) for message in wanted]
            self._delete([message for message in found if message not in wanted])

    @property
    def _has_room(self) -> bool:
        return sum(self._sizes) < MOST_EVENT_BYTES

    def _receive(self, most: int) -> list[Message]:
        answer = self._call(
            "ReceiveMessage",
            MaxNumberOfMessages=most,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
            WaitTimeSeconds=0,
        )
        return [self._record(message) for message in answer.get("Messages", ())]

    def _record(self, message: Message) -> Message:
        """A message as Lambda hands it over. (recorded: test_message_body_and_attributes_passed_correctly)"""
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message.get("Attributes", {}),
            "messageAttributes": {
                name: _attribute(attribute)
                for name, attribute in message.get("MessageAttributes", {}).items()
            },
            "md5OfMessageAttributes": message.get("MD5OfMessageAttributes"),
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": self._mapping.source_arn,
            "awsRegion": self._arn.region,
        }

    def _hand_over(self, batch: Sequence[Message]) -> None:
        payload = _encode({"Records": batch}).encode()
        outcome = self._mapping.invoke(payload, f"{len(batch)} messages")
        if outcome is None or outcome.error is not None:
            return
        failed: set[str] | None = set()
        if self._mapping.settings.reports_failures:
            failed = failed_items(outcome.payload, [message["messageId"] for message in batch])
        if failed is None:
            self._mapping.last_result = "PROBLEM: Function call failed"
            return
        self._delete([message for message in batch if message["messageId"] not in failed])

    def _delete(self, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), MOST_RECEIVED):
            entries = [
                {"Id": str(number), "ReceiptHandle": message["receiptHandle"]}
                for number, message in enumerate(messages[start : start + MOST_RECEIVED])
            ]
            self._call("DeleteMessageBatch", Entries=entries)

    @property
    def _url(self) -> str:
        return f"https://sqs.{self._arn.region}.amazonaws.com/{self._arn.account_id}/{self._arn.resource}"

    def _check_permission(self, operation: str) -> None:
        mapping = self._mapping
        sqs = mapping.cloud.service("sqs", mapping.function.account_id, self._arn.region)
        try:
            authorise(sqs, operation, {"QueueUrl": self._url}, mapping.role_principal())
        except AwsError:
            raise InvalidParameterValueException(
                f"The provided execution role does not have permissions to call {operation} on SQS"
            ) from None

    def _call(self, operation: str, **parameters: Any) -> Mapping[str, Any]:
        return self._mapping.cloud.call(
            "sqs",
            operation,
            {"QueueUrl": self._url, **parameters},
            account_id=self._mapping.function.account_id,
            region=self._arn.region,
            principal=self._mapping.role_principal(),
        )


_encode = json.JSONEncoder(separators=(",", ":")).encode


def _attribute(attribute: Mapping[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    if attribute.get("StringValue") is not None:
        shown["stringValue"] = attribute["StringValue"]
    if attribute.get("BinaryValue") is not None:
        shown["binaryValue"] = attribute["BinaryValue"].decode("latin-1")
    shown |= {"stringListValues": [], "binaryListValues": [], "dataType": attribute["DataType"]}
    return shown


def _as_filters_see(message: Message) -> dict[str, Any]:
    return with_parsed(message, "body")
