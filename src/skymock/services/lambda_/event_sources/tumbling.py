"""Tumbling windows: a function that keeps a state over all records of a span of time.

(Lambda Developer Guide: Implementing stateful DynamoDB stream processing)
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from skymock.services.lambda_.event_sources.stream_event import Record

MAX_STATE_BYTES = 1024 * 1024


@dataclass(slots=True)
class Window:
    """The window of a shard that is open. start_seconds, end_seconds: epoch seconds."""

    start_seconds: int
    end_seconds: int
    state: Any = field(default_factory=dict)

    def holds(self, record: Record) -> bool:
        return self.start_seconds <= record.arrived_at.timestamp() < self.end_seconds

    def members(self, *, is_final: bool, stream_arn: str, shard_id: str) -> dict[str, Any]:
        """What the event says of the window, beside its records."""
        return {
            "window": {"start": _text(self.start_seconds), "end": _text(self.end_seconds)},
            "state": self.state,
            "shardId": shard_id,
            "eventSourceARN": stream_arn,
            "isFinalInvokeForWindow": is_final,
            "isWindowTerminatedEarly": False,
        }

    def take_state(self, payload: bytes) -> None:
        """Keep the state that the function answers; without one, or with one too large, it starts anew."""
        try:
            answer = json.loads(payload) if len(payload) <= MAX_STATE_BYTES else None
        except ValueError:
            answer = None
        self.state = answer.get("state", {}) if isinstance(answer, dict) else {}


def window_of(record: Record, length_seconds: int) -> Window:
    """The window that a record falls into; windows are counted from the epoch."""
    start = int(record.arrived_at.timestamp() // length_seconds) * length_seconds
    return Window(start, start + length_seconds)


def _text(seconds: int) -> str:
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
