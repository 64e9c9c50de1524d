"""Pages of Query and Scan: which items are read, which of them are answered, and what the reading costs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from skymock.protocol.json_encoding import Rendered
from skymock.services.dynamodb.capacity import Consumption, read_units
from skymock.services.dynamodb.errors import INVALID_PARAMETER, EmptyKeyValue, Throttled, ValidationException
from skymock.services.dynamodb.expressions import (
    Bounds,
    Condition,
    KeyCondition,
    KeyConditions,
    Projection,
)
from skymock.services.dynamodb.index import SecondaryIndex
from skymock.services.dynamodb.key import IndexKey, Place, PrimaryKey
from skymock.services.dynamodb.storage import EVERYTHING, StoredItem, rendered, segment_of
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.values import AttributeValue, Item, OrderKey

MAX_PAGE_BYTES = 1024 * 1024  # Query and Scan read at most 1 MB, before the filter


class Candidates(NamedTuple):
    """What a Query or Scan may read, in order. partition: that which a Query names, of the index if it reads one."""

    items: Iterator[StoredItem]
    partition: Any = None


@dataclass(slots=True)
class Reading:
    """What a Query or Scan wants of the items that it reads.

    select: the API's Select, or None. limit: of items read, before the filter. space: of a page, in bytes.
    """

    table: Table
    index: SecondaryIndex | None
    consistent: bool
    select: str | None
    limit: int | None
    condition: Condition | None
    projection: Projection | None
    space: int = MAX_PAGE_BYTES

    def __post_init__(self) -> None:
        index = self.index
        if index is None or not index.is_global:
            return
        if self.consistent:
            raise ValidationException("Consistent reads are not supported on global secondary indexes")
        if self.select == "ALL_ATTRIBUTES" and not index.has_all_attributes:
            raise ValidationException(
                f"{INVALID_PARAMETER}Select type ALL_ATTRIBUTES is not supported for global secondary index "
                f"{index.name} because its projection type is not ALL"
            )
        names = () if self.projection is None else [str(path[0]) for path in self.projection.paths]
        missing = [name for name in dict.fromkeys(names) if not index.holds(name)]
        if missing:
            raise not_projected(index, missing)

    @property
    def source(self) -> Table | SecondaryIndex:
        return self.index or self.table

    @property
    def reads_whole_items(self) -> bool:
        """Whether a local index must fetch items from its table, as it lacks some of the attributes."""
        index = self.index
        if index is None or index.is_global or index.has_all_attributes:
            return False
        if self.select == "ALL_ATTRIBUTES":
            return True
        return self.projection is not None and not all(
            index.holds(str(path[0])) for path in self.projection.paths
        )

    def page(self, candidates: Candidates) -> Page:
        """Read candidates until the limit, the page's space or their end."""
        read: list[StoredItem] = []
        size, is_cut = 0, False
        limit, space = self.limit, self.space
        for stored in candidates.items:
            read.append(stored)
            size += stored.size
            if size > space or len(read) == limit:
                is_cut = True
                break
        consumption = self._consumption(size)
        if self.reads_whole_items:
            read = [self._whole(stored, consumption) for stored in read]
        last_key = self.source.key.of(read[-1].item) if is_cut else None
        found = read if self.condition is None else _that_hold(self.condition, read)
        return Page(found, read, size, last_key, consumption, candidates.partition)

    def charge(self, page: Page) -> None:
        """Take what a page consumes. Raises Throttled."""
        table, insights = self.table, self.table.insights
        try:
            table.charge(page.consumption, "Read", page.partition)
        except Throttled:
            if insights is not None:
                insights.note_throttled_page(page, self.index)
            raise
        if insights is not None:
            insights.note_page(page, self.index)

    def _consumption(self, size: int) -> Consumption:
        units = read_units(size, self.consistent)
        index = self.index
        if index is None:
            return Consumption(units)
        by_name = {index.name: units}
        return Consumption(global_indexes=by_name) if index.is_global else Consumption(local_indexes=by_name)

    def _whole(self, entry: StoredItem, consumption: Consumption) -> StoredItem:
        """The table's item of an index entry, which costs a read of its own."""
        table = self.table
        whole = (table.items if self.consistent else table.seen_items).get(
            table.key.place_of_item(entry.item)
        )
        assert whole is not None
        consumption.table += read_units(whole.size, self.consistent)
        return whole

    def shown(self, page: Page) -> dict[str, Any]:
        """The page as Query and Scan answer it."""
        output: dict[str, Any] = {"Count": len(page.found), "ScannedCount": page.scanned_count}
        if self.select != "COUNT":
            output["Items"] = (
                rendered(page.found)
                if self.projection is None
                else [self.projection.of(stored.item) for stored in page.found]
            )
        if page.last_key is not None:
            output["LastEvaluatedKey"] = page.last_key
        return output


