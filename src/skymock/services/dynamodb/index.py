"""Secondary indexes: the items of a table once more, by other keys and perhaps with fewer attributes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from skymock.services.dynamodb.capacity import write_units
from skymock.services.dynamodb.key import IndexKey, Place
from skymock.services.dynamodb.lagging import past_of
from skymock.services.dynamodb.storage import SortedStore, StoredItem
from skymock.services.dynamodb.throughput import Throughput
from skymock.services.dynamodb.values import item_size


@dataclass(frozen=True, slots=True)
class IndexProjection:
    """Which attributes an index holds. type: ALL, KEYS_ONLY or INCLUDE: `attributes` besides the keys."""

    type: str
    attributes: tuple[str, ...] = ()


class IndexChange(NamedTuple):
    """What a write to the table does to an index, and the units that it costs."""

    units: float
    old_place: Place | None = None
    new_place: Place | None = None
    new: StoredItem | None = None

    @property
    def partition(self) -> Any:
        """The partition that is written to, where an entry moves the one that it moves to."""
        place = self.new_place or self.old_place
        return None if place is None else place[0]


UNCHANGED = IndexChange(0.0)


class SecondaryIndex:
    """An index of a table; `is_global` tells a global from a local one.

    metered: what counts the units that it uses. throughput is a global index's own; a local one consumes its
    table's, and only counts. seen_items: what a read sees that is not strongly consistent.
    status: ACTIVE, CREATING, UPDATING or DELETING. is_backfilling: of an index that UpdateTable is creating.
    """

    def __init__(
        self,
        name: str,
        key: IndexKey,
        projection: IndexProjection,
        arn: str,
        metered: Throughput,
        is_global: bool,
        items: SortedStore,
    ) -> None:
        self.name = name
        self.key = key
        self.projection = projection
        self.arn = arn
        self.metered = metered
        self.throughput = metered if is_global else None
        self.status = "ACTIVE"
        self.is_backfilling: bool | None = None
        self.items = items
        self.seen_items = past_of(items)
        self._attributes = (*key.names, *projection.attributes)

    @property
    def is_global(self) -> bool:
        return self.throughput is not None

    @property
    def has_all_attributes(self) -> bool:
        return self.projection.type == "ALL"

    def holds(self, name: str) -> bool:
        """Whether an attribute is projected into the index."""
        return self.has_all_attributes or name in self._attributes

    def change(self, place: Place, old: StoredItem | None, new: StoredItem | None) -> IndexChange:
        """What it means for the index that the table's item at `place` changes. (Write considerations)

        An entry that is new, goes or changes costs one write; one that moves to another key costs two.
        """
        old_place = None if old is None else self.key.place_of(old.item, place)
        new_place = None if new is None else self.key.place_of(new.item, place)
        new_entry = None if new is None or new_place is None else self._entry(new)
        if old_place is None:
            if new_entry is None:
                return UNCHANGED
            return IndexChange(write_units(new_entry.size), None, new_place, new_entry)
        old_entry = old if self.has_all_attributes else self.items.get(old_place)
        assert old_entry is not None
        if new_entry is None:
            return IndexChange(write_units(old_entry.size), old_place)
        if old_place != new_place:
            units = write_units(old_entry.size) + write_units(new_entry.size)
            return IndexChange(units, old_place, new_place, new_entry)
        if old_entry.item == new_entry.item:
            return IndexChange(0.0, None, new_place, new_entry)
        return IndexChange(write_units(max(old_entry.size, new_entry.size)), None, new_place, new_entry)

    def apply(self, change: IndexChange) -> None:
        if change.old_place is not None:
            self.items.remove(change.old_place)
        if change.new_place is not None and change.new is not None:
            self.items.put(change.new_place, change.new)

    def _entry(self, stored: StoredItem) -> StoredItem:
        """What the index holds of an item."""
        if self.has_all_attributes:
            return stored
        item = {name: stored.item[name] for name in self._attributes if name in stored.item}
        return StoredItem(item, item_size(item))
