"""What an execution environment logs: its stream's events, by its runtime, by Lambda, and by the function's code."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from skymock.cloud.clock import Clock
from skymock.services.lambda_.bootstrap.log_formats import PYTHON_LEVELS
from skymock.services.lambda_.initialization import ON_DEMAND
from skymock.services.lambda_.log_format import ApplicationFormat, JsonFormat, SystemFormat, TextFormat
from skymock.services.lambda_.memory import peak_memory_mb
from skymock.services.lambda_.printed_levels import is_wanted

if TYPE_CHECKING:
    from skymock.services.lambda_.configuration import Configuration
    from skymock.services.lambda_.runtime import Result


class LogEvent(NamedTuple):
    """One message, with its line's end; `at_seconds` is epoch seconds on the cloud's clock."""

    at_seconds: float
    message: str


def text_of(events: Iterable[LogEvent]) -> str:
    return "".join(event.message for event in events)


class LogStream:
    """One execution environment's log stream.

    group, name: of the stream, as CloudWatch Logs has them. events: all of it. request_id: of the invocation that is
    going on. on_events: called with what was written at once, for whoever stores it.
    """

    def __init__(
        self,
        clock: Clock,
        configuration: Configuration,
        version: str,
        instance_id: str,
        initialization: str = ON_DEMAND,
    ) -> None:
        day = clock.now().strftime("%Y/%m/%d")
        self.clock = clock
        self.group = configuration.logging.group
        self.name = f"{day}/[{version}]{instance_id}"
        self.events: list[LogEvent] = []
        self.request_id = ""
        self.on_events: Callable[[list[LogEvent]], object] | None = None
        self._configuration = configuration
        self._version = version
        is_json = configuration.logging.is_json
        self._used_mb = 0
        self._lowest_level = configuration.logging.application_level if is_json else None
        self._format: SystemFormat = (JsonFormat if is_json else TextFormat)(
            configuration, version, initialization
        )
        self.root_handler: logging.Handler = LogHandler(self, self._format.application)

    @property
    def root_level(self) -> int | None:
        """The root logger's, which only the JSON format has Lambda set."""
        logging_config = self._configuration.logging
        return PYTHON_LEVELS[logging_config.application_level] if logging_config.is_json else None

    def add(self, *messages: str) -> None:
        now = self.clock.time()
        written = [LogEvent(now, message) for message in messages]
        self.events += written
        if self.on_events is not None:
            self.on_events(written)

    def print(self, line: str) -> None:
        """What the function writes, but for what its log level leaves out."""
        if self._lowest_level is None or is_wanted(line, self._lowest_level):
            self.add(line)

    def begin(self, request_id: str) -> None:
        """An invocation begins; what is logged from now on is its."""
        self.request_id = request_id

    def init_start(self) -> None:
        self._system(self._format.init_start(self.clock))

    def init_report(self, duration_ms: float, status: str, error_type: str = "") -> None:
        """How the import has ended: "success", "error" or "timeout"."""
        self._system(*self._format.init_report(self.clock, duration_ms, status, error_type))

    def restore_start(self) -> None:
        self._system(self._format.restore_start(self.clock))

    def restored(self, duration_ms: float, status: str) -> None:
        self._system(*self._format.restored(self.clock, duration_ms, status))

    def start(self) -> int:
        """START; returns its index."""
        first = len(self.events)
        self._system(self._format.start(self.clock, self.request_id))
        return first

    def timed_out(self, timeout_seconds: int) -> None:
        self._system(self._format.timed_out(self.clock, self.request_id, timeout_seconds))

    def failed(self, error: dict[str, Any]) -> None:
        """What the runtime says of an exception."""
        self.add(self._format.failed(self.clock, error))

    def end(
        self,
        duration_ms: float,
        init_ms: float | None,
        result: Result,
        peak_mb: int | None = None,
        restore_ms: float | None = None,
    ) -> None:
        """END and REPORT. peak_mb: the memory that was used, this process's if it is not given."""
        used_mb = self._process_mb() if peak_mb is None else min(self._configuration.memory_mb, peak_mb)
        self._system(
            *self._format.end(
                self.clock,
                self.request_id,
                duration_ms,
                init_ms,
                used_mb,
                result.status,
                result.error_type,
                restore_ms,
            )
        )

    def _process_mb(self) -> int:
        """What this process has used, at most the function's memory. A peak only rises: at the top it stays."""
        if self._used_mb < self._configuration.memory_mb:
            self._used_mb = min(self._configuration.memory_mb, peak_memory_mb())
        return self._used_mb

    def _system(self, *lines: str | None) -> None:
        """Log what Lambda itself says; None is what the function's log level leaves out."""
        wanted = [line for line in lines if line is not None]
        if wanted:
            self.add(*wanted)


class LogHandler(logging.Handler):
    """The handler that Lambda's runtime gives the root logger. (Lambda Developer Guide: Python logging)"""

    def __init__(self, log: LogStream, application: ApplicationFormat) -> None:
        super().__init__()
        self._log = log
        self.setFormatter(application)

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self._log.request_id
        try:
            self._log.add(self.format(record))
        except Exception:
            self.handleError(record)
