"""What UpdateTable may be asked for, and what becomes of a table's throughput."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from skymock.cloud.transitions import Change
from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.definition import ON_DEMAND, PROVISIONED, checked_throughput, will_not_change
from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException
from skymock.services.dynamodb.index_updates import Action, actions_of, adds_or_removes
from skymock.services.dynamodb.lifecycle import (
    CAPACITY_SECONDS,
    TO_ON_DEMAND_SECONDS,
    TO_PROVISIONED_SECONDS,
    update,
)
from skymock.services.dynamodb.replica_update import ReplicaUpdate
from skymock.services.dynamodb.table import Table

Wire = Mapping[str, Any]


@dataclass(frozen=True)
class TableUpdate:
    """What one UpdateTable asks for; None for what is to stay. types: of the attributes that it defines."""

    billing_mode: str | None
    throughput: Wire | None
    indexes: Sequence[Wire] | None
    types: Mapping[str, str]
    stream: Wire | None
    encryption: Wire | None
    table_class: str | None
    deletion_protection: bool | None
    warm_throughput: Wire | None
    replicas: ReplicaUpdate | None = None
    consistency: str | None = None
    maximum: Wire | None = None

    @property
    def changes_capacity(self) -> bool:
        return self.billing_mode is not None or self.throughput is not None

    @cached_property
    def actions(self) -> list[Action]:
        """What is to be done to indexes. Raises ValidationException."""
        return actions_of(self.indexes or ())

    def check(self) -> None:
        """Raises ValidationException for nothing at all, and for what does not go together.

        (measured: ack-api-quirks, DDB-TABLE-382, 433, 442)
        """
        asked = [part for part in self._parts if part is not None]
        if not asked:
            # A consistency alone changes nothing, but is not asked for either.
            consistency = "MultiRegionConsistency, " if self.consistency is None else ""
            raise ValidationException(
                "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
                "GlobalSecondaryIndexUpdates, SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, "
                f"ReplicaTransitRoleArn, {consistency}DeletionProtectionEnabled, OnDemandThroughput, "
                "WarmThroughput or TableClass is required"
            )
        if self.indexes is not None and not self.indexes:
            raise _invalid("List of GlobalSecondaryIndexUpdates is empty")
        if len(asked) > 1:
            self._check_alone()
        self._check_combination()

    @property
    def _parts(self) -> tuple[object, ...]:
        # Throughput and billing mode are one matter.
        capacity = self.throughput if self.billing_mode is None else self.billing_mode
        return (capacity, self.indexes, self.stream, self.replicas, self.maximum, *self._loners.values())

    @property
    def _loners(self) -> dict[str, object]:
        """What must be asked for alone, in the order in which AWS says so."""
        return {
            "Server-Side Encryption modification": self.encryption,
            "TableClass modification": self.table_class,
            "DeletionProtection modification": self.deletion_protection,
            "WarmThroughput": self.warm_throughput,
        }

    def _check_alone(self) -> None:
        if self.replicas is not None:
            raise _invalid(self.replicas.must_be_alone)
        for name, wanted in self._loners.items():
            if wanted is not None and not (wanted is self.warm_throughput and self.maximum is not None):
                raise _invalid(f"{name} must be the only operation in the request")
        others = (self.indexes, self.stream, self.warm_throughput)
        capacity_alone = self.throughput is not None and self.billing_mode is None
        if self.maximum is not None and (capacity_alone or any(other is not None for other in others)):
            raise _invalid(
                "OnDemandThroughput can only be combined with BillingMode in an UpdateTable request"
            )

    def _check_combination(self) -> None:
        if self.stream is not None and (self.throughput is not None or self.billing_mode == PROVISIONED):
            raise _invalid("You cannot modify stream status while updating table IOPS")
        if not adds_or_removes(self.actions):
            return
        if self.throughput is not None and self.billing_mode is None:
            raise _invalid("You cannot create or delete index while updating table IOPS")
        if self.stream is not None:
            raise _invalid("You cannot create or delete index while changing stream status")


class CapacityUpdate:
    """A change of a table's billing mode or provisioned throughput.

    Raises ValidationException where it is none, LimitExceededException where there were too many.

    billing_mode: what it becomes. seconds: how long it takes.
    """

    def __init__(self, table: Table, wanted: TableUpdate, now_seconds: float) -> None:
        self.billing_mode = wanted.billing_mode or table.billing_mode
        self._table = table
        if wanted.billing_mode == PROVISIONED and wanted.throughput is None:
            raise _invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
        self._check_indexes_provisioned(wanted.actions)
        self._wanted = checked_throughput(self.billing_mode, wanted.throughput)
        if self._wanted is not None and self._wanted == table.provisioned:
            raise will_not_change("table", self._wanted)
        self._check_frequency(now_seconds)

    @property
    def provisioned(self) -> ProvisionedUnits | None:
        """What the table is to have; None on demand."""
        return self._wanted

    def _check_frequency(self, now_seconds: float) -> None:
        """Raises LimitExceededException."""
        if self._wanted is not None:
            self._table.throughput.check_may_become(self._wanted, now_seconds)
        else:
            self._table.check_may_switch(now_seconds)

    @property
    def seconds(self) -> float:
        if self.billing_mode == self._table.billing_mode:
            return CAPACITY_SECONDS
        return TO_ON_DEMAND_SECONDS if self.billing_mode == ON_DEMAND else TO_PROVISIONED_SECONDS

    def begin(self) -> Change:
        table, wanted = self._table, self._wanted
        return update(table, "capacity", self.seconds, lambda: table.provision(wanted))

    def _check_indexes_provisioned(self, actions: Sequence[Action]) -> None:
        """A table that becomes provisioned must say what its global indexes become."""
        if self.billing_mode != PROVISIONED or self._table.provisioned is not None:
            return
        provided = {action["IndexName"] for kind, action in actions if kind == "Update"}
        for index in self._table.indexes.values():
            if index.is_global and index.name not in provided:
                raise _invalid(f"ProvisionedThroughput must be specified for index: {index.name}")


def _invalid(text: str) -> ValidationException:
    return ValidationException(INVALID_PARAMETER + text)
