"""BatchGetItem and BatchWriteItem: many single requests in one, each for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.protocol.json_encoding import Rendered
from skymock.services.dynamodb.capacity import Consumption, read_units
from skymock.services.dynamodb.errors import (
    Throttled,
    TransactionConflictException,
    ValidationException,
)
from skymock.services.dynamodb.expressions import Projection
from skymock.services.dynamodb.expressions.parameters import check_parameters
from skymock.services.dynamodb.item_collection import collection_metrics
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.operations.request_expressions import (
    RequestExpressions,
    older_checked_item,
    older_weighed_item,
)
from skymock.services.dynamodb.read import answered
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.values import Item, checked_item
from skymock.services.dynamodb.write import ItemWrite, delete, put_of

MAX_BATCH_KEYS = 100  # BatchGetItem: up to 100 items
MAX_BATCH_WRITES = 25  # BatchWriteItem: up to 25 put or delete operations
MAX_RESPONSE_BYTES = 16 * 1024 * 1024  # BatchGetItem: up to 16 MB

Wire = Mapping[str, Any]


class BatchOperations(TableService):
    @operation
    def batch_get_item(
        self, request_items: Mapping[str, Wire], return_consumed_capacity: str = "NONE"
    ) -> Output:
        """Read up to 100 items, also of several tables. (DynamoDB API: BatchGetItem)

        Returns in `UnprocessedKeys` what there was no capacity for, and what goes beyond 16 MB.
        Raises ValidationException, ResourceNotFoundException, and ProvisionedThroughputExceededException when
        nothing at all could be read.
        """
        if sum(len(wanted["Keys"]) for wanted in request_items.values()) > MAX_BATCH_KEYS:
            raise ValidationException("Too many items requested for the BatchGetItem call")
        _check_projections(request_items)
        reads = [self._table_read(name, wanted) for name, wanted in request_items.items()]
        space, throttled = MAX_RESPONSE_BYTES, None
        for read in reads:
            space, error = read.perform(space)
            throttled = throttled or error
        if throttled is not None and not any(read.processed for read in reads):
            raise throttled
        output: dict[str, Any] = {
            "Responses": {read.name: read.items for read in reads},
            "UnprocessedKeys": {read.name: read.unprocessed for read in reads if read.unprocessed},
        }
        if return_consumed_capacity != "NONE":
            output["ConsumedCapacity"] = [
                read.consumption.shown(read.name, return_consumed_capacity) for read in reads
            ]
        return output

    def _table_read(self, name: str, wanted: Wire) -> TableRead:
        expressions = RequestExpressions(
            {"ProjectionExpression": wanted.get("ProjectionExpression")},
            {"AttributesToGet": wanted.get("AttributesToGet")},
            wanted.get("ExpressionAttributeNames"),
        )
        keys = [checked_item(key) for key in wanted["Keys"]]
        projection = expressions.projection()
        expressions.require_all_used()
        table = self.tables.for_items(name)
        places = [table.key.place_of_key(key) for key in keys]
        _refuse_duplicates(places)
        return TableRead(name, table, wanted, places, projection)

    @operation
    def batch_write_item(
        self,
        request_items: Mapping[str, Sequence[Wire]],
        return_consumed_capacity: str = "NONE",
        return_item_collection_metrics: str = "NONE",
    ) -> Output:
        """Put and delete up to 25 items, also of several tables. (DynamoDB API: BatchWriteItem)

        Returns in `UnprocessedItems` what there was no capacity for, and items that a transaction is at work on.
        Raises ValidationException, ResourceNotFoundException, and ProvisionedThroughputExceededException when
        nothing at all could be written.
        """
        if sum(map(len, request_items.values())) > MAX_BATCH_WRITES:
            raise ValidationException("Too many items requested for the BatchWriteItem call")
        writes = [self._table_writes(name, requests) for name, requests in request_items.items()]
        throttled = None
        for write in writes:
            throttled = write.perform() or throttled
        if throttled is not None and not any(write.changes for write in writes):
            raise throttled
        output: dict[str, Any] = {
            "UnprocessedItems": {write.name: write.unprocessed for write in writes if write.unprocessed}
        }
        if return_consumed_capacity != "NONE":
            output["ConsumedCapacity"] = [
                write.consumption.shown(write.name, return_consumed_capacity) for write in writes
            ]
        if return_item_collection_metrics == "SIZE":
            metrics = {write.name: shown for write in writes if (shown := write.collection_metrics())}
            if metrics:
                output["ItemCollectionMetrics"] = metrics
        return output

    def _table_writes(self, name: str, requests: Sequence[Wire]) -> TableWrites:
        checked = [_checked_request(request) for request in requests]
        table = self.tables.for_items(name)
        writes = [_item_write(table, item, size) for item, size in checked]
        _refuse_duplicates([write.place for write in writes])
        return TableWrites(name, table, requests, writes)


def _check_projections(request_items: Mapping[str, Wire]) -> None:
    """Refuse a ProjectionExpression beside an AttributesToGet, also of another table."""
    members = ("ProjectionExpression", "AttributesToGet")
    expression, replaced = (
        next((wanted[name] for wanted in request_items.values() if wanted.get(name) is not None), None)
        for name in members
    )
    check_parameters({"ProjectionExpression": expression}, {"AttributesToGet": replaced})


class TableRead:
    """What a BatchGetItem reads of one table."""

    def __init__(
        self, name: str, table: Table, wanted: Wire, places: list[Place], projection: Projection | None
    ) -> None:
        self.name = name
        self.items: list[Rendered | Item] = []
        self.consumption = Consumption()
        self.unprocessed: dict[str, Any] = {}
        self.processed = False
        self._table = table
        self._wanted = wanted
        self._consistent = bool(wanted.get("ConsistentRead"))
        self._places = places
        self._projection = projection

    def perform(self, space: int) -> tuple[int, Throttled | None]:
        """Read until so many bytes are filled; returns what is left of them, and what stopped it."""
        throttled = None
        unprocessed = []
        items = self._table.items if self._consistent else self._table.seen_items
        for key, place in zip(self._wanted["Keys"], self._places, strict=True):
            stored = items.get(place)
            size = stored.size if stored is not None else 0
            if throttled is None and size <= space:
                throttled = self._read(stored, size, place)
            if throttled is not None or size > space:
                unprocessed.append(key)
            else:
                space -= size
        if unprocessed:
            self.unprocessed = {**self._wanted, "Keys": unprocessed}
        return space, throttled

    def _read(self, stored: StoredItem | None, size: int, place: Place) -> Throttled | None:
        units = Consumption(read_units(size, self._consistent))
        try:
            self._table.charge_item(units, "Read", place)
        except Throttled as error:
            return error
        self.processed = True
        self.consumption.add(units)
        if stored is not None:
            self.items.append(answered(stored, self._projection))
        return None


class TableWrites:
    """What a BatchWriteItem writes to one table."""

    def __init__(
        self, name: str, table: Table, requests: Sequence[Wire], writes: Sequence[ItemWrite]
    ) -> None:
        self.name = name
        self.changes: list[Change] = []
        self.unprocessed: list[Wire] = []
        self._table = table
        self._requests = requests
        self._writes = writes

    def perform(self) -> Throttled | None:
        """Write what there is capacity for; returns what stopped the rest."""
        throttled = None
        for request, write in zip(self._requests, self._writes, strict=True):
            try:
                change = write.perform()
            except Throttled as error:
                throttled = error
                self.unprocessed.append(request)
            except TransactionConflictException:
                # BatchWriteItem has no such error: the write is left for another attempt.
                self.unprocessed.append(request)
            else:
                self.changes.append(change)
        return throttled

    @property
    def consumption(self) -> Consumption:
        total = Consumption()
        for change in self.changes:
            total.add(change.consumption)
        return total

    def collection_metrics(self) -> list[dict[str, Any]]:
        metrics = (collection_metrics(self._table, change) for change in self.changes)
        return [shown for shown in metrics if shown is not None]


def _checked_request(request: Wire) -> tuple[Item, int | None]:
    """The item to put with its size in bytes, or the key of one to delete and None."""
    put, deletion = request.get("PutRequest"), request.get("DeleteRequest")
    if put is not None and deletion is not None:
        raise ValidationException(
            "Supplied AttributeValue has more than one datatypes set, "
            "must contain exactly one of the supported datatypes"
        )
    if put is not None:
        return older_weighed_item(put["Item"])
    if deletion is not None:
        return older_checked_item(deletion["Key"]), None
    raise ValidationException(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )


def _item_write(table: Table, item: Item, size: int | None) -> ItemWrite:
    if size is None:
        return ItemWrite(table, table.key.place_of_key(item), delete)
    # Unlike PutItem, a batch says no more of a wrong key than this. (dynamodb-conformance, batchWriteItem)
    place = table.key.place_in(item)
    table.check_index_keys(item)
    return ItemWrite(table, place, put_of(item, size))


def _refuse_duplicates(places: Sequence[Place]) -> None:
    if len(set(places)) != len(places):
        raise ValidationException("Provided list of item keys contains duplicates")
