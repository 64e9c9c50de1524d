"""Replays of archives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.events.archive import Archive
from skymock.services.events.errors import (
    IllegalStatusException,
    LimitExceededException,
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.events.operations.archives import ArchiveOperations, check_filters
from skymock.services.events.operations.base import page, with_prefix
from skymock.services.events.replay import ACTIVE, CANCELLING, Replay

# (EventBridge User Guide: Replaying archived events)
MOST_ACTIVE = 10


class ReplayOperations(ArchiveOperations):
    @operation
    def start_replay(
        self,
        replay_name: str,
        event_source_arn: str,
        event_start_time: dt.datetime,
        event_end_time: dt.datetime,
        destination: Mapping[str, Any],
        description: str | None = None,
    ) -> Output:
        """Let an archive's events between two times come again. (EventBridge API: StartReplay)

        event_source_arn: the archive. destination: {"Arn": of the archive's bus, "FilterArns": of the rules that the
        events are for, all by default}. The events have a `replay-name`, and are not archived again.
        Returns `ReplayArn`, `State` and `ReplayStartTime`.
        Raises ResourceNotFoundException, ValidationException, ResourceAlreadyExistsException, LimitExceededException.
        """
        bus = self._own_bus(destination["Arn"])
        archive = self._archive_of(event_source_arn)
        if archive.bus_arn != bus.arn:
            raise ValidationException(
                "Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted."
            )
        if event_start_time >= event_end_time:
            raise ValidationException(
                "Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime."
            )
        if replay_name in self.replays:
            raise ResourceAlreadyExistsException(f"Replay {replay_name} already exists.")
        if sum(replay.state in ACTIVE for replay in self.replays.values()) >= MOST_ACTIVE:
            raise LimitExceededException
        replay = Replay(
            self.cloud,
            replay_name,
            self.arn(f"replay/{replay_name}"),
            archive,
            bus,
            event_start_time,
            event_end_time,
            destination,
            description,
            self.cloud.clock.now(),
        )
        self.replays[replay_name] = replay
        answer = {"ReplayArn": replay.arn, "State": replay.state, "ReplayStartTime": replay.started_at}
        replay.begin()
        return answer

    def _archive_of(self, arn: str) -> Archive:
        """Raises ValidationException."""
        name = arn.rpartition("archive/")[2]
        if name not in self.archives:
            raise ValidationException(
                f"Parameter EventSourceArn is not valid. Reason: Archive {name} does not exist."
            )
        return self.archives[name]

    @operation
    def describe_replay(self, replay_name: str) -> Output:
        """Describe a replay. (EventBridge API: DescribeReplay)

        Raises ResourceNotFoundException.
        """
        replay = self._replay(replay_name)
        replay.described()
        return replay.details()

    @operation
    def list_replays(
        self,
        name_prefix: str | None = None,
        state: str | None = None,
        event_source_arn: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List replays, by their names. (EventBridge API: ListReplays)

        Raises ValidationException.
        """
        check_filters("ListReplays", state, event_source_arn, name_prefix)
        found = [
            replay
            for replay in with_prefix(self.replays, name_prefix)
            if state in (None, replay.state) and event_source_arn in (None, replay.archive.arn)
        ]
        return page("Replays", found, Replay.document, limit, next_token)

    @operation
    def cancel_replay(self, replay_name: str) -> Output:
        """Stop a replay whose events have not come yet. (EventBridge API: CancelReplay)

        Raises ResourceNotFoundException, IllegalStatusException.
        """
        replay = self._replay(replay_name)
        if replay.state not in ACTIVE - {CANCELLING}:
            raise IllegalStatusException(f"Replay {replay_name} is not in a valid state for this operation.")
        replay.cancel()
        answer = {"ReplayArn": replay.arn, "State": replay.state}
        replay.finish_cancelling()
        return answer

    def _replay(self, name: str) -> Replay:
        """Raises ResourceNotFoundException."""
        replay = self.replays.get(name)
        if replay is None:
            raise ResourceNotFoundException(f"Replay {name} does not exist.")
        return replay
