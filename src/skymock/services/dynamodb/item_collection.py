"""Item collections: all that a table and its local indexes hold under one partition key."""

from __future__ import annotations

from typing import Any

from skymock.services.dynamodb.errors import ItemCollectionSizeLimitExceededException, ValidationException
from skymock.services.dynamodb.sizes import ITEM_TOO_BIG, MAX_ITEM_SIZE
from skymock.services.dynamodb.table import Change, Table

_GIGABYTE = 1 << 30


def check_collection(table: Table, change: Change) -> None:
    """Hold a write to a table with local indexes to what their entries may weigh.

    An item and its entries may weigh 400 KB together. (Quotas: Item size for tables with local secondary indexes;
    the page has no text for it: this is that of an item too big by itself.)
    Raises ValidationException, ItemCollectionSizeLimitExceededException.
    """
    new = change.new
    if new is None:
        return
    entries = [index_change for index, index_change in change.indexes if not index.is_global]
    # What an index holds of an item is at most the item: mostly no more need be looked at.
    most = new.size * (1 + len(entries))
    size = collection_size(table, change.place[0])
    if most <= MAX_ITEM_SIZE and size + most <= table.max_item_collection_bytes:
        return
    weight = new.size + sum(entry.new.size for entry in entries if entry.new is not None)
    if weight > MAX_ITEM_SIZE:
        raise ValidationException(ITEM_TOO_BIG)
    growth = weight - _weight_before(table, change)
    if growth > 0 and size + growth > table.max_item_collection_bytes:
        raise ItemCollectionSizeLimitExceededException


def _weight_before(table: Table, change: Change) -> int:
    """What the item and its entries in local indexes weigh that are there now."""
    old = change.old
    if old is None:
        return 0
    weight = old.size
    for index in table.local_indexes:
        place = index.key.place_of(old.item, change.place)
        entry = None if place is None else index.items.get(place)
        weight += 0 if entry is None else entry.size
    return weight


def collection_size(table: Table, partition: str) -> int:
    """What a table and its local indexes hold under a partition key, in bytes."""
    size = table.items.collection_size(partition)
    for index in table.local_indexes:
        # A local index has its table's partitions; its own stand under a tuple.
        size += index.items.collection_size((partition,))
    return size


def collection_metrics(table: Table, change: Change) -> dict[str, Any] | None:
    """The API's ItemCollectionMetrics after a write; None for a table without local indexes."""
    stored = change.new or change.old
    if not table.local_indexes or stored is None:
        return None
    size = collection_size(table, change.place[0])
    name = table.key.partition.name
    lower = size // _GIGABYTE
    return {
        "ItemCollectionKey": {name: stored.item[name]},
        "SizeEstimateRangeGB": [float(lower), float(lower + 1)],
    }
