"""How the lines of a log look: as text or as JSON, Lambda's own and those of Python's `logging`."""

from __future__ import annotations

import logging
import math
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from skymock.cloud.clock import Clock
from skymock.services.lambda_.bootstrap.log_formats import (
    ENCODE,
    ApplicationJson,
    ApplicationText,
    error_as_json,
    error_as_text,
    timestamp,
)
from skymock.services.lambda_.initialization import ON_DEMAND, SNAP_START

if TYPE_CHECKING:
    from skymock.services.lambda_.configuration import Configuration

ApplicationFormat = logging.Formatter


def billed_ms(duration_ms: float) -> int:
    return max(1, math.ceil(duration_ms))


class SystemFormat(Protocol):
    """The lines that Lambda and its runtime write; None for one that the function's level leaves out."""

    application: ApplicationFormat

    def __init__(self, configuration: Configuration, version: str, initialization: str) -> None: ...

    def init_start(self, clock: Clock) -> str | None: ...

    def init_report(
        self, clock: Clock, duration_ms: float, status: str, error_type: str
    ) -> list[str | None]: ...

    def restore_start(self, clock: Clock) -> str | None: ...

    def restored(self, clock: Clock, duration_ms: float, status: str) -> list[str | None]: ...

    def start(self, clock: Clock, request_id: str) -> str | None: ...

    def timed_out(self, clock: Clock, request_id: str, timeout_seconds: int) -> str | None: ...

    def failed(self, clock: Clock, error: dict[str, Any]) -> str: ...

    def end(
        self,
        clock: Clock,
        request_id: str,
        duration_ms: float,
        init_ms: float | None,
        used_mb: int,
        status: str | None,
        error_type: str,
        restore_ms: float | None,
    ) -> list[str | None]: ...


class TextFormat:
    """The format of old."""

    def __init__(self, configuration: Configuration, version: str, initialization: str) -> None:
        self._configuration = configuration
        self._version = version
        self._initialization = initialization
        self._runtime = (
            f"Runtime Version: {_runtime_version(configuration)}\t"
            f"Runtime Version ARN: {configuration.runtime_version_arn}"
        )
        self.application: ApplicationFormat = ApplicationText()

    def init_start(self, clock: Clock) -> str:
        return f"INIT_START {self._runtime}\n"

    def init_report(self, clock: Clock, duration_ms: float, status: str, error_type: str) -> list[str | None]:
        """Of an import that went well only where no REPORT will tell of it."""
        report = f"INIT_REPORT Init Duration: {duration_ms:.2f} ms"
        if status == "success":
            return [report + "\n"] if self._initialization == SNAP_START else []
        cause = f"\tError Type: {error_type}" if error_type else ""
        return [f"{report}\tPhase: init\tStatus: {status}{cause}\n"]

    def restore_start(self, clock: Clock) -> str:
        return f"RESTORE_START {self._runtime}\n"

    def restored(self, clock: Clock, duration_ms: float, status: str) -> list[str | None]:
        failure = "" if status == "success" else f"\tStatus: {status}"
        return [f"RESTORE_REPORT Restore Duration: {duration_ms:.2f} ms{failure}\n"]

    def start(self, clock: Clock, request_id: str) -> str:
        return f"START RequestId: {request_id} Version: {self._version}\n"

    def timed_out(self, clock: Clock, request_id: str, timeout_seconds: int) -> str:
        return f"{timestamp(clock.now())} {request_id} Task timed out after {timeout_seconds:.2f} seconds\n\n"

    def failed(self, clock: Clock, error: dict[str, Any]) -> str:
        return error_as_text(error)

    def end(
        self,
        clock: Clock,
        request_id: str,
        duration_ms: float,
        init_ms: float | None,
        used_mb: int,
        status: str | None,
        error_type: str,
        restore_ms: float | None,
    ) -> list[str | None]:
        report = (
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
            f"Billed Duration: {billed_ms(duration_ms)} ms\tMemory Size: {self._configuration.memory_mb} MB\t"
            f"Max Memory Used: {used_mb} MB\t"
        )
        if init_ms is not None:
            report += f"Init Duration: {init_ms:.2f} ms\t"
        if restore_ms is not None:
            report += f"Restore Duration: {restore_ms:.2f} ms\tBilled Restore Duration: {billed_ms(restore_ms)} ms\t"
        if status is not None:
            report += f"Status: {status}"
        return [f"END RequestId: {request_id}\n", report + "\n"]


