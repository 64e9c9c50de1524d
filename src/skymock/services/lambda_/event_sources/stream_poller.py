"""Reading a stream for a mapping: shard by shard, parents first, in batches and in order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skymock.errors import AwsError
from skymock.services.lambda_.event_sources.answers import failed_items
from skymock.services.lambda_.event_sources.failure import (
    RETRIES_EXHAUSTED,
    TOO_OLD,
    Attempt,
    failure_document,
)
from skymock.services.lambda_.event_sources.shard import Batch, Lane, ShardDelivery
from skymock.services.lambda_.event_sources.stream_event import Record, event_of
from skymock.services.lambda_.event_sources.stream_reader import (
    AT_TIMESTAMP,
    LATEST,
    MOST_RECORDS_READ,
    ShardReader,
    Stream,
)

if TYPE_CHECKING:
    from skymock.services.lambda_.event_sources.mapping import EventSourceMapping

# No stream keeps its records for shorter.
_LEAST_RETENTION_SECONDS = 24 * 3600


class StreamPoller:
    """The shards of a mapping's stream, and where the reading of each has got to."""

    def __init__(self, mapping: EventSourceMapping, stream: Stream) -> None:
        self._mapping = mapping
        self._stream = stream
        self._shards: dict[str, ShardDelivery] = {}
        self._finished_shards: set[str] = set()

    def find_start(self) -> None:
        """Find the place in the stream to start from. Raises what the stream's API refuses with."""
        self._find_shards()
        for shard in self._shards.values():
            if self._mapping.starting_position == AT_TIMESTAMP:
                shard.reader.start = (AT_TIMESTAMP, {"Timestamp": self._mapping.starting_timestamp})
            if self._mapping.starting_position == LATEST:
                shard.reader.skip_to_end()
            else:
                self._gather(shard)

    def poll(self) -> bool:
        """Deliver the next batch of each lane that is not blocked; whether there was something to do."""
        advanced = [self._advance(shard) for shard in self._readable_shards()]
        return any(advanced)

    def next_moment(self) -> float | None:
        """When to poll again, if nothing new comes before."""
        now = self._mapping.now()
        shards = self._shards_in_turn()
        moments = [lane.next_moment(now) for shard in shards for lane in shard.lanes]
        for shard in shards:
            if shard.read_failures:
                moments.append(shard.unreadable_until_seconds)
            if shard.window is not None:
                moments.append(shard.window.end_seconds)
        return min((moment for moment in moments if moment is not None), default=None)

    def _shards_in_turn(self) -> list[ShardDelivery]:
        """The shards that do not wait for their parents to be done."""
        return [
            shard
            for shard in self._shards.values()
            if not any(parent in self._shards for parent in shard.reader.parent_ids)
        ]

    def _readable_shards(self) -> list[ShardDelivery]:
        now = self._mapping.now()
        return [shard for shard in self._shards_in_turn() if shard.unreadable_until_seconds <= now]

    def _advance(self, shard: ShardDelivery) -> bool:
        """Go on with one shard; whether there was something to do."""
        settings = self._mapping.settings
        shard.widen(settings.lanes)
        try:
            self._gather(shard)
            if settings.tumbling_seconds:
                shard.keep_windows(settings.tumbling_seconds, self._mapping.now())
            if shard.is_done and shard.window is None:
                self._go_on_with_children(shard)
                return True
            shard.read_failures = 0
        except AwsError as error:
            self._cannot_read(shard, error)
            return False
        now = self._mapping.now()
        ready = [lane for lane in shard.lanes if lane.ready(settings.batch_size, now)]
        for lane in ready:
            self._deliver_first(shard, lane)
        return bool(ready)

    def _cannot_read(self, shard: ShardDelivery, error: AwsError) -> None:
        self._mapping.last_result = f"PROBLEM: {error}"
        if error.shape_name != "ResourceNotFoundException":
            shard.read_failures += 1
            lane = Lane()
            lane.block(self._mapping.now(), shard.read_failures)
            shard.unreadable_until_seconds = lane.blocked_until_seconds

    def _gather(self, shard: ShardDelivery) -> None:
        """Read until a batch is full or nothing more is there; what no filter wants is passed by."""
        settings, now = self._mapping.settings, self._mapping.now()
        while shard.has_room and not shard.reader.is_finished:
            # A lane that is held up by a failing batch does not hold up the others.
            missing = settings.batch_size - max(
                len(lane.gathered) for lane in shard.lanes if not lane.batches
            )
            if missing <= 0:
                return
            found = shard.reader.read(min(missing, MOST_RECORDS_READ))
            if not found:
                return
            for each in found:
                record = self._stream.handed_over(each, shard.reader.shard_id)
                if not settings.filters.patterns or settings.filters.want(record.as_filters_see()):
                    shard.lane_of(record).gather(record, now, settings.window_seconds)

    def _go_on_with_children(self, shard: ShardDelivery) -> None:
        """Once all of a closed shard is delivered, its children are read."""
        self._finished_shards.add(shard.reader.shard_id)
        self._find_shards()
        del self._shards[shard.reader.shard_id]

    def _find_shards(self) -> None:
        for shard in self._stream.shards():
            shard_id = shard.shard_id
            if shard_id not in self._shards and shard_id not in self._finished_shards:
                reader = ShardReader(self._stream, shard)
                self._shards[shard_id] = ShardDelivery(reader, self._mapping.settings.lanes)

    def _deliver_first(self, shard: ShardDelivery, lane: Lane) -> None:
        batch = lane.first(self._mapping.settings.batch_size)
        self._open_window(shard, batch)
        self._drop_old(shard, batch)
        if not batch.records and not batch.is_final:
            lane.batches.popleft()
            return
        batch.attempts += 1
        delivery = Delivery(self._mapping, shard, batch)
        if delivery.succeeded:
            lane.batches.popleft()
            return
        batch.records = delivery.left
        batch.failures += 1
        self._after_failure(shard, lane, batch, delivery)

    def _open_window(self, shard: ShardDelivery, batch: Batch) -> None:
        if batch.window is None and shard.window is not None:
            batch.window = shard.window

    def _after_failure(self, shard: ShardDelivery, lane: Lane, batch: Batch, delivery: Delivery) -> None:
        """Split the batch, give it up, or have it tried again later."""
        settings = self._mapping.settings
        if settings.bisects and len(batch.records) > 1 and not delivery.names_failures:
            lane.batches.popleft()
            batch.failures -= 1
            lane.batches.extendleft(reversed(batch.split(len(batch.records) // 2)))
        elif 0 <= settings.most_retries < batch.failures:
            lane.batches.popleft()
            if batch.records:
                self._give_up(shard, batch.records, RETRIES_EXHAUSTED, batch.attempts, delivery.attempt)
        else:
            lane.block(self._mapping.now(), batch.failures)

    def _drop_old(self, shard: ShardDelivery, batch: Batch) -> None:
        """Give up the records that are too old by now."""
        horizon = self._mapping.now() - self._most_age_seconds(batch)
        fresh = [record for record in batch.records if record.arrived_at.timestamp() >= horizon]
        if len(fresh) < len(batch.records):
            old = [record for record in batch.records if record.arrived_at.timestamp() < horizon]
            batch.records = fresh
            self._give_up(shard, old, TOO_OLD, max(batch.attempts, 1), None)

    def _most_age_seconds(self, batch: Batch) -> float:
        """How old a record of a batch may be. The stream is asked only where it matters how long it keeps them."""
        most_age = self._mapping.settings.most_age_seconds
        oldest = min((record.arrived_at.timestamp() for record in batch.records), default=float("inf"))
        if self._mapping.now() - oldest <= _LEAST_RETENTION_SECONDS:
            return _LEAST_RETENTION_SECONDS if most_age < 0 else most_age
        retention = self._stream.retention_seconds()
        return retention if most_age < 0 else min(most_age, retention)

    def _give_up(
        self, shard: ShardDelivery, records: list[Record], condition: str, attempts: int, last: Attempt | None
    ) -> None:
        mapping = self._mapping
        shard_id = shard.reader.shard_id
        mapping.tell_failure(
            shard_id,
            lambda with_event: failure_document(
                condition,
                records,
                attempts,
                last,
                event=event_of(records) if with_event else None,
                request_id=mapping.cloud.ids.uuid(),
                function_arn=mapping.function_arn,
                batch_info=self._stream.batch_info,
                stream_arn=mapping.source_arn,
                shard_id=shard_id,
                now=mapping.cloud.clock.now(),
            ),
        )


class Delivery:
    """One attempt to hand a batch over, and what came of it.

    left: the records that have to be tried again. names_failures: the function itself said from where on.
    """

    def __init__(self, mapping: EventSourceMapping, shard: ShardDelivery, batch: Batch) -> None:
        self.succeeded = False
        self.left = batch.records
        self.names_failures = False
        self.attempt: Attempt | None = None
        further = None
        if batch.window is not None:
            further = batch.window.members(
                is_final=batch.is_final, stream_arn=mapping.source_arn, shard_id=shard.reader.shard_id
            )
        payload = event_of(batch.records, further)
        outcome = mapping.invoke(payload, f"{len(batch.records)} records")
        if outcome is None:
            return
        self.attempt = Attempt(outcome.request_id, 200, outcome.version, outcome.error)
        if outcome.error is not None:
            return
        if batch.window is not None:
            batch.window.take_state(outcome.payload)
        self._read_answer(mapping, outcome.payload)

    def _read_answer(self, mapping: EventSourceMapping, payload: bytes) -> None:
        """All records from the first failed one on are tried again. (Lambda: Partial batch responses)"""
        if not mapping.settings.reports_failures:
            self.succeeded = True
            return
        numbers = [record.sequence_number for record in self.left]
        failed = failed_items(payload, numbers)
        if failed is None:
            mapping.last_result = "PROBLEM: Function call failed"
            return
        self.succeeded = not failed
        if failed:
            mapping.last_result = "PROBLEM: Function call failed"
            self.names_failures = True
            self.left = self.left[min(map(numbers.index, failed)) :]
