"""Event source mappings: a stream's records go to a function, in batches and in order.

Nothing polls in the background: the stream announces new records (`cloud.sources`), and the mapping reads
them once the call that wrote them is over.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.principals import Principal
from skymock.cloud.timeline import Event, current_event, within
from skymock.errors import AwsError
from skymock.services.lambda_.environment import Invocation
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.role import RoleSession, assume
from skymock.services.lambda_.stream_event import Record, event_of
from skymock.services.lambda_.stream_reader import LATEST, ShardReader, Stream

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.scheduler import Entry

# A stream keeps its records that long. (DynamoDB Developer Guide: Change data capture for DynamoDB Streams)
RETENTION_SECONDS = 24 * 3600

# AWS does not say how it waits between attempts at a batch: twice as long each time, up to a minute.
LONGEST_RETRY_DELAY_SECONDS = 60

_BY_USER = "User action"


@dataclass(frozen=True, slots=True)
class MappingSettings:
    """What can be changed of a mapping; -1 stands for no limit."""

    batch_size: int = 100
    bisect_on_error: bool = False
    most_retries: int = -1
    most_age_seconds: int = -1


@dataclass(slots=True)
class Batch:
    """Records that go to the function together, and how often they have failed."""

    records: list[Record]
    failures: int = 0

    def halves(self) -> list[Batch]:
        """The batch in two; splitting it does not count as an attempt. (Lambda API)"""
        middle = len(self.records) // 2
        return [Batch(self.records[:middle], self.failures), Batch(self.records[middle:], self.failures)]


class ShardDelivery:
    """One shard's records on their way: a batch that failed stands before all later ones."""

    def __init__(self, reader: ShardReader) -> None:
        self.reader = reader
        self.waiting: deque[Batch] = deque()
        self.blocked_until_seconds = 0.0
        self.read_failures = 0

    @property
    def is_done(self) -> bool:
        return self.reader.is_finished and not self.waiting

    def block(self, now_seconds: float, failures: int) -> None:
        delay = min(2 ** (failures - 1), LONGEST_RETRY_DELAY_SECONDS)
        self.blocked_until_seconds = now_seconds + delay


