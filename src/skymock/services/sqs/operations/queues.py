"""Queues and their attributes."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.labelled_statements import labelled_statement
from skymock.cloud.pages import page_at
from skymock.cloud.service import Output, operation
from skymock.services.sqs.errors import (
    InvalidAttributeName,
    InvalidParameterValueException,
    PurgeQueueInProgress,
    QueueDeletedRecently,
    QueueNameExists,
)
from skymock.services.sqs.operations.base import SqsService
from skymock.services.sqs.queue import Queue
from skymock.services.sqs.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9_-]{1,80}|[A-Za-z0-9_-]{1,75}\.fifo")
PAUSE_SECONDS = 60  # CreateQueue after DeleteQueue, and between two of PurgeQueue
MAX_LISTED = 1000


class QueueOperations(SqsService):
    @operation
    def create_queue(
        self,
        queue_name: str,
        attributes: Mapping[str, str] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Output:
        """Make a queue, or give the URL of the one that is there with these attributes. (SQS API: CreateQueue)

        attributes: texts, as AWS takes them ({"VisibilityTimeout": "30"}). Returns `QueueUrl`.
        Raises InvalidParameterValueException, InvalidAttributeName, InvalidAttributeValue, QueueNameExists,
        QueueDeletedRecently.
        """
        if _NAME.fullmatch(queue_name) is None:
            raise InvalidParameterValueException(
                "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length"
            )
        settings = Settings(queue_name, attributes or {})
        known = self.queues.get(queue_name)
        if known is not None:
            _check_same(known, attributes or {})
            return {"QueueUrl": known.url}
        deleted_at = self.deleted_at_seconds.get(queue_name, float("-inf"))
        if self.cloud.clock.time() - deleted_at < PAUSE_SECONDS:
            raise QueueDeletedRecently(
                "You must wait 60 seconds after deleting a queue before you can create another with the same name."
            )
        self._check_dead_letters(settings)
        queue = Queue(self.cloud, self.arn(queue_name), self.queue_url(queue_name), settings, tags or {})
        self.queues[queue_name] = queue
        return {"QueueUrl": queue.url}

    def _check_dead_letters(self, settings: Settings) -> None:
        redrive = settings.redrive
        if redrive is None:
            return
        target = self.queues.get(redrive.dead_letter_arn.rpartition(":")[2])
        if target is None:
            reason = "Dead letter target does not exist."
        elif target.is_fifo != settings.is_fifo:
            reason = "Dead-letter queue must be same type of queue as the source."
        else:
            return
        raise InvalidParameterValueException(
            f"Value {settings.given['RedrivePolicy']} for parameter RedrivePolicy is invalid. Reason: {reason}"
        )

    @operation
    def delete_queue(self, queue_url: str) -> Output:
        """Delete a queue with its messages. (SQS API: DeleteQueue) Raises QueueDoesNotExist."""
        queue = self.queue(queue_url)
        del self.queues[queue.name]
        self.deleted_at_seconds[queue.name] = self.cloud.clock.time()
        return {}

    @operation
    def get_queue_url(self, queue_name: str, queue_owner_aws_account_id: str | None = None) -> Output:
        """The URL of a queue. (SQS API: GetQueueUrl) Raises QueueDoesNotExist."""
        owner: SqsService = self.cloud.service(
            "sqs", queue_owner_aws_account_id or self.account_id, self.region
        )
        return {"QueueUrl": owner.queue_named(queue_name).url}

    @operation
    def list_queues(
        self, queue_name_prefix: str = "", next_token: str | None = None, max_results: int | None = None
    ) -> Output:
        """The URLs of queues, a thousand at most. (SQS API: ListQueues)

        A token comes where max_results is given and there are more.
        """
        urls = [
            queue.url for name, queue in sorted(self.queues.items()) if name.startswith(queue_name_prefix)
        ]
        answer = _page("QueueUrls", urls, next_token, max_results)
        return answer if answer["QueueUrls"] else {}

    @operation
    def list_dead_letter_source_queues(
        self, queue_url: str, next_token: str | None = None, max_results: int | None = None
    ) -> Output:
        """The URLs of the queues whose dead letters come here. (SQS API: ListDeadLetterSourceQueues)"""
        target = self.queue(queue_url)
        sources = [
            queue.url
            for _, queue in sorted(self.queues.items())
            if queue.settings.redrive is not None and queue.settings.redrive.dead_letter_arn == target.arn
        ]
        return _page("queueUrls", sources, next_token, max_results)

    @operation
    def get_queue_attributes(self, queue_url: str, attribute_names: Sequence[str] = ()) -> Output:
        """A queue's attributes, by their names or `All`. (SQS API: GetQueueAttributes)

        Raises QueueDoesNotExist, InvalidAttributeName.
        """
        shown = self.queue(queue_url).shown_attributes()
        unknown = [name for name in attribute_names if name not in _KNOWN and name not in shown]
        if unknown:
            raise InvalidAttributeName(f"Unknown Attribute {unknown[0]}.")
        if "All" not in attribute_names:
            shown = {name: value for name, value in shown.items() if name in attribute_names}
        return {"Attributes": shown} if shown else {}

    @operation
    def set_queue_attributes(self, queue_url: str, attributes: Mapping[str, str]) -> Output:
        """Change attributes of a queue. (SQS API: SetQueueAttributes)

        Raises QueueDoesNotExist, InvalidAttributeName, InvalidAttributeValue.
        """
        queue = self.queue(queue_url)
        changed = Settings(queue.name, queue.settings.given)
        changed.change(attributes)
        self._check_dead_letters(changed)
        queue.settings = changed
        queue.modified_at_seconds = self.cloud.clock.time()
        return {}

    @operation
    def purge_queue(self, queue_url: str) -> Output:
        """Delete all messages, once a minute at most. (SQS API: PurgeQueue)

        Raises QueueDoesNotExist, PurgeQueueInProgress.
        """
        queue, now = self.queue(queue_url), self.cloud.clock.time()
        if now - queue.purged_at_seconds < PAUSE_SECONDS:
            raise PurgeQueueInProgress(
                f"Only one PurgeQueue operation on {queue.name} is allowed every 60 seconds."
            )
        queue.purged_at_seconds = now
        queue.messages.clear()
        return {}

    @operation
    def tag_queue(self, queue_url: str, tags: Mapping[str, str]) -> Output:
        """Add tags to a queue. (SQS API: TagQueue)"""
        self.queue(queue_url).tags.update(tags)
        return {}

    @operation
    def untag_queue(self, queue_url: str, tag_keys: Sequence[str]) -> Output:
        """Remove tags of a queue. (SQS API: UntagQueue)"""
        tags = self.queue(queue_url).tags
        for key in tag_keys:
            tags.pop(key, None)
        return {}

    @operation
    def list_queue_tags(self, queue_url: str) -> Output:
        """A queue's tags. (SQS API: ListQueueTags)"""
        tags = self.queue(queue_url).tags
        return {"Tags": dict(tags)} if tags else {}

    @operation
    def add_permission(
        self, queue_url: str, label: str, aws_account_ids: Sequence[str], actions: Sequence[str]
    ) -> Output:
        """Add a statement to a queue's policy. (SQS API: AddPermission)

        Raises QueueDoesNotExist, InvalidParameterValueException.
        """
        queue = self.queue(queue_url)
        document = _policy_document(queue)
        if any(statement.get("Sid") == label for statement in document["Statement"]):
            raise InvalidParameterValueException(
                f"Value {label} for parameter Label is invalid. Reason: Already exists."
            )
        named = [f"SQS:{action}" for action in actions]
        document["Statement"].append(labelled_statement(label, aws_account_ids, named, queue.arn))
        queue.settings.change({"Policy": json.dumps(document)})
        return {}

    @operation
    def remove_permission(self, queue_url: str, label: str) -> Output:
        """Take a statement out of a queue's policy. (SQS API: RemovePermission)

        Raises QueueDoesNotExist, InvalidParameterValueException.
        """
        queue = self.queue(queue_url)
        document = _policy_document(queue)
        left = [statement for statement in document["Statement"] if statement.get("Sid") != label]
        if len(left) == len(document["Statement"]):
            raise InvalidParameterValueException(
                f"Value {label} for parameter Label is invalid. Reason: can't find label on existing policy."
            )
        document["Statement"] = left
        queue.settings.change({"Policy": json.dumps(document) if left else ""})
        return {}


