"""Filter criteria: which records a function wants. (Lambda Developer Guide: Event filtering)"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from skymock.cloud.event_patterns import (
    MAPPING_OPERATORS,
    EventPattern,
    InvalidEventPattern,
    parse_event_pattern,
)
from skymock.services.lambda_.errors import InvalidParameterValueException

MAX_FILTERS = 5  # Event filtering: up to five different filters


@dataclass(frozen=True, slots=True)
class Filters:
    """Patterns of which one is enough; without any, every record is wanted.

    criteria: the filters as they were given, and are shown again.
    """

    patterns: tuple[EventPattern, ...] = ()
    criteria: tuple[str, ...] = ()

    def want(self, record: Mapping[str, Any]) -> bool:
        return not self.patterns or any(pattern.holds(record) for pattern in self.patterns)

    def document(self) -> dict[str, Any]:
        """As the API shows them."""
        return {"Filters": [{"Pattern": text} for text in self.criteria]}


EVERYTHING = Filters()


def filters_of(criteria: Mapping[str, Any]) -> Filters:
    """The filters of FilterCriteria. Raises InvalidParameterValueException."""
    texts = [found.get("Pattern") for found in criteria.get("Filters") or ()]
    if len(texts) > MAX_FILTERS:
        raise InvalidParameterValueException(f"The number of filters cannot exceed {MAX_FILTERS}.")
    try:
        patterns = tuple(parse_event_pattern(text, MAPPING_OPERATORS) for text in texts)
    except (InvalidEventPattern, TypeError):
        raise InvalidParameterValueException("Invalid filter pattern definition.") from None
    return Filters(patterns, tuple(texts))


def with_parsed(record: Mapping[str, Any], member: str) -> dict[str, Any]:
    """A record as patterns see it: what a member holds as JSON text is looked into."""
    try:
        return {**record, member: json.loads(record[member])}
    except (ValueError, RecursionError):
        return dict(record)
