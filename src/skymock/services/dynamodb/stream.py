"""Streams: the changes to a table's items, in order, kept for 24 hours. (DynamoDB Streams)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from hashlib import md5
from typing import Any

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.services.dynamodb.errors import ResourceNotFoundException
from skymock.services.dynamodb.key import PrimaryKey
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.values import Item, item_size

KEPT_SECONDS = 24 * 3600  # DynamoDB Streams: all data is subject to a 24-hour lifetime

# Sequence numbers rise through a stream; AWS's have 21 digits.
_FIRST_SEQUENCE_NUMBER = 100_000_000_000_000_000_000
# Trimming moves what stays, so it is done for many records at once.
_TRIMMED_AT_ONCE = 1000

TTL_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


class StreamRecord:
    """One change of one item, by name INSERT, MODIFY or REMOVE.

    old, new: the images that the stream's view type shows. They are the stored items themselves.
    """

    __slots__ = ("at_seconds", "identity", "keys", "name", "new", "old", "sequence_number", "size")

    def __init__(
        self,
        sequence_number: int,
        name: str,
        at_seconds: float,
        keys: Item,
        old: StoredItem | None,
        new: StoredItem | None,
        size: int,
        identity: dict[str, str] | None,
    ) -> None:
        self.sequence_number = sequence_number
        self.name = name
        self.at_seconds = at_seconds
        self.keys = keys
        self.old = old
        self.new = new
        self.size = size
        self.identity = identity


class Shard:
    """A run of records. It is closed when its stream is disabled."""

    def __init__(self, shard_id: str, first_sequence_number: int) -> None:
        self.shard_id = shard_id
        self.first_sequence_number = first_sequence_number
        self.next_sequence_number = first_sequence_number
        self.is_closed = False
        self._records: list[StreamRecord] = []

    def __len__(self) -> int:
        return len(self._records)

    def append(self, record: StreamRecord) -> None:
        self._records.append(record)
        self.next_sequence_number = record.sequence_number + 1

    def trim(self, before_seconds: float, at_once: int = 1) -> None:
        """Let go of the records from before a time, if there are `at_once` of them."""
        records = self._records
        if len(records) < at_once or records[at_once - 1].at_seconds >= before_seconds:
            return
        count = next(
            (index for index, record in enumerate(records) if record.at_seconds >= before_seconds),
            len(records),
        )
        del records[:count]

    @property
    def horizon(self) -> int:
        """The sequence number of the oldest record that is still there, or of the next one."""
        return self._records[0].sequence_number if self._records else self.next_sequence_number

    def records_from(self, sequence_number: int, limit: int, max_bytes: int) -> list[StreamRecord]:
        """So many records from a sequence number on, and no more bytes (but one record at least)."""
        start = max(sequence_number - self.horizon, 0)
        found: list[StreamRecord] = []
        size = 0
        for record in self._records[start : start + limit]:
            size += record.size
            if found and size > max_bytes:
                break
            found.append(record)
        return found

    @property
    def description(self) -> dict[str, Any]:
        numbers = {"StartingSequenceNumber": str(self.first_sequence_number)}
        if self.is_closed:
            numbers["EndingSequenceNumber"] = str(
                max(self.next_sequence_number - 1, self.first_sequence_number)
            )
        return {"ShardId": self.shard_id, "SequenceNumberRange": numbers}


class Stream:
    """A table's stream. view_type: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES."""

    def __init__(
        self,
        arn: str,
        label: str,
        table_name: str,
        key: PrimaryKey,
        key_schema: list[dict[str, str]],
        view_type: str,
        clock: Clock,
        shard_id: str,
        announce: Callable[[str], None],
    ) -> None:
        self.arn = arn
        self.label = label
        self.table_name = table_name
        self.key_schema = key_schema
        self.view_type = view_type
        self.created_at_seconds = clock.time()
        self.disabled_at_seconds: float | None = None
        self.shards = [Shard(shard_id, _FIRST_SEQUENCE_NUMBER)]
        self._key = key
        self._clock = clock
        self._announce = announce
        self._shows_old = view_type in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")
        self._shows_new = view_type in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")

    @property
    def status(self) -> str:
        return "ENABLED" if self.disabled_at_seconds is None else "DISABLED"

    def disable(self) -> None:
        """Take no more records. Those that are there stay readable until they are trimmed."""
        self.disabled_at_seconds = self._clock.time()
        for shard in self.shards:
            shard.is_closed = True

    def shard(self, shard_id: str) -> Shard:
        """A shard, with what is older than 24 hours trimmed. Raises ResourceNotFoundException."""
        for shard in self.shards:
            if shard.shard_id == shard_id:
                shard.trim(self._clock.time() - KEPT_SECONDS)
                return shard
        raise ResourceNotFoundException(
            f"Requested resource not found: Shard: {shard_id} in Stream: {self.arn} not found"
        )

    def add(
        self, old: StoredItem | None, new: StoredItem | None, identity: dict[str, str] | None = None
    ) -> None:
        """Record the change of an item from `old` to `new`; none when nothing changed."""
        looked_at = old or new
        if looked_at is None or (old is not None and new is not None and old.item == new.item):
            return
        name = "INSERT" if old is None else "REMOVE" if new is None else "MODIFY"
        keys = self._key.of(looked_at.item)
        if old is not None:
            old.pack()
        old = old if self._shows_old else None
        new = new if self._shows_new else None
        size = item_size(keys) + (old.size if old else 0) + (new.size if new else 0)
        now = self._clock.time()
        shard = self.shards[-1]
        shard.append(StreamRecord(shard.next_sequence_number, name, now, keys, old, new, size, identity))
        shard.trim(now - KEPT_SECONDS, _TRIMMED_AT_ONCE)
        self._announce(self.arn)

    def shown(self, record: StreamRecord, region: str) -> dict[str, Any]:
        """A record as the API shows it. (DynamoDB Streams API: Record)"""
        changes: dict[str, Any] = {
            "ApproximateCreationDateTime": moment(int(record.at_seconds)),
            "Keys": record.keys,
            "SequenceNumber": str(record.sequence_number),
            "SizeBytes": record.size,
            "StreamViewType": self.view_type,
        }
        if record.new is not None:
            changes["NewImage"] = record.new.rendered
        if record.old is not None:
            changes["OldImage"] = record.old.rendered
        shown = {
            "eventID": md5(f"{self.arn}{record.sequence_number}".encode(), usedforsecurity=False).hexdigest(),
            "eventName": record.name,
            "eventVersion": "1.1",
            "eventSource": "aws:dynamodb",
            "awsRegion": region,
            "dynamodb": changes,
        }
        if record.identity is not None:
            shown["userIdentity"] = record.identity
        return shown


