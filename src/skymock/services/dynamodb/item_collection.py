"""Item collections: all that a table and its local indexes hold under one partition key."""

from __future__ import annotations

from typing import Any

from skymock.services.dynamodb.table import Change, Table

_GIGABYTE = 1 << 30


def collection_metrics(table: Table, change: Change) -> dict[str, Any] | None:
    """The API's ItemCollectionMetrics after a write; None for a table without local indexes."""
    local = [index for index in table.indexes.values() if not index.is_global]
    stored = change.new or change.old
    if not local or stored is None:
        return None
    size = table.items.collection_size(change.place[0])
    # A local index has its table's partitions; its own stand under a tuple.
    size += sum(index.items.collection_size((change.place[0],)) for index in local)
    name = table.key.partition.name
    lower = size // _GIGABYTE
    return {
        "ItemCollectionKey": {name: stored.item[name]},
        "SizeEstimateRangeGB": [float(lower), float(lower + 1)],
    }
