"""How records of Python's `logging`, and errors that the runtime tells of, look in a log: as text or as JSON."""

from __future__ import annotations

import datetime as dt
import json
import logging
import traceback
from typing import Any

ENCODE = json.JSONEncoder(ensure_ascii=False, default=str).encode

# AWS's names of levels. (aws-lambda-python-runtime-interface-client)
PYTHON_LEVELS = {
    "TRACE": logging.DEBUG,
    "DEBUG": logging.DEBUG,
    "INFO": logging.INFO,
    "WARN": logging.WARNING,
    "ERROR": logging.ERROR,
    "FATAL": logging.CRITICAL,
}


def timestamp(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00.000Z"""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def second(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00Z"""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def error_as_text(error: dict[str, Any]) -> str:
    """One event, its lines apart by carriage returns and indented by no-break spaces."""
    error_type, message, trace = error["errorType"], error["errorMessage"], error["stackTrace"]
    lines = [f"[ERROR] {error_type}: {message}" if message else f"[ERROR] {error_type}"]
    lines.append("Traceback (most recent call last):")
    for line in "".join(part if part.endswith("\n") else part + "\n" for part in trace).splitlines():
        text = line.lstrip(" ")
        lines.append("\u00a0" * (len(line) - len(text)) + text)
    return "\r".join(lines) + "\n"


def error_as_json(now: dt.datetime, error: dict[str, Any]) -> str:
    return ENCODE({"timestamp": second(now), "level": "ERROR", **error}) + "\n"


class ApplicationText(logging.Formatter):
    """`[INFO]  2026-01-05T12:00:00.000Z  request id  message`, by tabs. The record's time is the process's."""

    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.timezone.utc)
        request_id = getattr(record, "aws_request_id", "")
        return f"[{record.levelname}]\t{timestamp(moment)}\t{request_id}\t{super().format(record)}\n"


class ApplicationJson(logging.Formatter):
    """One JSON object a record, with what was given as `extra`. (aws-lambda-python-runtime-interface-client)"""

    def format(self, record: logging.LogRecord) -> str:
        moment = dt.datetime.fromtimestamp(record.created, dt.timezone.utc)
        shown: dict[str, Any] = {
            "timestamp": second(moment),
            # In between two levels is the lower one.
            "level": logging.getLevelName(min(50, max(0, record.levelno)) // 10 * 10),
            "message": record.msg
            if isinstance(record.msg, dict) and not record.args
            else record.getMessage(),
            "logger": record.name,
            **_raised(record),
            "requestId": getattr(record, "aws_request_id", None),
        }
        extra = {name: value for name, value in vars(record).items() if name not in _OF_EVERY_RECORD}
        shown.update({name: value for name, value in extra.items() if name not in shown})
        return ENCODE({name: value for name, value in shown.items() if value is not None}) + "\n"


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
