"""Threads that a function starts belong to its sandbox, also after the handler has returned."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import current_event, set_current_event
from skymock.interception import entering
from skymock.services.lambda_.sandbox.current import current_sandbox, set_current_sandbox
from skymock.services.lambda_.sandbox.directory import staying
from skymock.services.lambda_.timeout import raise_in, settle

if TYPE_CHECKING:
    from skymock.services.lambda_.sandbox.sandbox import Sandbox

# What `threading` starts threads with: a function of the interpreter's, by another name since Python 3.13.
STARTER = "_start_joinable_thread" if hasattr(threading, "_start_joinable_thread") else "_start_new_thread"


class Ended(SystemExit):
    """The sandbox that a thread belongs to is done with."""


class ThreadStart:
    """`threading`'s way to start a thread: one that a function starts is in the function's sandbox."""

    def __init__(self) -> None:
        self.covered: Callable[..., Any] = getattr(threading, STARTER)

    def __call__(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        sandbox = current_sandbox()
        if sandbox is None:
            return self.covered(function, *args, **options)
        confined = _Confined(sandbox, function)
        try:
            return self.covered(confined, *args, **options)
        except BaseException:
            confined.leave()
            raise


class _Confined:
    """The work of a thread in the sandbox, the mock and below the event that it was started from."""

    def __init__(self, sandbox: Sandbox, function: Callable[..., Any]) -> None:
        self._sandbox = sandbox
        self._function = function
        self._event = current_event()
        self._enter_mock = entering()
        self._stay = staying()
        _let_end_silently(getattr(function, "__self__", None))
        sandbox.threads.expect(self)

    def __call__(self, *args: Any) -> None:
        set_current_sandbox(self._sandbox)
        set_current_event(self._event)
        self._enter_mock()
        self._stay()
        self._sandbox.session.inherited()
        self._sandbox.threads.begin(self)
        try:
            self._function(*args)
        finally:
            self.leave()

    def leave(self) -> None:
        self._sandbox.threads.forget(self)


def _let_end_silently(thread: Any) -> None:
    """No end of an environment is an unhandled exception, whatever a test runner takes for one."""
    if not isinstance(thread, threading.Thread):
        return
    report: Any = thread._invoke_excepthook  # type: ignore[attr-defined]  # typeshed lacks it

    def report_others(each: threading.Thread) -> None:
        if not isinstance(sys.exc_info()[1], Ended):
            report(each)

    thread._invoke_excepthook = report_others  # type: ignore[attr-defined]


class Threads:
    """The threads of one sandbox that have not ended.

    is_over: the sandbox is done with; its threads are to end.
    """

    def __init__(self, enter: Callable[[], None], leave: Callable[[], None]) -> None:
        self._enter = enter
        self._leave = leave
        self._alive: dict[_Confined, int | None] = {}
        self._lock = threading.Lock()
        self.is_over = threading.Event()

    def expect(self, thread: _Confined) -> None:
        with self._lock:
            self._alive[thread] = None
        self._enter()

    def begin(self, thread: _Confined) -> None:
        with self._lock:
            if thread in self._alive:
                self._alive[thread] = threading.get_ident()

    def forget(self, thread: _Confined) -> None:
        with self._lock:
            known = self._alive.pop(thread, self) is not self
        if known:
            self._leave()

    def end(self) -> None:
        """Stop them: at their next step in Python, or as soon as they sleep. They count no more from now on."""
        self.is_over.set()
        with self._lock:
            left, self._alive = self._alive, {}
        for thread_id in left.values():
            if thread_id is not None and thread_id != threading.get_ident():
                raise_in(thread_id, Ended)
            self._leave()
        if left:
            settle()  # one of them may be over, or never come back to Python
