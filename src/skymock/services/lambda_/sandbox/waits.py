"""Waits in a handler take the cloud's time: a frozen clock is moved by them, and they end at the deadline."""

from __future__ import annotations

import math
import selectors
import threading
import time
from typing import Any

from skymock.cloud.clock import Clock
from skymock.services.lambda_.sandbox.current import (
    current_sandbox,
    reset_current_sandbox,
    set_current_sandbox,
)
from skymock.services.lambda_.sandbox.threads import Ended
from skymock.services.lambda_.timeout import TimedOut

SLEEP = time.sleep

# How long a loop waits for real before it moves a frozen clock, while threads work for it.
THREADS_POLL_SECONDS = 0.001


class Sleep:
    """`time.sleep`."""

    def __init__(self) -> None:
        self.covered: Any = SLEEP

    def __call__(self, seconds: float, /) -> None:
        sandbox = current_sandbox()
        if sandbox is None or not seconds > 0:
            SLEEP(seconds)
        elif sandbox.waits.is_here:
            sandbox.waits.sleep(seconds)
        elif sandbox.threads.is_over.wait(seconds):
            raise Ended


class Waits:
    """How the handler of one sandbox waits.

    deadline_seconds: when what is going on times out (epoch seconds); None while nothing is.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.deadline_seconds: float | None = None
        self._thread_id = 0

    def begin(self) -> None:
        self._thread_id = threading.get_ident()

    @property
    def is_here(self) -> bool:
        """Whether this is the handler's own thread."""
        return threading.get_ident() == self._thread_id

    def sleep(self, seconds: float) -> None:
        """Raises TimedOut where that is longer than there is time."""
        deadline = self.deadline_seconds
        left = None if deadline is None else max(0.0, deadline - self.clock.time())
        if left is None or seconds < left:
            self._pass(seconds)
        else:
            self._pass(left)
            raise TimedOut

    def _pass(self, seconds: float) -> None:
        if not self.clock.is_frozen:
            SLEEP(seconds)
            return
        # What falls due meanwhile is not the function's doing.
        token = set_current_sandbox(None)
        try:
            self.clock.advance(seconds=seconds)
        finally:
            reset_current_sandbox(token)


class RunningLoop:
    """asyncio's way to note that an event loop runs: under a frozen clock, one that a handler runs keeps its time."""

    def __init__(self) -> None:
        self.covered: Any = None

    def __call__(self, loop: Any) -> None:
        sandbox = current_sandbox()
        if loop is not None and sandbox is not None and sandbox.waits.clock.is_frozen:
            keep_cloud_time(loop, sandbox.waits)
        self.covered(loop)


def keep_cloud_time(loop: Any, waits: Waits) -> None:
    """Have an event loop move the clock where it would wait for its next timer.

    It waits for real while threads work for it, and while it has sockets to listen to.
    """
    selector = getattr(loop, "_selector", None)
    if not isinstance(selector, selectors.BaseSelector):  # it has none, or keeps the cloud's time already
        return
    kept = CloudSelector(selector, waits)
    start, moment, run_in_executor = loop.time(), waits.clock.time(), loop.run_in_executor
    shut_down = loop.shutdown_default_executor
    loop._selector = kept
    loop.time = lambda: start + waits.clock.time() - moment

    def run_counted(executor: Any, function: Any, *args: Any) -> Any:
        future = run_in_executor(executor, function, *args)
        kept.working += 1
        future.add_done_callback(kept.note_end)
        return future

    async def shut_down_counted(*args: Any) -> None:
        kept.working += 1
        try:
            await shut_down(*args)
        finally:
            kept.working -= 1

    loop.run_in_executor = run_counted
    # It waits for a thread too, since Python 3.12 with a timer.
    loop.shutdown_default_executor = shut_down_counted


class CloudSelector:
    """A loop's selector. working: how many threads' results are awaited."""

    def __init__(self, selector: Any, waits: Waits) -> None:
        self._selector = selector
        self._waits = waits
        self.working = 0

    def note_end(self, future: object) -> None:
        self.working -= 1

    def select(self, timeout: float | None = None) -> Any:
        if timeout is None or timeout <= 0:
            return self._selector.select(timeout)
        if self.working or len(self._selector.get_map()) > 1:
            return self._selector.select(min(timeout, THREADS_POLL_SECONDS) if self.working else timeout)
        events = self._selector.select(0)
        if not events:
            # In whole microseconds, as frozen time moves: a rest of one would never pass.
            self._waits.sleep(math.ceil(timeout * 1e6) / 1e6)
        return events

    def __getattr__(self, name: str) -> Any:
        return getattr(self._selector, name)
