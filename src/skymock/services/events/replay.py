"""Replays: archived events come again, on the bus that they were archived from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import Event, current_event, within
from skymock.cloud.transitions import Change, Transition
from skymock.services.events.bus_event import replayed

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.events.archive import Archive
    from skymock.services.events.bus import EventBus

# An estimate: replays take five minutes at least on AWS. (LocalStack: TestReplay)
STARTING_SECONDS, RUNNING_SECONDS, CANCELLING_SECONDS = 60, 240, 60

STARTING, RUNNING, COMPLETED = "STARTING", "RUNNING", "COMPLETED"
CANCELLING, CANCELLED = "CANCELLING", "CANCELLED"
ACTIVE = frozenset({STARTING, RUNNING, CANCELLING})


@dataclass(slots=True)
class Replay:
    """One replay. start, end: between which times archived events come again; destination: as StartReplay named it."""

    cloud: Cloud
    name: str
    arn: str
    archive: Archive
    bus: EventBus
    start: dt.datetime
    end: dt.datetime
    destination: Mapping[str, Any]
    description: str | None
    started_at: dt.datetime
    state: str = STARTING
    ended_at: dt.datetime | None = None
    last_replayed_at: dt.datetime | None = None
    _transition: Transition | None = None

    def begin(self) -> None:
        """Let it take its course: it runs, and the events come when it is done."""
        running = Change(RUNNING_SECONDS, self._complete)
        self._transition = self.cloud.transitions.begin(Change(STARTING_SECONDS, self._run, running))

    def cancel(self) -> None:
        """Let no event come any more. The replay is CANCELLING, and on AWS's time CANCELLED."""
        self.state = CANCELLING

    def finish_cancelling(self) -> None:
        self._transition = self.cloud.transitions.begin(Change(CANCELLING_SECONDS, self._cancelled))

    def described(self) -> None:
        """Note that the replay is about to be described."""
        if self._transition is not None:
            self._transition.described()

    def _run(self) -> None:
        if self.state == STARTING:
            self.state = RUNNING

    def _complete(self) -> None:
        if self.state != RUNNING:
            return
        self._send_events()
        self.state, self.ended_at = COMPLETED, self.cloud.clock.now()

    def _cancelled(self) -> None:
        self.state, self.ended_at = CANCELLED, self.cloud.clock.now()

    def _send_events(self) -> None:
        clock = self.cloud.clock
        account_id, region = self.arn.split(":")[4], self.arn.split(":")[3]
        noted = Event(
            "event",
            "events",
            "Replay",
            clock.time(),
            current_event(),
            {"Name": self.name},
            account_id,
            region,
        )
        self.cloud.timeline.add(noted)
        only = self.destination.get("FilterArns")
        with within(noted):
            for event in self.archive.between(self.start, self.end):
                self.last_replayed_at = event.time
                again = dataclasses.replace(
                    event, document=replayed(event.document, self.name), ingested_at_seconds=clock.time()
                )
                self.bus.match(again, only)

    def document(self) -> dict[str, Any]:
        """As ListReplays shows it. (recorded by LocalStack: TestReplay)"""
        shown: dict[str, Any] = {
            "ReplayName": self.name,
            "EventSourceArn": self.archive.arn,
            "State": self.state,
            "EventStartTime": self.start,
            "EventEndTime": self.end,
            "EventLastReplayedTime": self.last_replayed_at,
            "ReplayStartTime": self.started_at,
            "ReplayEndTime": self.ended_at,
        }
        return {member: value for member, value in shown.items() if value is not None}

    def details(self) -> dict[str, Any]:
        """As DescribeReplay shows it."""
        further = {} if self.description is None else {"Description": self.description}
        return {
            "ReplayArn": self.arn,
            "Destination": dict(self.destination),
            **self.document(),
            **further,
        }
