"""Pages of log events, and the tokens that lead from one to the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skymock.cloud.log_groups import LogEvent
from skymock.services.logs.errors import InvalidParameterException

# GetLogEvents and FilterLogEvents: at most 10,000 events, as many as fit into 1 MB.
FILTERED_MOST = 10_000
_MAX_PAGE_BYTES = 1_048_576

_INVALID_TOKEN = "The specified nextToken is invalid."


def stream_page(
    events: Sequence[LogEvent], next_token: str | None, limit: int | None, from_head: bool
) -> dict[str, Any]:
    """A page of a stream. A token names the gap between two events by the id of the one after it.

    Raises InvalidParameterException.
    """
    most = limit or FILTERED_MOST
    if next_token is None:
        forwards, gap = from_head, 0 if from_head else len(events)
    else:
        forwards, gap = _gap(events, next_token)
    if forwards:
        start, end = gap, gap + _fitting(events[gap : gap + most])
    else:
        before = events[max(0, gap - most) : gap]
        start, end = gap - _fitting(before[::-1]), gap
    return {
        "events": [_shown(event) for event in events[start:end]],
        "nextForwardToken": f"f/{_gap_id(events, end)}/s",
        "nextBackwardToken": f"b/{_gap_id(events, start)}/s",
    }


def _gap_id(events: Sequence[LogEvent], position: int) -> str:
    """After the last event the gap has the id that follows it: what is written later comes after it."""
    if position < len(events):
        return events[position].event_id
    return f"{int(events[-1].event_id) + 1 if events else 0:056d}"


def _gap(events: Sequence[LogEvent], token: str) -> tuple[bool, int]:
    direction, _, rest = token.partition("/")
    event_id = rest.removesuffix("/s")
    if direction not in ("f", "b") or len(event_id) != 56 or not event_id.isdigit():
        raise InvalidParameterException(_INVALID_TOKEN)
    return direction == "f", sum(event.event_id < event_id for event in events)


def _fitting(events: Sequence[LogEvent]) -> int:
    """How many events, from the first on, fit into one answer."""
    size = 0
    for count, event in enumerate(events):
        size += event.size
        if size > _MAX_PAGE_BYTES:
            return count
    return len(events)


def filtered_page(
    found: Sequence[tuple[LogEvent, str]], next_token: str | None, limit: int
) -> dict[str, Any]:
    """A page of what was found; the token is the id of the last event before it.

    Raises InvalidParameterException.
    """
    start = 0
    if next_token is not None:
        ids = [event.event_id for event, _ in found]
        if next_token not in ids:
            raise InvalidParameterException(_INVALID_TOKEN)
        start = ids.index(next_token) + 1
    end = start + _fitting([event for event, _ in found[start : start + limit]])
    answer: dict[str, Any] = {
        "events": [
            {"logStreamName": name, **_shown(event), "eventId": event.event_id}
            for event, name in found[start:end]
        ],
        "searchedLogStreams": [],
    }
    if end < len(found):
        answer["nextToken"] = found[end - 1][0].event_id
    return answer


def _shown(event: LogEvent) -> dict[str, Any]:
    return {"timestamp": event.timestamp, "message": event.message, "ingestionTime": event.ingested_at}
