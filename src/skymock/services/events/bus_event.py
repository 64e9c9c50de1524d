"""An event as buses, rules and targets have it."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from skymock.cloud.dotted_names import nested_event

Document = Mapping[str, Any]

_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class BusEvent:
    """One event on a bus.

    document: the event as targets get it, members in AWS's order. ingested_at_seconds: when the bus received it.
    forwarded: whether it came from another bus, which is as far as it goes. trace_header: X-Ray's, if there was one.
    size: bytes of the entry that PutEvents had, without its time. seen: the document as patterns see it.
    """

    document: Document
    ingested_at_seconds: float
    forwarded: bool = False
    trace_header: str | None = None
    size: int | None = None
    seen: Document = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "seen", nested_event(self.document))  # how frozen dataclasses set theirs

    @property
    def text(self) -> str:
        return compact(self.document)

    @property
    def time(self) -> dt.datetime:
        """When it happened, as it says itself."""
        return dt.datetime.strptime(self.document["time"], _TIME).replace(tzinfo=dt.timezone.utc)

    @property
    def archived_bytes(self) -> int:
        """What archives count: the entry, and its time as text. (LocalStack: test_list_archive_with_events)"""
        if self.size is None:
            return len(self.text.encode())
        return self.size + len(self.document["time"])


def compact(value: Any) -> str:
    """JSON without spaces, as AWS sends it."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def parsed(text: str) -> Any:
    """JSON as AWS reads it: NaN, Infinity and numbers that are too large are none. Raises ValueError."""
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _refuse(text: str) -> None:
    raise ValueError(f"not JSON: {text}")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        _refuse(text)
    return number


def well_formed(document: Document) -> Document:
    """A document that can be sent: halves of characters beyond the first plane become "?", as in Java."""
    text = compact(document)
    try:
        text.encode()
    except UnicodeEncodeError:
        replaced: Document = json.loads(text.encode("utf-8", "replace"))
        return replaced
    return document


def event_document(
    event_id: str,
    detail_type: str,
    source: str,
    account_id: str,
    time: dt.datetime,
    region: str,
    resources: list[str],
    detail: Any,
) -> Document:
    """The envelope. (EventBridge User Guide: Events; recorded by LocalStack: test_put_events_time)"""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": source,
        "account": account_id,
        "time": shown_time(time),
        "region": region,
        "resources": resources,
        "detail": detail,
    }


def replayed(document: Document, replay_name: str) -> Document:
    """An archived event as it comes again: it says by which replay, after its region. (LocalStack: TestReplay)"""
    again: dict[str, Any] = {}
    for member, value in document.items():
        again[member] = value
        if member == "region":
            again["replay-name"] = replay_name
    return again


def shown_time(time: dt.datetime | float) -> str:
    """A moment (naive is UTC), or epoch seconds, in UTC and to the second."""
    if isinstance(time, (int, float)):
        time = dt.datetime.fromtimestamp(time, dt.timezone.utc)
    elif time.tzinfo is None:
        time = time.replace(tzinfo=dt.timezone.utc)
    return time.astimezone(dt.timezone.utc).strftime(_TIME)
