"""Event patterns of rules and archives, refused as EventBridge does, and asked of events as it does."""

from __future__ import annotations

import json

from skymock.cloud.dotted_names import nested_pattern
from skymock.cloud.event_patterns import EventPattern, InvalidEventPattern, parse_event_pattern
from skymock.cloud.json_tokens import JsonError
from skymock.cloud.pattern_syntax import PatternError, check_pattern
from skymock.services.events.errors import InvalidEventPatternException


def checked_pattern(text: str) -> EventPattern:
    """Raises InvalidEventPatternException."""
    try:
        check_pattern(text)
        # AWS does not look at what follows the pattern.
        document = json.JSONDecoder().raw_decode(text.lstrip())[0]
        return parse_event_pattern(json.dumps(nested_pattern(document)))
    except (JsonError, PatternError, InvalidEventPattern, RecursionError) as error:
        raise InvalidEventPatternException(f"Event pattern is not valid. Reason: {error}") from None
