"""Archives: what a bus received, kept to be replayed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from skymock.cloud.event_patterns import EventPattern
from skymock.services.events.bus_event import BusEvent

DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class ArchiveSettings:
    """What an archive keeps and how long. retention_days: 0 is for ever. kms_key_identifier: only shown."""

    description: str | None = None
    pattern_text: str | None = None
    pattern: EventPattern | None = None
    retention_days: int = 0
    kms_key_identifier: str | None = None


@dataclass(slots=True)
class Archive:
    """One archive of a bus. now: the time in epoch seconds."""

    name: str
    arn: str
    bus_arn: str
    created_at: dt.datetime
    settings: ArchiveSettings
    now: Callable[[], float]
    _events: list[BusEvent] = field(default_factory=list)

    def keep(self, event: BusEvent) -> None:
        """Keep an event that the bus received, if the archive's pattern wants it."""
        pattern = self.settings.pattern
        if pattern is None or pattern.holds(event.seen):
            self._events.append(event)

    @property
    def events(self) -> list[BusEvent]:
        """Those whose retention has not passed."""
        days = self.settings.retention_days
        if days:
            oldest = self.now() - days * DAY_SECONDS
            self._events = [event for event in self._events if event.ingested_at_seconds > oldest]
        return self._events

    def between(self, start: dt.datetime, end: dt.datetime) -> list[BusEvent]:
        """The events whose own times lie between two, in the order of these. (User Guide: Replaying archived events)"""
        found = [event for event in self.events if start <= event.time <= end]
        return sorted(found, key=lambda event: event.time)

    def document(self) -> dict[str, Any]:
        """As ListArchives shows it. (recorded by LocalStack: test_list_archive_with_events)"""
        events = self.events
        return {
            "ArchiveName": self.name,
            "EventSourceArn": self.bus_arn,
            "State": "ENABLED",
            "RetentionDays": self.settings.retention_days,
            "SizeBytes": sum(event.archived_bytes for event in events),
            "EventCount": len(events),
            "CreationTime": self.created_at,
        }

    def description(self) -> dict[str, Any]:
        """As DescribeArchive shows it."""
        further = {
            "Description": self.settings.description,
            "EventPattern": self.settings.pattern_text,
            "KmsKeyIdentifier": self.settings.kms_key_identifier,
        }
        given = {member: value for member, value in further.items() if value is not None}
        return {"ArchiveArn": self.arn, **self.document(), **given}

    def outcome(self) -> dict[str, Any]:
        """What CreateArchive and UpdateArchive answer."""
        return {"ArchiveArn": self.arn, "State": "ENABLED", "CreationTime": self.created_at}
