"""How the lines of a log look: as text or as JSON, Lambda's own and those of Python's `logging`."""

from __future__ import annotations

import datetime as dt
import json
import logging
import math
import traceback
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from skymock.services.lambda_.configuration import Configuration

ApplicationFormat = logging.Formatter

_ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode


def timestamp(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00.000Z"""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _second(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def billed_ms(duration_ms: float) -> int:
    return max(1, math.ceil(duration_ms))


class SystemFormat(Protocol):
    """The lines that Lambda and its runtime write; None for one that the function's level leaves out."""

    application: ApplicationFormat

    def __init__(self, configuration: Configuration, version: str) -> None: ...

    def init_start(self, now: dt.datetime) -> str | None: ...

    def init_timed_out(self, now: dt.datetime, duration_ms: float) -> str | None: ...

    def start(self, now: dt.datetime, request_id: str) -> str | None: ...

    def timed_out(self, now: dt.datetime, request_id: str, timeout_seconds: int) -> str | None: ...

    def failed(self, now: dt.datetime, error: dict[str, Any]) -> str: ...

    def end(
        self,
        now: dt.datetime,
        request_id: str,
        duration_ms: float,
        init_ms: float | None,
        used_mb: int,
        status: str | None,
        error_type: str,
    ) -> list[str | None]: ...


class TextFormat:
    """The format of old."""

    def __init__(self, configuration: Configuration, version: str) -> None:
        self._configuration = configuration
        self._version = version
        self.application: ApplicationFormat = ApplicationText()

    def init_start(self, now: dt.datetime) -> str:
        arn = self._configuration.runtime_version_arn
        return f"INIT_START Runtime Version: {_runtime_version(self._configuration)}\tRuntime Version ARN: {arn}\n"

    def init_timed_out(self, now: dt.datetime, duration_ms: float) -> str:
        return f"INIT_REPORT Init Duration: {duration_ms:.2f} ms\tPhase: init\tStatus: timeout\n"

    def start(self, now: dt.datetime, request_id: str) -> str:
        return f"START RequestId: {request_id} Version: {self._version}\n"

    def timed_out(self, now: dt.datetime, request_id: str, timeout_seconds: int) -> str:
        return f"{timestamp(now)} {request_id} Task timed out after {timeout_seconds:.2f} seconds\n\n"

    def failed(self, now: dt.datetime, error: dict[str, Any]) -> str:
        """One event, its lines apart by carriage returns and indented by no-break spaces."""
        error_type, message, trace = error["errorType"], error["errorMessage"], error["stackTrace"]
        lines = [f"[ERROR] {error_type}: {message}" if message else f"[ERROR] {error_type}"]
        lines.append("Traceback (most recent call last):")
        for line in "".join(part if part.endswith("\n") else part + "\n" for part in trace).splitlines():
            text = line.lstrip(" ")
            lines.append("\u00a0" * (len(line) - len(text)) + text)
        return "\r".join(lines) + "\n"

    def end(
        self,
        now: dt.datetime,
        request_id: str,
        duration_ms: float,
        init_ms: float | None,
        used_mb: int,
        status: str | None,
        error_type: str,
    ) -> list[str | None]:
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
            f"Billed Duration: {billed_ms(duration_ms)} ms\tMemory Size: {self._configuration.memory_mb} MB\t"
            f"Max Memory Used: {used_mb} MB\t"
        )
        if init_ms is not None:
            report += f"Init Duration: {init_ms:.2f} ms\t"
        if status is not None:
            report += f"Status: {status}"
        return [f"END RequestId: {request_id}\n", report + "\n"]


