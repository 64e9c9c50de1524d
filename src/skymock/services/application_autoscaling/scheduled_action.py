"""Scheduled actions: at their times they set a target's limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.scheduler import Entry
from skymock.cloud.schedules import InvalidSchedule, Schedule, parse_schedule
from skymock.services.application_autoscaling.errors import ValidationException

NO_LIMITS = "At least one of minimum capacity and maximum capacity should be provided"


@dataclass(slots=True)
class ScheduledAction:
    """One scheduled action. minimum, maximum: the limits that it sets, None leaves one alone.

    start, end: the time between which a recurring one comes. entry: its next time on the scheduler.
    """

    name: str
    arn: str
    schedule_text: str
    timezone: str | None
    start: dt.datetime | None
    end: dt.datetime | None
    minimum: int | None
    maximum: int | None
    created_at: dt.datetime
    schedule: Schedule
    entry: Entry | None = None

    def next_after(self, seconds: float) -> float | None:
        """The next time (epoch seconds) after one, if there is any."""
        started = (self.start or self.created_at).timestamp()
        after = seconds if self.start is None else max(seconds, started - 1e-6)
        due = self.schedule.next_after(after, started)
        return None if due is None or (self.end is not None and due > self.end.timestamp()) else due

    @property
    def limits(self) -> list[str]:
        """What it sets, in words."""
        named = (("min capacity", self.minimum), ("max capacity", self.maximum))
        return [f"{name} to {limit}" for name, limit in named if limit is not None]

    def cancel(self) -> None:
        if self.entry is not None:
            self.entry.cancel()
            self.entry = None

    def document(self, key: tuple[str, str, str]) -> dict[str, Any]:
        """As the API shows it."""
        namespace, resource_id, dimension = key
        limits = {"MinCapacity": self.minimum, "MaxCapacity": self.maximum}
        shown: dict[str, Any] = {
            "ScheduledActionName": self.name,
            "ScheduledActionARN": self.arn,
            "ServiceNamespace": namespace,
            "Schedule": self.schedule_text,
            "Timezone": self.timezone,
            "ResourceId": resource_id,
            "ScalableDimension": dimension,
            "StartTime": self.start,
            "EndTime": self.end,
            "ScalableTargetAction": {name: limit for name, limit in limits.items() if limit is not None},
            "CreationTime": self.created_at,
        }
        return {member: value for member, value in shown.items() if value is not None}


def checked_limits(action: Mapping[str, int] | None) -> tuple[int | None, int | None]:
    """The limits of a ScalableTargetAction. Raises ValidationException."""
    minimum, maximum = (action or {}).get("MinCapacity"), (action or {}).get("MaxCapacity")
    if minimum is None and maximum is None:
        raise ValidationException(NO_LIMITS)
    check_order(minimum, maximum)
    return minimum, maximum


def check_order(minimum: int | None, maximum: int | None) -> None:
    """Raises ValidationException."""
    if minimum is not None and maximum is not None and minimum > maximum:
        raise ValidationException("Maximum capacity cannot be less than minimum capacity")


def checked_schedule(text: str, timezone: str | None) -> Schedule:
    """Raises ValidationException for what is no schedule."""
    try:
        return parse_schedule(text, timezone)
    except InvalidSchedule as error:
        what = "Timezone" if timezone is not None and str(error) == timezone else "Schedule expression"
        raise ValidationException(f"{what} is not valid: {error}") from None