class JsonFormat:
    """The platform events of the JSON format. (Lambda Developer Guide: Configuring JSON and plain text log formats)"""

    # Which level an event has, where it went well. (Lambda Developer Guide: System log level event mapping)
    LEVELS: ClassVar[dict[str, str]] = {
        "platform.initStart": "INFO",
        "platform.initRuntimeDone": "DEBUG",
        "platform.initReport": "INFO",
        "platform.restoreStart": "INFO",
        "platform.restoreRuntimeDone": "DEBUG",
        "platform.restoreReport": "INFO",
        "platform.start": "INFO",
        "platform.runtimeDone": "DEBUG",
        "platform.report": "INFO",
    }
    _ORDER: ClassVar[tuple[str, ...]] = ("DEBUG", "INFO", "WARN")

    def __init__(self, configuration: Configuration, version: str, initialization: str) -> None:
        self._configuration = configuration
        self._version = version
        self._initialization = initialization
        self.application: ApplicationFormat = ApplicationJson()

    def init_start(self, clock: Clock) -> str | None:
        return self._event(clock, "platform.initStart", self._beginning("init"))

    def init_report(self, clock: Clock, duration_ms: float, status: str, error_type: str) -> list[str | None]:
        done = {"initializationType": self._initialization, "phase": "init", "status": status}
        if error_type:
            done["errorType"] = error_type
        report = {**done, "metrics": {"durationMs": round(duration_ms, 3)}}
        return [
            self._event(clock, "platform.initRuntimeDone", done),
            self._event(clock, "platform.initReport", report),
        ]

    def restore_start(self, clock: Clock) -> str | None:
        return self._event(clock, "platform.restoreStart", self._beginning("restore"))

    def restored(self, clock: Clock, duration_ms: float, status: str) -> list[str | None]:
        report = {"status": status, "metrics": {"durationMs": round(duration_ms, 3)}}
        return [
            self._event(clock, "platform.restoreRuntimeDone", {"status": status}),
            self._event(clock, "platform.restoreReport", report),
        ]

    def _beginning(self, phase: str) -> dict[str, Any]:
        return {
            "initializationType": self._initialization,
            "phase": phase,
            "runtimeVersion": _runtime_version(self._configuration),
            "runtimeVersionArn": self._configuration.runtime_version_arn,
            "functionName": self._configuration.function_name,
            "functionVersion": self._version,
        }

    def start(self, clock: Clock, request_id: str) -> str | None:
        return self._event(clock, "platform.start", {"requestId": request_id, "version": self._version})

    def timed_out(self, clock: Clock, request_id: str, timeout_seconds: int) -> str | None:
        """The report has it as its status."""
        return None

    def failed(self, clock: Clock, error: dict[str, Any]) -> str:
        return error_as_json(clock.now(), error)

    def end(
        self,
        clock: Clock,
        request_id: str,
        duration_ms: float,
        init_ms: float | None,
        used_mb: int,
        status: str | None,
        error_type: str,
        restore_ms: float | None,
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
        if restore_ms is not None:
            metrics["restoreDurationMs"] = round(restore_ms, 3)
            metrics["billedRestoreDurationMs"] = billed_ms(restore_ms)
        done = {"metrics": {"durationMs": round(duration_ms, 3)}, **outcome}
        return [
            self._event(clock, "platform.runtimeDone", done),
            self._event(clock, "platform.report", {**outcome, "metrics": metrics}),
        ]

    def _event(self, clock: Clock, kind: str, record: dict[str, Any]) -> str | None:
        level = "WARN" if record.get("status", "success") != "success" else self.LEVELS[kind]
        if kind == "platform.initReport" and level == "INFO" and self._initialization == ON_DEMAND:
            level = "DEBUG"
        lowest = self._configuration.logging.system_level
        if self._ORDER.index(level) < self._ORDER.index(lowest):
            return None
        return ENCODE({"time": timestamp(clock.now()), "type": kind, "record": record}) + "\n"


def _runtime_version(configuration: Configuration) -> str:
    """python:3.12.v1"""
    return f"{configuration.runtime.replace('python', 'python:')}.v1"
