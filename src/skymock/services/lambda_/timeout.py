"""The watchdog: it stops a handler that is still running when its time is over, wherever in its Python code it is."""

from __future__ import annotations

import _thread
import ctypes
import sys
import threading
from types import FrameType

from skymock.cloud.clock import real_seconds


class TimedOut(BaseException):
    """A handler has used up its time. Not an Exception, so that a handler's own `except` lets it through."""


# A handler that catches even this is told again and again.
REPEAT_SECONDS = 0.05

# How soon to look again at one that cannot be struck just now.
POSTPONE_SECONDS = 0.005

# The watchdog's thread ends when it has had nothing to watch for so long.
LINGER_SECONDS = 1.0

# Where a debugger has stopped a thread, or is asking what to do next.
DEBUGGERS = frozenset({"bdb", "pdb", "IPython", "ipdb", "pudb", "pydevd", "_pydevd_bundle", "debugpy"})

# What of ours stands between a handler and whoever watches it, or between the handler and the process.
_IN_HANDLERS = tuple(
    f"skymock.services.lambda_.{module}" for module in ("runtime", "sandbox", "environment", "code")
)


class Watch:
    """One handler under watch.

    is_stepped: a debugger was at work in it when its time was over; it may take as long as it likes.
    """

    __slots__ = ("_dog", "at_seconds", "frame", "has_struck", "is_stepped", "thread_id")

    def __init__(self, dog: Watchdog, at_seconds: float, frame: FrameType) -> None:
        self._dog = dog
        self.frame: FrameType | None = frame
        self.thread_id = threading.get_ident()
        self.at_seconds = at_seconds
        self.has_struck = False
        self.is_stepped = False

    def end(self) -> None:
        """Call it off; nothing is raised in the thread any more. May be called again, as it may itself be struck."""
        self._dog.forget(self)
        self.frame = None


class Watchdog:
    """Watches all handlers of the process with one thread, which there is only while it has something to watch."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._watches: set[Watch] = set()
        self._wakes_at_seconds: float | None = None  # None: there is no thread

    def watch(self, seconds: float, depth: int = 1) -> Watch:
        """Have TimedOut raised in this thread in so many seconds of real time, unless the watch ends before.

        It is raised in the calling function (that many calls up), or in what that calls.
        """
        watch = Watch(self, real_seconds() + seconds, sys._getframe(depth))
        with self._lock:
            self._watches.add(watch)
            wakes_at = self._wakes_at_seconds
            if wakes_at is None:
                self._wakes_at_seconds = watch.at_seconds
                # Not by `threading`, for it is no thread of the function's that is about to run.
                _thread.start_new_thread(self._run, ())
            elif watch.at_seconds < wakes_at:
                self._changed.notify()
        return watch

    def forget(self, watch: Watch) -> None:
        with self._lock:
            self._watches.discard(watch)
            if watch.has_struck:
                raise_in(watch.thread_id, None)
                settle()

    def _run(self) -> None:
        with self._changed:
            idle = False
            while self._watches or not idle:
                idle = not self._watches
                at = min(
                    (watch.at_seconds for watch in self._watches), default=real_seconds() + LINGER_SECONDS
                )
                # Never for long: what it woke up for may be over, and the process may have been suspended.
                self._wakes_at_seconds = min(at, real_seconds() + LINGER_SECONDS)
                self._changed.wait(max(0.0, self._wakes_at_seconds - real_seconds()))
                self._strike()
            self._wakes_at_seconds = None

    def _strike(self) -> None:
        now = real_seconds()
        for watch in list(self._watches):
            if watch.at_seconds > now:
                continue
            frames = _frames(watch.thread_id)
            if any(_module(frame).partition(".")[0] in DEBUGGERS for frame in frames):
                watch.is_stepped = True
                self._watches.discard(watch)
                continue
            if _is_in_the_handler(frames, watch):
                watch.at_seconds = now + REPEAT_SECONDS
                watch.has_struck = True
                raise_in(watch.thread_id, TimedOut)
            else:
                watch.at_seconds = now + POSTPONE_SECONDS


def _frames(thread_id: int) -> list[FrameType]:
    """What a thread is doing, the innermost first."""
    frames = []
    frame = sys._current_frames().get(thread_id)
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def _is_in_the_handler(frames: list[FrameType], watch: Watch) -> bool:
    """Whether the handler itself is at work. While skymock works for it (it may be running another function), nothing
    must be torn apart; the handler is struck when that has returned."""
    for frame in frames:
        if frame is watch.frame:
            return True
        name = _module(frame)
        if name.startswith("skymock.") and not name.startswith(_IN_HANDLERS):
            return False
        if name in _WEAKREFS or frame.f_code.co_name == "__del__":
            return False  # Python would print the exception, and go on
    return False


_WEAKREFS = ("weakref", "_weakrefset")


def _module(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", ""))


def raise_in(thread_id: int, kind: type[BaseException] | None) -> None:
    """Have a thread raise an exception at its next step in Python; None takes back one not raised yet."""
    exception = None if kind is None else ctypes.py_object(kind)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread_id), exception)


class _Settled(BaseException):
    """Raised and caught in one place."""


def settle() -> None:
    """Let the interpreter forget that it has something to raise; a thread that has still notices it by and by.

    Until 3.12 it notes that for all threads together, and what is taken back leaves the note. Then every step in
    Python is slower, and a function that a tracer looks into never begins (Python 3.11). The note goes when
    something is raised.
    """
    try:
        raise_in(threading.get_ident(), _Settled)
        while True:
            pass
    except _Settled:
        pass


# It strikes threads of the process, so there is one for all clouds.
WATCHDOG = Watchdog()
