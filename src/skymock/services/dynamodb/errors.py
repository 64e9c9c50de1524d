"""DynamoDB's exceptions, under AWS's names."""

from __future__ import annotations

from typing import Any, ClassVar

from skymock.errors import AwsError

INVALID_PARAMETER = "One or more parameter values were invalid: "
INVALID_REQUEST = "Invalid Request: "


class ValidationException(AwsError):
    """A request that AWS refuses before it looks at any item. DynamoDB's model omits the shape."""

    code, status = "ValidationException", 400


def in_envelope(error: ValidationException) -> ValidationException:
    """How PutItem, UpdateItem and DeleteItem tell what they refuse before they look for the table.

    Query tells so what is wrong with its Select. (paritysuite/dynamodb-conformance, recorded in October 2026)
    """
    return ValidationException(f"1 validation error detected: {error.message}")


class InvalidAttributeValue(ValidationException):
    """An attribute value that AWS refuses. AWS has two checks for values, and they word it differently.

    message: of PutItem, UpdateItem, DeleteItem, GetItem, BatchGetItem and Query. older_message: of
    BatchWriteItem, TransactWriteItems, TransactGetItems and Scan. (paritysuite/dynamodb-conformance,
    valueLayers.test.ts, recorded in October 2026)
    """

    def __init__(self, message: str, older_message: str | None = None) -> None:
        super().__init__(message)
        self.older_message = message if older_message is None else older_message

    @property
    def shape_name(self) -> str:
        return "ValidationException"


class EmptyKeyValue(ValidationException):
    """An empty key value. It refuses a whole transaction, where other wrong keys are an action's reason.

    (paritysuite/dynamodb-conformance, transactWriteItems.test.ts and transactIndexKeys.test.ts, recorded)
    """

    @property
    def shape_name(self) -> str:
        return "ValidationException"


class ConditionalCheckFailedException(AwsError):
    """The condition was false. The member `Item` is sent back when it was asked for and there is an item."""

    def __init__(self, message: str = "The conditional request failed", **members: Any) -> None:
        super().__init__(message, **members)


class TransactionCanceledException(AwsError):
    """A transaction was given up. The member `CancellationReasons` says why, for each of its items."""


class TransactionConflictException(AwsError):
    """A transaction is at work on the item."""

    def __init__(self, message: str = "Transaction is ongoing for the item") -> None:
        super().__init__(message)


class TransactionInProgressException(AwsError):
    """A transaction with the same client request token has not ended yet. (aws-sdk-java-v2, issue 2518)"""

    def __init__(self, message: str = "Transaction from previous request is still in progress") -> None:
        super().__init__(message)


class ItemCollectionSizeLimitExceededException(AwsError):
    """An item collection of a table with local indexes would grow beyond its limit.

    The text is the developer guide's (Error handling), without the full stop that the guide gives every text.
    """

    def __init__(self, message: str = "Collection size exceeded") -> None:
        super().__init__(message)


class ReplicatedWriteConflictException(AwsError):
    """Another region is writing the item, with multi-Region strong consistency."""

    def __init__(
        self, message: str = "One or more items in this request are being modified in another Region"
    ) -> None:
        super().__init__(message)


class GlobalTableNotFoundException(AwsError):
    """There is no global table of version 2017.11.29: there are none any more."""


class IdempotentParameterMismatchException(AwsError):
    """A client request token was used again, with other parameters."""


class DuplicateItemException(AwsError):
    """PartiQL's INSERT found an item with the same key."""


class Throttled(AwsError):
    """More was asked of a table, an index or a key than there is capacity for. AWS has three exceptions for that.

    reason_code: what batches and transactions call it.
    """

    reason_code: ClassVar[str]


class ProvisionedThroughputExceededException(Throttled):
    """More was asked of a table or an index than its provisioned capacity."""

    reason_code = "ProvisionedThroughputExceeded"


class RequestLimitExceeded(Throttled):
    """More was asked of an on-demand table than the account's quota allows."""

    reason_code = "RequestLimitExceeded"


class ThrottlingException(Throttled):
    """More was asked of an on-demand table than it takes now, or of the control plane."""

    reason_code = "ThrottlingError"


class ResourceNotFoundException(AwsError):
    """The table, index or stream does not exist, or is not active."""


class ResourceInUseException(AwsError):
    """The table exists already, or is being changed."""


class LimitExceededException(AwsError):
    """Too many control plane operations at once, or a quota was reached."""


class AccessDeniedException(AwsError):
    """Something of another account's. DynamoDB's model omits the shape."""

    code, status = "AccessDeniedException", 400


class TableNotFoundException(AwsError):
    """The table to back up or restore does not exist, or is still being created."""


class TableAlreadyExistsException(AwsError):
    """The table to restore to exists already."""


class TableInUseException(AwsError):
    """The table to restore to is being restored already."""


class BackupNotFoundException(AwsError):
    """The backup does not exist, or not any more."""


class BackupInUseException(AwsError):
    """The backup is being created, or a table is being restored from it."""


class ContinuousBackupsUnavailableException(AwsError):
    """A table that has just been created cannot be backed up yet."""


class PointInTimeRecoveryUnavailableException(AwsError):
    """The table does not keep its history."""


class InvalidRestoreTimeException(AwsError):
    """The time to restore to is not among those that are kept."""


class InvalidExportTimeException(AwsError):
    """The time, or the period, to export is not one that can be exported."""


class ExportConflictException(AwsError):
    """A client token was used again, for another export."""


class ExportNotFoundException(AwsError):
    """There is no such export."""


class ImportConflictException(AwsError):
    """A client token was used again, for an import into another table."""


class ImportNotFoundException(AwsError):
    """There is no such import."""


class PolicyNotFoundException(AwsError):
    """The resource has no policy, or not the expected revision of one."""


class InternalServerError(AwsError):
    """Something failed at AWS's side. Only a planted fault answers so."""

    status = 500
