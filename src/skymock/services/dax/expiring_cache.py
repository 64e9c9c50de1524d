"""A cache whose entries are good for a time, counted from when they were written."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from skymock.cloud.clock import Clock


class ExpiringCache:
    """hits, misses: how often `get` found an entry, and how often not."""

    def __init__(self, clock: Clock, ttl_seconds: float | None) -> None:
        self.hits = 0
        self.misses = 0
        self._clock = clock
        self._ttl_seconds = ttl_seconds  # None: for ever
        self._entries: dict[Hashable, tuple[float, Any]] = {}

    def get(self, key: Hashable) -> Entry | None:
        """The entry of a key. Reading does not make it younger."""
        found = self._entries.get(key)
        if found is None or self._is_old(found[0]):
            self.misses += 1
            return None
        self.hits += 1
        return Entry(found[1])

    def put(self, key: Hashable, content: Any) -> None:
        self._entries[key] = (self._clock.time(), content)

    def drop(self, key: Hashable) -> None:
        self._entries.pop(key, None)

    def _is_old(self, written_at_seconds: float) -> bool:
        return self._ttl_seconds is not None and (
            self._clock.time() >= written_at_seconds + self._ttl_seconds
        )


class Entry:
    """What is in the cache under a key: content None says that there is no such item."""

    __slots__ = ("content",)

    def __init__(self, content: Any) -> None:
        self.content = content
