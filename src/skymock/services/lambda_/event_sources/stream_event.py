"""The event that a function receives from a stream: its records, and what is said beside them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Wire = Mapping[str, Any]


@dataclass(slots=True)
class Record:
    """A stream's record on its way to a function.

    text: JSON, as the function gets it. keys: records of the same keys stay in order.
    """

    text: str
    keys: Any
    sequence_number: str
    arrived_at: dt.datetime

    @property
    def size(self) -> int:
        """Its share of an event, in bytes."""
        return len(self.text)

    def as_filters_see(self) -> Wire:
        """Patterns compare numbers and texts."""
        found: Wire = json.loads(self.text)
        return found


def event_of(records: Sequence[Record], further: Mapping[str, Any] | None = None) -> bytes:
    """Records as one event, with further members."""
    joined = f'{{"Records":[{",".join(record.text for record in records)}]'
    return (joined + ("," + encode(further)[1:] if further else "}")).encode()


def _epoch_seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


encode = json.JSONEncoder(default=_epoch_seconds, separators=(",", ":")).encode
