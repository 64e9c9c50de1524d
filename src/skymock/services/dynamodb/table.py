"""A table: its items and indexes, what they may consume, and who hears of their changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from skymock.cloud.clock import Clock
from skymock.cloud.faults import Faults
from skymock.cloud.transitions import Change as StateChange
from skymock.cloud.transitions import Transition, Transitions
from skymock.services.dynamodb.capacity import (
    Consumption,
    ProvisionedUnits,
    Throughput,
    take_all,
    write_units,
)
from skymock.services.dynamodb.conflicts import Conflicts
from skymock.services.dynamodb.definition import IndexDefinition, TableDefinition
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import ResourceNotFoundException, ValidationException
from skymock.services.dynamodb.index import IndexChange, SecondaryIndex
from skymock.services.dynamodb.key import IndexKey, Place
from skymock.services.dynamodb.storage import PlainStore, SortedStore, Store, StoredItem
from skymock.services.dynamodb.stream import TTL_IDENTITY, Stream
from skymock.services.dynamodb.table_arn import TableArn
from skymock.services.dynamodb.table_class import TableClass
from skymock.services.dynamodb.time_to_live import TimeToLive, TimeToLiveSetting
from skymock.services.dynamodb.values import Item

if TYPE_CHECKING:
    from skymock.services.dynamodb.global_table import GlobalTable
    from skymock.services.dynamodb.kinesis_destination import KinesisDestinations
    from skymock.services.dynamodb.point_in_time import History
    from skymock.services.dynamodb.restore import Restore

MAX_ITEM_COLLECTION_BYTES = 10 * 1024**3  # Quotas in DynamoDB: item collections in local secondary indexes


class Change:
    """What a write makes of an item (None: no item) and of its indexes, and what it costs."""

    __slots__ = ("consumption", "indexes", "new", "old", "place")

    def __init__(
        self,
        place: Place,
        old: StoredItem | None,
        new: StoredItem | None,
        indexes: Iterable[tuple[SecondaryIndex, IndexChange]],
        consumption: Consumption,
    ) -> None:
        self.place = place
        self.old = old
        self.new = new
        self.indexes = indexes
        self.consumption = consumption


# Is told of each change after it was made, and who made it where it was no user.
Observer: TypeAlias = Callable[[Change, "dict[str, str] | None"], None]


class Table:
    """One table. throttles: whether it obeys its provisioned throughput.

    life: CREATING, ACTIVE or DELETING. updating: what of it is being changed, while it stays in use.
    max_item_collection_bytes: what it and its local indexes may hold under one partition key; a test may set it.
    observers: are told of each change to an item. A table that nothing copies or counts has none.
    """

    def __init__(
        self,
        definition: TableDefinition,
        arn: str,
        table_id: str,
        clock: Clock,
        faults: Faults,
        throttles: bool,
    ) -> None:
        now = clock.time()
        self.name = definition.name
        self.arn = arn
        self.table_id = table_id
        self.types = definition.types
        self.key = definition.key
        self.created_at_seconds = now
        self.on_demand_since_seconds = now if definition.provisioned is None else None
        self.life = "ACTIVE"
        self.updating: list[str] = []
        self.deletion_protection = False
        self.table_class = TableClass(definition.table_class)
        self.encryption: Encryption | None = None
        self.tags: dict[str, str] = {}
        self.items: Store = PlainStore() if definition.key.sort is None else SortedStore()
        self.conflicts = Conflicts(arn, definition.key, faults)
        self.throughput = Throughput("Table", arn, definition.provisioned, now)
        self.indexes: dict[str, SecondaryIndex] = {}
        self.local_indexes: list[SecondaryIndex] = []  # they stay as long as the table does
        self.max_item_collection_bytes = MAX_ITEM_COLLECTION_BYTES
        self._index_keys: list[IndexKey] = []  # in the order in which AWS reports a wrong one
        self.stream: Stream | None = None
        self.latest_stream: Stream | None = None  # stays when it is disabled
        self.time_to_live_setting = TimeToLiveSetting()
        self.time_to_live: TimeToLive | None = None  # while it is enabled
        self.observers: tuple[Observer, ...] = ()
        self.can_be_backed_up = False
        self.recovery: History | None = None
        self.kinesis_destinations: KinesisDestinations | None = None  # from when they are first asked for
        self.restore: Restore | None = None  # while it is being restored
        self.global_table: GlobalTable | None = None
        self._clock = clock
        self._throttles = throttles
        self._under_way: list[Transition] = []
        self.throughput.warm.begin_with(definition.warm, "table", definition.provisioned is None)
        for index in definition.indexes:
            self.add_index(index)

    @property
    def provisioned(self) -> ProvisionedUnits | None:
        """None on demand."""
        return self.throughput.provisioned

    @property
    def billing_mode(self) -> str:
        return "PAY_PER_REQUEST" if self.provisioned is None else "PROVISIONED"

    @property
    def status(self) -> str:
        """The API's TableStatus."""
        return "UPDATING" if self.updating and self.life == "ACTIVE" else self.life

    @property
    def throughputs(self) -> Iterator[Throughput]:
        """Its own throughput and those of its global indexes."""
        yield self.throughput
        for index in self.indexes.values():
            if index.throughput is not None:
                yield index.throughput

    def begin(self, change: StateChange, transitions: Transitions) -> None:
        """Let a change of the table's state take its time."""
        self._under_way = [transition for transition in self._under_way if not transition.is_over]
        self._under_way.append(transitions.begin(change))

    def described(self) -> None:
        """Note that the table is about to be described: a state may have been seen often enough."""
        for transition in self._under_way:
            transition.described()

    def add_index(self, definition: IndexDefinition) -> SecondaryIndex:
        """Add an index and fill it from the items that are there."""
        arn = f"{self.arn}/index/{definition.name}"
        throughput = None
        if definition.is_global:
            throughput = Throughput("Index", arn, definition.provisioned, self._clock.time())
            on_demand = definition.provisioned is None
            throughput.warm.begin_with(definition.warm, f"index {definition.name}", on_demand)
        key = IndexKey(definition.name, definition.partition, definition.sort, self.key)
        index = SecondaryIndex(definition.name, key, definition.projection, arn, throughput)
        for stored in self.items:
            index.apply(index.change(self.key.place_of_item(stored.item), None, stored))
        self.indexes[definition.name] = index
        if not index.is_global:
            self.local_indexes.append(index)
        self._index_keys = [self.indexes[name].key for name in sorted(self.indexes)]
        return index

    def remove_index(self, name: str) -> None:
        del self.indexes[name]
        self._index_keys = [self.indexes[name].key for name in sorted(self.indexes)]
        used = {name for index in self.indexes.values() for name in index.key.names} | set(self.key.names)
        self.types = {name: tag for name, tag in self.types.items() if name in used}

    def index(self, name: str) -> SecondaryIndex:
        """An index to read, by name. Raises ValidationException."""
        index = self.indexes.get(name)
        if index is not None and index.status == "CREATING":
            raise ValidationException(f"Cannot read from backfilling global secondary index: {name}")
        if index is None or index.status == "DELETING":
            raise ValidationException(f"The table does not have the specified index: {name}")
        return index

    def checked_place(self, item: Item) -> Place:
        """Where a checked item lies. Raises ValidationException for a wrong key, also of an index."""
        place = self.key.place_of_item(item)
        self.check_index_keys(item)
        return place

    def check_index_keys(self, item: Item, *, updated: bool = False) -> None:
        """Raises ValidationException for an index's key attribute that is of a wrong type or empty.

        updated: whether an update made the item.
        """
        for key in self._index_keys:
            key.check(item, updated=updated)

    def change(self, place: Place, old: StoredItem | None, new: StoredItem | None) -> Change:
        """What a write would do, and what it would cost. Nothing is done yet."""
        size = max(old.size if old is not None else 0, new.size if new is not None else 0)
        consumption = Consumption(write_units(size))
        if not self.indexes:
            return Change(place, old, new, (), consumption)
        changes = []
        for index in self.indexes.values():
            change = index.change(place, old, new)
            changes.append((index, change))
            if change.units:
                by_index = consumption.global_indexes if index.is_global else consumption.local_indexes
                by_index[index.name] = change.units
        return Change(place, old, new, changes, consumption)

    def apply(self, change: Change, identity: dict[str, str] | None = None) -> None:
        """Do what was worked out. identity: who did it, in the stream's record, where it was no user."""
        old, new = change.old, change.new
        # Those who look into the new item come first: the table keeps only its JSON.
        if self.time_to_live is not None:
            self.time_to_live.replace(
                change.place, None if old is None else old.item, None if new is None else new.item
            )
        if self.stream is not None:
            self.stream.add(change.place, old, new, identity)
        if new is not None:
            self.items.put(change.place, new)
        elif old is not None:
            self.items.remove(change.place)
        for index, index_change in change.indexes:
            index.apply(index_change)
        for observer in self.observers:
            observer(change, identity)

    def observe(self, observer: Observer) -> None:
        """Have every change told from now on."""
        self.observers = (*self.observers, observer)

    def unobserve(self, observer: Observer) -> None:
        self.observers = tuple(other for other in self.observers if other != observer)

    def enable_stream(self, stream: Stream) -> None:
        self.stream = self.latest_stream = stream

    def stop_stream(self) -> Stream | None:
        """Let the stream, if there is one, take no more records."""
        stream, self.stream = self.stream, None
        return stream

    def enable_time_to_live(self, time_to_live: TimeToLive) -> None:
        self.time_to_live = time_to_live
        time_to_live.fill(self.items.entries())

    def disable_time_to_live(self) -> None:
        if self.time_to_live is not None:
            self.time_to_live.stop()
            self.time_to_live = None

    def charge(self, consumption: Consumption, operation: str) -> None:
        """Take what a "Read" or a "Write" consumes. Raises ProvisionedThroughputExceededException."""
        if not self._throttles:
            return
        now = self._clock.time()
        own_units = consumption.table
        if consumption.local_indexes:
            own_units += sum(consumption.local_indexes.values())
        if not consumption.global_indexes:
            self.throughput.take(own_units, operation, now)
            return
        wanted = [(self.throughput, own_units)]
        for name, units in consumption.global_indexes.items():
            throughput = self.indexes[name].throughput
            assert throughput is not None
            wanted.append((throughput, units))
        take_all(wanted, operation, now)

    def provision(self, provisioned: ProvisionedUnits | None) -> None:
        """Change the provisioned throughput; None makes the table and its indexes on-demand."""
        now = self._clock.time()
        if provisioned is None and self.provisioned is not None:
            self.on_demand_since_seconds = now
            for index in self.indexes.values():
                if index.throughput is not None:
                    index.throughput.provision(None, now)
        self.throughput.provision(provisioned, now)

    def expire(self, places: Iterable[Place]) -> None:
        """Delete what time to live has run out for: it costs nothing, and the stream says who did it."""
        if self.global_table is not None and not self.global_table.expires(self):
            return
        for place in places:
            old = self.items.get(place)
            if old is not None:
                self.apply(self.change(place, old, None), TTL_IDENTITY)


