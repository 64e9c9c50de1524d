"""The event that a function receives from a DynamoDB stream. (Lambda Developer Guide: DynamoDB)"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

Record = dict[str, Any]


def event_of(records: Sequence[Record], stream_arn: str) -> bytes:
    """A batch of records, as GetRecords gives them, as Lambda hands them over."""
    event = {"Records": [_record(record, stream_arn) for record in records]}
    return json.dumps(event, default=_epoch_seconds, separators=(",", ":")).encode()


def _record(record: Record, stream_arn: str) -> Record:
    handed_over = {
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
        handed_over["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    return handed_over


def _epoch_seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())
