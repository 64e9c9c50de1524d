"""Reading a stream through its API, as Lambda's pollers do, with a function's execution role."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from skymock.cloud.principals import Principal
from skymock.cloud.targets import Arn
from skymock.errors import AwsError
from skymock.services.lambda_.event_sources.stream_event import Record, Wire

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

TRIM_HORIZON, LATEST, AFTER = "TRIM_HORIZON", "LATEST", "AFTER_SEQUENCE_NUMBER"
AT_TIMESTAMP = "AT_TIMESTAMP"

# What GetRecords gives at most. (DynamoDB Streams API: GetRecords)
MOST_RECORDS_READ = 1000


class SourceShard(NamedTuple):
    """A shard of a stream, and those that have to be read before it."""

    shard_id: str
    parent_ids: tuple[str, ...]


class Stream:
    """A stream, read by whoever `principal` gives at the time. A kind of stream is a subclass.

    service: whose API it is read with. batch_info: what an on-failure destination is told of a batch under.
    """

    service: ClassVar[str]
    batch_info: ClassVar[str]

    def __init__(self, cloud: Cloud, arn: str, principal: Callable[[], Principal]) -> None:
        self.arn = arn
        self._cloud = cloud
        self._principal = principal
        parsed = Arn.parse(arn)
        self._account_id, self._region = parsed.account_id, parsed.region

    def call(self, operation: str, **parameters: Any) -> Mapping[str, Any]:
        return self._cloud.call(
            self.service,
            operation,
            parameters,
            account_id=self._account_id,
            region=self._region,
            principal=self._principal(),
        )

    def shards(self) -> list[SourceShard]:
        """All shards, parents before children."""
        raise NotImplementedError

    def iterator(self, shard_id: str, kind: str, place: Mapping[str, Any]) -> str:
        """An iterator of a shard. place: the sequence number or time that its kind needs, by AWS's member."""
        raise NotImplementedError

    def sequence_number(self, record: Wire) -> str:
        """The sequence number of a record of GetRecords."""
        raise NotImplementedError

    def handed_over(self, record: Wire, shard_id: str) -> Record:
        """A record of GetRecords as Lambda hands it over."""
        raise NotImplementedError

    def retention_seconds(self) -> float:
        """How long the stream keeps its records."""
        raise NotImplementedError


class ShardReader:
    """Where the reading of one shard has got to.

    The place is kept as a sequence number too, for an iterator lives but 15 minutes.
    is_finished: the shard is closed and all of it has been read.
    start: the kind of place that it begins at, and what the kind needs.
    """

    def __init__(self, stream: Stream, shard: SourceShard) -> None:
        self.shard_id = shard.shard_id
        self.parent_ids = shard.parent_ids
        self.is_finished = False
        self.start: tuple[str, Mapping[str, Any]] = (TRIM_HORIZON, {})
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
            self._last_sequence_number = self._stream.sequence_number(records[-1])
        return records

    def skip_to_end(self) -> None:
        """Pass by all that is there now."""
        while self.read(MOST_RECORDS_READ) and not self.is_finished:
            pass

    def _get_records(self, limit: int) -> Mapping[str, Any]:
        iterator = self._iterator or self._new_iterator()
        return self._stream.call("GetRecords", ShardIterator=iterator, Limit=min(limit, MOST_RECORDS_READ))

    def _new_iterator(self) -> str:
        iterator = self._stream.iterator
        if self._last_sequence_number is None:
            return iterator(self.shard_id, *self.start)
        try:
            return iterator(self.shard_id, AFTER, {"SequenceNumber": self._last_sequence_number})
        except AwsError as error:
            if error.shape_name != "TrimmedDataAccessException":
                raise
        return iterator(self.shard_id, TRIM_HORIZON, {})