class Tables:
    """The tables of an account in a region, by name.

    elsewhere: gives the tables that an ARN's table is among, which may be another account's.
    """

    def __init__(self, elsewhere: Callable[[TableArn], Tables]) -> None:
        self._tables: dict[str, Table] = {}
        self._open: dict[str, Table] = {}  # those whose items can be reached
        self._elsewhere = elsewhere

    def get(self, name_or_arn: str) -> Table | None:
        tables, name = self._place_of(name_or_arn)
        return tables._tables.get(name)

    def for_items(self, name_or_arn: str) -> Table:
        """The table of a request for items. Raises ResourceNotFoundException, which does not name it."""
        table = self._open.get(name_or_arn)
        if table is None:
            tables, name = self._place_of(name_or_arn)
            table = tables._open.get(name)
            if table is None:
                raise ResourceNotFoundException("Requested resource not found")
        return table

    def named(self, name_or_arn: str) -> Table:
        """A table by name or ARN. Raises ResourceNotFoundException."""
        tables, name = self._place_of(name_or_arn)
        table = tables._tables.get(name)
        if table is None:
            raise ResourceNotFoundException(f"Requested resource not found: Table: {name} not found")
        return table

    def add(self, table: Table) -> None:
        self._tables[table.name] = table

    def open(self, table: Table) -> None:
        """Let the table's items be reached."""
        self._open[table.name] = table

    def close(self, table: Table) -> None:
        """Let the table's items be reached no more."""
        del self._open[table.name]

    def remove(self, table: Table) -> None:
        del self._tables[table.name]

    @property
    def names(self) -> list[str]:
        return sorted(self._tables)

    @property
    def count_of_restores(self) -> int:
        """How many tables are being restored."""
        return sum(table.restore is not None for table in self._tables.values())

    def _place_of(self, name_or_arn: str) -> tuple[Tables, str]:
        arn = TableArn.parse(name_or_arn) if name_or_arn.startswith("arn:") else None
        return (self, name_or_arn) if arn is None else (self._elsewhere(arn), arn.name)
