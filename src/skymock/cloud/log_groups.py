"""Log groups: where services write what they log, and what CloudWatch Logs reads.

They belong to the cloud and not to a service, so that a function writes its lines without a call of its own for each.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import NamedTuple, TypeAlias

from skymock.cloud.clock import Clock

# What each event counts in storage beside its message. (CloudWatch Logs API: PutLogEvents)
EVENT_OVERHEAD_BYTES = 26
DAY_MILLISECONDS = 24 * 3600 * 1000


class LogEvent(NamedTuple):
    """One event. timestamp, ingested_at: milliseconds since the epoch. order: rises with each event of a group.

    They sort by the first two, for no other event has the same order.
    """

    timestamp: int
    order: int
    message: str
    ingested_at: int

    @property
    def event_id(self) -> str:
        """56 digits, which sort as the events do."""
        return f"{self.timestamp * 2**144 + self.order:056d}"

    @property
    def size(self) -> int:
        """Bytes, as AWS counts them."""
        return len(self.message.encode("utf-8", "surrogatepass")) + EVENT_OVERHEAD_BYTES


Written: TypeAlias = "Callable[[LogStream, list[LogEvent]], None]"


class LogStream:
    """One stream of a group: its events in the order of their times.

    is_deleted: it is no more, by itself or with its group.
    """

    def __init__(self, group: LogGroup, name: str, created_at: int) -> None:
        self.group = group
        self.name = name
        self.created_at = created_at
        self.events: list[LogEvent] = []
        self.last_ingested_at: int | None = None
        self.is_deleted = False
        self._lock = threading.Lock()

    @property
    def arn(self) -> str:
        return f"{self.group.arn}:log-stream:{self.name}"

    def write(self, entries: Iterable[tuple[int, str]]) -> None:
        """Add (timestamp in milliseconds, message) pairs, and tell those who follow the group."""
        now, next_order = self.group.now(), self.group.next_order
        self._keep([LogEvent(timestamp, next_order(), text, now) for timestamp, text in entries], now)

    def log(self, now: int, messages: Iterable[str]) -> None:
        """Write what happens now (milliseconds since the epoch)."""
        next_order = self.group.next_order
        self._keep([LogEvent(now, next_order(), message, now) for message in messages], now)

    def _keep(self, written: list[LogEvent], now: int) -> None:
        with self._lock:
            for event in written:
                # Nearly always the latest; looking for its place would touch events of long ago.
                if not self.events or self.events[-1] < event:
                    self.events.append(event)
                else:
                    insort(self.events, event)
        self.last_ingested_at = now
        for follow in tuple(self.group.followers):
            follow(self, written)

    def kept(self) -> list[LogEvent]:
        """The events that the group's retention has not taken yet."""
        expired_before = self.group.expired_before
        if expired_before is not None:
            with self._lock:
                del self.events[: bisect_left(self.events, expired_before, key=lambda event: event.timestamp)]
        return self.events


class LogGroup:
    """One group. retention_days: None keeps everything. followers: called with what is written to its streams.

    next_order: gives the order of the next event of all of its streams.
    """

    def __init__(self, name: str, arn: str, clock: Clock) -> None:
        self.name = name
        self.arn = arn
        self.streams: dict[str, LogStream] = {}
        self.retention_days: int | None = None
        self.followers: list[Written] = []
        self.next_order: Callable[[], int] = count(1).__next__
        self._clock = clock
        self.created_at = self.now()

    def now(self) -> int:
        """Milliseconds since the epoch."""
        return int(self._clock.time() * 1000)

    def stream(self, name: str) -> LogStream:
        """A stream by name, made now if there is none."""
        stream = self.streams.get(name)
        if stream is None:
            stream = self.streams[name] = LogStream(self, name, self.now())
        return stream

    def delete_stream(self, name: str) -> None:
        self.streams.pop(name).is_deleted = True

    @property
    def expired_before(self) -> int | None:
        """The time (milliseconds) before which events have outlived the retention."""
        return None if self.retention_days is None else self.now() - self.retention_days * DAY_MILLISECONDS

    @property
    def stored_bytes(self) -> int:
        return sum(event.size for stream in self.streams.values() for event in stream.kept())


class LogGroups:
    """The log groups of an account in a region, by name."""

    def __init__(self, arn_prefix: str, clock: Clock) -> None:
        self._arn_prefix = arn_prefix
        self._clock = clock
        self._groups: dict[str, LogGroup] = {}

    def get(self, name: str) -> LogGroup | None:
        return self._groups.get(name)

    def group(self, name: str) -> LogGroup:
        """A group by name, made now if there is none, as services do that log."""
        return self._groups.get(name) or self.create(name)

    def create(self, name: str) -> LogGroup:
        group = self._groups[name] = LogGroup(name, self._arn_prefix + name, self._clock)
        return group

    def remove(self, name: str) -> None:
        group = self._groups.pop(name)
        for stream_name in list(group.streams):
            group.delete_stream(stream_name)

    def __iter__(self) -> Iterator[LogGroup]:
        """In the order of their names."""
        return iter([self._groups[name] for name in sorted(self._groups)])
