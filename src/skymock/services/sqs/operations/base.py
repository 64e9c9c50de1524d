"""The queues of an account in a region, which all operations stand on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from skymock.cloud.policies import Policy
from skymock.cloud.service import Service
from skymock.cloud.targets import Arn, Target
from skymock.errors import AwsError
from skymock.services.sqs.errors import (
    UNKNOWN_QUEUE,
    AccessDenied,
    BatchEntryIdsNotDistinct,
    EmptyBatchRequest,
    InvalidBatchEntryId,
    InvalidParameterValueException,
    QueueDoesNotExist,
    TooManyEntriesInBatchRequest,
)
from skymock.services.sqs.queue import Queue
from skymock.services.sqs.target import QueueTarget

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

MAX_BATCH = 10
_ENTRY_ID = re.compile(r"[A-Za-z0-9_-]{1,80}")

# What calls need of a policy where it is not the operation's own name. (Service Authorization Reference: SQS)
_ACTIONS = {
    "SendMessageBatch": "SendMessage",
    "DeleteMessageBatch": "DeleteMessage",
    "ChangeMessageVisibilityBatch": "ChangeMessageVisibility",
}


class SqsService(Service):
    validation_error = InvalidParameterValueException
    access_denied_error = AccessDenied
    actions = _ACTIONS

    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self.queues: dict[str, Queue] = {}
        self.deleted_at_seconds: dict[str, float] = {}

    def permissions(self, operation: str, parameters: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """The queue that a call names by URL, name or ARN."""
        url, name = parameters.get("QueueUrl"), parameters.get("QueueName")
        if url is not None:
            account_id, name = queue_place(url, self.account_id)
            yield self.action(operation), f"arn:{self.partition}:sqs:{self.region}:{account_id}:{name}"
        else:
            yield self.action(operation), parameters.get("SourceArn") or self.arn(name or "*")

    def resource_policy(self, resource: str) -> Policy | None:
        parsed = Arn.parse(resource)
        owner: SqsService = self.cloud.service("sqs", parsed.account_id, parsed.region or self.region)
        queue = owner.queues.get(parsed.resource)
        return None if queue is None else queue.settings.policy

    def target(self, arn: str) -> Target:
        """Raises QueueDoesNotExist."""
        return QueueTarget(self.queue_named(arn.rpartition(":")[2]))

    def queue_named(self, name: str) -> Queue:
        """Raises QueueDoesNotExist."""
        queue = self.queues.get(name)
        if queue is None:
            raise QueueDoesNotExist(UNKNOWN_QUEUE)
        return queue

    def queue(self, url: str) -> Queue:
        """The queue of a URL, which may be another account's. Raises AccessDenied, QueueDoesNotExist."""
        account_id, name = queue_place(url, self.account_id)
        if account_id == self.account_id:
            return self.queue_named(name)
        self.authorise_elsewhere()
        owner: SqsService = self.cloud.service("sqs", account_id, self.region)
        return owner.queue_named(name)

    def queue_url(self, name: str) -> str:
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        return f"https://sqs.{self.region}.{suffix}/{self.account_id}/{name}"


def queue_place(url: str, account_id: str) -> tuple[str, str]:
    """The account and name of a queue's URL, which may be its name alone."""
    parts = urlsplit(url).path.strip("/").split("/")
    return (parts[-2] if len(parts) > 1 and parts[-2].isdigit() else account_id), parts[-1]


def for_each(
    entries: Sequence[Mapping[str, Any]], do: Callable[[Mapping[str, Any]], Mapping[str, Any]]
) -> dict[str, Any]:
    """Do a batch's entries one by one, each for itself; the answer tells of each.

    Raises EmptyBatchRequest, TooManyEntriesInBatchRequest, InvalidBatchEntryId, BatchEntryIdsNotDistinct.
    """
    _check_batch([entry["Id"] for entry in entries])
    successful: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for entry in entries:
        try:
            successful.append({"Id": entry["Id"], **do(entry)})
        except AwsError as error:
            code = error.code or error.shape_name
            failed.append({"Id": entry["Id"], "SenderFault": True, "Code": code, "Message": error.message})
    answer: dict[str, Any] = {"Successful": successful, "Failed": failed}
    return answer


def _check_batch(ids: Sequence[str]) -> None:
    if not ids:
        raise EmptyBatchRequest("There should be at least one entry in the request.")
    if len(ids) > MAX_BATCH:
        raise TooManyEntriesInBatchRequest(
            f"Maximum number of entries per request are {MAX_BATCH}. You have sent {len(ids)}."
        )
    if any(_ENTRY_ID.fullmatch(entry_id) is None for entry_id in ids):
        raise InvalidBatchEntryId(
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. "
            "It can be at most 80 letters long."
        )
    repeated = next((entry_id for entry_id in ids if ids.count(entry_id) > 1), None)
    if repeated is not None:
        raise BatchEntryIdsNotDistinct(f"Id {repeated} repeated.")
