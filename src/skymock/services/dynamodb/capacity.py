"""Capacity: what requests consume.

One read unit is a strongly consistent read of up to 4 KB, one write unit is a write of up to 1 KB.
(DynamoDB read and write operations)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
TRANSACTION_FACTOR = 2


def read_units(size: int, consistent: bool) -> float:
    """What a read of so many bytes costs; also of nothing."""
    units = -(-size // READ_UNIT_BYTES) or 1
    return float(units) if consistent else units / 2


def write_units(size: int) -> float:
    """What a write of so many bytes costs; also of nothing."""
    return float(-(-size // WRITE_UNIT_BYTES) or 1)


@dataclass(frozen=True, slots=True)
class ProvisionedUnits:
    """Provisioned throughput: units a second."""

    read: int
    write: int

    @classmethod
    def of(cls, wire: Mapping[str, int] | None) -> ProvisionedUnits | None:
        """From the API's ProvisionedThroughput."""
        return None if wire is None else cls(wire["ReadCapacityUnits"], wire["WriteCapacityUnits"])

    @property
    def pair(self) -> tuple[int, int]:
        return self.read, self.write

    def is_decrease_of(self, other: ProvisionedUnits) -> bool:
        """Whether either rate is lower."""
        return self.read < other.read or self.write < other.write


_NO_INDEXES: Mapping[str, float] = {}


class Consumption:
    """What a request consumes of one table: units of the table itself and of its indexes, by their names."""

    __slots__ = ("global_indexes", "local_indexes", "table")

    def __init__(
        self,
        table: float = 0.0,
        local_indexes: Mapping[str, float] = _NO_INDEXES,
        global_indexes: Mapping[str, float] = _NO_INDEXES,
    ) -> None:
        self.table = table
        self.local_indexes = local_indexes
        self.global_indexes = global_indexes

    @property
    def total(self) -> float:
        return self.table + sum(self.local_indexes.values()) + sum(self.global_indexes.values())

    def add(self, other: Consumption) -> None:
        self.table += other.table
        self.local_indexes = _sums(self.local_indexes, other.local_indexes)
        self.global_indexes = _sums(self.global_indexes, other.global_indexes)

    def times(self, factor: int) -> Consumption:
        """What the same costs that many times over: in a transaction, twice."""
        return Consumption(
            self.table * factor,
            {name: units * factor for name, units in self.local_indexes.items()},
            {name: units * factor for name, units in self.global_indexes.items()},
        )

    def shown(self, table_name: str, detail: str, kind: str | None = None) -> dict[str, Any]:
        """The API's ConsumedCapacity. detail: TOTAL, or INDEXES for a breakdown.

        kind: "Read" or "Write" says so besides, as AWS does for transactions.
        """
        shown: dict[str, Any] = {"TableName": table_name, **_units(self.total, kind)}
        if detail == "INDEXES":
            shown["Table"] = _units(self.table, kind)
            for member, indexes in (
                ("LocalSecondaryIndexes", self.local_indexes),
                ("GlobalSecondaryIndexes", self.global_indexes),
            ):
                if indexes:
                    shown[member] = {name: _units(units, kind) for name, units in indexes.items()}
        return shown


def _sums(units: Mapping[str, float], others: Mapping[str, float]) -> Mapping[str, float]:
    if not others:
        return units
    return {name: units.get(name, 0.0) + others.get(name, 0.0) for name in {**units, **others}}


def _units(units: float, kind: str | None) -> dict[str, float]:
    shown = {"CapacityUnits": units}
    if kind is not None:
        shown[f"{kind}CapacityUnits"] = units
    return shown
