"""What Lambda does by itself, in the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import Event, current_event

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.function import Function


def note(
    cloud: Cloud,
    function: Function,
    operation: str,
    further: Mapping[str, Any] | None = None,
    detail: str = "",
) -> Event:
    """Add an event of a function's to the timeline, caused by what is going on. further: parameters beside its name."""
    event = Event(
        "event",
        "lambda",
        operation,
        cloud.clock.time(),
        current_event(),
        {**(further or {}), "FunctionName": function.name},
        function.account_id,
        function.region,
    )
    event.detail = detail
    cloud.timeline.add(event)
    return event
