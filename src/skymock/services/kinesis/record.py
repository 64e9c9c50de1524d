"""A data record. (Kinesis API: Record)"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple


class Record(NamedTuple):
    """A record in its shard, which keeps it as a plain tuple. size: of its data and key, in bytes."""

    sequence_number: int
    at_seconds: float
    partition_key: str
    data: bytes
    encryption: str | None
    size: int

    def shown(self) -> dict[str, Any]:
        """As the API shows it. It came at a millisecond."""
        milliseconds = int(self.at_seconds * 1000)
        shown: dict[str, Any] = {
            "SequenceNumber": str(self.sequence_number),
            "ApproximateArrivalTimestamp": moment(milliseconds / 1000),
            "Data": self.data,
            "PartitionKey": self.partition_key,
        }
        if self.encryption is not None:
            shown["EncryptionType"] = self.encryption
        return shown


def moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc)
