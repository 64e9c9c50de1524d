"""What an execution environment logs: its stream's events, and the ways by which code writes to them."""

from __future__ import annotations

import io
import logging
import math
from dataclasses import dataclass
from typing import TextIO

from skymock.cloud.clock import Clock


@dataclass(frozen=True, slots=True)
class LogEvent:
    """One message, with its line's end; `at_seconds` is epoch seconds on the cloud's clock."""

    at_seconds: float
    message: str


class LogStream:
    """One execution environment's log stream.

    request_id: of the invocation that is going on, for the lines of Python's `logging`.
    """

    def __init__(self, group: str, name: str, clock: Clock) -> None:
        self.group = group
        self.name = name
        self.events: list[LogEvent] = []
        self.request_id = ""
        self.clock = clock

    def add(self, message: str) -> None:
        self.events.append(LogEvent(self.clock.time(), message))

    def since(self, index: int) -> str:
        """The text of all events from that one on."""
        return "".join(event.message for event in self.events[index:])


class LoggedOutput(io.TextIOBase):
    """stdout or stderr of a function: its lines become events of the log and are shown with the test's."""

    def __init__(self, log: LogStream) -> None:
        self._log = log
        self._line = ""
        self.shown_on: TextIO | None = None

    @property
    def encoding(self) -> str:  # type: ignore[override]  # an attribute in typeshed
        return "utf-8"

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self.shown_on is not None:
            self.shown_on.write(text)
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:
            self._log.add(line + "\n")
        return len(text)

    def flush(self) -> None:
        if self.shown_on is not None:
            self.shown_on.flush()

    def end_line(self) -> None:
        """Log what was written without a line's end."""
        if self._line:
            self._log.add(self._line)
            self._line = ""


class LogHandler(logging.Handler):
    """The handler that Lambda's runtime gives the root logger. (Lambda Developer Guide: Python logging)"""

    def __init__(self, log: LogStream) -> None:
        super().__init__()
        self._log = log
        self.setFormatter(logging.Formatter("%(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        moment = self._log.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        message = self.format(record)
        self._log.add(f"[{record.levelname}]\t{moment}\t{self._log.request_id}\t{message}\n")


def init_start_line(runtime: str, runtime_version_arn: str) -> str:
    version = runtime.replace("python", "python:")
    return f"INIT_START Runtime Version: {version}.v1\tRuntime Version ARN: {runtime_version_arn}\n"


def report_line(
    request_id: str,
    duration_ms: float,
    memory_mb: int,
    used_mb: int,
    init_ms: float | None,
    status: str | None,
) -> str:
    """REPORT, the last line of an invocation.

    init_ms: how long a cold start took. status: what went wrong, if anything did ("timeout").
    """
    line = (
        f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
        f"Billed Duration: {max(1, math.ceil(duration_ms))} ms\tMemory Size: {memory_mb} MB\t"
        f"Max Memory Used: {used_mb} MB\t"
    )
    if init_ms is not None:
        line += f"Init Duration: {init_ms:.2f} ms\t"
    if status is not None:
        line += f"Status: {status}"
    return line + "\n"
