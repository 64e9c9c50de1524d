"""UpdateTable's changes to global secondary indexes. They are done at once, backfilling included."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.definition import global_index_definition
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    LimitExceededException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]


def update_indexes(
    table: Table, updates: Sequence[Wire], types: Mapping[str, str], now_seconds: float
) -> None:
    """Create, delete and provision global indexes.

    types: of the attributes that UpdateTable defines. Raises ValidationException, ResourceNotFoundException,
    LimitExceededException.
    """
    wanted = [_action_of(update) for update in updates]
    if sum(kind in {"Create", "Delete"} for kind, _ in wanted) > 1:
        raise LimitExceededException(
            "Subscriber limit exceeded: "
            "Only 1 online index can be created or deleted simultaneously per table"
        )
    for kind, action in wanted:
        if kind == "Create":
            _create(table, action, types)
        elif kind == "Delete":
            _check_global(table, action["IndexName"], "delete")
            table.remove_index(action["IndexName"])
        else:
            _provision(table, action, now_seconds)
    used = {name for index in table.indexes.values() for name in index.key.names} | set(table.key.names)
    table.types = {name: tag for name, tag in table.types.items() if name in used}


def _action_of(update: Wire) -> tuple[str, Wire]:
    for kind in ("Update", "Create", "Delete"):
        if update.get(kind) is not None:
            return kind, update[kind]
    raise ValidationException(
        f"{INVALID_PARAMETER}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null"
    )


def _create(table: Table, action: Wire, types: Mapping[str, str]) -> None:
    if action["IndexName"] in table.indexes:
        raise ValidationException("Attempting to create an index which already exists")
    known = {**table.types, **types}
    definition = global_index_definition(action, known, table.billing_mode)
    table.types = known
    table.add_index(definition)


def _provision(table: Table, action: Wire, now_seconds: float) -> None:
    _check_global(table, action["IndexName"], "update")
    throughput = table.indexes[action["IndexName"]].throughput
    assert throughput is not None
    throughput.provision(ProvisionedUnits.of(action["ProvisionedThroughput"]), now_seconds)


def _check_global(table: Table, name: str, doing: str) -> None:
    index = table.indexes.get(name)
    if index is None:
        raise ResourceNotFoundException(f"Requested resource not found: Index {name} for table {table.name}")
    if not index.is_global:
        raise ValidationException(f"Cannot {doing} an index that is not a GlobalSecondaryIndex: {name}")
