"""Streams: the changes to a table's items, in order, kept for 24 hours. (DynamoDB Streams)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.cloud.shard_records import ALL_HASHES, hash_of
from skymock.services.dynamodb.errors import ResourceNotFoundException
from skymock.services.dynamodb.key import Place, PrimaryKey
from skymock.services.dynamodb.shard import SequenceNumbers, Shard
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.stream_record import ItemImages

KEPT_SECONDS = 24 * 3600  # DynamoDB Streams: all data is subject to a 24-hour lifetime

TTL_IDENTITY = {"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"}


class Stream:
    """A table's stream. view_type: KEYS_ONLY, NEW_IMAGE, OLD_IMAGE or NEW_AND_OLD_IMAGES.

    status: ENABLING, ENABLED, DISABLING or DISABLED.
    shard_suffix: draws what ends the id of a new shard.
    """

    def __init__(
        self,
        arn: str,
        label: str,
        table_name: str,
        key: PrimaryKey,
        key_schema: list[dict[str, str]],
        view_type: str,
        clock: Clock,
        shard_suffix: Callable[[], str],
        announce: Callable[[str], None],
    ) -> None:
        self.arn = arn
        self.label = label
        self.table_name = table_name
        self.key_schema = key_schema
        self.view_type = view_type
        self.status = "ENABLED"
        self.created_at_seconds = clock.time()
        self.disabled_at_seconds: float | None = None
        self._key = key
        self._clock = clock
        self._shard_suffix = shard_suffix
        self._announce = announce
        self._shows_old = view_type in ("OLD_IMAGE", "NEW_AND_OLD_IMAGES")
        self._shows_new = view_type in ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")
        self._numbers = SequenceNumbers(self.created_at_seconds)
        self._newest_shard_milliseconds = 0
        self._shards: list[Shard] = []
        self._open = [self._new_shard(ALL_HASHES)]

    @property
    def shards(self) -> list[Shard]:
        """The shards in the order of their ids, parents first; those are gone that were closed 24 hours ago."""
        horizon = self._clock.time() - KEPT_SECONDS
        self._shards = [
            shard
            for shard in self._shards
            if shard.closed_at_seconds is None or shard.closed_at_seconds >= horizon
        ]
        return self._shards

    def shard(self, shard_id: str) -> Shard:
        """A shard, with what is older than 24 hours trimmed. Raises ResourceNotFoundException."""
        for shard in self.shards:
            if shard.shard_id == shard_id:
                shard.trim(self._clock.time() - KEPT_SECONDS)
                return shard
        raise ResourceNotFoundException("Requested resource not found: Shard does not exist")

    def split(self, shard_id: str | None = None, into: int = 2) -> list[str]:
        """Close an open shard, or each of them, and let so many new ones take its place; gives the ids of these.

        A key's later changes are all in one of the new shards. Raises ValueError for a shard that is not open.
        """
        parents = [shard for shard in self._open if shard_id in (None, shard.shard_id)]
        if not parents or into < 1:
            raise ValueError(f"no open shard {shard_id or ''} of {self.arn} to split into {into}")
        children = [child for parent in parents for child in self._children(parent, into)]
        self._open = [shard for shard in self._open if not shard.is_closed] + children
        self._announce(self.arn)
        return [child.shard_id for child in children]

    def disable(self) -> None:
        """Take no more records. Those that are there stay readable until they are trimmed."""
        self.status = "DISABLED"
        self.disabled_at_seconds = self._clock.time()
        for shard in self._open:
            shard.closed_at_seconds = self.disabled_at_seconds
        self._open = []

    def add(
        self,
        place: Place,
        old: StoredItem | None,
        new: StoredItem | None,
        identity: dict[str, str] | None = None,
    ) -> None:
        """Record the change of the item at a place from `old` to `new`; none when nothing changed."""
        images = ItemImages.of_change(self._key, old, new, self._shows_old, self._shows_new)
        if images is None:
            return
        now = self._clock.time()
        record = (self._numbers.next(), now, identity, *images)
        self._shard_of(place).append(record, now - KEPT_SECONDS)
        self._announce(self.arn)

    def _shard_of(self, place: Place) -> Shard:
        if len(self._open) == 1:
            return self._open[0]
        key_hash = hash_of(place[0])
        return next(shard for shard in self._open if key_hash in shard.hashes)

    def _children(self, parent: Shard, count: int) -> list[Shard]:
        parent.closed_at_seconds = self._clock.time()
        start, width = parent.hashes.start, parent.hashes.stop - parent.hashes.start
        bounds = [start + width * number // count for number in range(count + 1)]
        return [self._new_shard(range(low, high), parent.shard_id) for low, high in pairwise(bounds)]

    def _new_shard(self, hashes: range, parent_id: str | None = None) -> Shard:
        # The ids of children sort after their parents'. (DynamoDB Streams Kinesis Adapter)
        milliseconds = max(int(self._clock.time() * 1000), self._newest_shard_milliseconds + 1)
        self._newest_shard_milliseconds = milliseconds
        shard_id = f"shardId-{milliseconds:020d}-{self._shard_suffix()}"
        shard = Shard(shard_id, hashes, self._numbers.next(), parent_id)
        self._shards.append(shard)
        return shard


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
        stream = Stream(
            arn,
            label,
            table_name,
            key,
            key_schema,
            view_type,
            self._clock,
            lambda: self._ids.hex(8),
            self._announce,
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
