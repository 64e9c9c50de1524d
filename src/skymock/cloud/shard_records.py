"""What a shard of a stream keeps: records in the order of their numbers, trimmed from the front."""

from __future__ import annotations

from bisect import bisect_left
from hashlib import md5
from operator import itemgetter
from typing import Any, TypeAlias

ALL_HASHES = range(1 << 128)

# Trimming moves what stays, so it is done for many records at once.
_TRIMMED_AT_ONCE = 1000

# A record is a plain tuple, for those of nothing but texts and numbers are none of the garbage collector's business:
# first its sequence number, then when it came (epoch seconds), and last its size in bytes.
Kept: TypeAlias = tuple[Any, ...]
_number, _time, _size = itemgetter(0), itemgetter(1), itemgetter(-1)


def hash_of(partition_key: str) -> int:
    """Which of all hashes a partition key has: its MD5. (Kinesis API: PutRecord)"""
    digest = md5(partition_key.encode("utf-8", "surrogatepass"), usedforsecurity=False).digest()
    return int.from_bytes(digest, "big")


class ShardRecords:
    """The records of one shard. last_number: the latest given out, trimmed_number: the latest that is gone.

    first_number: of its beginning, before all records.
    """

    def __init__(self, first_number: int) -> None:
        self.first_number = first_number
        self.last_number = first_number
        self.trimmed_number = 0
        self._records: list[Kept] = []

    def __len__(self) -> int:
        return len(self._records)

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
        """The sequence number of the first record that came at this time or later; else that of the next."""
        position = bisect_left(self._records, at_seconds, key=_time)
        number: int = _number(self._records[position]) if position < len(self) else self.last_number + 1
        return number

    def records_from(self, number: int, limit: int, max_bytes: int) -> list[Kept]:
        """So many records from a sequence number on, and no more bytes (but one record at least)."""
        start = bisect_left(self._records, number, key=_number)
        found: list[Kept] = []
        size = 0
        for record in self._records[start : start + limit]:
            size += _size(record)
            if found and size > max_bytes:
                break
            found.append(record)
        return found