class Page(NamedTuple):
    """found: what passed the filter, of what was read. size: of all that was read, in bytes.

    last_key: where the next page starts, unless this is the last. partition: that which was read, if it was one.
    """

    found: list[StoredItem]
    read: list[StoredItem]
    size: int
    last_key: Item | None
    consumption: Consumption
    partition: Any

    @property
    def scanned_count(self) -> int:
        return len(self.read)

    @property
    def items(self) -> list[Item]:
        return [stored.item for stored in self.found]


def _that_hold(condition: Condition, read: list[StoredItem]) -> list[StoredItem]:
    opened = (stored.opened() for stored in read)
    return [stored for stored in opened if condition.holds(stored.item)]


def answered(stored: StoredItem, projection: Projection | None) -> Rendered | Item:
    """What an answer holds of an item."""
    return stored.rendered if projection is None else projection.of(stored.item)


def query_candidates(
    reading: Reading, conditions: KeyConditions, forward: bool, start_key: Item | None
) -> Candidates:
    """The items that meet a key condition, in order, after a starting key. Raises ValidationException."""
    index = reading.index
    if index is not None:
        condition = conditions.of_key(index.key.partition, index.key.sort)
        _refuse_empty(index.key, condition)
        partition: Any = tuple(condition.partition[name][tag] for name, tag in index.key.partition)
        bounds = _index_bounds(condition)
        after = None if start_key is None else index.key.place_of_key(start_key)
        items: Any = index.items if reading.consistent else index.seen_items
    else:
        key = reading.table.key
        condition = conditions.of_key((key.partition,), (key.sort,) if key.sort else ())
        _refuse_empty(key, condition)
        name, tag = key.partition
        partition = condition.partition[name][tag]
        bounds = _bounds(condition)
        after = None if start_key is None else _query_start(reading.table, start_key)
        items = reading.table.items if reading.consistent else reading.table.seen_items
    _refuse_filter_on_key(reading)
    _refuse_filter_on_missing(reading)
    if after is not None and start_key is not None:
        if after[0] != partition:
            raise ValidationException(
                "The provided starting key is outside query boundaries based on provided conditions"
            )
        if not condition.in_range(start_key):
            raise ValidationException("The provided starting key does not match the range key predicate")
        bounds = _after(bounds, after, forward)
    # A local index has its table's partitions; its own stand under a tuple.
    charged = partition if index is None or index.is_global else partition[0]
    return Candidates(items.query(partition, bounds, not forward), charged)


def scan_candidates(
    reading: Reading, start_key: Item | None, segment: int, total_segments: int
) -> Candidates:
    """All items of a segment after a starting key. Raises ValidationException."""
    index = reading.index
    after = None
    if start_key is not None:
        after = _table_start(reading.table, start_key) if index is None else index.key.place_of_key(start_key)
        if segment_of(after[0], total_segments) != segment:
            # (dynalite, test/scan.js)
            raise ValidationException(
                "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey "
                f"with correct Segment. TotalSegments: {total_segments} Segment: {segment}"
            )
    source = reading.source
    items = source.items if reading.consistent else source.seen_items
    return Candidates(items.scan(after, segment, total_segments))


