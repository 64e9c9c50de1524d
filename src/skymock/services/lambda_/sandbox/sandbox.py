"""What an execution environment has of its own inside the process: variables, modules, output, loggers, threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from skymock.cloud.clock import Clock
from skymock.interception.default_session import OwnSession
from skymock.services.lambda_.sandbox.current import reset_current_sandbox, set_current_sandbox
from skymock.services.lambda_.sandbox.directory import Stay
from skymock.services.lambda_.sandbox.loggers import Loggers
from skymock.services.lambda_.sandbox.modules import OwnModules, Sources
from skymock.services.lambda_.sandbox.output import Lines
from skymock.services.lambda_.sandbox.process import PROCESS
from skymock.services.lambda_.sandbox.process_modules import MISSING, PROCESS_MODULES
from skymock.services.lambda_.sandbox.threads import Threads
from skymock.services.lambda_.sandbox.variables import ENVIRON, encoded
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

    It is seen by the thread and the tasks that have entered it (`with sandbox:`), and by the threads that they start.
    What the function imports, sets and leaves there is found again the next time.

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
        self._token: Any = None
        self._stay: Stay | None = None
        self._return_session: Callable[[], None] = self.close
        self._hidden_loop: Callable[[], None] | None = None
        self._stdout = Lines(log.print)
        self._stderr = Lines(log.print)

    def set_variable(self, name: str, value: str) -> None:
        self.variables[ENVIRON.encodekey(name)] = ENVIRON.encodevalue(value)

    def printed(self, stream: str, text: str) -> None:
        (self._stdout if stream == "stdout" else self._stderr).write(text)

    def end_lines(self) -> None:
        self._stdout.end()
        self._stderr.end()

    def __enter__(self) -> None:
        """Let the code that runs be the function's."""
        PROCESS.enter()
        try:
            self._stay = None if self._folder is None else PROCESS.directories.enter(self._folder)
        except BaseException:
            PROCESS.leave()
            raise
        self._token = set_current_sandbox(self)
        self._return_session = self.session.lend()
        self._hidden_loop = _hide_running_loop()
        self.waits.begin()
        self.loggers.begin()

    def __exit__(self, *raised: object) -> None:
        self.end_lines()
        if self._hidden_loop is not None:
            self._hidden_loop()
        self._return_session()
        reset_current_sandbox(self._token)
        if self._stay is not None:
            PROCESS.directories.leave(self._stay)
        PROCESS.leave()

    def close(self) -> None:
        """End the threads that the function left behind."""
        self.threads.end()


def _hide_running_loop() -> Callable[[], None] | None:
    """Even where a coroutine invoked the function, a handler may run an event loop of its own."""
    asyncio = PROCESS_MODULES.find("asyncio")  # without it nobody has a loop
    if asyncio is MISSING or (running := asyncio._get_running_loop()) is None:
        return None
    asyncio._set_running_loop(None)
    return lambda: asyncio._set_running_loop(running)
