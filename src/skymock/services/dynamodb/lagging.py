"""Stores that remember what they were a while ago: what reads see that are not strongly consistent.

A copy follows each store. Changes wait until they are old enough, and are made in the copy when somebody reads it; so
the copy is the store as it was, for every kind of read, and what waits is never more than the changes of that while.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Any, TypeAlias

from skymock.cloud.clock import Clock
from skymock.services.dynamodb.expressions import Bounds
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import PlainStore, SortedStore, Store, StoredItem


class LaggingCopy:
    """A store as it was some seconds ago. It is read like one."""

    def __init__(self, store: Store, lag_seconds: float, clock: Clock) -> None:
        self._store = store
        self._lag_seconds = lag_seconds
        self._clock = clock
        self._waiting: deque[tuple[float, Place, StoredItem | None]] = deque()

    @property
    def count_of_waiting(self) -> int:
        """How many changes wait to be seen."""
        return len(self._waiting)

    def note(self, place: Place, stored: StoredItem | None) -> None:
        """Have what was put to a place (None: removed) be seen after the lag."""
        self._waiting.append((self._clock.time() + self._lag_seconds, place, stored))
        self._catch_up()

    def get(self, place: Place) -> StoredItem | None:
        return self._catch_up().get(place)

    def query(self, key: Any, bounds: Bounds, backwards: bool) -> Iterator[StoredItem]:
        return self._catch_up().query(key, bounds, backwards)

    def scan(self, after: Place | None, segment: int, total_segments: int) -> Iterator[StoredItem]:
        return self._catch_up().scan(after, segment, total_segments)

    def _catch_up(self) -> Store:
        waiting, store = self._waiting, self._store
        if waiting and waiting[0][0] <= (now := self._clock.time()):
            while waiting and waiting[0][0] <= now:
                _, place, stored = waiting.popleft()
                if stored is not None:
                    store.put(place, stored)
                else:
                    store.remove(place)
        return store


class FollowedSortedStore(SortedStore):
    """Items with sort keys, and what they were."""

    __slots__ = ("past",)

    def __init__(self, lag_seconds: float, clock: Clock) -> None:
        super().__init__()
        self.past = LaggingCopy(SortedStore(), lag_seconds, clock)

    def put(self, place: Place, stored: StoredItem) -> None:
        super().put(place, stored)
        self.past.note(place, stored)

    def remove(self, place: Place) -> None:
        super().remove(place)
        self.past.note(place, None)


class FollowedPlainStore(PlainStore):
    """Items without sort keys, and what they were."""

    __slots__ = ("past",)

    def __init__(self, lag_seconds: float, clock: Clock) -> None:
        super().__init__()
        self.past = LaggingCopy(PlainStore(), lag_seconds, clock)

    def put(self, place: Place, stored: StoredItem) -> None:
        super().put(place, stored)
        self.past.note(place, stored)

    def remove(self, place: Place) -> None:
        super().remove(place)
        self.past.note(place, None)


Readable: TypeAlias = SortedStore | PlainStore | LaggingCopy


def sorted_store(lag_seconds: float, clock: Clock) -> SortedStore:
    return FollowedSortedStore(lag_seconds, clock) if lag_seconds else SortedStore()


def plain_store(lag_seconds: float, clock: Clock) -> PlainStore:
    return FollowedPlainStore(lag_seconds, clock) if lag_seconds else PlainStore()


def past_of(store: Store) -> Readable:
    """What reads see of a store that are not strongly consistent: the store itself where nothing lags."""
    if isinstance(store, FollowedSortedStore | FollowedPlainStore):
        return store.past
    return store
