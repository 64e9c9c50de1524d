"""TransactGetItems and TransactWriteItems: all or nothing, at twice the price."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.charging import charge_reads, charge_writes
from skymock.services.dynamodb.conflicts import taken
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import Condition, Projection
from skymock.services.dynamodb.item_collection import collection_metrics
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.operations.request_expressions import (
    RequestExpressions,
    condition_of,
    older_checked_item,
    older_weighed_item,
)
from skymock.services.dynamodb.read import answered
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.transaction import (
    Costs,
    Named,
    Reason,
    RequestTokens,
    changes_of,
    check_size,
    refuse_conflicts,
    refuse_duplicates,
    refuse_failures,
    validation_reason,
    with_consumption,
)
from skymock.services.dynamodb.values import Item
from skymock.services.dynamodb.write import ItemWrite, delete, keep, put_of, update_of

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

Wire = Mapping[str, Any]


# A read: the table's name as the request gives it, the table, where the item lies, and what is wanted of it.
Read: TypeAlias = tuple[str, Table, Place, Projection | None]


def read_together(reads: Sequence[Read], return_consumed_capacity: str) -> Output:
    """What a transaction of reads answers. Raises ValidationException, TransactionCanceledException."""
    refuse_duplicates([(table.arn, place) for _, table, place, _ in reads])
    refuse_conflicts([(table, place) for _, table, place, _ in reads])
    found = [table.items.get(place) for _, table, place, _ in reads]
    check_size(found)
    costs = charge_reads(
        [(name, table, place, stored) for (name, table, place, _), stored in zip(reads, found, strict=True)]
    )
    responses = [
        {} if stored is None else {"Item": answered(stored, projection)}
        for (_, _, _, projection), stored in zip(reads, found, strict=True)
    ]
    return with_consumption({"Responses": responses}, costs, return_consumed_capacity, "Read")


class TransactionOperations(TableService):
    def __init__(self, cloud: Cloud, account_id: str, region: str) -> None:
        super().__init__(cloud, account_id, region)
        self._tokens = RequestTokens(cloud.clock)

    @operation
    def transact_get_items(
        self, transact_items: Sequence[Wire], return_consumed_capacity: str = "NONE"
    ) -> Output:
        """Read several items as of one moment. (DynamoDB API: TransactGetItems)

        Returns `Responses` in the order of the requests, empty ones where there is no item.
        Raises ValidationException, ResourceNotFoundException, and TransactionCanceledException with a reason for
        each item that a transaction is at work on, or that there is no capacity for.
        """
        reads = self._transact_reads([request["Get"] for request in transact_items])
        return read_together(reads, return_consumed_capacity)

    def _transact_reads(self, gets: Sequence[Wire]) -> list[Read]:
        """The reads, with their places. All that needs no table is checked first."""
        checked = [_checked_get(get) for get in gets]
        tables = [self.table_in_transaction(get["TableName"]) for get in gets]
        reads: list[Read] = []
        reasons: list[Reason] = []
        for get, table, (key, projection) in zip(gets, tables, checked, strict=True):
            try:
                reads.append((get["TableName"], table, table.key.place_of_key(key), projection))
                reasons.append({"Code": "None"})
            except ValidationException as error:
                reasons.append(validation_reason(error))
        refuse_failures(reasons)
        return reads

    @operation(takes_its_time=True)
    def transact_write_items(
        self,
        transact_items: Sequence[Wire],
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
        client_request_token: str | None = None,
    ) -> Output:
        """Write several items together, or none. (DynamoDB API: TransactWriteItems)

        With a client request token the same request is done once in ten minutes.
        Raises ValidationException, ResourceNotFoundException, IdempotentParameterMismatchException,
        TransactionInProgressException, and TransactionCanceledException with a reason for each item.
        """
        done = self._tokens.finished(client_request_token, self.call)
        if done is not None:
            return done.shown(return_consumed_capacity)
        writes = self._transact_writes(transact_items)
        changes, costs = self._write_together(writes, client_request_token)
        output = with_consumption({}, costs, return_consumed_capacity, "Write")
        if return_item_collection_metrics == "SIZE":
            _add_collection_metrics(output, writes, changes)
        return output

    def _write_together(self, writes: Sequence[Named], token: str | None) -> tuple[list[Change], Costs]:
        """Do all writes or none. While a planted fault makes it last, nobody else may write to its items."""
        refuse_duplicates([(write.table.arn, write.place) for _, write in writes])
        if self.call.lasting:
            changes_of(writes)  # what cannot be done is refused at once
            with taken([write for _, write in writes]), self._tokens.in_progress(token, self.call):
                self.take_time()
        changes = changes_of(writes)
        costs = charge_writes(writes, changes)
        for (_, write), change in zip(writes, changes, strict=True):
            write.table.apply(change)
        self._tokens.note(token, self.call, writes, changes)
        return changes, costs

    def _transact_writes(self, actions: Sequence[Wire]) -> list[Named]:
        """The writes, bound to their tables. All that needs no table is checked first."""
        requests, made = [], []
        for action in actions:
            kind, request = _kind_of(action)
            requests.append(request)
            made.append(_ACTIONS[kind](request))
        tables = [self.table_in_transaction(request["TableName"]) for request in requests]
        writes: list[Named] = []
        reasons: list[Reason] = []
        for request, table, bind in zip(requests, tables, made, strict=True):
            try:
                write = bind(table)
                write.shows_item_on_failure = request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD"
                writes.append((request["TableName"], write))
                reasons.append({"Code": "None"})
            except ValidationException as error:
                reasons.append(validation_reason(error))
        refuse_failures(reasons)
        return writes


def _kind_of(action: Wire) -> tuple[str, Wire]:
    kinds = [kind for kind, request in action.items() if request is not None]
    if len(kinds) != 1:
        raise ValidationException("TransactItems can only contain one of Check, Put, Update or Delete")
    return kinds[0], action[kinds[0]]


def _checked_get(get: Wire) -> tuple[Item, Projection | None]:
    expressions = RequestExpressions(
        {"ProjectionExpression": get.get("ProjectionExpression")},
        {},
        get.get("ExpressionAttributeNames"),
        older=True,
    )
    key = older_checked_item(get["Key"])
    projection = expressions.projection()
    expressions.require_all_used()
    return key, projection


# What a checked action becomes at its table. Raises ValidationException where it does not fit it.
Bind = Callable[[Table], ItemWrite]


def _put(request: Wire) -> Bind:
    item, size = older_weighed_item(request["Item"])
    condition = _condition_of(request)
    new_item = put_of(item, size)
    return lambda table: ItemWrite(table, table.checked_place(item), new_item, condition)


def _delete(request: Wire) -> Bind:
    key = older_checked_item(request["Key"])
    condition = _condition_of(request)
    return lambda table: ItemWrite(table, table.key.place_of_key(key), delete, condition)


def _check(request: Wire) -> Bind:
    key = older_checked_item(request["Key"])
    condition = _condition_of(request)
    return lambda table: ItemWrite(table, table.key.place_of_key(key), keep, condition)


def _update(request: Wire) -> Bind:
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
    return lambda table: ItemWrite(
        table, table.key.place_of_key(key), update_of(table, key, update), condition
    )


_ACTIONS: dict[str, Callable[[Wire], Bind]] = {
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
