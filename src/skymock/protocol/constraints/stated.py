"""What one shape states of its own values: each constraint's test, with AWS's text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from botocore.model import Shape

from skymock.protocol.constraints.patterns import matcher
from skymock.protocol.constraints.recorded import enum_order

NOT_NULL = "Member must not be null"
PATTERN = "Member must satisfy regular expression pattern: "

Test = Callable[[Any], object]


class Constraint(NamedTuple):
    holds: Test
    text: str


_NUMBERS = frozenset({"integer", "long", "short", "byte", "float", "double", "bigdecimal", "biginteger"})
_NO_NAME = 1024  # characters
_SIZED = frozenset({"string", "blob", "list", "map"})


def constraints_on(shape: Shape) -> list[Constraint]:
    """A shape's own constraints in the order of AWS's lists: at most, at least, pattern, enum."""
    kind = shape.type_name
    if kind in _NUMBERS:
        return _range(shape)
    if kind not in _SIZED or (kind == "blob" and shape.serialization.get("streaming")):
        return []
    return _lengths(shape) + (_texts(shape) if kind == "string" else [])


def _range(shape: Shape) -> list[Constraint]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    number = float if shape.type_name in ("float", "double") else int
    constraints = []
    if high is not None:
        text = f"Member must have value less than or equal to {number(high)}"
        constraints.append(Constraint(lambda value: value <= high, text))
    if low is not None:
        text = f"Member must have value greater than or equal to {number(low)}"
        constraints.append(Constraint(lambda value: value >= low, text))
    return constraints


def _lengths(shape: Shape) -> list[Constraint]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    constraints = []
    if high is not None:
        text = f"Member must have length less than or equal to {high}"
        constraints.append(Constraint(lambda value: len(value) <= high, text))
    if low is not None:
        text = f"Member must have length greater than or equal to {low}"
        constraints.append(Constraint(lambda value: len(value) >= low, text))
    return constraints


def _texts(shape: Shape) -> list[Constraint]:
    constraints = []
    pattern, values = shape.metadata.get("pattern"), shape.metadata.get("enum")
    matches = matcher(pattern) if pattern else None
    if matches is not None:
        # A name is asked of in call after call. Long texts are not kept for that.
        if shape.metadata.get("max", _NO_NAME) < _NO_NAME:
            matches = lru_cache(maxsize=256)(matches)
        text = PATTERN + pattern
        constraints.append(Constraint(matches, text))
    if values:
        text = f"Member must satisfy enum value set: [{', '.join(enum_order(values))}]"
        constraints.append(Constraint(frozenset(values).__contains__, text))
    return constraints


def test_of(shape: Shape, constraints: Sequence[Constraint]) -> Test:
    """One test for all constraints, as short as it can be: it runs on every call."""
    if len(constraints) == 1:
        return constraints[0].holds
    tests = [constraint.holds for constraint in constraints]
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None and high is not None:
        if shape.type_name in _NUMBERS:
            return lambda value: low <= value <= high
        if len(tests) == 2:
            return lambda value: low <= len(value) <= high
        if len(tests) == 3:
            holds_besides = tests[2]  # its pattern or enum
            return lambda value: low <= len(value) <= high and holds_besides(value)
    return lambda value: all(holds(value) for holds in tests)
