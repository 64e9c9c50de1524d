"""The event that a function receives from a DynamoDB stream. (Lambda Developer Guide: DynamoDB)"""

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


def handed_over(record: Wire, stream_arn: str) -> Record:
    """A record of GetRecords as Lambda hands it over."""
    change = record["dynamodb"]
    shown = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record["eventVersion"],
        "eventSource": record["eventSource"],
        "awsRegion": record["awsRegion"],
        "dynamodb": change,
        "eventSourceARN": stream_arn,
    }
    identity = record.get("userIdentity")
    if identity is not None:
        shown["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return Record(
        _encode(shown), change["Keys"], change["SequenceNumber"], change["ApproximateCreationDateTime"]
    )


def event_of(records: Sequence[Record], further: Mapping[str, Any] | None = None) -> bytes:
    """Records as one event, with further members."""
    joined = f'{{"Records":[{",".join(record.text for record in records)}]'
    return (joined + ("," + _encode(further)[1:] if further else "}")).encode()


def _epoch_seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())


_encode = json.JSONEncoder(default=_epoch_seconds, separators=(",", ":")).encode
