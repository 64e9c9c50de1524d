"""Sequence numbers: 186 bits, printed as 56 digits.

From the top: a two; the second in which the shard was made (36 bits) and the last four bits of its index; a count
(64 bits) that makes a shard's numbers rise; a byte; the second in which the record came (36 bits); the shard's
index (32 bits); a version. AWS does not document it. (kinesalite, which was compared with Kinesis)
"""

from __future__ import annotations

from dataclasses import dataclass

VERSION = 2
# The count in the last number of a shard that is closed.
LAST_COUNT = (1 << 63) - 1

_TWO_AT, _MADE_AT, _LOW_INDEX_AT, _COUNT_AT, _TIME_AT, _INDEX_AT = 184, 148, 144, 80, 36, 4
_36_BITS, _64_BITS, _32_BITS = (1 << 36) - 1, (1 << 64) - 1, (1 << 32) - 1
_READABLE_VERSIONS = (1, VERSION)


@dataclass(frozen=True, slots=True)
class SequenceNumber:
    """What a sequence number says. Times are whole epoch seconds.

    shard_made_at: when its shard was made. count: its place in the stream; 0 is the beginning of a shard.
    """

    shard_made_at: int
    shard_index: int
    count: int
    at: int

    def __int__(self) -> int:
        return (
            2 << _TWO_AT
            | self.shard_made_at << _MADE_AT
            | (self.shard_index & 0xF) << _LOW_INDEX_AT
            | self.count << _COUNT_AT
            | self.at << _TIME_AT
            | self.shard_index << _INDEX_AT
            | VERSION
        )

    @classmethod
    def parse(cls, number: int) -> SequenceNumber:
        """Raises ValueError for what is no sequence number of today's kind."""
        count = number >> _COUNT_AT & _64_BITS
        shard_index = number >> _INDEX_AT & _32_BITS
        if number >> _TWO_AT != 2 or number & 0xF not in _READABLE_VERSIONS:
            raise ValueError(number)
        if count > LAST_COUNT or shard_index >> 31:
            raise ValueError(number)
        return cls(number >> _MADE_AT & _36_BITS, shard_index, count, number >> _TIME_AT & _36_BITS)
