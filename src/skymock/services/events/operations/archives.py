"""Archives."""

from __future__ import annotations

import dataclasses
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.events.archive import Archive, ArchiveSettings
from skymock.services.events.bus import EventBus
from skymock.services.events.errors import (
    ResourceAlreadyExistsException,
    ResourceNotFoundException,
    ValidationException,
)
from skymock.services.events.operations.base import EventsService, page, with_prefix
from skymock.services.events.patterns import checked_pattern


class ArchiveOperations(EventsService):
    @operation
    def create_archive(
        self,
        archive_name: str,
        event_source_arn: str,
        description: Stored[str | None] = None,
        event_pattern: str | None = None,
        retention_days: int = 0,
        kms_key_identifier: Stored[str | None] = None,
    ) -> Output:
        """Keep what a bus receives from now on. (EventBridge API: CreateArchive)

        event_source_arn: the bus. event_pattern: which events; all by default. retention_days: 0 keeps them for ever.
        Returns `ArchiveArn`, `State` and `CreationTime`.
        Raises ResourceNotFoundException, ResourceAlreadyExistsException, InvalidEventPatternException.
        """
        bus = self._own_bus(event_source_arn)
        if archive_name in self.archives:
            raise ResourceAlreadyExistsException(f"Archive {archive_name} already exists.")
        pattern = checked_pattern(event_pattern) if event_pattern else None
        settings = ArchiveSettings(
            description, event_pattern or None, pattern, retention_days, kms_key_identifier
        )
        clock = self.cloud.clock
        archive = Archive(
            archive_name,
            self.arn(f"archive/{archive_name}"),
            bus.arn,
            clock.now(),
            settings,
            clock.time,
        )
        self.archives[archive_name] = bus.archives[archive_name] = archive
        return archive.outcome()

    @operation
    def update_archive(
        self,
        archive_name: str,
        description: Stored[str | None] = None,
        event_pattern: str | None = None,
        retention_days: int | None = None,
        kms_key_identifier: Stored[str | None] = None,
    ) -> Output:
        """Change what an archive keeps from now on, and how long; what is left out stays.

        (EventBridge API: UpdateArchive) For an archive that is not there AWS was seen to answer InternalException
        (LocalStack: test_update_archive_error_unknown_archive); here it is what the API's page says.
        Raises ResourceNotFoundException, InvalidEventPatternException.
        """
        archive = self.archive(archive_name)
        given: dict[str, Any] = {
            "description": description,
            "retention_days": retention_days,
            "kms_key_identifier": kms_key_identifier,
        }
        if event_pattern:
            given |= {"pattern_text": event_pattern, "pattern": checked_pattern(event_pattern)}
        changed = {member: value for member, value in given.items() if value is not None}
        archive.settings = dataclasses.replace(archive.settings, **changed)
        return archive.outcome()

    @operation
    def describe_archive(self, archive_name: str) -> Output:
        """Describe an archive. Counts and sizes are exact. (EventBridge API: DescribeArchive)

        Raises ResourceNotFoundException.
        """
        return self.archive(archive_name).description()

    @operation
    def list_archives(
        self,
        name_prefix: str | None = None,
        event_source_arn: str | None = None,
        state: str | None = None,
        next_token: str | None = None,
        limit: int | None = None,
    ) -> Output:
        """List archives, by their names. (EventBridge API: ListArchives)

        Raises ValidationException, ResourceNotFoundException.
        """
        check_filters("ListArchives", state, event_source_arn, name_prefix)
        found = with_prefix(self.archives, name_prefix)
        if event_source_arn is not None:
            bus = self._own_bus(event_source_arn)
            found = [archive for archive in found if archive.bus_arn == bus.arn]
        if state not in (None, "ENABLED"):  # no archive here is ever in another state
            found = []
        return page("Archives", found, Archive.document, limit, next_token)

    @operation
    def delete_archive(self, archive_name: str) -> Output:
        """Delete an archive and all that it keeps. (EventBridge API: DeleteArchive)

        Raises ResourceNotFoundException.
        """
        archive = self.archive(archive_name)
        del self.archives[archive_name]
        bus = self.buses.get(archive.bus_arn.rpartition("event-bus/")[2])
        if bus is not None:
            bus.archives.pop(archive_name, None)
        return {}

    def archive(self, name: str) -> Archive:
        """Raises ResourceNotFoundException."""
        archive = self.archives.get(name)
        if archive is None:
            raise ResourceNotFoundException(f"Archive {name} does not exist.")
        return archive

    def _own_bus(self, arn: str) -> EventBus:
        """Raises ResourceNotFoundException, also for another account's bus."""
        for bus in self.buses.values():
            if bus.arn == arn:
                return bus
        raise ResourceNotFoundException(f"Event bus {arn.rpartition('event-bus/')[2]} does not exist.")


def check_filters(operation_name: str, *filters: str | None) -> None:
    """Raises ValidationException."""
    if sum(each is not None for each in filters) > 1:
        raise ValidationException(
            f"At most one filter is allowed for {operation_name}. Use either : State, EventSourceArn, or NamePrefix."
        )
