"""Loops of functions: how often a function has run already in what leads to an invocation.

(Lambda Developer Guide: Use Lambda recursive loop detection to prevent infinite loops)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from skymock.cloud.timeline import Event, current_event
from skymock.services.lambda_.errors import RecursiveInvocationException
from skymock.services.lambda_.timeline_events import note

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.function import Function

MOST_TURNS = 16


def check_loop(cloud: Cloud, function: Function) -> None:
    """Raises RecursiveInvocationException for a turn too many, and notes it in the timeline.

    AWS counts in the trace header that events carry, we in the causes. Its text was not seen; this is its
    description of the exception.
    """
    if function.recursive_loop == "Allow" or _turns(function, current_event()) < MOST_TURNS:
        return
    note(cloud, function, "RecursiveLoop").outcome = f"stopped after {MOST_TURNS} turns"
    raise RecursiveInvocationException(
        "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services "
        "resources and stopped your function's invocation."
    )


def _turns(function: Function, event: Event | None) -> int:
    """How often the function has run among the causes of an event."""
    place = (function.name, function.account_id, function.region)
    turns = 0
    while event is not None and turns < MOST_TURNS:
        if event.operation == "Invocation" and event.service == "lambda":
            turns += (event.subject, event.account_id, event.region) == place
        event = event.cause
    return turns
