"""Event buses and their policies."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, Stored, operation
from skymock.services.events.bus import DEFAULT_BUS, BusSettings, EventBus
from skymock.services.events.errors import (
    LimitExceededException,
    ResourceAlreadyExistsException,
    ValidationException,
)
from skymock.services.events.operations.base import EventsService, page, with_prefix
from skymock.services.events.operations.tags import tag_values

# (EventBridge User Guide: Quotas)
MOST_BUSES = 100


class BusOperations(EventsService):
    @operation
    def create_event_bus(
        self,
        name: str,
        description: Stored[str | None] = None,
        kms_key_identifier: Stored[str | None] = None,
        dead_letter_config: Stored[Mapping[str, Any] | None] = None,
        log_config: Stored[Mapping[str, Any] | None] = None,
        tags: Sequence[Mapping[str, str]] = (),
    ) -> Output:
        """Create a custom bus. (EventBridge API: CreateEventBus)

        dead_letter_config: of events that cannot be decrypted, which never happens here.
        Returns `EventBusArn`.
        Raises ValidationException, ResourceAlreadyExistsException, LimitExceededException.
        """
        if "/" in name:
            raise ValidationException("Event bus name must not contain '/'.")
        if name in self.buses:
            raise ResourceAlreadyExistsException(f"Event bus {name} already exists.")
        if len(self.buses) >= MOST_BUSES:
            raise LimitExceededException
        bus = self.add_bus(name)
        bus.settings = BusSettings(
            description, kms_key_identifier, dict_or_none(dead_letter_config), dict_or_none(log_config)
        )
        bus.tags = tag_values(tags)
        return {"EventBusArn": bus.arn, **bus.settings.document()}

    @operation
    def update_event_bus(
        self,
        name: str | None = None,
        kms_key_identifier: Stored[str | None] = None,
        description: Stored[str | None] = None,
        dead_letter_config: Stored[Mapping[str, Any] | None] = None,
        log_config: Stored[Mapping[str, Any] | None] = None,
    ) -> Output:
        """Change what a bus was given; what is left out stays. (EventBridge API: UpdateEventBus)

        Raises ResourceNotFoundException.
        """
        bus = self.bus(name)
        given: dict[str, Any] = {
            "description": description,
            "kms_key_identifier": kms_key_identifier,
            "dead_letter_config": dict_or_none(dead_letter_config),
            "log_config": dict_or_none(log_config),
        }
        changed = {member: value for member, value in given.items() if value is not None}
        bus.settings = dataclasses.replace(bus.settings, **changed)
        self._modified(bus)
        return {"Arn": bus.arn, "Name": bus.name, **bus.settings.document()}

    @operation
    def describe_event_bus(self, name: str | None = None) -> Output:
        """Describe a bus, by default the default one. (EventBridge API: DescribeEventBus)

        Raises ResourceNotFoundException.
        """
        bus = self.bus(name)
        return {**bus.document(), **bus.settings.document()}

    @operation
    def list_event_buses(
        self, name_prefix: str | None = None, next_token: str | None = None, limit: int | None = None
    ) -> Output:
        """List the buses, by their names. (EventBridge API: ListEventBuses)"""
        found = with_prefix(self.buses, name_prefix)
        return page("EventBuses", found, EventBus.document, limit, next_token)

    @operation
    def delete_event_bus(self, name: str) -> Output:
        """Delete a custom bus; nothing where there is none. (EventBridge API: DeleteEventBus)

        Raises ValidationException for the default bus, and for one that has rules.
        """
        if name == DEFAULT_BUS:
            raise ValidationException("Cannot delete event bus default.")
        bus = self.buses.get(name)
        if bus is not None and bus.rules:
            raise ValidationException("Event bus can't be deleted since it has rules.")
        self.buses.pop(name, None)
        return {}

    @operation
    def put_permission(
        self,
        event_bus_name: str | None = None,
        action: str | None = None,
        principal: str | None = None,
        statement_id: str | None = None,
        condition: Mapping[str, str] | None = None,
        policy: str | None = None,
    ) -> Output:
        """Add a statement to a bus's policy, or put a whole policy in its place. (EventBridge API: PutPermission)

        principal: an account id or "*". policy: JSON text.
        Raises ResourceNotFoundException, ValidationException, PolicyLengthExceededException.
        """
        bus = self.bus(event_bus_name)
        if policy is not None:
            bus.policy.replace(policy)
        elif action is None or principal is None or statement_id is None:
            raise ValidationException(
                "Either Policy or all of Action, Principal and StatementId must be specified."
            )
        else:
            bus.policy.permit(statement_id, action, principal, condition)
        self._modified(bus)
        return {}

    @operation
    def remove_permission(
        self,
        statement_id: str | None = None,
        remove_all_permissions: bool = False,
        event_bus_name: str | None = None,
    ) -> Output:
        """Remove a statement of a bus's policy, or the whole policy. (EventBridge API: RemovePermission)

        Raises ResourceNotFoundException, ValidationException.
        """
        bus = self.bus(event_bus_name)
        if remove_all_permissions:
            bus.policy.clear()
        elif statement_id is None:
            raise ValidationException("Parameter StatementId is required.")
        else:
            bus.policy.remove(statement_id)
        self._modified(bus)
        return {}

    def _modified(self, bus: EventBus) -> None:
        bus.modified_at = self.cloud.clock.now()


def dict_or_none(settings: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if settings is None else dict(settings)