def _query_start(table: Table, start_key: Item) -> Place:
    """As `_table_start`, but Query says no more of a key that is none of the table."""
    try:
        return table.key.place_of_key(start_key)
    except EmptyKeyValue as error:
        raise ValidationException(f"The provided starting key is invalid: {error.message}") from None
    except ValidationException:
        raise ValidationException("The provided starting key is invalid") from None


def _table_start(table: Table, start_key: Item) -> Place:
    try:
        return table.key.place_of_key(start_key)
    except ValidationException as error:
        raise ValidationException(f"The provided starting key is invalid: {error.message}") from None


def _refuse_empty(key: PrimaryKey | IndexKey, condition: KeyCondition) -> None:
    for attribute in key.attributes:
        name, tag = attribute
        if name in condition.partition:
            operands: Sequence[AttributeValue] = (condition.partition[name],)
        elif name in condition.sort:
            operands = condition.sort[name].operands
        else:
            continue
        for operand in operands:
            if not operand[tag]:
                raise key.empty(attribute)


def _bounds(condition: KeyCondition) -> Bounds:
    """The order keys that a condition on a table's sort key allows."""
    for sort_condition in condition.sort.values():
        return sort_condition.bounds()
    return EVERYTHING


class _Top:
    """Compares as greater than any order key."""

    def __lt__(self, other: object) -> bool:
        return False

    def __gt__(self, other: object) -> bool:
        return True


_TOP = _Top()


def _index_bounds(condition: KeyCondition) -> Bounds:
    """The same for an index, whose order keys are tuples: its sort key attributes, then the table's key."""
    if not condition.sort:
        return EVERYTHING
    *equal, last = [sort_condition.bounds() for sort_condition in condition.sort.values()]
    prefix = tuple(bounds.low for bounds in equal)
    # An open lower bound begins after all that start with it; an open upper bound ends before them.
    low = (*prefix, last.low) if last.low is not None else prefix
    if last.high is None:
        high: OrderKey = (*prefix, _TOP)
    else:
        high = (*prefix, last.high) if last.high_open else (*prefix, last.high, _TOP)
    return Bounds(low=(*low, _TOP) if last.low_open else low, high=high)


def _after(bounds: Bounds, after: Place, forward: bool) -> Bounds:
    if forward:
        return Bounds(low=after[1], low_open=True, high=bounds.high, high_open=bounds.high_open)
    return Bounds(low=bounds.low, low_open=bounds.low_open, high=after[1], high_open=True)


def not_projected(index: SecondaryIndex, names: list[str]) -> ValidationException:
    """The error for a projection on attributes that a global index does not hold. (localstack, issue 478)"""
    return ValidationException(
        f"{INVALID_PARAMETER}Global secondary index {index.name} does not project [{', '.join(names)}]"
    )


def filter_not_projected(index: SecondaryIndex, names: Iterable[str]) -> ValidationException:
    """The error for a filter on attributes that an index, global or local, does not hold."""
    return ValidationException(
        f"{INVALID_PARAMETER}Secondary index {index.name} does not project one or more filter attributes: "
        f"[{', '.join(sorted(names))}]"
    )


def _refuse_filter_on_missing(reading: Reading) -> None:
    # Of a Query alone, as in PartiQL: a Scan's filter just finds nothing there.
    index, condition = reading.index, reading.condition
    if index is None or condition is None or index.has_all_attributes:
        return
    missing = {str(path[0]) for path in condition.paths if not index.holds(str(path[0]))}
    if missing:
        raise filter_not_projected(index, missing)


def _refuse_filter_on_key(reading: Reading) -> None:
    if reading.condition is None:
        return
    names = {name for name, _ in (reading.index or reading.table).key.attributes}
    for path in reading.condition.paths:
        if path[0] in names:
            raise ValidationException(
                "Filter Expression can only contain non-primary key attributes: "
                f"Primary key attribute: {path[0]}"
            )
