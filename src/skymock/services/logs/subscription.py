"""Subscription filters: what is written to a group and matches goes to a function or a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.log_groups import LogEvent, LogGroup, LogStream
from skymock.cloud.timeline import Event, current_event, within
from skymock.errors import AwsError
from skymock.services.logs.destination import Destination
from skymock.services.logs.patterns import Pattern

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


@dataclass(slots=True)
class SubscriptionFilter:
    """One subscription filter of a group, and the deliveries that it makes.

    Each write of a log stream is one delivery of all its events that match.
    """

    cloud: Cloud
    group: LogGroup
    name: str
    pattern_text: str
    pattern: Pattern
    destination_arn: str
    destination: Destination
    role_arn: str | None
    distribution: str
    created_at: int
    account_id: str

    def written(self, stream: LogStream, events: list[LogEvent]) -> None:
        """Take in what was written; what matches is sent when the present call is over."""
        matching = [(event, match) for event in events if (match := self.pattern.match(event.message))]
        if matching:
            shown = [_shown(event, dict(match.extracted)) for event, match in matching]
            self.cloud.scheduler.after(0, lambda: self._send(stream.name, shown))

    def _send(self, stream_name: str, events: list[dict[str, Any]]) -> None:
        event = Event("event", "logs", "SubscriptionFilter", self.cloud.clock.time(), current_event())
        event.detail = f"{self.group.name} → {self.destination_arn}"
        self.cloud.timeline.add(event)
        with within(event):
            try:
                self.destination.send(self._document(stream_name, events))
            except AwsError as error:  # as on AWS, nobody but the metrics is told
                event.error = error

    def _document(self, stream_name: str, events: list[dict[str, Any]]) -> dict[str, Any]:
        return {
            "messageType": "DATA_MESSAGE",
            "owner": self.account_id,
            "logGroup": self.group.name,
            "logStream": stream_name,
            "subscriptionFilters": [self.name],
            "logEvents": events,
        }

    def document(self) -> dict[str, Any]:
        """As DescribeSubscriptionFilters shows it."""
        shown: dict[str, Any] = {
            "filterName": self.name,
            "logGroupName": self.group.name,
            "filterPattern": self.pattern_text,
            "destinationArn": self.destination_arn,
            "roleArn": self.role_arn,
            "distribution": self.distribution,
            "applyOnTransformedLogs": False,
            "creationTime": self.created_at,
        }
        return {member: value for member, value in shown.items() if value is not None}


def _shown(event: LogEvent, extracted: dict[str, str]) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": event.event_id, "timestamp": event.timestamp, "message": event.message}
    if extracted:
        shown["extractedFields"] = extracted
    return shown
