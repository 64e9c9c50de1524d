"""Rules: which events they want, or at which times they send events of their own, and to which targets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.cloud.event_patterns import EventPattern
from skymock.cloud.scheduler import Entry
from skymock.cloud.schedules import Schedule
from skymock.cloud.timeline import Event, current_event, within
from skymock.services.events.bus_event import BusEvent, event_document
from skymock.services.events.delivery import Delivery
from skymock.services.events.errors import LimitExceededException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.events.rule_target import RuleTarget

# (EventBridge User Guide: Quotas)
MOST_TARGETS = 5

DISABLED = "DISABLED"


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """What PutRule says of a rule, all of it anew each time."""

    pattern_text: str | None
    pattern: EventPattern | None
    schedule_text: str | None
    schedule: Schedule | None
    state: str
    description: str | None
    role_arn: str | None


class Rule:
    """One rule of a bus. created_by: the account that put it there."""

    def __init__(
        self, cloud: Cloud, name: str, arn: str, bus_name: str, created_by: str, settings: RuleSettings
    ) -> None:
        self.cloud = cloud
        self.name = name
        self.arn = arn
        self.bus_name = bus_name
        self.created_by = created_by
        self.targets: dict[str, RuleTarget] = {}
        self.tags: dict[str, str] = {}
        self._next: Entry | None = None
        self._started_at_seconds = 0.0
        self.put(settings)

    @property
    def region(self) -> str:
        return self.arn.split(":")[3]

    @property
    def account_id(self) -> str:
        return self.arn.split(":")[4]

    @property
    def is_enabled(self) -> bool:
        return self.settings.state != DISABLED

    def put(self, settings: RuleSettings) -> None:
        """Replace the settings. A schedule starts now: `rate` counts from this moment on."""
        self.cancel()
        self.settings = settings
        if settings.schedule is not None and self.is_enabled:
            self._started_at_seconds = self.cloud.clock.time()
            self._plan(self._started_at_seconds)

    def put_targets(self, targets: Iterable[RuleTarget]) -> None:
        """Add targets, or replace those with their ids. Raises LimitExceededException."""
        merged = self.targets | {target.id: target for target in targets}
        if len(merged) > MOST_TARGETS:
            raise LimitExceededException
        self.targets = merged

    def wants(self, event: BusEvent) -> bool:
        pattern = self.settings.pattern
        return pattern is not None and self.is_enabled and pattern.holds(event.seen)

    def send(self, event: BusEvent) -> None:
        """Have an event delivered to every target once the present call is over."""
        for target in self.targets.values():
            Delivery(self.cloud, self, target, event).begin()

    def cancel(self) -> None:
        """Let no further scheduled event come."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _plan(self, after_seconds: float) -> None:
        schedule = self.settings.schedule
        assert schedule is not None
        due = schedule.next_after(after_seconds, self._started_at_seconds)
        self._next = None if due is None else self.cloud.scheduler.at(due, self._come_due)

    def _come_due(self) -> None:
        """Send a scheduled event, which no other rule sees. (recorded by LocalStack: tests_schedule_target_sqs)"""
        now = self.cloud.clock.time()
        with self.cloud.lock:
            self._plan(now)
            if not self.targets:
                return
            scheduled = Event(
                "event",
                "events",
                "ScheduledEvent",
                now,
                current_event(),
                {"Name": self.name},
                self.account_id,
                self.region,
            )
            self.cloud.timeline.add(scheduled)
            with within(scheduled):
                self.send(self._scheduled_event())

    def _scheduled_event(self) -> BusEvent:
        clock = self.cloud.clock
        document = event_document(
            event_id=self.cloud.ids.uuid(),
            detail_type="Scheduled Event",
            source="aws.events",
            account_id=self.account_id,
            time=clock.now(),
            region=self.region,
            resources=[self.arn],
            detail={},
        )
        return BusEvent(document, clock.time())

    def document(self) -> dict[str, Any]:
        """As ListRules shows it. (recorded by LocalStack: TestEventRule)"""
        shown: dict[str, Any] = {
            "Name": self.name,
            "Arn": self.arn,
            "EventPattern": self.settings.pattern_text,
            "ScheduleExpression": self.settings.schedule_text,
            "State": self.settings.state,
            "Description": self.settings.description,
            "RoleArn": self.settings.role_arn,
            "EventBusName": self.bus_name,
        }
        return {member: value for member, value in shown.items() if value is not None}
