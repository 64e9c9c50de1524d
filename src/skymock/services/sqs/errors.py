"""Amazon SQS's exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError

UNKNOWN_QUEUE = "The specified queue does not exist."


class AccessDenied(AwsError):
    """The caller's policies, or the queue's, do not allow the action."""

    code, status = "AccessDenied", 403


class QueueDoesNotExist(AwsError):
    """There is no such queue."""

    code, status = "AWS.SimpleQueueService.NonExistentQueue", 400


class QueueNameExists(AwsError):
    """There is a queue of that name with other attributes."""

    code, status = "QueueAlreadyExists", 400


class InvalidAttributeName(AwsError):
    """A queue has no such attribute, or it cannot be set."""


class InvalidAttributeValue(AwsError):
    """An attribute cannot have that value."""


class InvalidParameterValueException(AwsError):
    """A parameter is not what it should be."""

    code, status = "InvalidParameterValue", 400


class MissingParameterException(AwsError):
    """A parameter that the queue's kind needs is not there."""

    code, status = "MissingParameter", 400


class InvalidMessageContents(AwsError):
    """A message has characters that XML does not have."""


class ReceiptHandleIsInvalid(AwsError):
    """The handle is none that the queue gave out."""


class MessageNotInflight(AwsError):
    """The message is not being worked on."""

    code, status = "AWS.SimpleQueueService.MessageNotInflight", 400


class OverLimit(AwsError):
    """The queue has as many messages in flight, or permissions, as it may have."""


class PurgeQueueInProgress(AwsError):
    """The queue was purged within the last minute."""

    code, status = "AWS.SimpleQueueService.PurgeQueueInProgress", 403


class QueueDeletedRecently(AwsError):
    """A queue of that name was deleted within the last minute."""

    code, status = "AWS.SimpleQueueService.QueueDeletedRecently", 400


class EmptyBatchRequest(AwsError):
    """The batch has no entry."""

    code, status = "AWS.SimpleQueueService.EmptyBatchRequest", 400


class TooManyEntriesInBatchRequest(AwsError):
    """The batch has more than ten entries."""

    code, status = "AWS.SimpleQueueService.TooManyEntriesInBatchRequest", 400


class BatchEntryIdsNotDistinct(AwsError):
    """Two entries of the batch have the same id."""

    code, status = "AWS.SimpleQueueService.BatchEntryIdsNotDistinct", 400


class InvalidBatchEntryId(AwsError):
    """An entry's id has characters that it may not have."""

    code, status = "AWS.SimpleQueueService.InvalidBatchEntryId", 400


class BatchRequestTooLong(AwsError):
    """The messages of the batch are too long together."""

    code, status = "AWS.SimpleQueueService.BatchRequestTooLong", 400


class ResourceNotFoundException(AwsError):
    """There is no such queue to move messages from, or no such task."""


class UnsupportedOperation(AwsError):
    """The queue cannot do that."""

    code, status = "AWS.SimpleQueueService.UnsupportedOperation", 400
