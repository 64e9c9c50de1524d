"""Shards: a stream's records by ranges of their keys' hashes. One is closed when others take its place."""

from __future__ import annotations

from bisect import bisect_left
from hashlib import md5
from operator import itemgetter
from typing import Any, TypeAlias

from skymock.services.dynamodb.stream_record import StreamRecord

ALL_HASHES = range(1 << 128)

# Numbers rise by the first digits; AWS's begin with 21 digits and grow. (DynamoDB Streams API: GetRecords)
_STEP = 10**20

# Trimming moves what stays, so it is done for many records at once.
_TRIMMED_AT_ONCE = 1000

# The members of a StreamRecord.
Kept: TypeAlias = tuple[Any, ...]
_number, _time, _size = map(
    itemgetter, map(StreamRecord._fields.index, ("sequence_number", "at_seconds", "size"))
)


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
        self._records: list[Kept] = []

    def __len__(self) -> int:
        return len(self._records)

    @property
    def is_closed(self) -> bool:
        return self.closed_at_seconds is not None

    def append(self, record: Kept, trim_before_seconds: float) -> None:
        """Add the latest record, a plain tuple."""
        records = self._records
        records.append(record)
        self.last_number = _number(record)
        if len(records) > _TRIMMED_AT_ONCE and _time(records[_TRIMMED_AT_ONCE]) < trim_before_seconds:
            self.trim(trim_before_seconds)

    def trim(self, before_seconds: float) -> None:
        """Let go of the records from before a time."""
        count = bisect_left(self._records, before_seconds, key=_time)
        if count:
            self.trimmed_number = _number(self._records[count - 1])
            del self._records[:count]

    def has_trimmed(self, number: int) -> bool:
        return number <= self.trimmed_number

    def has_records_from(self, number: int) -> bool:
        """Whether there are records of a sequence number or of later ones."""
        return bool(self._records) and bool(_number(self._records[-1]) >= number)

    def number_at(self, at_seconds: float) -> int:
        """The sequence number of the first record that shows this time or a later one; else that of the next."""
        position = bisect_left(self._records, at_seconds, key=lambda record: int(_time(record)))
        number: int = _number(self._records[position]) if position < len(self) else self.last_number + 1
        return number

    def records_from(self, number: int, limit: int, max_bytes: int) -> list[StreamRecord]:
        """So many records from a sequence number on, and no more bytes (but one record at least)."""
        start = bisect_left(self._records, number, key=_number)
        found: list[StreamRecord] = []
        size = 0
        for record in self._records[start : start + limit]:
            size += _size(record)
            if found and size > max_bytes:
                break
            found.append(StreamRecord(*record))
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
