"""The part of JSONPath that EventBridge knows: names, indices and wildcards, in dots or brackets.

(EventBridge User Guide: Input transformation)
"""

from __future__ import annotations

import re
from typing import Any

ABSENT = object()

_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z0-9_\-/]+)|\[(?P<index>\d+)\]|\[(?P<quote>['"])(?P<key>.+?)(?P=quote)\]|(?:\.\*|\[\*\])"""
)

Step = str | int | None  # None is a wildcard
Path = tuple[Step, ...]


class InvalidJsonPath(ValueError):
    """The text is no path of this kind."""


def parse_json_path(text: str) -> Path:
    """Raises InvalidJsonPath."""
    if not text.startswith("$"):
        raise InvalidJsonPath(text)
    steps: list[Step] = []
    position = 1
    while position < len(text):
        match = _STEP.match(text, position)
        if match is None:
            raise InvalidJsonPath(text)
        index, name = match["index"], match["name"] or match["key"]
        steps.append(int(index) if index is not None else name)
        position = match.end()
    return tuple(steps)


def found(path: Path, value: Any) -> Any:
    """What a path leads to, a list where it has a wildcard; ABSENT where it leads nowhere."""
    values = [value]
    for step in path:
        values = [inner for outer in values for inner in _inside(step, outer)]
    if None in path:
        return values
    return values[0] if values else ABSENT


def _inside(step: Step, value: Any) -> list[Any]:
    if step is None:
        return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    if isinstance(step, int):
        return value[step : step + 1] if isinstance(value, list) else []
    return [value[step]] if isinstance(value, dict) and step in value else []
