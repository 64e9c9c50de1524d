"""Reading a DynamoDB stream through its API, as Lambda's pollers do, with a function's execution role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.principals import Principal
from skymock.cloud.targets import Arn
from skymock.errors import AwsError
from skymock.services.lambda_.event_sources.stream_event import Wire

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

TRIM_HORIZON, LATEST, AFTER = "TRIM_HORIZON", "LATEST", "AFTER_SEQUENCE_NUMBER"

# What GetRecords gives at most. (DynamoDB Streams API: GetRecords)
MOST_RECORDS_READ = 1000


class Stream:
    """A stream, read by whoever `principal` gives at the time."""

    def __init__(self, cloud: Cloud, arn: str, principal: Callable[[], Principal]) -> None:
        self.arn = arn
        self._cloud = cloud
        self._principal = principal
        parsed = Arn.parse(arn)
        self._account_id, self._region = parsed.account_id, parsed.region

    def call(self, operation: str, **parameters: Any) -> Mapping[str, Any]:
        return self._cloud.call(
            "dynamodbstreams",
            operation,
            parameters,
            account_id=self._account_id,
            region=self._region,
            principal=self._principal(),
        )

    def shards(self) -> list[Mapping[str, Any]]:
        """All shards, parents before children."""
        found: list[Mapping[str, Any]] = []
        start: dict[str, str] = {}
        while True:
            description = self.call("DescribeStream", StreamArn=self.arn, **start)["StreamDescription"]
            found += description["Shards"]
            last = description.get("LastEvaluatedShardId")
            if last is None:
                return found
            start = {"ExclusiveStartShardId": last}


class ShardReader:
    """Where the reading of one shard has got to.

    The place is kept as a sequence number too, for an iterator lives but 15 minutes.
    is_finished: the shard is closed and all of it has been read.
    """

    def __init__(self, stream: Stream, shard_id: str, parent_id: str | None = None) -> None:
        self.shard_id = shard_id
        self.parent_id = parent_id
        self.is_finished = False
        self._stream = stream
        self._iterator: str | None = None
        self._last_sequence_number: str | None = None

    def read(self, limit: int) -> list[Wire]:
        """The next records, none if there are none yet. Raises what the stream's API refuses with."""
        try:
            answer = self._get_records(limit)
        except AwsError as error:
            if error.shape_name not in ("ExpiredIteratorException", "TrimmedDataAccessException"):
                raise
            self._iterator = None
            answer = self._get_records(limit)
        self._iterator = answer.get("NextShardIterator")
        self.is_finished = self._iterator is None
        records: list[Wire] = answer["Records"]
        if records:
            self._last_sequence_number = records[-1]["dynamodb"]["SequenceNumber"]
        return records

    def skip_to_end(self) -> None:
        """Pass by all that is there now."""
        while self.read(MOST_RECORDS_READ) and not self.is_finished:
            pass

    def _get_records(self, limit: int) -> Mapping[str, Any]:
        iterator = self._iterator or self._new_iterator()
        return self._stream.call("GetRecords", ShardIterator=iterator, Limit=min(limit, MOST_RECORDS_READ))

    def _new_iterator(self) -> str:
        if self._last_sequence_number is not None:
            try:
                return self._iterator_at(AFTER, SequenceNumber=self._last_sequence_number)
            except AwsError as error:
                if error.shape_name != "TrimmedDataAccessException":
                    raise
        return self._iterator_at(TRIM_HORIZON)

    def _iterator_at(self, kind: str, **place: str) -> str:
        answer = self._stream.call(
            "GetShardIterator",
            StreamArn=self._stream.arn,
            ShardId=self.shard_id,
            ShardIteratorType=kind,
            **place,
        )
        iterator: str = answer["ShardIterator"]
        return iterator
