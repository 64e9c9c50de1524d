"""Which level Lambda gives to JSON that a function prints, where its log has the JSON format.

(Lambda Developer Guide: Log-level filtering)
"""

from __future__ import annotations

import json
import re

from skymock.services.lambda_.configuration import APPLICATION_LEVELS, DEFAULT_LEVEL

# How Python calls some of them.
_LEVELS = {name: name for name in APPLICATION_LEVELS} | {"WARNING": "WARN", "CRITICAL": "FATAL"}

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", re.IGNORECASE)


def is_wanted(line: str, lowest_level: str) -> bool:
    """Whether a line is of that level or above; what is no JSON object has none, and is wanted."""
    if not line.startswith("{"):
        return True
    try:
        document = json.loads(line)
    except (ValueError, RecursionError):
        return True
    return APPLICATION_LEVELS.index(_level_of(document)) >= APPLICATION_LEVELS.index(lowest_level)


def _level_of(document: dict[str, object]) -> str:
    """INFO where there is no valid level, or no valid timestamp beside it."""
    level, timestamp = document.get("level"), document.get("timestamp")
    if not isinstance(level, str) or not isinstance(timestamp, str) or not _TIMESTAMP.fullmatch(timestamp):
        return DEFAULT_LEVEL
    return _LEVELS.get(level.upper(), DEFAULT_LEVEL)
