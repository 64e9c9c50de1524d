"""Batches: each of their keys for itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.services.dax.data.call import Call
from skymock.services.dax.wire import replies
from skymock.services.dax.wire.items import read_item, write_item
from skymock.services.dax.wire.keys import KeySchema
from skymock.services.dax.wire.parameters import Parameters
from skymock.services.dax.wire.requests import BatchGetItem, BatchWriteItem
from skymock.services.dynamodb.values import checked_item

MAX_BATCH_KEYS = 100  # BatchGetItem


def batch_get_item(call: Call, request: BatchGetItem) -> bytes:
    """Read items as so many GetItems would; what is not in the cache is read in one batch."""
    count = sum(len(wanted.keys) for wanted in request.tables.values())
    # DynamoDB is to refuse a batch that is too big, whatever of it is in the cache.
    use_cache = count <= MAX_BATCH_KEYS
    reads = {name: TableRead(call, request, name, use_cache) for name in request.tables}
    missing = {name: read.missing() for name, read in reads.items() if read.keys_missing}
    call.event.outcome = "miss" if missing else "hit"
    answer: Parameters = {"Responses": {}, "UnprocessedKeys": {}}
    if missing or not reads:
        parameters = call.parameters(BatchGetItem({}, request.options))
        answer = call.dynamodb("BatchGetItem", {**parameters, "RequestItems": missing}, missing)
    for name, read in reads.items():
        read.complete(answer["Responses"].get(name, ()), answer["UnprocessedKeys"].get(name, {}))
    return replies.batch_got(
        {name: read.shown() for name, read in reads.items()},
        {name: read.unprocessed for name, read in reads.items() if read.unprocessed},
        answer.get("ConsumedCapacity", ()),
    )


class TableRead:
    """What a batch reads of one table: the cached part, and the part that DynamoDB is asked for.

    keys_missing, unprocessed: keys as they are cached.
    """

    def __init__(self, call: Call, request: BatchGetItem, table_name: str, use_cache: bool) -> None:
        wanted = request.tables[table_name]
        self._call = call
        self._table_name = table_name
        self._consistent = wanted.consistent
        self._schema: KeySchema = call.schema(table_name)
        self._paths = call.paths(wanted.projection, request)
        self._keys = [self._schema.canonical(key) for key in wanted.keys]
        self._found: dict[bytes, bytes | None] = {}
        self.unprocessed: list[bytes] = []
        # DynamoDB refuses a batch that has a key twice.
        if use_cache and not wanted.consistent and len(set(self._keys)) == len(self._keys):
            self._look_up()
        self.keys_missing = [key for key in self._keys if key not in self._found]

    def _look_up(self) -> None:
        for key in self._keys:
            found = self._call.cached(self._table_name, key)
            if found is not None:
                self._found[key] = found.content

    def missing(self) -> Parameters:
        """What DynamoDB is asked: whole items, so that all of them can be cached."""
        wanted: Parameters = {"Keys": [self._schema.read(key) for key in self.keys_missing]}
        return {**wanted, "ConsistentRead": True} if self._consistent else wanted

    def complete(self, items: Any, unprocessed: Mapping[str, Any]) -> None:
        """Take in what DynamoDB has answered, and cache it: also that there is no item."""
        self.unprocessed = [self._schema.write(key) for key in unprocessed.get("Keys", ())]
        read: dict[bytes, bytes | None] = dict.fromkeys(self.keys_missing)
        for item in items:
            read[self._schema.write(self._schema.key_of(item))] = write_item(item, self._schema.names)
        for key, content in read.items():
            if key in self.unprocessed:
                continue
            self._found[key] = content
            if not self._consistent:
                self._call.store(self._table_name, key, content)

    def shown(self) -> list[bytes]:
        """The elements of the reply."""
        elements: list[bytes] = []
        for key in self._keys:
            content = self._found.get(key)
            if content is None:
                continue
            if self._paths is None:
                elements += replies.keyed_item(key, content)
            else:
                item = read_item(content, self._schema.read(key))
                elements.append(replies.by_place(item, self._paths))
        return elements


def batch_write_item(call: Call, request: BatchWriteItem) -> bytes:
    """Write a batch, and keep what was processed of it."""
    parameters = call.parameters(request)
    answer = call.dynamodb("BatchWriteItem", parameters, request.tables)
    unprocessed: dict[str, list[tuple[bytes, bytes | None]]] = {}
    for name, writes in parameters["RequestItems"].items():
        schema = call.schema(name)
        left = [_written(write, schema) for write in answer["UnprocessedItems"].get(name, ())]
        if left:
            unprocessed[name] = left
        for write in writes:
            key, content = _written(write, schema)
            if (key, content) not in left:
                call.store(name, key, content)
    return replies.batch_written(
        unprocessed, answer.get("ConsumedCapacity", ()), answer.get("ItemCollectionMetrics", {})
    )


def _written(write: Mapping[str, Any], schema: KeySchema) -> tuple[bytes, bytes | None]:
    """The key that a write request names, and the item that it puts there."""
    if "DeleteRequest" in write:
        return schema.write(checked_item(write["DeleteRequest"]["Key"])), None
    item = checked_item(write["PutRequest"]["Item"])
    return schema.write(schema.key_of(item)), write_item(item, schema.names)
