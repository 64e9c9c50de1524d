"""Transactions: what all of their writes do, what they cost, and which of them have been done already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, TypeAlias

from skymock.cloud.clock import Clock
from skymock.cloud.timeline import Event
from skymock.services.dynamodb.capacity import TRANSACTION_FACTOR, Consumption, read_units
from skymock.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    EmptyKeyValue,
    IdempotentParameterMismatchException,
    ItemCollectionSizeLimitExceededException,
    TransactionCanceledException,
    TransactionConflictException,
    TransactionInProgressException,
    ValidationException,
)
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.write import ItemWrite

TOKEN_KEPT_SECONDS = 600  # TransactWriteItems: a client token is valid for 10 minutes
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024  # Quotas in DynamoDB: items in a transaction, together

Reason: TypeAlias = dict[str, Any]
Named: TypeAlias = tuple[str, ItemWrite]  # a write, and the table's name as the request gives it
Costs: TypeAlias = dict[str, tuple[Table, Consumption]]


def changes_of(writes: Sequence[Named]) -> list[Change]:
    """What all writes do. Raises TransactionCanceledException when one of them cannot be done."""
    changes: list[Change] = []
    reasons: list[Reason] = []
    for _, write in writes:
        reason: Reason = {"Code": "None"}
        try:
            changes.append(write.change())
        except ConditionalCheckFailedException as error:
            reason = write.reason_of(error)
        except TransactionConflictException as error:
            reason = {"Code": "TransactionConflict", "Message": error.message}
        except ItemCollectionSizeLimitExceededException as error:
            reason = {"Code": "ItemCollectionSizeLimitExceeded", "Message": error.message}
        except ValidationException as error:
            reason = validation_reason(error)
        reasons.append(reason)
    refuse_failures(reasons)
    check_size(change.new for change in changes)
    return changes


def check_size(items: Iterable[StoredItem | None]) -> None:
    """Hold the items of a transaction to 4 MB. Raises ValidationException."""
    if sum(stored.size for stored in items if stored is not None) > MAX_TRANSACTION_BYTES:
        raise ValidationException("Collection size of items in transaction cannot exceed 4194304")


def refuse_conflicts(reads: Sequence[tuple[Table, Place]]) -> None:
    """Raises TransactionCanceledException where somebody is at work on an item that is to be read."""
    reasons: list[Reason] = []
    for table, place in reads:
        conflicts = table.conflicts
        reason: Reason = {"Code": "None"}
        if conflicts.taken or conflicts.planted:
            try:
                conflicts.refuse(place)
            except TransactionConflictException as error:
                reason = {"Code": "TransactionConflict", "Message": error.message}
        reasons.append(reason)
    refuse_failures(reasons)


def validation_reason(error: ValidationException) -> Reason:
    """Why a transaction is cancelled for what is wrong with one of its actions. Raises what refuses it whole."""
    if isinstance(error, EmptyKeyValue):
        raise error
    return {"Code": "ValidationError", "Message": error.message}


def refuse_failures(reasons: list[Reason]) -> None:
    if any(reason["Code"] != "None" for reason in reasons):
        raise cancelled(reasons)


def refuse_duplicates(places: Sequence[tuple[str, Any]]) -> None:
    if len(set(places)) != len(places):
        raise ValidationException("Transaction request cannot include multiple operations on one item")


def cancelled(reasons: list[Reason]) -> TransactionCanceledException:
    codes = ", ".join(reason["Code"] for reason in reasons)
    return TransactionCanceledException(
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        CancellationReasons=reasons,
    )


def with_consumption(output: dict[str, Any], costs: Costs, detail: str, kind: str) -> dict[str, Any]:
    if detail != "NONE":
        output["ConsumedCapacity"] = [
            consumption.shown(name, detail, kind) for name, (_, consumption) in costs.items()
        ]
    return output


class FinishedTransaction:
    """A transaction that was done under a client request token, by a call of the API."""

    def __init__(self, call: Event, writes: Sequence[Named], changes: Sequence[Change]) -> None:
        self.call = call
        self._sizes = [
            (name, write.table, _size_after(change))
            for (name, write), change in zip(writes, changes, strict=True)
        ]

    def shown(self, return_consumed_capacity: str) -> Mapping[str, Any]:
        """What a repetition answers: it only reads, and says so. (TransactWriteItems: Idempotency)"""
        costs: Costs = {}
        for name, table, size in self._sizes:
            units = read_units(size, True) * TRANSACTION_FACTOR
            costs.setdefault(name, (table, Consumption()))[1].table += units
        for table, consumption in costs.values():
            table.charge(consumption, "Read")
        return with_consumption({}, costs, return_consumed_capacity, "Read")


def _size_after(change: Change) -> int:
    """The size of the item that a change leaves, or that it took away."""
    stored = change.new or change.old
    return 0 if stored is None else stored.size


class RequestTokens:
    """The client request tokens of transactions: those in progress, and those done in the last ten minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._in_progress: dict[str, Event] = {}
        self._done: dict[str, FinishedTransaction] = {}

    def finished(self, token: str | None, call: Event) -> FinishedTransaction | None:
        """The transaction that was done with a token, and that a call repeats.

        Raises IdempotentParameterMismatchException, TransactionInProgressException.
        """
        if token is None:
            return None
        horizon = self._clock.time() - TOKEN_KEPT_SECONDS
        while self._done and (oldest := next(iter(self._done))):  # they are kept in the order of their times
            if self._done[oldest].call.at_seconds >= horizon:
                break
            del self._done[oldest]
        done, at_work = self._done.get(token), self._in_progress.get(token)
        first = at_work if done is None else done.call
        if first is not None and _actions_in(first) != _actions_in(call):
            raise IdempotentParameterMismatchException
        if at_work is not None:
            raise TransactionInProgressException
        return done

    @contextmanager
    def in_progress(self, token: str | None, call: Event) -> Iterator[None]:
        """Let a token be that of a transaction in progress."""
        if token is None:
            yield
            return
        self._in_progress[token] = call
        try:
            yield
        finally:
            del self._in_progress[token]

    def note(
        self, token: str | None, call: Event, writes: Sequence[Named], changes: Sequence[Change]
    ) -> None:
        """Note that a call has done a transaction."""
        if token is not None:
            self._done[token] = FinishedTransaction(call, writes, changes)


def _actions_in(call: Event) -> Any:
    parameters = call.parameters or {}
    return parameters.get("TransactItems") or parameters.get("TransactStatements")
