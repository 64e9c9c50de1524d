"""What an execution environment has of its own inside the process: variables, modules, output, loggers, threads."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from skymock.cloud.clock import Clock
from skymock.interception.default_session import OwnSession
from skymock.services.lambda_.sandbox.current import reset_current_sandbox, set_current_sandbox
from skymock.services.lambda_.sandbox.loggers import Loggers
from skymock.services.lambda_.sandbox.modules import OwnModules, Sources
from skymock.services.lambda_.sandbox.output import Lines
from skymock.services.lambda_.sandbox.process import PROCESS
from skymock.services.lambda_.sandbox.threads import Threads
from skymock.services.lambda_.sandbox.variables import encoded
from skymock.services.lambda_.sandbox.waits import Waits


class RuntimeLog(Protocol):
    """Where a function's output goes."""

    def print(self, text: str) -> None:
        """One line of stdout or stderr, with its end."""

    @property
    def root_handler(self) -> Any:
        """What Lambda's runtime gives the root logger."""

    @property
    def root_level(self) -> int | None:
        """The level that it gives the root logger, None for none."""


class Sandbox:
    """One function's own world, in which one invocation at a time runs.

    It is seen by the thread and the tasks that are `inside`, and by the threads that they start. What the function
    imports, sets and leaves there is found again the next time.

    sources: without folders for a callable of the test's, which brings the test's modules and stands where the test
    stands.
    """

    def __init__(
        self,
        clock: Clock,
        log: RuntimeLog,
        variables: Mapping[str, str],
        sources: Sources,
    ) -> None:
        self.variables = encoded(variables)
        self.modules = OwnModules(sources, PROCESS.path)
        self.loggers = Loggers(log.root_handler, log.root_level)
        self.waits = Waits(clock)
        self.threads = Threads(PROCESS.enter, PROCESS.leave)
        self.session = OwnSession()
        self._folder = sources.folders[0] if sources.folders else None
        self._lines = {"stdout": Lines(log.print), "stderr": Lines(log.print)}

    def printed(self, stream: str, text: str) -> None:
        self._lines[stream].write(text)

    def end_lines(self) -> None:
        for lines in self._lines.values():
            lines.end()

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let the code that runs be the function's."""
        PROCESS.enter()
        try:
            if self._folder is None:
                with self._being_current():
                    yield
            else:
                with PROCESS.directories.inside(self._folder), self._being_current():
                    yield
        finally:
            PROCESS.leave()

    @contextmanager
    def _being_current(self) -> Iterator[None]:
        token = set_current_sandbox(self)
        session = self.session.lend()
        loop = _hide_running_loop()
        self.waits.begin()
        self.loggers.begin()
        try:
            yield
        finally:
            self.end_lines()
            if loop is not None:
                loop()
            session()
            reset_current_sandbox(token)

    def close(self) -> None:
        """End the threads that the function left behind."""
        self.threads.end()


def _hide_running_loop() -> Callable[[], None] | None:
    """Even where a coroutine invoked the function, a handler may run an event loop of its own."""
    asyncio: Any = sys.modules.get("asyncio")  # without it nobody has a loop
    if asyncio is None or (running := asyncio._get_running_loop()) is None:
        return None
    asyncio._set_running_loop(None)
    return lambda: asyncio._set_running_loop(running)
