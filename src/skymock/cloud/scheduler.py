"""What happens later: entries with a due time, run in due-time order when a request ends and when the clock moves."""

from __future__ import annotations

import heapq
import random
import threading
from collections.abc import Callable
from typing import Literal, get_args

from skymock.cloud.clock import Clock
from skymock.cloud.timeline import Event, current_event, within

Delivery = Literal["immediate", "manual"]

# An entry that keeps scheduling itself for the same moment would never let a call return.
MOST_ENTRIES_AT_ONE_MOMENT = 100_000


class Entry:
    """One piece of work that is due at a time; `cancel()` takes it back."""

    __slots__ = ("cancelled", "cause", "due_at_seconds", "order", "work")

    def __init__(
        self, due_at_seconds: float, order: float, work: Callable[[], object], cause: Event | None
    ) -> None:
        self.due_at_seconds = due_at_seconds
        self.order = order
        self.work = work
        self.cause = cause
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True

    def __lt__(self, other: Entry) -> bool:
        return (self.due_at_seconds, self.order) < (other.due_at_seconds, other.order)


class Scheduler:
    """The work that is not done yet.

    entries: all of it, a heap. Mostly there is none.
    delivery: "immediate" runs what is due before the call that caused it returns; "manual" holds everything until
    `run_due` is called with `held=True` (`cloud.settle()`).
    shuffle_seed: runs entries of the same moment in a seeded order instead of first come, first served.

    Only one thread runs entries at a time; another one leaves what it scheduled to the thread that is running. An
    entry that schedules more work does not run it: the outer run comes to it in its turn.
    """

    def __init__(
        self, clock: Clock, delivery: Delivery = "immediate", shuffle_seed: int | None = None
    ) -> None:
        if delivery not in get_args(Delivery):
            raise ValueError(f'delivery is "immediate" or "manual", not {delivery!r}')
        self.delivery = delivery
        self._clock = clock
        self.entries: list[Entry] = []
        self._count = 0
        self._shuffle = random.Random(shuffle_seed) if shuffle_seed is not None else None
        self._lock = threading.Lock()
        self._running = threading.Lock()

    def at(self, due_at_seconds: float, work: Callable[[], object]) -> Entry:
        """Have `work` done at a time (epoch seconds); its cause is the call or event going on now."""
        with self._lock:
            self._count += 1
            order = self._shuffle.random() if self._shuffle else self._count
            entry = Entry(due_at_seconds, order, work, current_event())
            heapq.heappush(self.entries, entry)
        return entry

    def after(self, seconds: float, work: Callable[[], object]) -> Entry:
        """Have `work` done that much later; 0 means as soon as the present call is over."""
        return self.at(self._clock.time() + seconds, work)

    @property
    def has_due(self) -> bool:
        """Whether something is due now."""
        entries = self.entries
        return bool(entries) and entries[0].due_at_seconds <= self._clock.time()

    @property
    def next_due_at_seconds(self) -> float | None:
        """When the next entry is due (epoch seconds), or None."""
        with self._lock:
            while self.entries and self.entries[0].cancelled:
                heapq.heappop(self.entries)
            return self.entries[0].due_at_seconds if self.entries else None

    def run_due(self, until_seconds: float | None = None, *, held: bool = False) -> None:
        """Run all that is due by a time (now if None), each with the clock standing at its own time."""
        if (self.delivery == "manual" and not held) or not self._running.acquire(blocking=False):
            return
        try:
            repeated, last_due = 0, None
            while entry := self._next(until_seconds):
                repeated = repeated + 1 if entry.due_at_seconds == last_due else 0
                last_due = entry.due_at_seconds
                if repeated > MOST_ENTRIES_AT_ONE_MOMENT:
                    raise RuntimeError(f"more than {MOST_ENTRIES_AT_ONE_MOMENT} entries due at one moment")
                with self._clock.standing_at(entry.due_at_seconds), within(entry.cause):
                    entry.work()
        finally:
            self._running.release()

    def _next(self, until_seconds: float | None) -> Entry | None:
        with self._lock:
            while self.entries:
                limit = self._clock.time() if until_seconds is None else until_seconds
                if self.entries[0].due_at_seconds > limit:
                    return None
                entry = heapq.heappop(self.entries)
                if not entry.cancelled:
                    return entry
        return None
