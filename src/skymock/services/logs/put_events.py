"""What PutLogEvents takes: limits, order, and times that are neither too old nor too new."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.log_groups import DAY_MILLISECONDS, EVENT_OVERHEAD_BYTES, LogGroup
from skymock.services.logs.errors import InvalidParameterException

# (CloudWatch Logs API: PutLogEvents)
MAX_BATCH_BYTES = 1_048_576
MAX_SPAN = DAY_MILLISECONDS
OLDEST = 14 * DAY_MILLISECONDS
NEWEST = 2 * 3600 * 1000

Entry = tuple[int, str]


def accepted(log_events: Sequence[Mapping[str, Any]], group: LogGroup) -> tuple[list[Entry], dict[str, int]]:
    """The events that are taken, and RejectedLogEventsInfo for the others. Raises InvalidParameterException."""
    entries = [(event["timestamp"], event["message"]) for event in log_events]
    size = sum(len(message.encode("utf-8", "surrogatepass")) + EVENT_OVERHEAD_BYTES for _, message in entries)
    if size > MAX_BATCH_BYTES:
        raise InvalidParameterException(f"Upload too large: {size} bytes exceeds limit of {MAX_BATCH_BYTES}")
    times = [timestamp for timestamp, _ in entries]
    if times != sorted(times):
        raise InvalidParameterException(
            "Log events in a single PutLogEvents request must be in chronological order."
        )
    if times[-1] - times[0] > MAX_SPAN:
        raise InvalidParameterException(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
        )
    return _within_times(entries, group)


def _within_times(entries: list[Entry], group: LogGroup) -> tuple[list[Entry], dict[str, int]]:
    now = group.now()
    expired_before = group.expired_before
    rejected: dict[str, int] = {}
    too_old = sum(timestamp < now - OLDEST for timestamp, _ in entries)
    expired = 0 if expired_before is None else sum(timestamp < expired_before for timestamp, _ in entries)
    new_from = sum(timestamp <= now + NEWEST for timestamp, _ in entries)
    if too_old:
        rejected["tooOldLogEventEndIndex"] = too_old
    if expired:
        rejected["expiredLogEventEndIndex"] = expired
    if new_from < len(entries):
        rejected["tooNewLogEventStartIndex"] = new_from
    return entries[max(too_old, expired) : new_from], rejected
