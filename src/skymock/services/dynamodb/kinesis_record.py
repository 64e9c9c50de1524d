"""What a Kinesis data stream gets of one change of one item. (Using Kinesis Data Streams to capture changes)"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from skymock.cloud.shard_records import hash_of
from skymock.protocol.json_encoding import encode_json_around
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.stream_record import ItemImages

MILLISECOND, MICROSECOND = "MILLISECOND", "MICROSECOND"
_PER_SECOND = {MILLISECOND: 1000, MICROSECOND: 1_000_000}


@dataclass(frozen=True, slots=True)
class KinesisRecord:
    """data: the record's JSON. partition_key: the same for all changes of a partition key; its hash."""

    data: bytes
    partition_key: str


def kinesis_record(
    event_id: str,
    region: str,
    table_name: str,
    place: Place,
    images: ItemImages,
    at_seconds: float,
    precision: str,
    identity: dict[str, str] | None,
) -> KinesisRecord:
    """The record of a change. It always has both images, whatever the table's own stream shows.

    It names the precision of its time also where that is the default; records from before there was a choice did not.
    """
    change: dict[str, Any] = {"ApproximateCreationDateTime": int(at_seconds * _PER_SECOND[precision])}
    images.add_to(change)
    change["ApproximateCreationDateTimePrecision"] = precision
    service = None
    if identity is not None:
        service = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
    envelope = {
        "awsRegion": region,
        "eventID": event_id,
        "eventName": images.name,
        "userIdentity": service,
        "recordFormat": "application/json",
        "tableName": table_name,
        "dynamodb": change,
        "eventSource": "aws:dynamodb",
    }
    return KinesisRecord(encode_json_around(envelope).encode("utf-8", "replace"), f"{hash_of(place[0]):032X}")
