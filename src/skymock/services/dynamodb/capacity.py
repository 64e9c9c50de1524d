"""Capacity: what requests consume, and the provisioned throughput that a table or an index has for them.

One read unit is a strongly consistent read of up to 4 KB, one write unit is a write of up to 1 KB.
(DynamoDB read and write operations; Burst and adaptive capacity)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skymock.services.dynamodb.errors import ProvisionedThroughputExceededException
from skymock.services.dynamodb.warm_throughput import WarmThroughput

READ_UNIT_BYTES = 4096
WRITE_UNIT_BYTES = 1024
BURST_SECONDS = 300  # Burst and adaptive capacity: up to five minutes of unused capacity are kept
TRANSACTION_FACTOR = 2
_DAY_SECONDS = 24 * 3600

TABLE_EXCEEDED = (
    "The level of configured provisioned throughput for the table was exceeded. "
    "Consider increasing your provisioning level with the UpdateTable API."
)
INDEX_EXCEEDED = (
    "The level of configured provisioned throughput for one or more global secondary indexes of the table "
    "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
    "indexes with the UpdateTable API"
)


def read_units(size: int, consistent: bool) -> float:
    """What a read of so many bytes costs; also of nothing."""
    units = -(-size // READ_UNIT_BYTES) or 1
    return float(units) if consistent else units / 2


def write_units(size: int) -> float:
    """What a write of so many bytes costs; also of nothing."""
    return float(-(-size // WRITE_UNIT_BYTES) or 1)


class TokenBucket:
    """Provisioned units a second, with up to 300 seconds of unused ones kept. It starts full.

    A request that needs more than the full bucket holds could never be served: it goes through when the
    bucket is full, and the debt is paid before the next.
    """

    __slots__ = ("_filled_at_seconds", "_units", "units_per_second")

    def __init__(self, units_per_second: int, now_seconds: float) -> None:
        self.units_per_second = units_per_second
        self._units = float(units_per_second * BURST_SECONDS)
        self._filled_at_seconds = now_seconds

    def holds(self, units: float, now_seconds: float) -> bool:
        """Whether so many units can be taken now."""
        most = self.units_per_second * BURST_SECONDS
        held = self._units + (now_seconds - self._filled_at_seconds) * self.units_per_second
        self._units = min(held, most)
        self._filled_at_seconds = now_seconds
        return self._units >= min(units, most)

    def take(self, units: float) -> None:
        self._units -= units

    def change_rate(self, units_per_second: int, now_seconds: float) -> None:
        """Provision another rate; what was kept is kept, as far as the new rate allows."""
        self.holds(0, now_seconds)
        self.units_per_second = units_per_second
        self._units = min(self._units, units_per_second * BURST_SECONDS)


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


class Throughput:
    """The throughput of a table or a global secondary index. On demand there are no buckets.

    kind: "Table" or "Index", as the throttling reasons call it.
    """

    __slots__ = (
        "_decrease_times", "arn", "increased_at_seconds", "kind", "provisioned", "read", "warm", "write",
    )  # fmt: skip

    def __init__(self, kind: str, arn: str, provisioned: ProvisionedUnits | None, now_seconds: float) -> None:
        self.kind = kind
        self.arn = arn
        self.provisioned = provisioned
        self.warm = WarmThroughput(None if provisioned is None else provisioned.pair)
        self.increased_at_seconds: float | None = None
        self._decrease_times: list[float] = []
        self.read: TokenBucket | None = None
        self.write: TokenBucket | None = None
        self._provide(now_seconds)

    def provision(self, provisioned: ProvisionedUnits | None, now_seconds: float) -> None:
        """Provision other rates, or none: on demand."""
        before, self.provisioned = self.provisioned, provisioned
        self.warm.follow(None if provisioned is None else provisioned.pair)
        self._provide(now_seconds)
        if before is None or provisioned is None:
            return
        if provisioned.read > before.read or provisioned.write > before.write:
            self.increased_at_seconds = now_seconds
        if provisioned.read < before.read or provisioned.write < before.write:
            self._decrease_times.append(now_seconds)

    @property
    def decreased_at_seconds(self) -> float | None:
        return self._decrease_times[-1] if self._decrease_times else None

    def decreases_today(self, now_seconds: float) -> int:
        """How often the rates were lowered since midnight (UTC)."""
        midnight = now_seconds - now_seconds % _DAY_SECONDS
        return sum(at_seconds >= midnight for at_seconds in self._decrease_times)

    def _provide(self, now_seconds: float) -> None:
        provisioned = self.provisioned
        if provisioned is None:
            self.read = self.write = None
        elif self.read is None or self.write is None:
            self.read = TokenBucket(provisioned.read, now_seconds)
            self.write = TokenBucket(provisioned.write, now_seconds)
        else:
            self.read.change_rate(provisioned.read, now_seconds)
            self.write.change_rate(provisioned.write, now_seconds)

    def take(self, units: float, operation: str, now_seconds: float) -> None:
        """Take units for a "Read" or a "Write". Raises ProvisionedThroughputExceededException."""
        bucket = self.read if operation == "Read" else self.write
        if bucket is None:
            return
        if not bucket.holds(units, now_seconds):
            raise self.exceeded(operation)
        bucket.take(units)

    def exceeded(self, operation: str) -> ProvisionedThroughputExceededException:
        """The error for a throttled operation: "Read" or "Write"."""
        reason = f"{self.kind}{operation}ProvisionedThroughputExceeded"
        return ProvisionedThroughputExceededException(
            TABLE_EXCEEDED if self.kind == "Table" else INDEX_EXCEEDED,
            ThrottlingReasons=[{"reason": reason, "resource": self.arn}],
        )


class Consumption:
    """What a request consumes of one table: units of the table itself and of its indexes, by their names."""

    __slots__ = ("global_indexes", "local_indexes", "table")

    def __init__(self, table: float = 0.0) -> None:
        self.table = table
        self.local_indexes: dict[str, float] = {}
        self.global_indexes: dict[str, float] = {}

    @property
    def total(self) -> float:
        return self.table + sum(self.local_indexes.values()) + sum(self.global_indexes.values())

    def add(self, other: Consumption) -> None:
        self.table += other.table
        for mine, others in (
            (self.local_indexes, other.local_indexes),
            (self.global_indexes, other.global_indexes),
        ):
            for name, units in others.items():
                mine[name] = mine.get(name, 0.0) + units

    def times(self, factor: int) -> Consumption:
        """What the same costs that many times over: in a transaction, twice."""
        multiplied = Consumption(self.table * factor)
        multiplied.local_indexes = {name: units * factor for name, units in self.local_indexes.items()}
        multiplied.global_indexes = {name: units * factor for name, units in self.global_indexes.items()}
        return multiplied

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


def _units(units: float, kind: str | None) -> dict[str, float]:
    shown = {"CapacityUnits": units}
    if kind is not None:
        shown[f"{kind}CapacityUnits"] = units
    return shown


def take_all(wanted: Iterable[tuple[Throughput, float]], operation: str, now_seconds: float) -> None:
    """Take units of several buckets, or of none. Raises ProvisionedThroughputExceededException.

    operation: "Read" or "Write".
    """
    granted = []
    for throughput, units in wanted:
        bucket = throughput.read if operation == "Read" else throughput.write
        if bucket is None:
            continue
        if not bucket.holds(units, now_seconds):
            raise throughput.exceeded(operation)
        granted.append((bucket, units))
    for bucket, units in granted:
        bucket.take(units)
