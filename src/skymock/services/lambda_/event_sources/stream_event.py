"""The event that a function receives from a DynamoDB stream. (Lambda Developer Guide: DynamoDB)"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

Record = dict[str, Any]


def handed_over(record: Record, stream_arn: str) -> Record:
    """A record of GetRecords as Lambda hands it over."""
    shown = {
        "eventID": record["eventID"],
        "eventName": record["eventName"],
        "eventVersion": record["eventVersion"],
        "eventSource": record["eventSource"],
        "awsRegion": record["awsRegion"],
        "dynamodb": record["dynamodb"],
        "eventSourceARN": stream_arn,
    }
    identity = record.get("userIdentity")
    if identity is not None:
        shown["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return shown


def as_filters_see(record: Record) -> Mapping[str, Any]:
    """The same as JSON: patterns compare numbers and texts."""
    found: Mapping[str, Any] = json.loads(json.dumps(record, default=_epoch_seconds))
    return found


def event_of(records: Sequence[Record], further: Mapping[str, Any] | None = None) -> bytes:
    """Records, as they are handed over, as one event."""
    event = {"Records": records, **(further or {})}
    return json.dumps(event, default=_epoch_seconds, separators=(",", ":")).encode()


def _epoch_seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())
