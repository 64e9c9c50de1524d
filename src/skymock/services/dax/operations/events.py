"""What has happened to clusters and groups."""

from __future__ import annotations

import datetime as dt
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.dax.errors import (
    InvalidParameterCombinationException,
    InvalidParameterValueException,
)
from skymock.services.dax.operations.base import DaxEvent, DaxService
from skymock.services.dax.operations.paging import page

# By default the last day, of two weeks at most. (DAX API: DescribeEvents)
DEFAULT_SECONDS = 24 * 3600
KEPT_SECONDS = 14 * 24 * 3600


class EventOperations(DaxService):
    @operation
    def describe_events(
        self,
        source_name: str | None = None,
        source_type: str | None = None,
        start_time: dt.datetime | None = None,
        end_time: dt.datetime | None = None,
        duration: int | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """Tell what has happened, the latest first. (DAX API: DescribeEvents)

        duration: of the span to look at, in minutes, up to its end.
        Raises InvalidParameterCombinationException, InvalidParameterValueException.
        """
        if source_name is not None and source_type is None:
            raise InvalidParameterCombinationException("SourceType is required where SourceName is given.")
        now = self.cloud.clock.time()
        end = now if end_time is None else end_time.timestamp()
        start = _start(start_time, duration, end)
        if start > end:
            raise InvalidParameterCombinationException("StartTime must be before EndTime.")
        start = max(start, now - KEPT_SECONDS)
        found = [
            _shown(event)
            for event in reversed(self.events)
            if start <= event.at_seconds <= end
            and source_name in (None, event.source_name)
            and source_type in (None, event.source_type)
        ]
        return page("Events", found, max_results, next_token)


def _start(start_time: dt.datetime | None, duration: int | None, end_seconds: float) -> float:
    if start_time is not None and duration is not None:
        raise InvalidParameterCombinationException("StartTime and Duration cannot be given both.")
    if start_time is not None:
        return start_time.timestamp()
    if duration is None:
        return end_seconds - DEFAULT_SECONDS
    if duration < 0:
        raise InvalidParameterValueException(f"Invalid duration: {duration}")
    return end_seconds - duration * 60


def _shown(event: DaxEvent) -> dict[str, Any]:
    return {
        "SourceName": event.source_name,
        "SourceType": event.source_type,
        "Message": event.message,
        "Date": dt.datetime.fromtimestamp(event.at_seconds, dt.timezone.utc),
    }
