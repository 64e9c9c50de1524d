"""Subscription filters: what is written to a group and matches goes to a function."""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.log_groups import LogEvent, LogGroup, LogStream
from skymock.cloud.principals import Principal
from skymock.cloud.timeline import Event, current_event, within
from skymock.errors import AwsError
from skymock.services.logs.patterns import Pattern

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


@dataclass(slots=True)
class SubscriptionFilter:
    """One subscription filter of a group, and the deliveries that it makes.

    Each write of a stream is one delivery of all its events that match. sender: CloudWatch Logs, as the
    function's policy knows it.
    """

    cloud: Cloud
    group: LogGroup
    name: str
    pattern_text: str
    pattern: Pattern
    destination_arn: str
    role_arn: str | None
    distribution: str
    created_at: int
    sender: Principal
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
                self.cloud.target(self.destination_arn).deliver(
                    self._envelope(stream_name, events), self.sender, f"{self.group.arn}:*"
                )
            except AwsError as error:  # as on AWS, nobody but the metrics is told
                event.error = error

    def _envelope(self, stream_name: str, events: list[dict[str, Any]]) -> bytes:
        """What a function gets. (CloudWatch Logs User Guide: Subscription filters with AWS Lambda)"""
        document = {
            "messageType": "DATA_MESSAGE",
            "owner": self.account_id,
            "logGroup": self.group.name,
            "logStream": stream_name,
            "subscriptionFilters": [self.name],
            "logEvents": events,
        }
        packed = gzip.compress(json.dumps(document).encode(), mtime=0)
        return json.dumps({"awslogs": {"data": base64.b64encode(packed).decode()}}).encode()

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
