"""TransactGetItems and TransactWriteItems: all or nothing, at twice the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.capacity import TRANSACTION_FACTOR, Consumption, read_units
from skymock.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    IdempotentParameterMismatchException,
    ProvisionedThroughputExceededException,
    TransactionCanceledException,
    ValidationException,
)
from skymock.services.dynamodb.expressions import Condition
from skymock.services.dynamodb.item_collection import collection_metrics
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.operations.request_expressions import (
    RequestExpressions,
    condition_of,
    older_checked_item,
)
from skymock.services.dynamodb.read import answered
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.write import ItemWrite, delete, keep, put_of, update_of

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.timeline import Event

TOKEN_KEPT_SECONDS = 600  # TransactWriteItems: a client token is valid for 10 minutes
MAX_TRANSACTION_BYTES = 4 * 1024 * 1024  # Quotas in DynamoDB: items in a transaction, together

Wire = Mapping[str, Any]
Named = tuple[str, ItemWrite]


class TransactionOperations(TableService):
    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self._done: dict[str, FinishedTransaction] = {}

    @operation
    def transact_get_items(
        self, transact_items: Sequence[Wire], return_consumed_capacity: str = "NONE"
    ) -> Output:
        """Read several items as of one moment. (DynamoDB API: TransactGetItems)

        Returns `Responses` in the order of the requests, empty ones where there is no item.
        Raises ValidationException, ResourceNotFoundException, ProvisionedThroughputExceededException.
        """
        reads = [self._transact_read(request["Get"]) for request in transact_items]
        refuse_duplicates([(table.name, place) for _, table, place, _ in reads])
        costs: dict[str, tuple[Table, Consumption]] = {}
        responses: list[dict[str, Any]] = []
        for name, table, place, projection in reads:
            stored = table.items.get(place)
            units = read_units(stored.size if stored is not None else 0, True) * TRANSACTION_FACTOR
            costs.setdefault(name, (table, Consumption()))[1].table += units
            if stored is None:
                responses.append({})
            else:
                responses.append({"Item": answered(stored, projection)})
        for table, consumption in costs.values():
            table.charge(consumption, "Read")
        return with_consumption({"Responses": responses}, costs, return_consumed_capacity, "Read")

    def _transact_read(self, get: Wire) -> tuple[str, Table, Any, Any]:
        expressions = RequestExpressions(
            {"ProjectionExpression": get.get("ProjectionExpression")},
            {},
            get.get("ExpressionAttributeNames"),
            older=True,
        )
        key = older_checked_item(get["Key"])
        projection = expressions.projection()
        expressions.require_all_used()
        table = self.tables.for_items(get["TableName"])
        return get["TableName"], table, table.key.place_of_key(key), projection

    @operation
    def transact_write_items(
        self,
        transact_items: Sequence[Wire],
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
        client_request_token: str | None = None,
    ) -> Output:
        """Write several items together, or none. (DynamoDB API: TransactWriteItems)

        With a client request token the same request is done once in ten minutes.
        Raises ValidationException, ResourceNotFoundException, IdempotentParameterMismatchException, and
        TransactionCanceledException with a reason for each item.
        """
        if client_request_token is not None:
            done = self._finished(client_request_token)
            if done is not None:
                return done.shown(return_consumed_capacity)
        writes = [self._transact_write(request) for request in transact_items]
        refuse_duplicates([(write.table.name, write.place) for _, write in writes])
        changes = _changes_of(writes)
        costs = charged(writes, changes)
        for (_, write), change in zip(writes, changes, strict=True):
            write.table.apply(change)
        if client_request_token is not None:
            self._done[client_request_token] = FinishedTransaction(self.call, writes, changes)
        output = with_consumption({}, costs, return_consumed_capacity, "Write")
        if return_item_collection_metrics == "SIZE":
            _add_collection_metrics(output, writes, changes)
        return output

    def _finished(self, token: str) -> FinishedTransaction | None:
        """The transaction that was done with a token. Raises IdempotentParameterMismatchException."""
        horizon = self.cloud.clock.time() - TOKEN_KEPT_SECONDS
        while self._done and (oldest := next(iter(self._done))):  # they are kept in the order of their times
            if self._done[oldest].at_seconds >= horizon:
                break
            del self._done[oldest]
        done = self._done.get(token)
        if done is not None and not done.is_repeated_by(self.call):
            raise IdempotentParameterMismatchException
        return done

    def _transact_write(self, action: Wire) -> Named:
        kinds = [kind for kind, request in action.items() if request is not None]
        if len(kinds) != 1:
            raise ValidationException("TransactItems can only contain one of Check, Put, Update or Delete")
        request = action[kinds[0]]
        make = _ACTIONS[kinds[0]]
        write = make(request, lambda: self.tables.for_items(request["TableName"]))
        write.shows_item_on_failure = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
        return request["TableName"], write


class FinishedTransaction:
    """A transaction that was done under a client request token, by a call of the API."""

    def __init__(self, call: Event, writes: Sequence[Named], changes: Sequence[Change]) -> None:
        self.at_seconds = call.at_seconds
        self._call = call
        self._sizes = [
            (name, write.table, _size_after(change))
            for (name, write), change in zip(writes, changes, strict=True)
        ]

    def is_repeated_by(self, call: Event) -> bool:
        return bool(_actions_in(call) == _actions_in(self._call))

    def shown(self, return_consumed_capacity: str) -> Output:
        """What a repetition answers: it only reads, and says so. (TransactWriteItems: Idempotency)"""
        costs: dict[str, tuple[Table, Consumption]] = {}
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


def _actions_in(call: Event) -> Any:
    parameters = call.parameters or {}
    return parameters.get("TransactItems") or parameters.get("TransactStatements")


FindTable = Callable[[], Table]


def _put(request: Wire, find_table: FindTable) -> ItemWrite:
    item = older_checked_item(request["Item"])
    condition = _condition_of(request)
    table = find_table()
    return ItemWrite(table, table.checked_place(item), put_of(item), condition)


def _delete(request: Wire, find_table: FindTable) -> ItemWrite:
    key = older_checked_item(request["Key"])
    condition = _condition_of(request)
    table = find_table()
    return ItemWrite(table, table.key.place_of_key(key), delete, condition)


def _check(request: Wire, find_table: FindTable) -> ItemWrite:
    key = older_checked_item(request["Key"])
    condition = _condition_of(request)
    table = find_table()
    return ItemWrite(table, table.key.place_of_key(key), keep, condition)


def _update(request: Wire, find_table: FindTable) -> ItemWrite:
    key = older_checked_item(request["Key"])
    expressions = RequestExpressions(
        {
            "UpdateExpression": request["UpdateExpression"],
            "ConditionExpression": request.get("ConditionExpression"),
        },
        {},
        request.get("ExpressionAttributeNames"),
        request.get("ExpressionAttributeValues"),
        older=True,
    )
    update = expressions.update()
    condition = expressions.condition()
    expressions.require_all_used()
    table = find_table()
    return ItemWrite(table, table.key.place_of_key(key), update_of(table, key, update), condition)


_ACTIONS: dict[str, Callable[[Wire, FindTable], ItemWrite]] = {
    "Put": _put,
    "Update": _update,
    "Delete": _delete,
    "ConditionCheck": _check,
}


def _condition_of(request: Wire) -> Condition | None:
    return condition_of(
        request.get("ConditionExpression"),
        request.get("ExpressionAttributeNames"),
        request.get("ExpressionAttributeValues"),
        older=True,
    )


def _changes_of(writes: Sequence[Named]) -> list[Change]:
    """What all writes do. Raises TransactionCanceledException when one of them cannot be done."""
    changes: list[Change] = []
    reasons: list[dict[str, Any]] = []
    size = 0
    for _, write in writes:
        reason: dict[str, Any] = {"Code": "None"}
        try:
            change = write.change()
            changes.append(change)
            size += change.new.size if change.new is not None else 0
        except ConditionalCheckFailedException as error:
            reason = {"Code": "ConditionalCheckFailed", "Message": error.message, **error.members}
        except ValidationException as error:
            reason = {"Code": "ValidationError", "Message": error.message}
        reasons.append(reason)
    if len(changes) != len(writes):
        raise cancelled(reasons)
    if size > MAX_TRANSACTION_BYTES:
        raise ValidationException("Collection size of items in transaction cannot exceed 4194304")
    return changes


def charged(writes: Sequence[Named], changes: Sequence[Change]) -> dict[str, tuple[Table, Consumption]]:
    """Take the capacity for all writes, by the names of the tables. Raises TransactionCanceledException."""
    costs: dict[str, tuple[Table, Consumption]] = {}
    for (name, write), change in zip(writes, changes, strict=True):
        _, consumption = costs.setdefault(name, (write.table, Consumption()))
        consumption.add(change.consumption.times(TRANSACTION_FACTOR))
    for name, (table, consumption) in costs.items():
        try:
            table.charge(consumption, "Write")
        except ProvisionedThroughputExceededException as error:
            throttled = {"Code": "ThrottlingError", "Message": error.message}
            raise cancelled(
                [throttled if name == other else {"Code": "None"} for other, _ in writes]
            ) from None
    return costs


def cancelled(reasons: list[dict[str, Any]]) -> TransactionCanceledException:
    codes = ", ".join(reason["Code"] for reason in reasons)
    return TransactionCanceledException(
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        CancellationReasons=reasons,
    )


def refuse_duplicates(places: Sequence[tuple[str, Any]]) -> None:
    if len(set(places)) != len(places):
        raise ValidationException("Transaction request cannot include multiple operations on one item")


def with_consumption(
    output: dict[str, Any], costs: Mapping[str, tuple[Table, Consumption]], detail: str, kind: str
) -> dict[str, Any]:
    if detail != "NONE":
        output["ConsumedCapacity"] = [
            consumption.shown(name, detail, kind) for name, (_, consumption) in costs.items()
        ]
    return output


def _add_collection_metrics(
    output: dict[str, Any], writes: Sequence[Named], changes: Sequence[Change]
) -> None:
    metrics: dict[str, list[dict[str, Any]]] = {}
    for (name, write), change in zip(writes, changes, strict=True):
        shown = collection_metrics(write.table, change)
        if shown is not None:
            metrics.setdefault(name, []).append(shown)
    if metrics:
        output["ItemCollectionMetrics"] = metrics
