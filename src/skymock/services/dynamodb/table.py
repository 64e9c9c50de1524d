"""A table: its items and indexes, what they may consume, and who hears of their changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from skymock.cloud.clock import Clock
from skymock.cloud.faults import Faults
from skymock.cloud.transitions import Change as StateChange
from skymock.cloud.transitions import Transition, Transitions
from skymock.cloud.usage import IndexUsage, TableUsage
from skymock.services.dynamodb.capacity import Consumption, ProvisionedUnits, write_units
from skymock.services.dynamodb.conflicts import Conflicts
from skymock.services.dynamodb.decreases import check_another_switch
from skymock.services.dynamodb.definition import IndexDefinition, TableDefinition
from skymock.services.dynamodb.encryption import Encryption
from skymock.services.dynamodb.errors import Throttled, ValidationException
from skymock.services.dynamodb.index import IndexChange, SecondaryIndex
from skymock.services.dynamodb.key import IndexKey, Place
from skymock.services.dynamodb.lagging import past_of, plain_store, sorted_store
from skymock.services.dynamodb.meter import Demand, Operation, take
from skymock.services.dynamodb.storage import Store, StoredItem
from skymock.services.dynamodb.stream import TTL_IDENTITY, Stream
from skymock.services.dynamodb.table_class import TableClass
from skymock.services.dynamodb.throughput import Throughput
from skymock.services.dynamodb.time_to_live import TimeToLive, TimeToLiveSetting
from skymock.services.dynamodb.values import Item

if TYPE_CHECKING:
    from skymock.services.dynamodb.contributor_insights import TableInsights
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
    """One table. throttles: whether it obeys its throughput. usage: where it notes what is used of it.

    items: what it holds. seen_items: what a read sees that is not strongly consistent, `lag_seconds` behind.

    life: CREATING, ACTIVE or DELETING. updating: what of it is being changed, while it stays in use.
    max_item_collection_bytes: what it and its local indexes may hold under one partition key; a test may set it.
    is_being_filled: whether it is a replica or a restored table that is not done yet.
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
        usage: TableUsage | None = None,
        lag_seconds: float = 0,
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
        new_store = plain_store if definition.key.sort is None else sorted_store
        self.items: Store = new_store(lag_seconds, clock)
        self.seen_items = past_of(self.items)
        self.conflicts = Conflicts(arn, definition.key, faults)
        self.usage = TableUsage(definition.name) if usage is None else usage
        self.usage.table_only.measure = self._stored_bytes
        self.throughput = Throughput(
            "Table", arn, definition.provisioned, now, throttles, self.usage.table_only
        )
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
        self.is_being_filled = False
        self.global_table: GlobalTable | None = None
        self.insights: TableInsights | None = None  # from when they are first asked for
        self._clock = clock
        self._throttles = throttles
        self._lag_seconds = lag_seconds
        self._under_way: list[Transition] = []
        self.on_demand_switch_times: list[float] = []
        self.throughput.warm.begin_with(definition.warm, "table", definition.provisioned is None)
        if definition.provisioned is None:
            self.throughput.limit(definition.maximum or {}, now)
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

    @property
    def reserved(self) -> list[ProvisionedUnits]:
        """What is provisioned for it and its global indexes."""
        provisioned = (throughput.provisioned for throughput in self.throughputs)
        return [units for units in provisioned if units is not None]

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
        metered = self._metered(definition, arn)
        key = IndexKey(definition.name, definition.partition, definition.sort, self.key)
        items = sorted_store(self._lag_seconds, self._clock)
        index = SecondaryIndex(
            definition.name, key, definition.projection, arn, metered, definition.is_global, items
        )
        self._usage_of(definition).measure = partial(self._stored_bytes, definition.name)
        for stored in self.items:
            index.apply(index.change(self.key.place_of_item(stored.item), None, stored))
        self.indexes[definition.name] = index
        if not index.is_global:
            self.local_indexes.append(index)
        self._index_keys = [self.indexes[name].key for name in sorted(self.indexes)]
        return index

    def _metered(self, definition: IndexDefinition, arn: str) -> Throughput:
        """What counts the units of an index, and holds a global one to its throughput."""
        is_global, provisioned = definition.is_global, definition.provisioned
        now, usage = self._clock.time(), self._usage_of(definition)
        throughput = Throughput("Index", arn, provisioned, now, self._throttles and is_global, usage)
        if is_global:
            throughput.warm.begin_with(definition.warm, f"index {definition.name}", provisioned is None)
            if provisioned is None:
                throughput.limit(definition.maximum or {}, now)
        return throughput

    def _usage_of(self, definition: IndexDefinition) -> IndexUsage:
        usage = self.usage
        by_name = usage.global_indexes if definition.is_global else usage.local_indexes
        return by_name.setdefault(definition.name, IndexUsage())

    def _stored_bytes(self, index_name: str | None = None) -> int:
        """What the table or one of its indexes stores; nothing once it is deleted."""
        part = self if index_name is None else self.indexes.get(index_name)
        return 0 if part is None or self.life == "DELETING" else part.items.size

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
        own_units = write_units(size)
        if not self.indexes:
            return Change(place, old, new, (), Consumption(own_units))
        changes = []
        local_units: dict[str, float] = {}
        global_units: dict[str, float] = {}
        for index in self.indexes.values():
            change = index.change(place, old, new)
            changes.append((index, change))
            if change.units:
                units_by_name = global_units if index.is_global else local_units
                units_by_name[index.name] = change.units
        return Change(place, old, new, changes, Consumption(own_units, local_units, global_units))

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

    @property
    def now_seconds(self) -> float:
        """The time that requests are charged at; they need none where nothing is throttled."""
        return self._clock.time() if self._throttles else 0.0

    def charge(
        self,
        consumption: Consumption,
        operation: Operation,
        partition: Any = None,
        changes: Iterable[tuple[SecondaryIndex, IndexChange]] = (),
    ) -> None:
        """Take what a request consumes, or nothing. Raises Throttled.

        partition: that which it is about, of the index if it reads one; None for many. changes: what a write does
        to the indexes.
        """
        now = self._clock.time() if self._throttles else 0.0
        if not consumption.global_indexes and not consumption.local_indexes:
            throughput = self.throughput
            meter = throughput.write if operation == "Write" else throughput.read
            meter.take(consumption.table, partition, now)
            return
        take(self.demands(consumption, operation, partition, changes), now)

    def charge_item(
        self,
        consumption: Consumption,
        operation: Operation,
        place: Place,
        changes: Iterable[tuple[SecondaryIndex, IndexChange]] = (),
    ) -> None:
        """Take what a request consumes for one item. Raises Throttled."""
        insights = self.insights
        if insights is None:
            self.charge(consumption, operation, place[0], changes)
            return
        try:
            self.charge(consumption, operation, place[0], changes)
        except Throttled as refusal:
            insights.note_throttle(place, refusal)
            raise
        insights.note_item(place, consumption, operation, changes)

    def demands(
        self,
        consumption: Consumption,
        operation: Operation,
        partition: Any,
        changes: Iterable[tuple[SecondaryIndex, IndexChange]] = (),
        factor: int = 1,
    ) -> list[Demand]:
        """What a request wants of the table and its indexes, so many times over.

        Local indexes use the table's capacity.
        """
        own_units = consumption.table
        if consumption.local_indexes:
            own_units += sum(consumption.local_indexes.values())
        demands: list[Demand] = []
        if own_units:
            demands.append((self.throughput.meter(operation), own_units * factor, partition))
        if consumption.global_indexes or consumption.local_indexes:
            written = {index.name: change.partition for index, change in changes}
            for units_by_name in (consumption.global_indexes, consumption.local_indexes):
                for name, units in units_by_name.items():
                    meter = self.indexes[name].metered.meter(operation)
                    demands.append((meter, units * factor, written.get(name, partition)))
        return demands

    def check_may_switch(self, now_seconds: float) -> None:
        """Raises LimitExceededException for a switch to on-demand mode where there have been too many."""
        if self.provisioned is not None and self._throttles:
            check_another_switch(self.on_demand_switch_times, now_seconds)

    def provision(self, provisioned: ProvisionedUnits | None) -> None:
        """Change the provisioned throughput; None makes the table and its indexes on-demand."""
        now = self._clock.time()
        if provisioned is None and self.provisioned is not None:
            self.on_demand_since_seconds = now
            self.on_demand_switch_times.append(now)
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
