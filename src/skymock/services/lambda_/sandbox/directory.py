"""The working directory: a process has one, so on its own a thread can only have another one where Linux lets it.

A thread other than the main one leaves the process's directory for one of its own (`unshare(CLONE_FS)`) to run a
function. Where that cannot be (the main thread, other systems, containers that forbid it), functions whose code lies
in different folders take turns, unless one waits for the other: a handler that invokes a function, itself or from a
thread of its own.
"""

from __future__ import annotations

import ctypes
import os
import sys
import threading
from collections.abc import Callable
from contextvars import ContextVar, Token

CLONE_FS = 0x200


class Stay:
    """One invocation's time in a working directory, its thread's own or the process's.

    within: the stay that it was caused from. before: where the thread or the process stood. token: gives the process's
    back to the stay before; None in a thread's own.
    """

    __slots__ = ("before", "folder", "token", "within")

    def __init__(self, folder: str, within: Stay | None) -> None:
        self.folder = folder
        self.within = within
        self.before: str | None = None
        self.token: Token[Stay | None] | None = None

    def may_join(self, other: Stay) -> bool:
        stay: Stay | None = self
        while stay is not None and stay is not other:
            stay = stay.within
        return stay is other or self.folder == other.folder


# Handed on to the threads that a function starts.
_stay: ContextVar[Stay | None] = ContextVar("skymock_stay", default=None)


def staying() -> Callable[[], object]:
    """How a new thread comes to be where this one is."""
    stay = _stay.get()
    return lambda: _stay.set(stay)


class Directories:
    """Who is in the process's working directory."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._waiting = 0
        self._stays: list[Stay] = []
        self._outside: str | None = None

    def enter(self, folder: str) -> Stay:
        """Have a folder as the working directory, as soon as it can be."""
        stay = Stay(folder, _stay.get())
        if _has_own_directory():
            stay.before = _here()
            os.chdir(folder)
        else:
            self._take(stay)
            stay.token = _stay.set(stay)
        return stay

    def leave(self, stay: Stay) -> None:
        if stay.token is None:
            _go(stay.before)
        else:
            _stay.reset(stay.token)
            self._give_back(stay)

    def _take(self, stay: Stay) -> None:
        with self._lock:
            if self._stays:
                self._wait_for(stay)
            if self._stays:
                beside = self._beside(stay)
                stay.before = beside[0].before if beside and stay.within is not None else _here()
            else:
                stay.before = self._outside = _here()
            os.chdir(stay.folder)
            self._stays.append(stay)

    def _wait_for(self, stay: Stay) -> None:
        self._waiting += 1
        try:
            self._changed.wait_for(lambda: all(map(stay.may_join, self._stays)))
        finally:
            self._waiting -= 1

    def _beside(self, stay: Stay) -> list[Stay]:
        """The others that came from the same place: they go back there when the last of them goes."""
        return [other for other in self._stays if other.within is stay.within]

    def _give_back(self, stay: Stay) -> None:
        with self._lock:
            self._stays.remove(stay)
            _go(self._next_place(stay) if self._stays else self._outside)
            if self._waiting:
                self._changed.notify_all()

    def _next_place(self, left: Stay) -> str | None:
        """Where the process goes when one goes who was not the only one."""
        beside = self._beside(left)
        if beside:
            return beside[-1].folder
        return left.before if left.within in self._stays else self._stays[-1].folder


def _here() -> str | None:
    try:
        return os.getcwd()
    except FileNotFoundError:  # the test has deleted where it stands
        return None


def _go(folder: str | None) -> None:
    if folder is not None:
        os.chdir(folder)


_own = threading.local()


def _has_own_directory() -> bool:
    """Whether this thread's working directory is its own, from now on at the latest."""
    known: bool | None = getattr(_own, "is_own", None)
    if known is None:
        is_main = threading.current_thread() is threading.main_thread()
        known = _own.is_own = not is_main and _unshare()
    return known


def _unshare() -> bool:
    if sys.platform != "linux":
        return False
    failed: int = ctypes.CDLL(None).unshare(CLONE_FS)
    return not failed