# Names that may be asked for, though a queue does not have them all.
_KNOWN = frozenset(
    {
        *("All", "Policy", "RedrivePolicy", "RedriveAllowPolicy", "FifoQueue", "ContentBasedDeduplication"),
        *("KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "DeduplicationScope", "FifoThroughputLimit"),
        "SqsManagedSseEnabled",
    }
)


def _policy_document(queue: Queue) -> dict[str, Any]:
    text = queue.settings.given.get("Policy")
    if text:
        document: dict[str, Any] = json.loads(text)
        return document
    return {"Version": "2008-10-17", "Id": f"{queue.arn}/SQSDefaultPolicy", "Statement": []}


def _check_same(queue: Queue, attributes: Mapping[str, str]) -> None:
    shown = queue.settings.shown()
    for name, value in attributes.items():
        if shown.get(name) != value:
            raise QueueNameExists(
                f"A queue already exists with the same name and a different value for attribute {name}"
            )


def _page(
    member: str, urls: Sequence[str], next_token: str | None, max_results: int | None
) -> dict[str, Any]:
    try:
        listed, following = page_at(urls, next_token, max_results or MAX_LISTED)
    except ValueError:
        raise InvalidParameterValueException(f"Invalid or expired next token: {next_token}") from None
    return {member: list(listed)} if max_results is None else {member: list(listed), **following}
