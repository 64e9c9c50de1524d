"""What a shard takes and gives in a second. (Kinesis Data Streams Developer Guide: Quotas and limits)"""

from __future__ import annotations

from skymock.cloud.token_bucket import TokenBucket

MIB = 1024 * 1024

WRITTEN_BYTES_A_SECOND = MIB
WRITTEN_RECORDS_A_SECOND = 1000
READ_BYTES_A_SECOND = 2 * MIB
READS_A_SECOND = 5


class ShardLimits:
    """The limits of one shard. What it did not use in a second is gone in the next.

    A record of more than a second's bytes is taken when nothing was written for a second, and the shard takes no
    more until they are made up for. (Large records: the average throughput cannot exceed a shard's)
    """

    def __init__(self, now_seconds: float) -> None:
        self._written_bytes = TokenBucket(WRITTEN_BYTES_A_SECOND, now_seconds, 1)
        self._written_records = TokenBucket(WRITTEN_RECORDS_A_SECOND, now_seconds, 1)
        self._read_bytes = TokenBucket(READ_BYTES_A_SECOND, now_seconds, 1)
        self._reads = TokenBucket(READS_A_SECOND, now_seconds, 1)
        self._readable_from_seconds = 0.0

    def take_write(self, size: int, now_seconds: float) -> bool:
        """Count a record of a size in bytes; False, and nothing counted, where it is too much."""
        records, written = self._written_records, self._written_bytes
        if not (records.holds(1, now_seconds) and written.holds(size, now_seconds)):
            return False
        records.take(1)
        written.take(size)
        return True

    def may_read(self, now_seconds: float) -> bool:
        """Whether there may be another GetRecords; how much it gives is not known before."""
        return (
            now_seconds >= self._readable_from_seconds
            and self._reads.holds(1, now_seconds)
            and self._read_bytes.holds(1, now_seconds)
        )

    def take_read(self, size: int, now_seconds: float) -> None:
        """Count a GetRecords that gave so many bytes. After 10 MiB there are five seconds without another."""
        self._reads.take(1)
        self._read_bytes.take(size)
        if size > READ_BYTES_A_SECOND:
            self._readable_from_seconds = now_seconds + size / READ_BYTES_A_SECOND
