"""Shards: a stream's records by ranges of their keys' hashes. One is closed when others take its place."""

from __future__ import annotations

from bisect import bisect_left
from hashlib import md5
from operator import attrgetter
from typing import Any

from skymock.services.dynamodb.stream_record import StreamRecord

ALL_HASHES = range(1 << 128)

# Numbers rise by the first digits; AWS's begin with 21 digits and grow. (DynamoDB Streams API: GetRecords)
_STEP = 10**20

# Trimming moves what stays, so it is done for many records at once.
_TRIMMED_AT_ONCE = 1000

_number = attrgetter("sequence_number")
_time = attrgetter("at_seconds")


def hash_of(partition_key: str) -> int:
    """Which of all hashes a partition key has. How AWS assigns keys to shards is not told."""
    digest = md5(partition_key.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest, "big")


class SequenceNumbers:
    """The sequence numbers of a stream, for its records and for the beginnings of its shards."""

    def __init__(self, created_at_seconds: float) -> None:
        self._last = int(created_at_seconds * 10)

    def next(self) -> int:
        self._last += _STEP + 1
        return self._last


class Shard:
    """One shard. hashes: of the partition keys whose changes it takes. parent_id: of the shard that it replaces.

    first_number: of its beginning. last_number: the latest given out, trimmed_number: the latest that is gone.
    """

    def __init__(self, shard_id: str, hashes: range, first_number: int, parent_id: str | None = None) -> None:
        self.shard_id = shard_id
        self.parent_id = parent_id
        self.hashes = hashes
        self.first_number = first_number
        self.last_number = first_number
        self.trimmed_number = 0
        self.closed_at_seconds: float | None = None
        self._records: list[StreamRecord] = []

    def __len__(self) -> int:
        return len(self._records)

    @property
    def is_closed(self) -> bool:
        return self.closed_at_seconds is not None

    def append(self, record: StreamRecord, trim_before_seconds: float) -> None:
        records = self._records
        records.append(record)
        self.last_number = record.sequence_number
        if len(records) > _TRIMMED_AT_ONCE and records[_TRIMMED_AT_ONCE].at_seconds < trim_before_seconds:
            self.trim(trim_before_seconds)

    def trim(self, before_seconds: float) -> None:
        """Let go of the records from before a time."""
        count = bisect_left(self._records, before_seconds, key=_time)
        if count:
            self.trimmed_number = self._records[count - 1].sequence_number
            del self._records[:count]

    def has_trimmed(self, number: int) -> bool:
        return number <= self.trimmed_number

    def number_at(self, at_seconds: float) -> int:
        """The sequence number of the first record that shows this time or a later one; else that of the next."""
        position = bisect_left(self._records, at_seconds, key=lambda record: int(record.at_seconds))
        return self._records[position].sequence_number if position < len(self) else self.last_number + 1

    def records_from(self, number: int, limit: int, max_bytes: int) -> list[StreamRecord]:
        """So many records from a sequence number on, and no more bytes (but one record at least)."""
        start = bisect_left(self._records, number, key=_number)
        found: list[StreamRecord] = []
        size = 0
        for record in self._records[start : start + limit]:
            size += record.images.size
            if found and size > max_bytes:
                break
            found.append(record)
        return found

    @property
    def description(self) -> dict[str, Any]:
        """The API's Shard. A parent is named also when it is gone itself."""
        numbers = {"StartingSequenceNumber": str(self.first_number)}
        if self.is_closed:
            numbers["EndingSequenceNumber"] = str(self.last_number)
        described: dict[str, Any] = {"ShardId": self.shard_id, "SequenceNumberRange": numbers}
        if self.parent_id is not None:
            described["ParentShardId"] = self.parent_id
        return described
