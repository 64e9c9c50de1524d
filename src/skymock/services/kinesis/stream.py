"""Data streams: shards that take records by the hashes of their keys. (Kinesis Data Streams API)"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from skymock.cloud.shard_records import ALL_HASHES
from skymock.cloud.transitions import Change, Transition
from skymock.services.kinesis.consumer import Consumer
from skymock.services.kinesis.errors import (
    LimitExceededException,
    ProvisionedThroughputExceededException,
    ResourceInUseException,
    ResourceNotFoundException,
)
from skymock.services.kinesis.record import Record, moment
from skymock.services.kinesis.sequence_number import SequenceNumber
from skymock.services.kinesis.shard import Shard

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy

PROVISIONED, ON_DEMAND = "PROVISIONED", "ON_DEMAND"

ON_DEMAND_SHARDS = 4  # (recorded: test_create_stream_without_shard_count)
LEAST_RETENTION_HOURS = 24
DEFAULT_RECORD_KIB = 1024
_DAY_SECONDS = 24 * 3600

# How long a stream is CREATING, UPDATING and DELETING; AWS says seconds to minutes.
CREATING_SECONDS = 15
UPDATING_SECONDS = 30
DELETING_SECONDS = 20


class Stream:
    """One stream. status: CREATING, ACTIVE, UPDATING or DELETING. mode: PROVISIONED or ON_DEMAND.

    Settings that are only shown: key_id (None without encryption), metrics.
    max_record_kib: how large a record may be with its key.
    """

    def __init__(self, cloud: Cloud, arn: str, mode: str, shard_count: int, max_record_kib: int) -> None:
        self.cloud = cloud
        self.arn = arn
        self.account_id = arn.split(":")[4]
        self.name = arn.partition("/")[2]
        self.mode = mode
        self.status = "CREATING"
        self.created_at_seconds = int(self._now())
        self.retention_hours = LEAST_RETENTION_HOURS
        self.max_record_kib = max_record_kib
        self.key_id: str | None = None
        self.metrics: list[str] = []
        self.tags: dict[str, str] = {}
        self.policy_text: str | None = None
        self.policy: Policy | None = None
        self.consumers: dict[str, Consumer] = {}
        self.initial_shards = shard_count
        self._shards: list[Shard] = []
        self._open: list[Shard] = []
        self._starts: list[int] = []
        self._next_index = 0
        self._count = 0
        self.transition: Transition | None = None
        self._mode_changes: deque[float] = deque()
        self._scalings: deque[float] = deque()

    def _now(self) -> float:
        return self.cloud.clock.time()

    def begin(self, status: str, seconds: float, finish: Callable[[], object]) -> None:
        """Enter a state for a while; what `finish` does is done when it is ACTIVE again."""
        self.status = status

        def end() -> None:
            finish()
            self.status = "ACTIVE"

        self.transition = self.cloud.transitions.begin(Change(seconds, end))

    def begin_update(self, finish: Callable[[], object]) -> None:
        self.begin("UPDATING", UPDATING_SECONDS, finish)

    def create_shards(self) -> None:
        """Make the shards that a new stream begins with, of equal width."""
        now, count = self._now(), self.initial_shards
        width = ALL_HASHES.stop // count
        starts = [width * number for number in range(count)]
        for start, stop in zip(starts, [*starts[1:], ALL_HASHES.stop], strict=True):
            self._add(range(start, stop), int(now), ())
        self._sort_open()

    def described(self) -> None:
        """Note that it is about to be described: a state may have been seen often enough."""
        if self.transition is not None:
            self.transition.described()

    def check_active(self) -> None:
        """Raises ResourceInUseException."""
        if self.status != "ACTIVE":
            raise ResourceInUseException(f"{self.where} not ACTIVE, instead in state {self.status}")

    def check_usable(self) -> None:
        """Raises ResourceNotFoundException while the stream is made or deleted, as AWS says then."""
        if self.status in ("CREATING", "DELETING"):
            raise ResourceNotFoundException(f"{self.where} not found.")

    def check_creation(self, created: dt.datetime | None) -> None:
        """Raises ResourceNotFoundException where another stream of the name is meant."""
        if created is not None and int(created.timestamp()) != self.created_at_seconds:
            raise ResourceNotFoundException(f"{self.where} not found.")

    @property
    def where(self) -> str:
        """The stream as AWS's messages name it."""
        return f"Stream {self.name} under account {self.account_id}"

    @property
    def open_shards(self) -> list[Shard]:
        """In the order of their hashes."""
        return self._open

    @property
    def oldest_seconds(self) -> float:
        """Records from before are gone."""
        return self._now() - self.retention_hours * 3600

    @property
    def shards(self) -> list[Shard]:
        """In the order of their ids; those are gone that were closed before the oldest record came."""
        horizon = self.oldest_seconds
        if any(shard.was_closed_before(horizon) for shard in self._shards):
            self._shards = [shard for shard in self._shards if not shard.was_closed_before(horizon)]
        return self._shards

    def find_shard(self, index: int | None) -> Shard | None:
        """A shard, trimmed; None where there is none of that index (any more)."""
        for shard in self.shards:
            if shard.index == index:
                shard.trim(self.oldest_seconds)
                return shard
        return None

    def children_of(self, parent: Shard) -> list[Shard]:
        return [shard for shard in self._shards if parent.shard_id in shard.parents]

    def split(self, shard: Shard, at: int) -> None:
        """Let two shards take an open one's place; the second one's hashes begin at a hash within it."""
        self._replace([shard], [range(shard.hashes.start, at), range(at, shard.hashes.stop)])

    def merge(self, shard: Shard, adjacent: Shard) -> None:
        """Let one shard take the place of two open ones that touch."""
        bounds = sorted((shard.hashes.start, shard.hashes.stop, adjacent.hashes.start, adjacent.hashes.stop))
        self._replace([shard, adjacent], [range(bounds[0], bounds[-1])])

    def _replace(self, parents: list[Shard], children: list[range]) -> None:
        now = self._now()
        for parent in parents:
            parent.close(now)
        # The numbers of children are above their parents', whatever the clock says.
        made_at = max(int(now), *(parent.made_at for parent in parents)) + 1
        for hashes in children:
            self._add(hashes, made_at, tuple(parent.shard_id for parent in parents))
        self._sort_open()
        self._announce()

    def _add(self, hashes: range, made_at: int, parents: tuple[str, ...]) -> None:
        self._shards.append(Shard(self._next_index, hashes, made_at, self._now(), parents))
        self._next_index += 1

    def _sort_open(self) -> None:
        still_open = (shard for shard in self._shards if not shard.is_closed)
        self._open = sorted(still_open, key=lambda shard: shard.hashes.start)
        self._starts = [shard.hashes.start for shard in self._open]

    def put(self, data: bytes, partition_key: str, hash_key: int) -> tuple[Shard, int]:
        """Add a record; gives its shard and sequence number.

        Raises ProvisionedThroughputExceededException.
        """
        shard = self._open[bisect_right(self._starts, hash_key) - 1]
        size = len(data) + len(partition_key.encode("utf-8", "surrogatepass"))
        now = self._now()
        if self.cloud.throttling and not shard.limits.take_write(size, now):
            raise self.exceeded(shard)
        self._count += 1
        number = int(SequenceNumber(shard.made_at, shard.index, self._count, int(now)))
        encryption = None if self.key_id is None else "KMS"
        shard.append(tuple(Record(number, now, partition_key, data, encryption, size)), self.oldest_seconds)
        self._announce()
        return shard, number

    def _announce(self) -> None:
        """Tell those who read the stream, by its ARN or a consumer's, that there is news."""
        announce = self.cloud.sources.announce
        announce(self.arn)
        for consumer in self.consumers.values():
            announce(consumer.arn)

    def exceeded(self, shard: Shard) -> ProvisionedThroughputExceededException:
        return ProvisionedThroughputExceededException(
            f"Rate exceeded for shard {shard.shard_id} in stream {self.name} under account {self.account_id}."
        )

    def note_mode_change(self) -> None:
        """Raises LimitExceededException."""
        _note(self._mode_changes, 2, self._now(), f"{self.where} can switch its mode twice in 24 hours.")

    def note_scaling(self) -> None:
        """Raises LimitExceededException."""
        text = f"{self.where} can be scaled by UpdateShardCount ten times in 24 hours."
        _note(self._scalings, 10, self._now(), text)

    @property
    def encryption(self) -> dict[str, str]:
        if self.key_id is None:
            return {"EncryptionType": "NONE"}
        return {"EncryptionType": "KMS", "KeyId": self.key_id}

    @property
    def description(self) -> dict[str, Any]:
        """What DescribeStream and DescribeStreamSummary have in common."""
        return {
            "StreamName": self.name,
            "StreamARN": self.arn,
            "StreamStatus": self.status,
            "StreamModeDetails": {"StreamMode": self.mode},
            "RetentionPeriodHours": self.retention_hours,
            "StreamCreationTimestamp": moment(self.created_at_seconds),
            "EnhancedMonitoring": [{"ShardLevelMetrics": self.metrics}],
            **self.encryption,
        }

    @property
    def summary(self) -> dict[str, Any]:
        """The API's StreamSummary."""
        members = ("StreamName", "StreamARN", "StreamStatus", "StreamModeDetails", "StreamCreationTimestamp")
        description = self.description
        return {member: description[member] for member in members}


def _note(times: deque[float], most: int, now_seconds: float, refusal: str) -> None:
    """Note what may be done so often in 24 hours. Raises LimitExceededException. AWS's words are not known."""
    while times and times[0] <= now_seconds - _DAY_SECONDS:
        times.popleft()
    if len(times) >= most:
        raise LimitExceededException(refusal)
    times.append(now_seconds)
