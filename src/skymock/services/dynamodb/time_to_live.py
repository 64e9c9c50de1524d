"""Time to live: items are deleted when the clock passes the moment that one of their attributes names."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sortedcontainers import SortedList

from skymock.cloud.clock import Clock
from skymock.cloud.scheduler import Entry, Scheduler
from skymock.cloud.transitions import Change, Transition, Transitions
from skymock.protocol.json_encoding import encode_json
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.values import Item

# Working with expired items and TTL: timestamps more than five years in the past are ignored.
IGNORED_AFTER_SECONDS = 5 * 365 * 24 * 3600

# DynamoDB API: UpdateTimeToLive. One change an hour; measured, AWS lets the next one through after half of that.
# (ack-api-quirks, DDB-TABLE-143)
BETWEEN_CHANGES_SECONDS = 3600

# A small table's change is done before it is described once a second. (ack-api-quirks, DDB-TABLE-143)
CHANGE_SECONDS = 1


class TimeToLiveSetting:
    """Whether a table's items expire. status: ENABLING, ENABLED, DISABLING or DISABLED; attribute: by which one."""

    def __init__(self) -> None:
        self.status = "DISABLED"
        self.attribute: str | None = None
        self._changed_at_seconds: float | None = None
        self._transition: Transition | None = None

    @property
    def description(self) -> dict[str, str]:
        """The API's TimeToLiveDescription. It forgets the attribute of what is disabled."""
        if self.attribute is None:
            return {"TimeToLiveStatus": self.status}
        return {"TimeToLiveStatus": self.status, "AttributeName": self.attribute}

    def check_change(self, enabled: bool, attribute: str, now_seconds: float) -> None:
        """Raises ValidationException for what is so already, and for the second change within an hour."""
        if self.attribute is not None and self.attribute != attribute:
            raise ValidationException(
                "TimeToLive is active on a different AttributeName: "
                f"current AttributeName is {self.attribute}"
            )
        if enabled == (self.status in ("ENABLING", "ENABLED")):
            raise ValidationException(f"TimeToLive is already {'enabled' if enabled else 'disabled'}")
        changed_at = self._changed_at_seconds
        if changed_at is not None and now_seconds < changed_at + BETWEEN_CHANGES_SECONDS:
            raise ValidationException("Time to live has been modified multiple times within a fixed interval")

    def enable(
        self, attribute: str, now_seconds: float, transitions: Transitions, finish: Callable[[], None]
    ) -> None:
        """Let it be ENABLING. finish: lets the items expire, once it is ENABLED."""
        self.attribute = attribute
        self._begin("ENABLING", "ENABLED", now_seconds, transitions, finish)

    def disable(self, now_seconds: float, transitions: Transitions, finish: Callable[[], None]) -> None:
        """Let it be DISABLING: items expire until it is DISABLED, which `finish` puts an end to."""

        def forget() -> None:
            self.attribute = None
            finish()

        self._begin("DISABLING", "DISABLED", now_seconds, transitions, forget)

    def described(self) -> None:
        """Note that it is about to be described: a state may have been seen often enough."""
        if self._transition is not None:
            self._transition.described()

    def _begin(
        self,
        status: str,
        final_status: str,
        now_seconds: float,
        transitions: Transitions,
        finish: Callable[[], None],
    ) -> None:
        def done() -> None:
            self.status = final_status
            finish()

        self.status = status
        self._changed_at_seconds = now_seconds
        self._transition = transitions.begin(Change(CHANGE_SECONDS, done))


class TimeToLive:
    """The expiries of a table's items, in their order. The next one, and no other, is on the scheduler.

    attribute: the top-level attribute with the expiry in epoch seconds.
    lock: held while items expire, so that no write comes between finding them and deleting them.
    delete: called with the places of the items that have expired.
    delay_seconds: how long after its expiry an item is deleted.
    """

    def __init__(
        self,
        attribute: str,
        clock: Clock,
        scheduler: Scheduler,
        lock: threading.RLock,
        delete: Callable[[list[Place]], None],
        delay_seconds: float = 0,
    ) -> None:
        self.attribute = attribute
        self._clock = clock
        self._scheduler = scheduler
        self._lock = lock
        self._delete = delete
        self._delay_seconds = delay_seconds
        self._expiries: Any = SortedList()
        self._entry: Entry | None = None

    def replace(self, place: Place, old: Item | None, new: Item | None) -> None:
        """Note that the item at a place is now another, or gone."""
        old_expiry = None if old is None else self.expiry_of(old)
        new_expiry = None if new is None else self.expiry_of(new)
        if old_expiry == new_expiry:
            return
        if old_expiry is not None:
            self._expiries.discard((old_expiry, place))
        if new_expiry is not None and new_expiry >= self._oldest_that_counts:
            self._expiries.add((new_expiry, place))
        self._schedule()

    def fill(self, items: Iterable[tuple[Place, StoredItem]]) -> None:
        """Note the items that were in the table before."""
        self._expiries.update(self._expiries_of(items))
        self._schedule()

    def _expiries_of(self, items: Iterable[tuple[Place, StoredItem]]) -> Iterator[tuple[int, Place]]:
        """The expiries that count. Decoding each item of a big table would take seconds."""
        name = encode_json(self.attribute).encode("utf-8", "surrogatepass")
        whole_seconds = re.compile(b"[{,]" + re.escape(name) + rb':\{"N":"(\d{1,12})"')
        oldest = self._oldest_that_counts
        for place, stored in items:
            json = stored.json
            if name not in json:
                continue
            # Without a map there are no names of attributes but the item's own.
            found = whole_seconds.search(json) if b'"M":' not in json else None
            expiry = self.expiry_of(stored.item) if found is None else int(found[1])
            if expiry is not None and expiry >= oldest:
                yield expiry, place

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

    @property
    def _oldest_that_counts(self) -> float:
        return self._clock.time() - IGNORED_AFTER_SECONDS

    def _schedule(self) -> None:
        """Have an entry for the next expiry. One that is too early may stay: it will look again."""
        if not self._expiries:
            return
        due = max(self._expiries[0][0] + self._delay_seconds, self._clock.time())
        if self._entry is not None:
            if self._entry.due_at_seconds <= due:
                return
            self._entry.cancel()
        self._entry = self._scheduler.at(due, self._expire)

    def _expire(self) -> None:
        with self._lock:
            self._entry = None
            count = self._expiries.bisect_right((self._clock.time() - self._delay_seconds, _AFTER_ALL))
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
