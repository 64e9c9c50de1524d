"""Where items are kept: partitions by key, sort keys in order, all partitions in a hash order for scans.

Nothing else knows how an item is kept. Stored items are replaced, never changed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any, TypeAlias

from sortedcontainers import SortedList

from skymock.protocol.json_encoding import Rendered, encode_json
from skymock.protocol.json_reader import decode_json
from skymock.services.dynamodb.expressions import Bounds
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.values import Item, OrderKey

# Up to here inserting into a plain list is as fast as into a SortedList, which is a kilobyte by itself.
_LIST_LENGTH = 1000
_HASH_BITS = 64

# So many items that were put last stay unpacked in each store: much of what is written is soon read or written again.
_FRESH = 64

EVERYTHING = Bounds()


_UNREAD: Item = {}  # of an opened item that nobody has looked at yet


class StoredItem:
    """An item and its size in bytes, as AWS counts it.

    The stores pack all but the newest: they keep their JSON, a quarter of a dict's memory, and answers are written
    from that. Each look at a packed item decodes it; what `opened` gives is decoded once, at the first look.
    """

    __slots__ = ("_item", "_json", "size")

    def __init__(self, item: Item | None, size: int, json: bytes = b"") -> None:
        self._item = item
        self._json = json
        self.size = size

    @property
    def item(self) -> Item:
        item = self._item
        if item is None:
            return self._decoded()
        if item is _UNREAD:
            item = self._item = self._decoded()
        return item

    @property
    def rendered(self) -> Rendered:
        """The item as answers hold it."""
        return Rendered(self._json or self.json, "utf-8", "surrogatepass")

    @property
    def json(self) -> bytes:
        json = self._json
        if not json:
            json = self._json = encode_json(self._item).encode("utf-8", "surrogatepass")
        return json

    def opened(self) -> StoredItem:
        """The same for one who may look at the item more than once."""
        return self if self._item is not None else StoredItem(_UNREAD, self.size, self._json)

    def packed(self) -> StoredItem:
        """The same, as JSON alone: for one who keeps it."""
        return StoredItem(None, self.size, self.json)

    def pack(self) -> None:
        """Keep the JSON alone."""
        self._json = self.json
        self._item = None

    def _decoded(self) -> Item:
        item: Item = decode_json(self._json.decode("utf-8", "surrogatepass"))
        return item


def rendered(items: Iterable[StoredItem]) -> Rendered:
    """Items as answers hold a list of them."""
    return Rendered(
        b"[" + b",".join([stored._json or stored.json for stored in items]) + b"]", "utf-8", "surrogatepass"
    )


class Fresh:
    """The items that were put last, by their places. They are packed when others have come."""

    __slots__ = ("_items", "forget")

    def __init__(self) -> None:
        self._items: dict[Place, StoredItem] = {}
        self.forget = self._items.pop  # (place, None)

    def add(self, place: Place, stored: StoredItem) -> None:
        items = self._items
        items[place] = stored
        if len(items) > _FRESH:
            items.pop(next(iter(items))).pack()


class Partition:
    """The items under one partition key by their sort keys, of which it knows the order."""

    __slots__ = ("_order", "items", "size")

    def __init__(self) -> None:
        self.items: dict[OrderKey, StoredItem] = {}
        self._order: Any = []  # a list, or a SortedList once it is long
        self.size = 0

    def __len__(self) -> int:
        return len(self.items)

    def put(self, sort: OrderKey, stored: StoredItem) -> StoredItem | None:
        """Put an item in its place. Returns the one that was there."""
        replaced = self.items.get(sort)
        if replaced is None:
            self._insert(sort)
        else:
            self.size -= replaced.size
        self.items[sort] = stored
        self.size += stored.size
        return replaced

    def remove(self, sort: OrderKey) -> None:
        self.size -= self.items.pop(sort).size
        order = self._order
        if type(order) is list:
            del order[bisect_left(order, sort)]
        else:
            order.remove(sort)

    def entries(self) -> Iterator[tuple[OrderKey, StoredItem]]:
        """All items with their order keys, in no order."""
        return iter(self.items.items())

    def _insert(self, sort: OrderKey) -> None:
        order = self._order
        if type(order) is not list:
            order.add(sort)
        elif not order or order[-1] < sort:
            order.append(sort)
        else:
            insort(order, sort)
        if len(order) == _LIST_LENGTH and type(order) is list:
            self._order = SortedList(order)

    def between(self, bounds: Bounds, backwards: bool = False) -> Iterator[StoredItem]:
        """The items whose order keys lie within bounds."""
        order = self._order
        if type(order) is list:
            start = _position(order, bounds.low, bounds.low_open) if bounds.low is not None else 0
            stop = len(order)
            if bounds.high is not None:
                stop = _position(order, bounds.high, not bounds.high_open)
            keys: Any = order[start:stop]
            if backwards:
                keys.reverse()
        else:
            inclusive = (not bounds.low_open, not bounds.high_open)
            keys = order.irange(bounds.low, bounds.high, inclusive, backwards)
        return map(self.items.__getitem__, keys)


def _position(order: list[OrderKey], key: OrderKey, after: bool) -> int:
    return bisect_right(order, key) if after else bisect_left(order, key)


class HashOrder:
    """Partitions in the order of a hash of their keys: stable, and not the order in which they came."""

    def __init__(self, partitions: Iterator[Any]) -> None:
        self._order = SortedList((_hash_of(partition), partition) for partition in partitions)

    def add(self, partition: Any) -> None:
        self._order.add((_hash_of(partition), partition))

    def remove(self, partition: Any) -> None:
        self._order.remove((_hash_of(partition), partition))

    def segment(self, segment: int, total_segments: int, start: Any = None) -> Iterator[Any]:
        """The partitions of one of several equal ranges of hashes, from the partition `start` on."""
        span = 1 << _HASH_BITS
        low: tuple[Any, ...] = (-(-span * segment // total_segments),)
        high = (-(-span * (segment + 1) // total_segments),)
        if start is not None:
            low = max(low, (_hash_of(start), start))
        return (partition for _, partition in self._order.irange(low, high, (True, False)))


def segment_of(partition: Any, total_segments: int) -> int:
    """Which of several equal ranges of hashes a partition lies in."""
    return _hash_of(partition) * total_segments >> _HASH_BITS


def _hash_of(partition: Any) -> int:
    text = partition if isinstance(partition, str) else "\0".join(partition)
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class SortedStore:
    """Items with sort keys: a table's, or an index's."""

    __slots__ = ("_fresh", "_hash_order", "_partitions", "count", "size")

    def __init__(self) -> None:
        self._partitions: dict[Any, Partition] = {}
        self._fresh = Fresh()
        self._hash_order: HashOrder | None = None  # made by the first scan
        self.count = 0
        self.size = 0

    def get(self, place: Place) -> StoredItem | None:
        partition = self._partitions.get(place[0])
        return None if partition is None else partition.items.get(place[1])

    def put(self, place: Place, stored: StoredItem) -> None:
        partition = self._partitions.get(place[0])
        if partition is None:
            partition = self._partitions[place[0]] = Partition()
            if self._hash_order is not None:
                self._hash_order.add(place[0])
        replaced = partition.put(place[1], stored)
        if replaced is None:
            self.count += 1
        else:
            self.size -= replaced.size
        self.size += stored.size
        self._fresh.add(place, stored)

    def remove(self, place: Place) -> None:
        self._fresh.forget(place, None)
        partition = self._partitions[place[0]]
        size = partition.size
        partition.remove(place[1])
        self.count -= 1
        self.size += partition.size - size
        if not partition:
            del self._partitions[place[0]]
            if self._hash_order is not None:
                self._hash_order.remove(place[0])

    def query(self, key: Any, bounds: Bounds, backwards: bool) -> Iterator[StoredItem]:
        """The items of a partition within bounds, in their order."""
        partition = self._partitions.get(key)
        return iter(()) if partition is None else partition.between(bounds, backwards)

    def scan(self, after: Place | None, segment: int, total_segments: int) -> Iterator[StoredItem]:
        """All items of a segment that come after a place."""
        if self._hash_order is None:
            self._hash_order = HashOrder(iter(self._partitions))
        start = None if after is None else after[0]
        for key in self._hash_order.segment(segment, total_segments, start):
            bounds = EVERYTHING
            if after is not None and key == start:
                bounds = Bounds(low=after[1], low_open=True)
            yield from self._partitions[key].between(bounds)

    def collection_size(self, key: Any) -> int:
        """The size in bytes of all items under a partition key."""
        partition = self._partitions.get(key)
        return 0 if partition is None else partition.size

    def __iter__(self) -> Iterator[StoredItem]:
        for partition in self._partitions.values():
            yield from partition.between(EVERYTHING)

    def entries(self) -> Iterator[tuple[Place, StoredItem]]:
        """All items, with their places."""
        for key, partition in self._partitions.items():
            for sort, stored in partition.entries():
                yield (key, sort), stored


class PlainStore:
    """Items of a table without a sort key: one in each partition."""

    __slots__ = ("_fresh", "_hash_order", "_items", "size")

    def __init__(self) -> None:
        self._items: dict[str, StoredItem] = {}
        self._fresh = Fresh()
        self._hash_order: HashOrder | None = None  # made by the first scan
        self.size = 0

    @property
    def count(self) -> int:
        return len(self._items)

    def get(self, place: Place) -> StoredItem | None:
        return self._items.get(place[0])

    def put(self, place: Place, stored: StoredItem) -> None:
        replaced = self._items.get(place[0])
        if replaced is not None:
            self.size -= replaced.size
        elif self._hash_order is not None:
            self._hash_order.add(place[0])
        self._items[place[0]] = stored
        self.size += stored.size
        self._fresh.add(place, stored)

    def remove(self, place: Place) -> None:
        self._fresh.forget(place, None)
        self.size -= self._items.pop(place[0]).size
        if self._hash_order is not None:
            self._hash_order.remove(place[0])

    def query(self, key: str, bounds: Bounds, backwards: bool) -> Iterator[StoredItem]:
        stored = self._items.get(key)
        # Without a sort key, a starting key is the item itself: nothing comes after it.
        return iter(() if stored is None or bounds is not EVERYTHING else (stored,))

    def scan(self, after: Place | None, segment: int, total_segments: int) -> Iterator[StoredItem]:
        if self._hash_order is None:
            self._hash_order = HashOrder(iter(self._items))
        start = None if after is None else after[0]
        for key in self._hash_order.segment(segment, total_segments, start):
            if key != start:
                yield self._items[key]

    def collection_size(self, key: str) -> int:
        stored = self._items.get(key)
        return 0 if stored is None else stored.size

    def __iter__(self) -> Iterator[StoredItem]:
        return iter(self._items.values())

    def entries(self) -> Iterator[tuple[Place, StoredItem]]:
        """All items, with their places."""
        return (((key, None), stored) for key, stored in self._items.items())


Store: TypeAlias = SortedStore | PlainStore
