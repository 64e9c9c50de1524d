"""UpdateTable's changes to global secondary indexes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from skymock.cloud.transitions import Change
from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.definition import (
    MAX_GLOBAL_INDEXES,
    ON_DEMAND,
    check_projected,
    global_index_definition,
    will_not_change,
)
from skymock.services.dynamodb.errors import (
    INVALID_PARAMETER,
    LimitExceededException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.dynamodb.index import SecondaryIndex
from skymock.services.dynamodb.lifecycle import (
    INDEX_UPDATE_SECONDS,
    WARM_THROUGHPUT_SECONDS,
    check_updatable,
    in_use,
    index_creation,
    index_deletion,
    index_update,
)
from skymock.services.dynamodb.on_demand import check_changed_maximum
from skymock.services.dynamodb.quotas import Quotas
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]
Action = tuple[str, Wire]


def actions_of(updates: Sequence[Wire]) -> list[Action]:
    """What is to be done, by its kind: Create, Update, Delete. Raises ValidationException."""
    return [_action_of(update) for update in updates]


def adds_or_removes(actions: Sequence[Action]) -> bool:
    return any(kind != "Update" for kind, _ in actions)


class IndexUpdates:
    """The changes that one UpdateTable wants of a table's indexes.

    types: of the attributes that UpdateTable defines. billing_mode: of the table, when it is all done.
    seconds: how long changed throughput takes, where the table's billing mode changes with it.
    """

    def __init__(
        self,
        table: Table,
        actions: Sequence[Action],
        types: Mapping[str, str],
        billing_mode: str,
        seconds: float = INDEX_UPDATE_SECONDS,
        *,
        quotas: Quotas,
    ) -> None:
        self._table = table
        self._actions = actions
        self._types = types
        self._billing_mode = billing_mode
        self._seconds = seconds
        self._quotas = quotas

    @property
    def provisioned(self) -> list[ProvisionedUnits]:
        """What the table's global indexes are to have."""
        after = {
            index.name: index.throughput.provisioned
            for index in self._table.indexes.values()
            if index.throughput is not None
        }
        for kind, action in self._actions:
            if kind == "Delete":
                after.pop(action["IndexName"], None)
            elif action.get("ProvisionedThroughput") is not None:
                after[action["IndexName"]] = ProvisionedUnits.of(action["ProvisionedThroughput"])
        return [units for units in after.values() if units is not None]

    def check(self, now_seconds: float) -> None:
        """Raises ValidationException, ResourceNotFoundException, ResourceInUseException, LimitExceededException.

        Nothing has changed when one action of several is refused.
        """
        added_or_removed = [action for kind, action in self._actions if kind != "Update"]
        for kind, action in self._actions:
            self._check_busy(kind, action["IndexName"])
        if len(added_or_removed) > 1 or (added_or_removed and self._is_index_under_way(added_or_removed[0])):
            raise LimitExceededException(
                "Subscriber limit exceeded: "
                "Only 1 online index can be created or deleted simultaneously per table"
            )
        for kind, action in self._actions:
            _CHECKS[kind](self, action, now_seconds)
        if added_or_removed:
            check_updatable(self._table, "index creation")

    def begin(self, now_seconds: float) -> Iterator[Change]:
        """Let the changes begin; they have been checked."""
        for kind, action in self._actions:
            if kind == "Create":
                yield self._create(action)
            elif kind == "Delete":
                yield index_deletion(self._table, self._table.indexes[action["IndexName"]])
            else:
                yield from self._update(action, now_seconds)

    def _is_index_under_way(self, action: Wire) -> bool:
        """Whether another index is being created or deleted; one that is backfilled may be given up."""
        others = (index for index in self._table.indexes.values() if index.name != action["IndexName"])
        return any(index.status in ("CREATING", "DELETING") for index in others)

    def _check_busy(self, kind: str, name: str) -> None:
        index = self._table.indexes.get(name)
        if index is None or index.status == "ACTIVE":
            return
        place = f"  Table: {self._table.name} Index: {name}"
        if index.status == "DELETING":
            raise in_use(f"Index is being deleted.{place}")
        if index.status == "UPDATING":
            raise in_use(f"Index is being updated.{place}")
        if kind == "Delete" and not index.is_backfilling:
            raise in_use(
                "Index creation is in resource allocation phase. "
                f"Retry deletion during backfilling phase or when the index is active.{place[1:]}"
            )
        if kind == "Update" and not index.is_backfilling:
            raise in_use(f"Index is being created but is not backfilling yet.{place}")

    def _check_creation(self, action: Wire, now_seconds: float) -> None:
        if action["IndexName"] in self._table.indexes:
            raise ValidationException("Attempting to create an index which already exists")
        if sum(index.is_global for index in self._table.indexes.values()) >= MAX_GLOBAL_INDEXES:
            raise LimitExceededException(
                "Subscriber limit exceeded: Number of global secondary indexes exceeds per-table limit of 20"
            )
        new = global_index_definition(action, self._all_types, self._billing_mode)
        check_projected([new.projection, *(index.projection for index in self._table.indexes.values())])
        self._check_quotas(action)

    def _check_quotas(self, action: Wire) -> None:
        name = action["IndexName"]
        self._quotas.check_provisioned(ProvisionedUnits.of(action.get("ProvisionedThroughput")), name)
        self._quotas.check_on_demand(action.get("OnDemandThroughput"), f"index : {name}")
        self._quotas.check_warm(action.get("WarmThroughput"), f"index {name}")

    def _check_deletion(self, action: Wire, now_seconds: float) -> None:
        self._global(action["IndexName"], "delete")

    def _check_update(self, action: Wire, now_seconds: float) -> None:
        index = self._global(action["IndexName"], "update")
        throughput = index.throughput
        assert throughput is not None
        maximum = action.get("OnDemandThroughput")
        if maximum is not None:
            check_changed_maximum(maximum, self._billing_mode != ON_DEMAND, index.name)
        if action.get("WarmThroughput") is not None:
            throughput.warm.check_rise(action["WarmThroughput"], f"index {index.name}")
        wanted = ProvisionedUnits.of(action.get("ProvisionedThroughput"))
        if wanted is None:
            self._check_quotas(action)
            return
        if self._billing_mode == ON_DEMAND:
            raise ValidationException(
                f"{INVALID_PARAMETER}Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for "
                f"index: {index.name} when BillingMode is PAY_PER_REQUEST"
            )
        if wanted == throughput.provisioned:
            raise will_not_change(f"index {index.name}", wanted)
        self._check_quotas(action)
        throughput.check_may_become(wanted, now_seconds)

    def _global(self, name: str, doing: str) -> SecondaryIndex:
        index = self._table.indexes.get(name)
        if index is None:
            raise ResourceNotFoundException(
                f"Requested resource not found: Index {name} for table {self._table.name}"
            )
        if not index.is_global:
            raise ValidationException(f"Cannot {doing} an index that is not a GlobalSecondaryIndex: {name}")
        return index

    @property
    def _all_types(self) -> dict[str, str]:
        return {**self._table.types, **self._types}

    def _create(self, action: Wire) -> Change:
        definition = global_index_definition(action, self._all_types, self._billing_mode)
        index = self._table.add_index(definition)
        used = {name for name, _ in (*definition.partition, *definition.sort)}
        self._table.types = {
            name: tag for name, tag in self._all_types.items() if name in self._table.types or name in used
        }
        return index_creation(self._table, index)

    def _update(self, action: Wire, now_seconds: float) -> Iterator[Change]:
        index = self._table.indexes[action["IndexName"]]
        throughput = index.throughput
        assert throughput is not None
        wanted = ProvisionedUnits.of(action.get("ProvisionedThroughput"))
        if wanted is not None:
            yield index_update(index, lambda: throughput.provision(wanted, now_seconds), self._seconds)
        if action.get("OnDemandThroughput") is not None:
            throughput.limit(action["OnDemandThroughput"], now_seconds)
            yield index_update(index, throughput.maximum.forget_unlimited, INDEX_UPDATE_SECONDS)
        if action.get("WarmThroughput") is not None:
            yield Change(WARM_THROUGHPUT_SECONDS, throughput.warm.begin_rise(action["WarmThroughput"]))


_CHECKS = {
    "Create": IndexUpdates._check_creation,
    "Delete": IndexUpdates._check_deletion,
    "Update": IndexUpdates._check_update,
}


def _action_of(update: Wire) -> Action:
    for kind in ("Update", "Create", "Delete"):
        if update.get(kind) is not None:
            return kind, update[kind]
    raise ValidationException(
        f"{INVALID_PARAMETER}One of GlobalSecondaryIndexUpdate.Update, GlobalSecondaryIndexUpdate.Create, "
        "GlobalSecondaryIndexUpdate.Delete must not be null"
    )
