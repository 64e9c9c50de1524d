"""Shards of a stream: its records by ranges of hash keys. One is closed when others take its place."""

from __future__ import annotations

import re
from typing import Any

from skymock.cloud.shard_records import ShardRecords
from skymock.services.kinesis.sequence_number import LAST_COUNT, SequenceNumber
from skymock.services.kinesis.shard_limits import ShardLimits

_HIGHEST_INDEX = (1 << 31) - 1


class Shard(ShardRecords):
    """One shard. hashes: of the keys whose records it takes. parents: the one that was split, or those merged."""

    def __init__(
        self, index: int, hashes: range, made_at: int, now_seconds: float, parents: tuple[str, ...] = ()
    ) -> None:
        super().__init__(int(SequenceNumber(made_at, index, 0, made_at)))
        self.index = index
        self.shard_id = shard_id(index)
        self.hashes = hashes
        self.parents = parents
        self.made_at = made_at
        self.opened_at_seconds = now_seconds
        self.closed_at_seconds: float | None = None
        self.limits = ShardLimits(now_seconds)
        self._ending_number: int | None = None

    @property
    def is_closed(self) -> bool:
        return self.closed_at_seconds is not None

    def close(self, now_seconds: float) -> None:
        """Take no more records."""
        self.closed_at_seconds = now_seconds
        at = max(int(now_seconds), self.made_at)
        self._ending_number = int(SequenceNumber(self.made_at, self.index, LAST_COUNT, at))

    def was_open_at(self, at_seconds: float) -> bool:
        return self.opened_at_seconds <= at_seconds and not self.was_closed_before(at_seconds)

    def was_closed_before(self, at_seconds: float) -> bool:
        return self.closed_at_seconds is not None and self.closed_at_seconds < at_seconds

    @property
    def hash_key_range(self) -> dict[str, str]:
        return {"StartingHashKey": str(self.hashes.start), "EndingHashKey": str(self.hashes.stop - 1)}

    @property
    def description(self) -> dict[str, Any]:
        """The API's Shard. Parents are named also when they are gone."""
        numbers = {"StartingSequenceNumber": str(self.first_number)}
        if self._ending_number is not None:
            numbers["EndingSequenceNumber"] = str(self._ending_number)
        named = dict(zip(("ParentShardId", "AdjacentParentShardId"), self.parents, strict=False))
        return {
            "ShardId": self.shard_id,
            **named,
            "HashKeyRange": self.hash_key_range,
            "SequenceNumberRange": numbers,
        }

    @property
    def as_child(self) -> dict[str, Any]:
        """The API's ChildShard."""
        return {
            "ShardId": self.shard_id,
            "ParentShards": list(self.parents),
            "HashKeyRange": self.hash_key_range,
        }


def shard_id(index: int) -> str:
    return f"shardId-{index:012d}"


def index_of(text: str) -> int | None:
    """The index that a shard's id says; None where it says none.

    AWS takes whatever stands before a hyphen, and leading zeros or none. (kinesalite, test/getShardIterator.js)
    """
    digits = text.split("-")[1] if "-" in text else text
    if re.fullmatch(r"[0-9]+", digits) is None:
        return None
    index = int(digits)
    return index if index <= _HIGHEST_INDEX else None
