"""DynamoDB streams as sources. (Lambda Developer Guide: Using Lambda with DynamoDB)"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skymock.services.lambda_.event_sources.stream_event import Record, Wire, encode
from skymock.services.lambda_.event_sources.stream_reader import SourceShard, Stream

# A stream keeps its records that long. (DynamoDB Developer Guide: Change data capture for DynamoDB Streams)
RETENTION_SECONDS = 24 * 3600


class DynamoDbStream(Stream):
    """The stream of a table."""

    service = "dynamodbstreams"
    batch_info = "DDBStreamBatchInfo"

    def shards(self) -> list[SourceShard]:
        found: list[SourceShard] = []
        start: dict[str, str] = {}
        while True:
            description = self.call("DescribeStream", StreamArn=self.arn, **start)["StreamDescription"]
            for shard in description["Shards"]:
                parent = shard.get("ParentShardId")
                found.append(SourceShard(shard["ShardId"], () if parent is None else (parent,)))
            last = description.get("LastEvaluatedShardId")
            if last is None:
                return found
            start = {"ExclusiveStartShardId": last}

    def iterator(self, shard_id: str, kind: str, place: Mapping[str, Any]) -> str:
        shard = {"StreamArn": self.arn, "ShardId": shard_id, "ShardIteratorType": kind}
        iterator: str = self.call("GetShardIterator", **shard, **place)["ShardIterator"]
        return iterator

    def sequence_number(self, record: Wire) -> str:
        number: str = record["dynamodb"]["SequenceNumber"]
        return number

    def handed_over(self, record: Wire, shard_id: str) -> Record:
        change = record["dynamodb"]
        shown = {
            "eventID": record["eventID"],
            "eventName": record["eventName"],
            "eventVersion": record["eventVersion"],
            "eventSource": record["eventSource"],
            "awsRegion": record["awsRegion"],
            "dynamodb": change,
            "eventSourceARN": self.arn,
        }
        identity = record.get("userIdentity")
        if identity is not None:
            shown["userIdentity"] = {"type": identity["Type"], "principalId": identity["PrincipalId"]}
        return Record(
            encode(shown), change["Keys"], change["SequenceNumber"], change["ApproximateCreationDateTime"]
        )

    def retention_seconds(self) -> float:
        return RETENTION_SECONDS
