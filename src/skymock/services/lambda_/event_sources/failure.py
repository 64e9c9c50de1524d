"""Records that are given up, and what is told of them to the on-failure destination."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from skymock.services.lambda_.event_sources.stream_event import Record

RETRIES_EXHAUSTED, TOO_OLD = "RetryAttemptsExhausted", "RecordAgeExceeded"


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last time that a batch was handed over. function_error: None where the function named failures."""

    request_id: str
    status: int
    executed_version: str
    function_error: str | None


def failure_document(
    condition: str,
    records: list[Record],
    attempts: int,
    last: Attempt | None,
    *,
    event: bytes | None,
    request_id: str,
    function_arn: str,
    batch_info: str,
    stream_arn: str,
    shard_id: str,
    now: dt.datetime,
) -> bytes:
    """What the destination gets. event: what the function got, for a destination that gets this too.
    batch_info: what the batch is told of under.

    (recorded: test_dynamodb_event_source_mapping_with_on_failure_destination_config, …_with_s3_on_failure_destination)
    """
    first_arrival, last_arrival = (_arrival(record) for record in (records[0], records[-1]))
    document: dict[str, Any] = {
        "requestContext": {
            "requestId": request_id if last is None else last.request_id,
            "functionArn": function_arn,
            "condition": condition,
            "approximateInvokeCount": attempts,
        }
    }
    if last is not None and condition == RETRIES_EXHAUSTED:
        document["responseContext"] = {
            "statusCode": last.status,
            "executedVersion": last.executed_version,
            "functionError": last.function_error,
        }
    document |= {
        "version": "1.0",
        "timestamp": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        batch_info: {
            "shardId": shard_id,
            "startSequenceNumber": records[0].sequence_number,
            "endSequenceNumber": records[-1].sequence_number,
            "approximateArrivalOfFirstRecord": first_arrival,
            "approximateArrivalOfLastRecord": last_arrival,
            "batchSize": len(records),
            "streamArn": stream_arn,
        },
    }
    if event is not None:
        document["payload"] = json.loads(event)
    return json.dumps(document, separators=(",", ":")).encode()


def _arrival(record: Record) -> str:
    return record.arrived_at.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
