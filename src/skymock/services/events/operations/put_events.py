"""Putting events on buses, and trying patterns on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from skymock.cloud.dotted_names import nested_event
from skymock.cloud.service import Output, operation
from skymock.errors import AwsError
from skymock.services.events.bus_event import BusEvent, event_document, parsed, well_formed
from skymock.services.events.entry import (
    MALFORMED,
    Entry,
    MalformedDetail,
    check_size,
    checked_detail,
    size_without_time,
)
from skymock.services.events.errors import ResourceNotFoundException, ValidationException
from skymock.services.events.operations.base import EventsService
from skymock.services.events.patterns import checked_pattern

# Where faults are planted for single entries of PutEvents.
ENTRY = "PutEventsEntry"

# (EventBridge API: TestEventPattern)
_MANDATORY = ("id", "account", "source", "time", "region", "resources", "detail-type")


class EventOperations(EventsService):
    @operation
    def put_events(self, entries: Sequence[Entry]) -> Output:
        """Put up to ten events on buses, each for itself. (EventBridge API: PutEvents)

        An entry goes to the default bus, to the bus that it names, or to one of another account by its ARN; where there
        is no such bus it is lost, as on AWS. A source that begins with "aws." is for calls of AWS's own services.
        Returns `Entries` with an `EventId` or an `ErrorCode` and `ErrorMessage` each, and `FailedEntryCount`.
        Raises ValidationException for more than 1 MB, AccessDeniedException.
        """
        check_size(entries)
        if any(self._is_elsewhere(entry) for entry in entries):
            self.authorise_elsewhere()
        answers = [self._put(entry) for entry in entries]
        return {
            "FailedEntryCount": sum("ErrorCode" in answer for answer in answers),
            "Entries": answers,
        }

    def _is_elsewhere(self, entry: Entry) -> bool:
        return self.bus_arn(entry.get("EventBusName")).split(":")[4] != self.account_id

    def _put(self, entry: Entry) -> dict[str, str]:
        try:
            self._strike(entry)
            event = self._event(entry, checked_detail(entry, by_a_service=self.caller.kind == "service"))
        except AwsError as error:
            return {"ErrorCode": error.code or error.shape_name, "ErrorMessage": error.message}
        # Nobody is told of a bus that is not there. (recorded by LocalStack: test_put_events_nonexistent_event_bus)
        with suppress(ResourceNotFoundException):
            self.bus(entry.get("EventBusName")).receive(event)
        return {"EventId": event.document["id"]}

    def _strike(self, entry: Entry) -> None:
        """Raise what a fault planted at ENTRY answers: so single entries fail, as they do on AWS now and then."""
        faults = self.cloud.faults
        if any(fault.operation == ENTRY for fault in faults.planted):
            faults.strike(self.name, ENTRY, [self.bus_arn(entry.get("EventBusName"))])

    def _event(self, entry: Entry, detail: Mapping[str, Any]) -> BusEvent:
        """Raises MalformedDetail for what is nested too deeply for Python."""
        clock = self.cloud.clock
        document = event_document(
            event_id=self.cloud.ids.uuid(),
            detail_type=entry["DetailType"],
            source=entry["Source"],
            account_id=self.account_id,
            time=entry.get("Time") or clock.now(),
            region=self.region,
            resources=list(entry.get("Resources") or ()),
            detail=detail,
        )
        trace_header, size = entry.get("TraceHeader"), size_without_time(entry)
        try:
            return BusEvent(well_formed(document), clock.time(), trace_header=trace_header, size=size)
        except RecursionError:
            raise MalformedDetail(MALFORMED) from None

    @operation
    def test_event_pattern(self, event_pattern: str, event: str) -> Output:
        """Say in `Result` whether a pattern matches an event. (EventBridge API: TestEventPattern)

        event: JSON text with an event's mandatory members.
        Raises InvalidEventPatternException, ValidationException.
        """
        pattern = checked_pattern(event_pattern)
        return {"Result": pattern.holds(nested_event(_checked_event(event)))}


def _checked_event(text: str) -> dict[str, Any]:
    """Raises ValidationException. (recorded by LocalStack: test_invalid_event_payload)"""
    try:
        event = parsed(text)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict) or any(member not in event for member in _MANDATORY):
        raise ValidationException("Parameter Event is not valid.")
    return event
