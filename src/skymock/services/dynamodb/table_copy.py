"""Tables that are made as others are: restored ones and replicas."""

from __future__ import annotations

from collections.abc import Iterable

from skymock.services.dynamodb.definition import IndexDefinition, TableDefinition
from skymock.services.dynamodb.index import SecondaryIndex
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Table


def definition_of(table: Table) -> TableDefinition:
    """What one would ask for to get such a table."""
    indexes = tuple(index_definition(index) for index in table.indexes.values() if index.status != "DELETING")
    view_type = None if table.stream is None else table.stream.view_type
    maximum = table.throughput.maximum.description or None
    return TableDefinition(
        table.name, dict(table.types), table.key, table.provisioned, indexes, view_type, maximum=maximum
    )


def fill(table: Table, items: Iterable[tuple[Place, StoredItem]]) -> None:
    """Put items into a new table: nobody is charged for it."""
    for place, stored in items:
        table.apply(table.change(place, None, stored.opened()))


def index_definition(index: SecondaryIndex) -> IndexDefinition:
    """What one would ask for to get such an index."""
    throughput, key = index.throughput, index.key
    return IndexDefinition(
        index.name,
        key.partition,
        key.sort,
        index.projection,
        index.is_global,
        None if throughput is None else throughput.provisioned,
        maximum=None if throughput is None else throughput.maximum.description or None,
    )
