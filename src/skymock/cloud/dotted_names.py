"""Names with dots: to AWS's event patterns and filter policies, `a.b` names what `b` inside of `a` does.

(recorded: SNS test_filter_policy_on_message_body_dot_attribute; by LocalStack: EventBridge dot_joining_event and
dot_joining_pattern)
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from skymock.cloud.event_patterns import is_or
from skymock.errors import NotSupported

Document = Mapping[str, Any]


def nested_pattern(document: Document) -> dict[str, Any]:
    """A pattern (parsed JSON) in which no name has dots.

    Raises NotSupported where it wants a value and something inside of it under the same name.
    """
    nested: dict[str, Any] = {}
    for name, wanted in document.items():
        if isinstance(wanted, dict):
            inner: Any = nested_pattern(wanted)
        elif is_or(name, wanted):
            inner = [nested_pattern(one) for one in wanted]
        else:
            inner = wanted
        _put(nested, name.split("."), inner, _both_of_pattern)
    return nested


def _both_of_pattern(first: Any, second: Any) -> list[Any]:
    if isinstance(first, dict) or isinstance(second, dict):
        raise NotSupported(
            "patterns: a value and something inside of it under one name are not supported yet"
        )
    return [*first, *second]


def nested_event(value: Any) -> Any:
    """An event alike; a list within a list counts as one."""
    if isinstance(value, list):
        return list(_elements(value))
    if not isinstance(value, dict):
        return value
    nested: dict[str, Any] = {}
    for name, inner in value.items():
        _put(nested, name.split("."), nested_event(inner), _both_of_event)
    return nested


def _both_of_event(first: Any, second: Any) -> list[Any]:
    return [*_listed(first), *_listed(second)]


def _elements(values: list[Any]) -> Iterator[Any]:
    for value in values:
        if isinstance(value, list):
            yield from _elements(value)
        else:
            yield nested_event(value)


def _put(document: dict[str, Any], path: list[str], value: Any, both: Callable[[Any, Any], Any]) -> None:
    """Put a value at a path. both: what stands there if there is one already, and they are not two objects."""
    name = path[0]
    if len(path) > 1:
        inner: dict[str, Any] = {}
        _put(inner, path[1:], value, both)
        value = inner
    if name not in document:
        document[name] = value
    elif isinstance(document[name], dict) and isinstance(value, dict):
        for further, inner_value in value.items():
            _put(document[name], [further], inner_value, both)
    else:
        document[name] = both(document[name], value)


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
