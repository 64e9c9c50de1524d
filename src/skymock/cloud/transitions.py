"""State changes that take a while on AWS: a table is CREATING before it is ACTIVE."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from skymock.cloud.scheduler import Scheduler

# How long states last that end by themselves: not at all, as long as on AWS, or for so many describes.
Pace: TypeAlias = Literal["instant", "realistic"] | int


@dataclass(frozen=True, slots=True)
class Change:
    """A state that a resource has entered and will leave.

    seconds: how long it lasts on AWS. finish: lets the resource leave it. then: the state that comes after it,
    where that is left again too.
    """

    seconds: float
    finish: Callable[[], object]
    then: Change | None = None


class Transitions:
    """Ends the states that resources are in for a while, at the pace that the mock was asked for."""

    def __init__(self, pace: Pace, scheduler: Scheduler, lock: threading.RLock) -> None:
        if pace not in ("instant", "realistic") and not (isinstance(pace, int) and pace >= 0):
            raise ValueError(f'transitions are "instant", "realistic" or a number of describes, not {pace!r}')
        self.pace: Pace = pace or "instant"
        self.scheduler = scheduler
        self.lock = lock

    def begin(self, change: Change) -> Transition:
        """Let a change take its time. It is over already on return where it takes none."""
        return Transition(change, self)


class Transition:
    """A change that is under way, with all that come after it."""

    __slots__ = ("_change", "_describes_left", "_transitions")

    def __init__(self, change: Change, transitions: Transitions) -> None:
        self._transitions = transitions
        self._describes_left = 0
        self._change: Change | None = change
        self._enter(change)

    @property
    def is_over(self) -> bool:
        return self._change is None

    def described(self) -> None:
        """Note that the resource is about to be described: a state may have been seen often enough."""
        if self._change is None or not isinstance(self._transitions.pace, int):
            return
        if self._describes_left == 0:
            self._finish()
        self._describes_left -= 1

    def _enter(self, change: Change) -> None:
        pace = self._transitions.pace
        if pace == "instant":
            self._finish()
        elif pace == "realistic":
            self._transitions.scheduler.after(change.seconds, self._finish)
        else:
            self._describes_left = pace

    def _finish(self) -> None:
        change = self._change
        assert change is not None
        with self._transitions.lock:
            change.finish()
            self._change = change.then
        if change.then is not None:
            self._enter(change.then)
