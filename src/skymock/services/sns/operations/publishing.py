"""Publishing messages."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.sns.errors import (
    BatchEntryIdsNotDistinctException,
    BatchRequestTooLongException,
    EmptyBatchRequestException,
    InvalidBatchEntryIdException,
    TooManyEntriesInBatchRequestException,
    invalid,
)
from skymock.services.sns.message import Message
from skymock.services.sns.operations.base import SnsService
from skymock.services.sns.outbox import Sent
from skymock.services.sns.phones import is_phone_number
from skymock.services.sns.topic import Topic

Wire = Mapping[str, Any]

MAX_BATCH = 10
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")


class PublishOperations(SnsService):
    @operation
    def publish(
        self,
        message: str,
        topic_arn: str | None = None,
        target_arn: str | None = None,
        phone_number: str | None = None,
        subject: str | None = None,
        message_structure: str | None = None,
        message_attributes: Wire | None = None,
        message_deduplication_id: str | None = None,
        message_group_id: str | None = None,
    ) -> Output:
        """Send a message to a topic's subscribers, to a device or to a phone. (SNS API: Publish)

        message: text of at most 256 KiB with the attributes, or as much as the topic says; with message_structure
        "json" a JSON object of texts by protocol, "default" among them.
        Returns `MessageId`; of FIFO topics `SequenceNumber` too.
        Raises InvalidParameterException, InvalidParameterValueException, NotFoundException, EndpointDisabledException.
        """
        request = {
            "Message": message,
            "Subject": subject,
            "MessageStructure": message_structure,
            "MessageAttributes": message_attributes,
            "MessageGroupId": message_group_id,
            "MessageDeduplicationId": message_deduplication_id,
        }
        if phone_number is not None:
            return self._to_phone(phone_number, Message.read(request))
        arn = topic_arn if topic_arn is not None else target_arn
        if arn is None:
            raise invalid("TopicArn or TargetArn Reason: no value for required parameter")
        member = "TopicArn" if topic_arn is not None else "TargetArn"
        if ":endpoint/" in arn:
            return self._to_device(arn, Message.read(request))
        topic = self.topic(arn, member)
        read = Message.read(request)
        if read.size > topic.settings.max_message_bytes:
            raise invalid("Message too long")
        topic.check(read)
        return _published(topic, read)

    @operation
    def publish_batch(self, topic_arn: str, publish_batch_request_entries: Sequence[Wire]) -> Output:
        """Send up to ten messages to a topic. (SNS API: PublishBatch)

        One that cannot be sent refuses all. (recorded: test_publish_batch_exceptions)
        Raises NotFoundException, InvalidParameterException, InvalidParameterValueException, and what is wrong with the
        batch as a whole.
        """
        topic = self.topic(topic_arn)
        _check_batch([entry["Id"] for entry in publish_batch_request_entries])
        messages = [Message.read(entry) for entry in publish_batch_request_entries]
        if sum(message.size for message in messages) > topic.settings.max_message_bytes:
            raise BatchRequestTooLongException(
                "The length of all the messages put together is more than the limit."
            )
        for message in messages:
            topic.check(message)
        successful = [
            {"Id": entry["Id"], **_published(topic, message)}
            for entry, message in zip(publish_batch_request_entries, messages, strict=True)
        ]
        return {"Successful": successful, "Failed": []}

    def _to_phone(self, number: str, message: Message) -> Output:
        """(recorded: test_publish_wrong_phone_format)"""
        if not is_phone_number(number):
            raise invalid(f"PhoneNumber Reason: {number} is not valid to publish to")
        self.phones.check_reachable(number)
        self.outbox.add(Sent("sms", number, message.for_protocol("sms")))
        return {"MessageId": self.cloud.ids.uuid()}

    def _to_device(self, arn: str, message: Message) -> Output:
        """(recorded: test_publish_non_existent_target)"""
        endpoint = self.find_endpoint(arn)
        if endpoint is None:
            raise invalid("TargetArn Reason: No endpoint found for the target arn specified")
        endpoint.check_enabled()
        self.outbox.add(Sent("application", arn, message.for_protocol(endpoint.platform)))
        return {"MessageId": self.cloud.ids.uuid()}


def _published(topic: Topic, message: Message) -> dict[str, str]:
    notification = topic.publish(message)
    answer = {"MessageId": notification.message_id}
    if notification.sequence_number is not None:
        answer["SequenceNumber"] = notification.sequence_number
    return answer


def _check_batch(ids: Sequence[str]) -> None:
    """(recorded: test_publish_batch_exceptions)"""
    if not ids:
        raise EmptyBatchRequestException("The batch request doesn't contain any entries.")
    if len(ids) > MAX_BATCH:
        raise TooManyEntriesInBatchRequestException(
            "The batch request contains more entries than permissible."
        )
    if any(_ENTRY_ID.fullmatch(entry_id) is None for entry_id in ids):
        raise InvalidBatchEntryIdException(
            "The Id of a batch entry in a batch request doesn't abide by the specification."
        )
    if len(set(ids)) < len(ids):
        raise BatchEntryIdsNotDistinctException("Two or more batch entries in the request have the same Id.")
