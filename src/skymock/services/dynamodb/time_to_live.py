"""Time to live: items are deleted when the clock passes the moment that one of their attributes names."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sortedcontainers import SortedList

from skymock.cloud.clock import Clock
from skymock.cloud.scheduler import Entry, Scheduler
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.values import Item

# Working with expired items and TTL: timestamps more than five years in the past are ignored.
IGNORED_AFTER_SECONDS = 5 * 365 * 24 * 3600


class TimeToLive:
    """The expiries of a table's items, in their order. The next one, and no other, is on the scheduler.

    attribute: the top-level attribute with the expiry in epoch seconds.
    delete: called with the places of the items that have expired.
    """

    def __init__(
        self,
        attribute: str,
        clock: Clock,
        scheduler: Scheduler,
        delete: Callable[[list[Place]], None],
    ) -> None:
        self.attribute = attribute
        self._clock = clock
        self._scheduler = scheduler
        self._delete = delete
        self._expiries = SortedList()
        self._entry: Entry | None = None

    def replace(self, place: Place, old: Item | None, new: Item | None) -> None:
        """Note that the item at a place is now another, or gone."""
        old_expiry = None if old is None else self.expiry_of(old)
        new_expiry = None if new is None else self.expiry_of(new)
        if old_expiry == new_expiry:
            return
        if old_expiry is not None:
            self._expiries.discard((old_expiry, place))
        if new_expiry is not None and not self._is_ignored(new_expiry):
            self._expiries.add((new_expiry, place))
        self._schedule()

    def fill(self, items: Iterator[tuple[Place, Item]]) -> None:
        """Note the items that were in the table before."""
        expiries = ((self.expiry_of(item), place) for place, item in items)
        self._expiries.update(
            (expiry, place)
            for expiry, place in expiries
            if expiry is not None and not self._is_ignored(expiry)
        )
        self._schedule()

    def stop(self) -> None:
        """Let nothing expire any more."""
        self._expiries.clear()
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None

    def expiry_of(self, item: Item) -> int | None:
        """The epoch second at which an item expires; None unless its attribute is a number."""
        value = item.get(self.attribute)
        if value is None or "N" not in value:
            return None
        text: str = value["N"]
        try:
            return int(text)
        except ValueError:
            return int(float(text))

    def _is_ignored(self, expiry: int) -> bool:
        return expiry < self._clock.time() - IGNORED_AFTER_SECONDS

    def _schedule(self) -> None:
        """Have an entry for the next expiry. One that is too early may stay: it will look again."""
        if not self._expiries:
            return
        due = max(self._expiries[0][0], self._clock.time())
        if self._entry is not None:
            if self._entry.due_at_seconds <= due:
                return
            self._entry.cancel()
        self._entry = self._scheduler.at(due, self._expire)

    def _expire(self) -> None:
        self._entry = None
        count = self._expiries.bisect_right((self._clock.time(), _AFTER_ALL))
        expired = [place for _, place in self._expiries[:count]]
        del self._expiries[:count]
        if expired:
            self._delete(expired)
        self._schedule()


class _AfterAll:
    """Sorts after any place."""

    def __lt__(self, other: object) -> bool:
        return False


_AFTER_ALL = _AfterAll()