class EventSourceMapping:
    """A stream's mapping to a function.

    state: "Enabled" or "Disabled". last_result: what came of the last batch, in AWS's words.
    """

    def __init__(
        self,
        cloud: Cloud,
        arn: str,
        function: Function,
        function_arn: str,
        stream_arn: str,
        starting_position: str,
        settings: MappingSettings,
    ) -> None:
        self.arn = arn
        self.stream_arn = stream_arn
        self.starting_position = starting_position
        self.settings = settings
        self.function = function
        self.function_arn = function_arn
        self.state = "Disabled"
        self.last_result = "No records processed"
        self.modified_at = cloud.clock.now()
        self._cloud = cloud
        self._session: RoleSession | None = None
        self._stream = Stream(cloud, stream_arn, self._reader_principal)
        self._shards: dict[str, ShardDelivery] = {}
        self._finished_shards: set[str] = set()
        self._poll_entry: Entry | None = None
        self._unsubscribe: Callable[[], None] = lambda: None

    @property
    def uuid(self) -> str:
        return self.arn.rpartition(":")[2]

    def find_start(self) -> None:
        """Find the place in the stream to start from. Raises what the stream's API refuses with."""
        self._find_shards()
        for shard in self._shards.values():
            if self.starting_position == LATEST:
                shard.reader.skip_to_end()
            else:
                shard.waiting.extend(self._next_batches(shard))

    def change(self, function: Function, function_arn: str, settings: MappingSettings) -> None:
        self.function, self.function_arn, self.settings = function, function_arn, settings
        self._session = None
        self.modified_at = self._cloud.clock.now()

    def enable(self) -> None:
        """Read on from where the reading has got to."""
        self.state = "Enabled"
        self._unsubscribe = self._cloud.sources.subscribe(self.stream_arn, self._wake)
        self._wake()

    def disable(self) -> None:
        self.state = "Disabled"
        self._unsubscribe()

    def describe(self, state: str | None = None) -> dict[str, Any]:
        """The mapping, as AWS shows it; `state` is one that it passes through during a call."""
        settings = self.settings
        return {
            "UUID": self.uuid,
            "EventSourceMappingArn": self.arn,
            "EventSourceArn": self.stream_arn,
            "FunctionArn": self.function_arn,
            "StartingPosition": self.starting_position,
            "BatchSize": settings.batch_size,
            "BisectBatchOnFunctionError": settings.bisect_on_error,
            "MaximumRetryAttempts": settings.most_retries,
            "MaximumRecordAgeInSeconds": settings.most_age_seconds,
            "MaximumBatchingWindowInSeconds": 0,
            "TumblingWindowInSeconds": 0,
            "ParallelizationFactor": 1,
            "DestinationConfig": {"OnFailure": {}},
            "FunctionResponseTypes": [],
            "LastModified": self.modified_at,
            "LastProcessingResult": self.last_result,
            "State": state or self.state,
            "StateTransitionReason": _BY_USER,
        }

    def _wake(self) -> None:
        """Poll once the present call is over."""
        if self._poll_entry is None:
            self._poll_entry = self._cloud.scheduler.after(0, self._poll)

    def _poll(self) -> None:
        """Deliver the next batch of each shard that is not blocked, and come back for more."""
        self._poll_entry = None
        if self.state != "Enabled" or self.function.is_deleted:
            return
        delivered = [self._advance(shard) for shard in self._readable_shards()]
        if any(delivered):
            self._wake()

    def _readable_shards(self) -> list[ShardDelivery]:
        now = self._cloud.clock.time()
        return [
            shard
            for shard in self._shards.values()
            if shard.blocked_until_seconds <= now and shard.reader.parent_id not in self._shards
        ]

    def _advance(self, shard: ShardDelivery) -> bool:
        """Go on with one shard; whether there was something to do."""
        try:
            if not shard.waiting:
                shard.waiting.extend(self._next_batches(shard))
            if shard.is_done:
                self._go_on_with_children(shard)
                return True
            shard.read_failures = 0
        except AwsError as error:
            self._cannot_read(shard, error)
            return False
        if shard.waiting:
            self._deliver_first(shard)
            return True
        return False

    def _cannot_read(self, shard: ShardDelivery, error: AwsError) -> None:
        shard.read_failures += 1
        self.last_result = f"PROBLEM: {error}"
        if error.shape_name != "ResourceNotFoundException":
            self._retry_later(shard, shard.read_failures)

    def _next_batches(self, shard: ShardDelivery) -> list[Batch]:
        """The next batch, filled up from as many answers of the stream as it takes; or none."""
        records: list[Record] = []
        size = self.settings.batch_size
        while not shard.reader.is_finished and len(records) < size:
            found = shard.reader.read(size - len(records))
            if not found:
                break
            records += found
        return [Batch(records)] if records else []

    def _go_on_with_children(self, shard: ShardDelivery) -> None:
        """Once all of a closed shard is delivered, its children are read."""
        self._finished_shards.add(shard.reader.shard_id)
        self._find_shards()
        del self._shards[shard.reader.shard_id]

    def _find_shards(self) -> None:
        for shard in self._stream.shards():
            shard_id = shard["ShardId"]
            if shard_id not in self._shards and shard_id not in self._finished_shards:
                reader = ShardReader(self._stream, shard_id, shard.get("ParentShardId"))
                self._shards[shard_id] = ShardDelivery(reader)

    def _deliver_first(self, shard: ShardDelivery) -> None:
        batch = shard.waiting[0]
        batch.records = [record for record in batch.records if self._is_fresh(record)]
        if not batch.records or self._invoke(batch):
            shard.waiting.popleft()
            return
        batch.failures += 1
        if 0 <= self.settings.most_retries < batch.failures:
            shard.waiting.popleft()
        elif self.settings.bisect_on_error and len(batch.records) > 1:
            shard.waiting.popleft()
            batch.failures -= 1
            shard.waiting.extendleft(reversed(batch.halves()))
        else:
            self._retry_later(shard, batch.failures)

    def _retry_later(self, shard: ShardDelivery, failures: int) -> None:
        shard.block(self._cloud.clock.time(), failures)
        self._cloud.scheduler.at(shard.blocked_until_seconds, self._poll)

    def _is_fresh(self, record: Record) -> bool:
        most_age = self.settings.most_age_seconds
        limit = RETENTION_SECONDS if most_age < 0 else min(most_age, RETENTION_SECONDS)
        created_at: float = record["dynamodb"]["ApproximateCreationDateTime"].timestamp()
        return self._cloud.clock.time() - created_at <= limit

    def _invoke(self, batch: Batch) -> bool:
        """Hand a batch to the function; whether it took it."""
        event = self._record(batch)
        with within(event):
            payload = event_of(batch.records, self.stream_arn)
            try:
                outcome = self.function.invoke(Invocation(self._cloud.ids.uuid(), payload, self.function_arn))
            except AwsError as error:
                event.error = error
                self.last_result = "PROBLEM: Function call failed"
                return False
        self.last_result = "OK" if outcome.error is None else "PROBLEM: Function call failed"
        return outcome.error is None

    def _record(self, batch: Batch) -> Event:
        event = Event(
            "event",
            "lambda",
            "EventSourceMapping",
            self._cloud.clock.time(),
            current_event(),
            {"EventSourceArn": self.stream_arn, "FunctionName": self.function.name},
            self.function.account_id,
            self.function.configuration.region,
        )
        event.detail = f"{len(batch.records)} records of {self.stream_arn} to {self.function.name}"
        self._cloud.timeline.add(event)
        return event

    def _reader_principal(self) -> Principal:
        """The function's execution role, assumed anew when its session has expired."""
        if self._session is None or self._cloud.clock.time() >= self._session.expires_at_seconds:
            function = self.function
            self._session = assume(
                self._cloud,
                function.configuration.role,
                function.name,
                function.account_id,
                function.configuration.region,
            )
        return self._session.principal
