"""A shard's records on their way to a function: in lanes by key, gathered into batches, in order."""

from __future__ import annotations

import json
from collections import deque
from dataclasses import dataclass, field, replace
from itertools import takewhile
from zlib import crc32

from skymock.services.lambda_.event_sources.batch_size import MOST_EVENT_BYTES, most_that_fit
from skymock.services.lambda_.event_sources.stream_event import Record
from skymock.services.lambda_.event_sources.stream_reader import ShardReader
from skymock.services.lambda_.event_sources.tumbling import Window, window_of

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode

# AWS does not say how it waits between attempts at a batch: twice as long each time, up to a minute.
LONGEST_RETRY_DELAY_SECONDS = 60


@dataclass(slots=True)
class Batch:
    """Records that go to the function together.

    attempts: how often they were handed over. failures: how many of them count as retries.
    window: the tumbling window that they fall into; is_final: it is over, and there are no records.
    """

    records: list[Record]
    attempts: int = 0
    failures: int = 0
    window: Window | None = None
    is_final: bool = False

    def split(self, at: int) -> list[Batch]:
        """The batch in two; splitting it does not count as an attempt. (Lambda API)"""
        return [replace(self, records=self.records[:at]), replace(self, records=self.records[at:])]


@dataclass(slots=True)
class Lane:
    """Records of some keys of a shard: a batch that failed stands before all later ones.

    gathered: records that no batch was made of yet; gathered_bytes: how large they are; gathered_until_seconds: until
    when they wait for more.
    """

    batches: deque[Batch] = field(default_factory=deque)
    gathered: deque[Record] = field(default_factory=deque)
    gathered_bytes: int = 0
    gathered_until_seconds: float = 0.0
    blocked_until_seconds: float = 0.0

    @property
    def is_empty(self) -> bool:
        return not self.batches and not self.gathered

    def gather(self, record: Record, now_seconds: float, window_seconds: int) -> None:
        if not self.gathered:
            self.gathered_until_seconds = now_seconds + window_seconds
        self.gathered.append(record)
        self.gathered_bytes += record.size

    def ready(self, size: int, now_seconds: float) -> bool:
        """Whether there is a batch to hand over now."""
        if self.blocked_until_seconds > now_seconds:
            return False
        return bool(self.batches) or self._is_gathered(size, now_seconds)

    def first(self, size: int) -> Batch:
        """The batch that comes next, made of what was gathered if none waits."""
        if not self.batches:
            count = most_that_fit((record.size for record in self.gathered), size)
            self.batches.append(Batch(self.take(count)))
        return self.batches[0]

    def take(self, count: int) -> list[Record]:
        """The first records that were gathered."""
        taken = [self.gathered.popleft() for _ in range(count)]
        self.gathered_bytes -= sum(record.size for record in taken)
        return taken

    def block(self, now_seconds: float, failures: int) -> None:
        delay = min(2.0 ** min(failures - 1, 10), LONGEST_RETRY_DELAY_SECONDS)
        self.blocked_until_seconds = now_seconds + delay

    def next_moment(self, now_seconds: float) -> float | None:
        """When it has to be looked at again, if by then nothing new has come."""
        if self.is_empty:
            return None
        if self.batches:
            return max(self.blocked_until_seconds, now_seconds)
        return max(self.blocked_until_seconds, self.gathered_until_seconds)

    def _is_gathered(self, size: int, now_seconds: float) -> bool:
        gathered = self.gathered
        if not gathered:
            return False
        is_full = len(gathered) >= size or self.gathered_bytes >= MOST_EVENT_BYTES
        return is_full or self.gathered_until_seconds <= now_seconds


class ShardDelivery:
    """One shard, read in order, and its lanes."""

    def __init__(self, reader: ShardReader, lanes: int) -> None:
        self.reader = reader
        self.lanes = [Lane() for _ in range(lanes)]
        self.window: Window | None = None  # the tumbling window that is open
        self.read_failures = 0
        self.unreadable_until_seconds = 0.0

    @property
    def is_done(self) -> bool:
        return self.reader.is_finished and all(lane.is_empty for lane in self.lanes)

    def lane_of(self, record: Record) -> Lane:
        """All records of one key go the same way, so that they stay in order."""
        lanes = self.lanes
        if len(lanes) == 1:
            return lanes[0]
        return lanes[crc32(_ENCODE(record.keys).encode()) % len(lanes)]

    def widen(self, lanes: int) -> None:
        """Have another number of lanes, once the present ones are empty: order comes first."""
        if len(self.lanes) != lanes and all(lane.is_empty for lane in self.lanes):
            self.lanes = [Lane() for _ in range(lanes)]

    @property
    def has_room(self) -> bool:
        """Whether more records are to be read: not while a failing batch holds up every lane."""
        return any(not lane.batches for lane in self.lanes)

    def keep_windows(self, length_seconds: int, now_seconds: float) -> None:
        """Make batches of what was gathered for windows that are over, each followed by its final one.

        A tumbling window has the shard's only lane.
        """
        (lane,) = self.lanes
        while lane.gathered or self.window is not None:
            window = self.window
            if window is None:
                window = self.window = window_of(lane.gathered[0], length_seconds)
            is_over = now_seconds >= window.end_seconds or not all(map(window.holds, lane.gathered))
            if not is_over:
                return
            held = list(takewhile(window.holds, lane.gathered))
            while held:
                count = most_that_fit((record.size for record in held), len(held))
                lane.batches.append(Batch(lane.take(count), window=window))
                del held[:count]
            lane.batches.append(Batch([], window=window, is_final=True))
            self.window = None
