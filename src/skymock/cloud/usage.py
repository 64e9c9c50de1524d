"""Usage: what a test consumed, as a bill would say it."""

from __future__ import annotations

from collections.abc import Callable, Iterator


class UnitsUsed:
    """Units used in one direction, and requests that were throttled."""

    __slots__ = ("throttles", "units")

    def __init__(self) -> None:
        self.units = 0.0
        self.throttles = 0

    def clear(self) -> None:
        self.units, self.throttles = 0.0, 0


class IndexUsage:
    """What was used of an index, or of a table without its indexes.

    read, write: the two directions. measure: gives the bytes that it stores now.
    """

    __slots__ = ("measure", "read", "write")

    def __init__(self) -> None:
        self.read = UnitsUsed()
        self.write = UnitsUsed()
        self.measure: Callable[[], int] = _nothing

    @property
    def read_units(self) -> float:
        return self.read.units

    @property
    def write_units(self) -> float:
        return self.write.units

    @property
    def read_throttles(self) -> int:
        return self.read.throttles

    @property
    def write_throttles(self) -> int:
        return self.write.throttles

    @property
    def throttles(self) -> int:
        """Requests that were throttled because of it, each attempt for itself."""
        return self.read_throttles + self.write_throttles

    @property
    def storage_bytes(self) -> int:
        """The bytes that it stores now: 0 once it is deleted."""
        return self.measure()

    def clear(self) -> None:
        self.read.clear()
        self.write.clear()

    def __repr__(self) -> str:
        return (
            f"{self.read_units:g} read units, {self.write_units:g} write units, {self.throttles} throttles, "
            f"{self.storage_bytes} bytes"
        )


class TableUsage(IndexUsage):
    """What was used of a table, all of its indexes included. It outlives the table.

    table_only: without the indexes. A local index uses its table's capacity, so what it used is in there too.
    """

    __slots__ = ("account_id", "global_indexes", "local_indexes", "name", "region", "table_only")

    def __init__(self, name: str, region: str = "", account_id: str = "") -> None:
        super().__init__()
        self.name = name
        self.region = region
        self.account_id = account_id
        self.table_only = IndexUsage()
        self.global_indexes: dict[str, IndexUsage] = {}
        self.local_indexes: dict[str, IndexUsage] = {}

    def index(self, name: str) -> IndexUsage:
        """What was used of one of its indexes. Raises LookupError for one that never was."""
        usage = self.global_indexes.get(name) or self.local_indexes.get(name)
        if usage is None:
            raise LookupError(f"the table {self.name} never had an index {name}")
        return usage

    @property
    def read_units(self) -> float:
        return sum(part.read.units for part in self._charged)

    @property
    def write_units(self) -> float:
        return sum(part.write.units for part in self._charged)

    @property
    def read_throttles(self) -> int:
        return sum(part.read.throttles for part in self._charged)

    @property
    def write_throttles(self) -> int:
        return sum(part.write.throttles for part in self._charged)

    @property
    def storage_bytes(self) -> int:
        return sum(part.measure() for part in self._parts)

    def clear(self) -> None:
        for part in self._parts:
            part.clear()

    @property
    def _charged(self) -> Iterator[IndexUsage]:
        yield self.table_only
        yield from self.global_indexes.values()

    @property
    def _parts(self) -> Iterator[IndexUsage]:
        yield from self._charged
        yield from self.local_indexes.values()


class Usage:
    """What a cloud's tables used, in all accounts and regions. Iterate it for the tables, or print it."""

    def __init__(self, account_id: str, region: str) -> None:
        self._account_id = account_id
        self._region = region
        self._tables: dict[tuple[str, str, str], TableUsage] = {}

    def table(self, name: str, *, region: str | None = None, account_id: str | None = None) -> TableUsage:
        """What was used of a table, of the mock's own account and region by default.

        Raises LookupError for a table that never was.
        """
        region = region or self._region
        usage = self._tables.get((account_id or self._account_id, region, name))
        if usage is None:
            raise LookupError(f"there never was a table {name} in {region}")
        return usage

    def of_new_table(self, name: str, region: str, account_id: str) -> TableUsage:
        """Where a table notes what is used of it; one that takes the name of a deleted one goes on with its."""
        place = account_id, region, name
        usage = self._tables.get(place)
        if usage is None:
            usage = self._tables[place] = TableUsage(name, region, account_id)
        return usage

    def __iter__(self) -> Iterator[TableUsage]:
        return iter(list(self._tables.values()))

    @property
    def read_units(self) -> float:
        return sum(table.read_units for table in self)

    @property
    def write_units(self) -> float:
        return sum(table.write_units for table in self)

    @property
    def throttles(self) -> int:
        return sum(table.throttles for table in self)

    @property
    def storage_bytes(self) -> int:
        return sum(table.storage_bytes for table in self)

    def clear(self) -> None:
        """Count from here on."""
        for table in self:
            table.clear()

    def __str__(self) -> str:
        return "\n".join(f"{table.name} ({table.region}): {table!r}" for table in self)


def _nothing() -> int:
    return 0