class Streams:
    """All streams of an account in a region, also those that were disabled in the last 24 hours."""

    def __init__(self, clock: Clock, ids: Identifiers, announce: Callable[[str], None]) -> None:
        self._clock = clock
        self._ids = ids
        self._announce = announce
        self._streams: dict[str, Stream] = {}

    def create(
        self,
        table_arn: str,
        table_name: str,
        key: PrimaryKey,
        key_schema: list[dict[str, str]],
        view_type: str,
    ) -> Stream:
        label = self._label(table_arn)
        arn = f"{table_arn}/stream/{label}"
        milliseconds = int(self._clock.time() * 1000)
        shard_id = f"shardId-{milliseconds:020d}-{self._ids.hex(8)}"
        stream = Stream(
            arn, label, table_name, key, key_schema, view_type, self._clock, shard_id, self._announce
        )
        self._streams[arn] = stream
        return stream

    def named(self, arn: str) -> Stream:
        """A stream by ARN. Raises ResourceNotFoundException."""
        self._forget_old()
        stream = self._streams.get(arn)
        if stream is None:
            raise ResourceNotFoundException(f"Requested resource not found: Stream: {arn} not found")
        return stream

    def of_table(self, table_name: str | None) -> list[Stream]:
        """The streams of a table, or of all, in the order of their ARNs."""
        self._forget_old()
        streams = sorted(self._streams.values(), key=lambda stream: stream.arn)
        return [stream for stream in streams if table_name in (None, stream.table_name)]

    def _forget_old(self) -> None:
        horizon = self._clock.time() - KEPT_SECONDS
        old = [
            arn
            for arn, stream in self._streams.items()
            if stream.disabled_at_seconds is not None and stream.disabled_at_seconds < horizon
        ]
        for arn in old:
            del self._streams[arn]

    def _label(self, table_arn: str) -> str:
        """The time in milliseconds; a later one where the table had a stream in the same moment."""
        milliseconds = int(self._clock.time() * 1000)
        while True:
            label = moment(milliseconds / 1000).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
            if f"{table_arn}/stream/{label}" not in self._streams:
                return label
            milliseconds += 1


def moment(seconds: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(seconds, dt.timezone.utc)
