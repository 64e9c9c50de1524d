"""`time.sleep` in a handler: it takes the cloud's time, and no more than the function has left."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from skymock.cloud.clock import Clock


class TimedOut(BaseException):
    """A handler has used up its time. Not an Exception, so that a handler's own `except` lets it through."""


class Sleep:
    """`time.sleep` of the handler's thread: a frozen clock is moved by it, and it ends at the deadline.

    deadline_seconds: when the invocation that is going on times out (epoch seconds); None while none is.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._thread = 0
        self._covered: Callable[..., None] = time.sleep
        self.deadline_seconds: float | None = None

    def lay(self) -> None:
        self._thread = threading.get_ident()
        self._covered = time.sleep
        time.sleep = self._sleep  # type: ignore[assignment]  # typeshed also allows what has an __index__

    def lift(self) -> None:
        time.sleep = self._covered

    def _sleep(self, seconds: float, /) -> None:
        if threading.get_ident() != self._thread:
            self._covered(seconds)
            return
        deadline = self.deadline_seconds
        left = None if deadline is None else max(0.0, deadline - self._clock.time())
        if left is None or seconds < left:
            self._pass(seconds)
        else:
            self._pass(left)
            raise TimedOut

    def _pass(self, seconds: float) -> None:
        if self._clock.is_frozen:
            self._clock.advance(seconds=seconds)
        else:
            self._covered(seconds)
