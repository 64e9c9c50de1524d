"""Point-in-time recovery: what a table's items were at any second of the last 35 days at most.

A table that has it keeps a log of the versions that were replaced. Its items at an earlier time are those of now,
with the log undone back to then; so neither a write nor a read pays for more than one more entry.
(Point-in-time recovery: How it works)
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from skymock.cloud.clock import Clock
from skymock.services.dynamodb.errors import (
    InvalidRestoreTimeException,
    PointInTimeRecoveryUnavailableException,
)
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.stream import moment
from skymock.services.dynamodb.table import Change, Table

DAY_SECONDS = 24 * 3600
MOST_DAYS = 35
# LatestRestorableDateTime is typically five minutes before the current time.
LATEST_SECONDS_AGO = 300


class Replaced(NamedTuple):
    """An item as it was until a time; None where there was none."""

    at_seconds: float
    place: Place
    item: StoredItem | None


class ItemChange(NamedTuple):
    """What an item was before a period of time, and is after it; None: no item. at_seconds: of its last write."""

    place: Place
    old: StoredItem | None
    new: StoredItem | None
    at_seconds: float


class History:
    """The versions of a table's items from when it was enabled on, for so many days.

    Times are whole seconds, as AWS's: what happened later in the second of a restore is not restored.
    """

    def __init__(self, table: Table, days: int, clock: Clock) -> None:
        self.days = days
        self._table = table
        self._clock = clock
        self._since_seconds = clock.time()
        self._log: deque[Replaced] = deque()
        table.observe(self.note)

    def stop(self) -> None:
        """Forget it all."""
        self._table.unobserve(self.note)
        self._log.clear()

    def keep(self, days: int) -> None:
        """Keep so many days from now on. What was let go before does not come back."""
        self._since_seconds = self._earliest
        self.days = days

    def note(self, change: Change, identity: dict[str, str] | None) -> None:
        """Log a change that has just been made."""
        if change.old is change.new:
            return
        old = None if change.old is None else change.old.packed()
        self._log.append(Replaced(self._clock.time(), change.place, old))
        self._trim()

    @property
    def earliest_seconds(self) -> int:
        return int(self._earliest)

    @property
    def latest_seconds(self) -> int:
        """Five minutes ago, but when it was enabled if that was later. (ack-api-quirks, DDB-TABLE-086)"""
        return int(max(self._since_seconds, self._clock.time() - LATEST_SECONDS_AGO))

    def check(self, at_seconds: float) -> None:
        """Raises InvalidRestoreTimeException for a time that is not kept, or too recent."""
        earliest, latest = self.earliest_seconds, self.latest_seconds
        if not earliest <= at_seconds <= latest:
            raise InvalidRestoreTimeException(
                f"RestoreDateTime '{shown_second(at_seconds)}' must be within EarliestRestorableDateTime "
                f"'{shown_second(earliest)}' and LatestRestorableDateTime '{shown_second(latest)}'"
            )

    def items_at(self, at_seconds: float) -> Iterable[tuple[Place, StoredItem]]:
        """The items as they were at a time, with their places."""
        items = dict(self._table.items.entries())
        for replaced in reversed(self._log):
            if replaced.at_seconds <= at_seconds:
                break
            if replaced.item is None:
                items.pop(replaced.place, None)
            else:
                items[replaced.place] = replaced.item
        return items.items()

    def reaches(self, at_seconds: float) -> bool:
        """Whether the items of a time, which is not to come, are known."""
        return at_seconds >= self.earliest_seconds

    def changes_between(self, from_seconds: float, to_seconds: float) -> Iterator[ItemChange]:
        """The items that were written from one time on until before another one, each once.

        An item that was there neither before nor after is none of them.
        """
        before: dict[Place, StoredItem | None] = {}
        after: dict[Place, StoredItem | None] = {}
        written_at: dict[Place, float] = {}
        for replaced in self._log:
            if replaced.at_seconds >= to_seconds:
                after.setdefault(replaced.place, replaced.item)
            elif replaced.at_seconds >= from_seconds:
                before.setdefault(replaced.place, replaced.item)
                written_at[replaced.place] = replaced.at_seconds
        for place, old in before.items():
            new = after[place] if place in after else self._table.items.get(place)
            if old is not None or new is not None:
                yield ItemChange(place, old, new, written_at[place])

    @property
    def description(self) -> dict[str, Any]:
        """The API's PointInTimeRecoveryDescription."""
        return {
            "PointInTimeRecoveryStatus": "ENABLED",
            "RecoveryPeriodInDays": self.days,
            "EarliestRestorableDateTime": moment(self.earliest_seconds),
            "LatestRestorableDateTime": moment(self.latest_seconds),
        }

    @property
    def _earliest(self) -> float:
        return max(self._since_seconds, self._clock.time() - self.days * DAY_SECONDS)

    def _trim(self) -> None:
        horizon = self.earliest_seconds
        log = self._log
        while log and log[0].at_seconds < horizon:
            log.popleft()


def history_of(table: Table) -> History:
    """The history of a table that keeps one. Raises PointInTimeRecoveryUnavailableException."""
    if table.recovery is None:
        raise PointInTimeRecoveryUnavailableException(
            f"Point in time recovery is not enabled for table '{table.name}'"
        )
    return table.recovery


def shown_second(seconds: float) -> str:
    """A time as error messages show it."""
    return moment(int(seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
