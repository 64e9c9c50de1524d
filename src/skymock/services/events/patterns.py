"""Event patterns of rules and archives, refused as EventBridge does."""

from __future__ import annotations

from skymock.cloud.event_patterns import EventPattern, InvalidEventPattern, parse_event_pattern
from skymock.services.events.errors import InvalidEventPatternException


def checked_pattern(text: str) -> EventPattern:
    """Raises InvalidEventPatternException."""
    try:
        return parse_event_pattern(text)
    except InvalidEventPattern as error:
        raise InvalidEventPatternException(f"Event pattern is not valid. Reason: {error}") from None
