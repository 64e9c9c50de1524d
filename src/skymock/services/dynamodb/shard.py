"""Shards: a stream's records by ranges of their keys' hashes. One is closed when others take its place."""

from __future__ import annotations

from typing import Any

from skymock.cloud.shard_records import ShardRecords

# Numbers rise by the first digits; AWS's begin with 21 digits and grow. (DynamoDB Streams API: GetRecords)
_STEP = 10**20


class SequenceNumbers:
    """The sequence numbers of a stream, for its records and for the beginnings of its shards."""

    def __init__(self, created_at_seconds: float) -> None:
        self._last = int(created_at_seconds * 10)

    def next(self) -> int:
        self._last += _STEP + 1
        return self._last


class Shard(ShardRecords):
    """One shard. hashes: of the partition keys whose changes it takes. parent_id: of the shard that it replaces."""

    def __init__(self, shard_id: str, hashes: range, first_number: int, parent_id: str | None = None) -> None:
        super().__init__(first_number)
        self.shard_id = shard_id
        self.parent_id = parent_id
        self.hashes = hashes
        self.closed_at_seconds: float | None = None

    @property
    def is_closed(self) -> bool:
        return self.closed_at_seconds is not None

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
