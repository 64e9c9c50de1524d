"""A cache whose entries are good for a time, counted from when they were written, and of which the oldest go first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Iterator

# What an entry takes beside its content, in bytes. AWS says nothing of it.
_ENTRY_OVERHEAD = 100


class Entry:
    """content: as clients are answered; None says that there is no such item."""

    __slots__ = ("content", "size", "written_at_seconds")

    def __init__(self, content: bytes | None, written_at_seconds: float) -> None:
        self.content = content
        self.written_at_seconds = written_at_seconds
        self.size = _ENTRY_OVERHEAD + (0 if content is None else len(content))


class Cache:
    """Entries by key; the least recently used one goes first when there are too many.

    max_entries, max_bytes: None for no limit. evicted_bytes: how much has gone for want of room.
    """

    def __init__(self, max_entries: int | None = None, max_bytes: int | None = None) -> None:
        self.max_entries = max_entries
        self.max_bytes = max_bytes
        self.size = 0
        self.evictions = 0
        self.evicted_bytes = 0
        self._entries: OrderedDict[Hashable, Entry] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, now_seconds: float, ttl_seconds: float) -> Entry | None:
        """The entry of a key, unless it has grown old. Reading it does not make it younger.

        ttl_seconds: 0 for ever. (DynamoDB developer guide: Configuring TTL settings)
        """
        entry = self._entries.get(key)
        if entry is None or (ttl_seconds and now_seconds >= entry.written_at_seconds + ttl_seconds):
            return None
        with self._lock:
            if key in self._entries:
                self._entries.move_to_end(key)
        return entry

    def put(self, key: Hashable, entry: Entry) -> None:
        with self._lock:
            self._remove(key)
            self._entries[key] = entry
            self.size += entry.size
            self._make_room()

    def drop(self, key: Hashable) -> None:
        with self._lock:
            self._remove(key)

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()
            self.size = 0

    def limit(self, max_entries: int | None, max_bytes: int | None) -> None:
        """Have no more than that from now on."""
        with self._lock:
            self.max_entries, self.max_bytes = max_entries, max_bytes
            self._make_room()

    def living(self, now_seconds: float, ttl_seconds: float) -> Iterator[tuple[Hashable, Entry]]:
        """The entries that a read would find now, without using them."""
        with self._lock:
            entries = list(self._entries.items())
        for key, entry in entries:
            if not ttl_seconds or now_seconds < entry.written_at_seconds + ttl_seconds:
                yield key, entry

    def __len__(self) -> int:
        return len(self._entries)

    def _remove(self, key: Hashable) -> None:
        replaced = self._entries.pop(key, None)
        if replaced is not None:
            self.size -= replaced.size

    def _make_room(self) -> None:
        while self._entries and self._is_too_big():
            _, evicted = self._entries.popitem(last=False)
            self.size -= evicted.size
            self.evictions += 1
            self.evicted_bytes += evicted.size

    def _is_too_big(self) -> bool:
        return (self.max_entries is not None and len(self._entries) > self.max_entries) or (
            self.max_bytes is not None and self.size > self.max_bytes
        )
