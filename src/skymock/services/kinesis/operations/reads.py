"""Reading shards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.kinesis.errors import InvalidArgumentException, ResourceNotFoundException
from skymock.services.kinesis.operations.base import KinesisService
from skymock.services.kinesis.record import Record
from skymock.services.kinesis.shard import Shard, index_of, shard_id
from skymock.services.kinesis.shard_iterator import ShardIterator
from skymock.services.kinesis.starting_position import StartingPosition
from skymock.services.kinesis.stream import Stream

MOST_RECORDS = 10_000  # GetRecords: Limit
MOST_BYTES = 10 * 1024 * 1024  # GetRecords returns at most 10 MiB


class ReadOperations(KinesisService):
    @operation
    def get_shard_iterator(
        self,
        shard_id: str,
        shard_iterator_type: str,
        stream_name: str | None = None,
        starting_sequence_number: str | None = None,
        timestamp: dt.datetime | None = None,
        stream_arn: str | None = None,
    ) -> Output:
        """Get an iterator that reads a shard from some place on. (Kinesis API: GetShardIterator)

        Raises ResourceNotFoundException, InvalidArgumentException.
        """
        index = index_of(shard_id)
        if index is None:
            name = stream_name or (stream_arn or "").partition("/")[2]
            raise ResourceNotFoundException(
                f"Could not find shard {shard_id} in stream {name} under account {self.account_id}."
            )
        position = StartingPosition(shard_iterator_type, starting_sequence_number, timestamp)
        stream, shard = self._read(stream_name, stream_arn, index)
        position.check()
        number = position.in_shard(stream, shard)
        now = self.cloud.clock.time()
        return {"ShardIterator": ShardIterator(stream.arn, index, number, now).token}

    @operation
    def get_records(
        self, shard_iterator: str, limit: int = MOST_RECORDS, stream_arn: str | None = None
    ) -> Output:
        """Read records from an iterator on, at most 10,000 and 10 MiB. (Kinesis API: GetRecords)

        `NextShardIterator` reads on after them. A closed shard that is read to its end has none, but `ChildShards`.
        What services read on behalf of a function counts against no limit: Lambda polls a shard once a second, here
        as soon as there is news.
        Raises InvalidArgumentException, ExpiredIteratorException, ResourceNotFoundException,
        ProvisionedThroughputExceededException.
        """
        now = self.cloud.clock.time()
        iterator = ShardIterator.parse(shard_iterator)
        iterator.check_age(now)
        if stream_arn not in (None, iterator.stream_arn):
            raise InvalidArgumentException("StreamARN and ShardIterator must be of the same stream.")
        stream, shard = self._read(None, iterator.stream_arn, iterator.shard_index)
        is_limited = self.cloud.throttling and not self.caller.invoked_by
        if is_limited and not shard.limits.may_read(now):
            raise stream.exceeded(shard)
        start = max(iterator.sequence_number, shard.trimmed_number + 1)
        records = [Record(*kept) for kept in shard.records_from(start, limit, MOST_BYTES)]
        if is_limited:
            shard.limits.take_read(sum(record.size for record in records), now)
        return self._page(stream, shard, records, start)

    def _page(self, stream: Stream, shard: Shard, records: Sequence[Record], start: int) -> dict[str, Any]:
        after = records[-1].sequence_number + 1 if records else start
        has_more = shard.has_records_from(after)
        now = self.cloud.clock.time()
        page: dict[str, Any] = {
            "Records": [record.shown() for record in records],
            "MillisBehindLatest": millis_behind(records, now) if has_more else 0,
        }
        if has_more or not shard.is_closed:
            page["NextShardIterator"] = ShardIterator(stream.arn, shard.index, after, now).token
        else:
            page["ChildShards"] = [child.as_child for child in stream.children_of(shard)]
        return page

    def _read(self, name: str | None, arn: str | None, index: int) -> tuple[Stream, Shard]:
        """A shard to read from, and its stream. A stream that is not there is told as its shard."""
        shard = None
        try:
            stream = self.stream(name, arn)
        except ResourceNotFoundException:
            pass
        else:
            shard = stream.find_shard(index)
        if shard is None:
            account_id = self.account_id if arn is None else arn.split(":")[4]
            raise ResourceNotFoundException(
                f"Shard {shard_id(index)} in stream {name or (arn or '').partition('/')[2]} under account "
                f"{account_id} does not exist"
            )
        return stream, shard


def millis_behind(records: Sequence[Record], now_seconds: float) -> int:
    """How old the last of some records is."""
    return int((now_seconds - records[-1].at_seconds) * 1000) if records else 0
