"""Kinesis data streams as sources. (Lambda Developer Guide: Using Lambda with Kinesis)"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from skymock.errors import AwsError
from skymock.services.lambda_.event_sources.stream_event import Record, Wire, encode
from skymock.services.lambda_.event_sources.stream_reader import AFTER, SourceShard, Stream

# A mapping may name a consumer of a stream in the stream's place.
_CONSUMER = "/consumer/"

_LEAST_RETENTION_SECONDS = 24 * 3600


@dataclass(slots=True)
class KinesisRecord(Record):
    """A record of a data stream. data: what was put."""

    data: bytes = b""

    def as_filters_see(self) -> Wire:
        """The record's own members, `data` decoded and read as JSON where it is that. (Event filtering, Kinesis)"""
        shown: dict[str, Any] = json.loads(self.text)
        return {**shown, **shown["kinesis"], "data": _decoded(self.data)}


class KinesisStream(Stream):
    """A data stream."""

    service = "kinesis"
    batch_info = "KinesisBatchInfo"

    @property
    def _stream_arn(self) -> str:
        return self.arn.partition(_CONSUMER)[0]

    def call(self, operation: str, **parameters: Any) -> Mapping[str, Any]:
        principal = replace(self._principal(), invoked_by="lambda.amazonaws.com")
        return self._cloud.call(
            self.service,
            operation,
            parameters,
            account_id=self._account_id,
            region=self._region,
            principal=principal,
        )

    def shards(self) -> list[SourceShard]:
        found: list[SourceShard] = []
        page: dict[str, Any] = {"StreamARN": self._stream_arn}
        while True:
            answer = self.call("ListShards", **page)
            for shard in answer["Shards"]:
                parents = (shard.get("ParentShardId"), shard.get("AdjacentParentShardId"))
                found.append(SourceShard(shard["ShardId"], tuple(filter(None, parents))))
            if "NextToken" not in answer:
                return found
            page = {"NextToken": answer["NextToken"]}

    def iterator(self, shard_id: str, kind: str, place: Mapping[str, Any]) -> str:
        members = {"StreamARN": self._stream_arn, "ShardId": shard_id, "ShardIteratorType": kind, **place}
        if kind == AFTER:
            members["StartingSequenceNumber"] = members.pop("SequenceNumber")
        iterator: str = self.call("GetShardIterator", **members)["ShardIterator"]
        return iterator

    def sequence_number(self, record: Wire) -> str:
        number: str = record["SequenceNumber"]
        return number

    def handed_over(self, record: Wire, shard_id: str) -> Record:
        """(recorded: test_kinesis_maximum_record_age_exceeded_discard_records)"""
        number, key, arrived_at = (
            record["SequenceNumber"],
            record["PartitionKey"],
            record["ApproximateArrivalTimestamp"],
        )
        shown = {
            "kinesis": {
                "kinesisSchemaVersion": "1.0",
                "partitionKey": key,
                "sequenceNumber": number,
                "data": base64.b64encode(record["Data"]).decode(),
                "approximateArrivalTimestamp": round(arrived_at.timestamp(), 3),
            },
            "eventSource": "aws:kinesis",
            "eventVersion": "1.0",
            "eventID": f"{shard_id}:{number}",
            "eventName": "aws:kinesis:record",
            "invokeIdentityArn": self._principal().role_arn,
            "awsRegion": self._region,
            "eventSourceARN": self.arn,
        }
        return KinesisRecord(encode(shown), key, number, arrived_at, record["Data"])

    def retention_seconds(self) -> float:
        """What the stream says; of one that is gone, or may not be described, the least that there is."""
        try:
            summary = self.call("DescribeStreamSummary", StreamARN=self._stream_arn)
        except AwsError:
            return _LEAST_RETENTION_SECONDS
        hours: int = summary["StreamDescriptionSummary"]["RetentionPeriodHours"]
        return hours * 3600


def _decoded(data: bytes) -> Any:
    """What patterns see of a record's data: JSON, else its text, else the bytes in base64."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return base64.b64encode(data).decode()
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