class JsonFormat:
    """The platform events of the JSON format. (Lambda Developer Guide: Configuring JSON and plain text log formats)"""

    # Which level an event has, where it went well. (Lambda Developer Guide: System log level event mapping)
    LEVELS: ClassVar[dict[str, str]] = {
        "platform.initStart": "INFO",
        "platform.initReport": "DEBUG",
        "platform.start": "INFO",
        "platform.runtimeDone": "DEBUG",
        "platform.report": "INFO",
    }
    _ORDER: ClassVar[tuple[str, ...]] = ("DEBUG", "INFO", "WARN")

    def __init__(self, configuration: Configuration, version: str) -> None:
        self._configuration = configuration
        self._version = version
        self.application: ApplicationFormat = ApplicationJson()

    def init_start(self, now: dt.datetime) -> str | None:
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "runtimeVersion": _runtime_version(self._configuration),
            "runtimeVersionArn": self._configuration.runtime_version_arn,
            "functionName": self._configuration.function_name,
            "functionVersion": self._version,
        }
        return self._event(now, "platform.initStart", record)

    def init_timed_out(self, now: dt.datetime, duration_ms: float) -> str | None:
        record = {"initializationType": "on-demand", "phase": "init", "status": "timeout"}
        record["metrics"] = {"durationMs": round(duration_ms, 3)}  # type: ignore[assignment]  # as AWS nests it
        return self._event(now, "platform.initReport", record)

    def start(self, now: dt.datetime, request_id: str) -> str | None:
        return self._event(now, "platform.start", {"requestId": request_id, "version": self._version})

    def timed_out(self, now: dt.datetime, request_id: str, timeout_seconds: int) -> str | None:
        """The report has it as its status."""
        return None

    def failed(self, now: dt.datetime, error: dict[str, Any]) -> str:
        return _ENCODE({"timestamp": _second(now), "log_level": "ERROR", **error}) + "\n"

    def end(
        self,
        now: dt.datetime,
        request_id: str,
        duration_ms: float,
        init_ms: float | None,
        used_mb: int,
        status: str | None,
        error_type: str,
    ) -> list[str | None]:
        outcome = {"requestId": request_id, "status": status or "success"}
        if error_type:
            outcome["errorType"] = error_type
        metrics = {
            "durationMs": round(duration_ms, 3),
            "billedDurationMs": billed_ms(duration_ms),
            "memorySizeMB": self._configuration.memory_mb,
            "maxMemoryUsedMB": used_mb,
        }
        if init_ms is not None:
            metrics["initDurationMs"] = round(init_ms, 3)
        done = {"metrics": {"durationMs": round(duration_ms, 3)}, **outcome}
        return [
            self._event(now, "platform.runtimeDone", done),
            self._event(now, "platform.report", {**outcome, "metrics": metrics}),
        ]

    def _event(self, now: dt.datetime, kind: str, record: dict[str, Any]) -> str | None:
        level = "WARN" if record.get("status", "success") != "success" else self.LEVELS[kind]
        lowest = self._configuration.logging.system_level
        if self._ORDER.index(level) < self._ORDER.index(lowest):
            return None
        return _ENCODE({"time": timestamp(now), "type": kind, "record": record}) + "\n"


class ApplicationText(ApplicationFormat):
    """`[INFO]  2026-01-05T12:00:00.000Z  request id  message`, by tabs. The record's time is the process's."""

    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.timezone.utc)
        request_id = getattr(record, "aws_request_id", "")
        return f"[{record.levelname}]\t{timestamp(moment)}\t{request_id}\t{super().format(record)}\n"


class ApplicationJson(ApplicationFormat):
    """One JSON object a record, with what was given as `extra`. (aws-lambda-python-runtime-interface-client)"""

    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.timezone.utc)
        shown: dict[str, Any] = {
            "timestamp": _second(moment),
            "level": record.levelname,
            "message": record.getMessage(),
            "logger": record.name,
            **_raised(record),
            "requestId": getattr(record, "aws_request_id", None),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        shown.update({name: value for name, value in extra.items() if name not in shown})
        return _ENCODE({name: value for name, value in shown.items() if value is not None}) + "\n"


def _raised(record: logging.LogRecord) -> dict[str, Any]:
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, error, trace = record.exc_info
    return {
        "stackTrace": traceback.format_tb(trace),
        "errorType": kind.__name__,
        "errorMessage": str(error),
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}",
    }


_OF_EVERY_RECORD = frozenset(
    {*vars(logging.makeLogRecord({})), "message", "asctime", "aws_request_id", "taskName"}
)


def _runtime_version(configuration: Configuration) -> str:
    """python:3.12.v1"""
    return f"{configuration.runtime.replace('python', 'python:')}.v1"
