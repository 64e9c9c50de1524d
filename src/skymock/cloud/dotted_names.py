"""Names with dots: to AWS's event patterns and filter policies, `a.b` names what `b` inside of `a` does.

(recorded: SNS test_filter_policy_on_message_body_dot_attribute; by LocalStack: EventBridge dot_joining_event and
dot_joining_pattern)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from skymock.cloud.event_patterns import is_or

Document = Mapping[str, Any]


def nested_pattern(document: Document) -> dict[str, Any]:
    """A pattern (parsed JSON) in which no name has dots."""
    nested: dict[str, Any] = {}
    for name, wanted in document.items():
        if isinstance(wanted, dict):
            inner: Any = nested_pattern(wanted)
        elif is_or(name, wanted):
            inner = [nested_pattern(one) for one in wanted]
        else:
            inner = wanted
        _put(nested, name.split("."), inner)
    return nested


def nested_event(value: Any) -> Any:
    """An event alike; a list within a list counts as one."""
    if isinstance(value, list):
        return list(_elements(value))
    if not isinstance(value, dict):
        return value
    nested: dict[str, Any] = {}
    for name, inner in value.items():
        _put(nested, name.split("."), nested_event(inner))
    return nested


def _elements(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _elements(value)
        else:
            yield nested_event(value)


def _put(document: dict[str, Any], path: list[str], value: Any) -> None:
    """Put a value at a path. Where there is one already, both are kept, as alternatives."""
    name = path[0]
    if len(path) > 1:
        inner: dict[str, Any] = {}
        _put(inner, path[1:], value)
        value = inner
    if name not in document:
        document[name] = value
    elif isinstance(document[name], dict) and isinstance(value, dict):
        for further, inner_value in value.items():
            _put(document[name], [further], inner_value)
    else:
        document[name] = [*_listed(document[name]), *_listed(value)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
