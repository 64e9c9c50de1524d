"""The one clock: everything in a cloud that depends on time asks it, so moving it moves everything."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from dateutil.parser import isoparse

# A datetime (naive is UTC), an ISO 8601 text, or epoch seconds.
Moment: TypeAlias = dt.datetime | str | float


class Clock:
    """Reads `time.time()`, so freezegun and time-machine steer it; `advance` and `move_to` steer it too.

    A cloud made with `freeze_time=` is given freezegun's frozen time: then moving the clock also moves what the
    code under test sees. Without, moving it adds an offset that only the cloud sees.
    """

    def __init__(self, frozen_time: Any = None) -> None:
        self.frozen_time = frozen_time
        self._offset_seconds = 0.0
        self._standing_at_seconds: float | None = None
        self._run_due: Callable[[float], None] = lambda until_seconds: None

    @property
    def is_frozen(self) -> bool:
        """Whether a mock froze time (`mock_serverless(freeze_time=...)`): this cloud's, or one around it."""
        return self.frozen_time is not None

    def time(self) -> float:
        """Seconds since the epoch, as the cloud sees it now."""
        if self._standing_at_seconds is not None:
            return self._standing_at_seconds
        return time.time() + self._offset_seconds  # the hot path: _world_seconds() written out

    def now(self) -> dt.datetime:
        """This moment as an aware datetime (UTC)."""
        return dt.datetime.fromtimestamp(self.time(), dt.timezone.utc)

    def advance(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """Move time forward; whatever falls due on the way happens at its own time, in order."""
        delta = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds).total_seconds()
        if delta < 0:
            raise ValueError("time only moves forward")
        self._move(self.time() + delta)

    def move_to(self, moment: Moment) -> None:
        """Move time forward to a moment: a datetime (naive is UTC), an ISO 8601 text, or epoch seconds."""
        target = epoch_seconds(moment)
        if target < self.time():
            raise ValueError("time only moves forward")
        self._move(target)

    def sleep(self, seconds: float) -> None:
        """What a wait costs: under a frozen clock it moves the clock, else it passes for real."""
        if self.is_frozen:
            self.advance(seconds=max(seconds, 0))
        else:
            time.sleep(seconds)

    def on_move(self, run_due: Callable[[float], None]) -> None:
        """Have `run_due(until_seconds)` called whenever the clock is moved, before it stands at the end."""
        self._run_due = run_due

    @contextmanager
    def standing_at(self, seconds: float) -> Iterator[None]:
        """Let the clock stand at a due time while the work that was due runs, even where the world is later."""
        self.step_to(seconds)
        before, self._standing_at_seconds = self._standing_at_seconds, seconds
        try:
            yield
        finally:
            self._standing_at_seconds = before

    def step_to(self, target_seconds: float) -> None:
        """Put the clock to a time without running what is due; never back."""
        if self._standing_at_seconds is not None:
            self._standing_at_seconds = max(self._standing_at_seconds, target_seconds)
        missing = target_seconds - self._world_seconds()
        if missing <= 0:
            return
        if self.frozen_time is not None:
            self.frozen_time.move_to(dt.datetime.fromtimestamp(target_seconds, dt.timezone.utc))
        else:
            self._offset_seconds += missing

    def _world_seconds(self) -> float:
        return time.time() + self._offset_seconds

    def _move(self, target_seconds: float) -> None:
        self._run_due(target_seconds)
        self.step_to(target_seconds)


def real_seconds(monotonic: Callable[[], float] = time.monotonic) -> float:
    """A stopwatch that nobody freezes, for what must not take long for real. The argument is not to be given: there
    freezegun does not find it.
    """
    return monotonic()


def real_epoch_seconds(time: Callable[[], float] = time.time) -> float:
    """What other processes take for the time, likewise."""
    return time()


def epoch_seconds(moment: Moment) -> float:
    """Seconds since the epoch of a datetime (naive is UTC), an ISO 8601 text, or such seconds themselves."""
    if isinstance(moment, str):
        moment = isoparse(moment)  # datetime.fromisoformat reads less of ISO 8601 before Python 3.11
    if isinstance(moment, dt.datetime):
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.timezone.utc)
        return moment.timestamp()
    return float(moment)
