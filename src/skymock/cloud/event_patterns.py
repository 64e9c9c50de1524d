"""Event patterns: which events a rule, a pipe or an event source mapping wants.

A pattern has the structure of the events that it matches; at its leaves stand lists of alternatives.
(Amazon EventBridge User Guide: Creating event patterns; Comparison operators)
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

# Whether one value of an event is wanted.
Wants = Callable[[Any], bool]

# The operators that event source mappings have. (Lambda Developer Guide: Filter rule syntax)
MAPPING_OPERATORS = frozenset({"prefix", "suffix", "equals-ignore-case", "anything-but", "numeric", "exists"})
NESTED_OPERATORS = frozenset(
    f"anything-but of {operator}" for operator in ("prefix", "suffix", "equals-ignore-case", "wildcard")
)
ALL_OPERATORS = MAPPING_OPERATORS | {"cidr", "wildcard"} | NESTED_OPERATORS

_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}
_LARGEST_NUMBER = 5e9
_ABSENT = object()
_MOST_NESTED = 100


class InvalidEventPattern(ValueError):
    """The text is no event pattern."""


@dataclass(frozen=True, slots=True)
class EventPattern:
    """A compiled pattern. It holds for an event (parsed JSON) in which every part of it finds what it wants."""

    holds: Wants


def parse_event_pattern(text: str, operators: Iterable[str] = ALL_OPERATORS) -> EventPattern:
    """Read a pattern (JSON text). operators: those that are allowed. Raises InvalidEventPattern."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidEventPattern("Filter is not an object") from None
    if not isinstance(document, dict) or not document:
        raise InvalidEventPattern("Filter is not an object")
    return EventPattern(_Compiler(frozenset(operators)).of_object(document, 0))


class _Compiler:
    """Makes a pattern's JSON into functions."""

    def __init__(self, operators: frozenset[str]) -> None:
        self._operators = operators

    def of_object(self, document: Mapping[str, Any], depth: int) -> Wants:
        if depth > _MOST_NESTED:
            raise InvalidEventPattern("Pattern is nested too deeply")
        parts: list[Wants] = []
        for name, wanted in document.items():
            if is_or(name, wanted):
                parts.append(_any_of([self.of_object(one, depth + 1) for one in wanted]))
            elif isinstance(wanted, dict) and wanted:
                parts.append(partial(_within, name, self.of_object(wanted, depth + 1)))
            elif isinstance(wanted, list) and wanted:
                parts.append(partial(_leaf, name, [self._alternative(one) for one in wanted]))
            else:
                raise InvalidEventPattern(f'"{name}" must be an object or an array')
        return lambda event: all(part(event) for part in parts)

    def _alternative(self, wanted: Any) -> Wants:
        if isinstance(wanted, dict):
            if len(wanted) != 1:
                raise InvalidEventPattern("Only one key allowed in match expression")
            ((operator, argument),) = wanted.items()
            if operator not in self._operators or operator not in _OPERATORS:
                raise InvalidEventPattern(f"Unrecognized match type {operator}")
            return _OPERATORS[operator](self, argument)
        if isinstance(wanted, list):
            raise InvalidEventPattern("Match value must be String, number, true, false, or null")
        return partial(_is_same, wanted)

    def exists(self, argument: Any) -> Wants:
        if not isinstance(argument, bool):
            raise InvalidEventPattern("exists match pattern must be either true or false.")
        return lambda value: (value is not _ABSENT) == argument

    def anything_but(self, argument: Any) -> Wants:
        if isinstance(argument, dict):
            if not self._operators & NESTED_OPERATORS:
                raise InvalidEventPattern("Unrecognized match type in anything-but")
            unwanted = [self._unwanted(argument)]
        else:
            values = argument if isinstance(argument, list) else [argument]
            if not values or not all(isinstance(value, (str, int, float)) for value in values):
                raise InvalidEventPattern(
                    "Value of anything-but must be an array or single string/number value."
                )
            unwanted = [partial(_is_same, value) for value in values]
        return lambda value: value is not _ABSENT and not any(wants(value) for wants in unwanted)

    def _unwanted(self, argument: Mapping[str, Any]) -> Wants:
        if len(argument) != 1:
            raise InvalidEventPattern("Only one key allowed in match expression")
        ((operator, texts),) = argument.items()
        if f"anything-but of {operator}" not in self._operators:
            raise InvalidEventPattern(f"Unsupported anything-but pattern: {operator}")
        wanted = texts if isinstance(texts, list) else [texts]
        return _any_of([_OPERATORS[operator](self, text) for text in wanted])


def is_or(name: str, wanted: Any) -> bool:
    """Whether a member is alternatives: `$or` is a field like any other unless patterns stand under it.

    A pattern there has no field named as an operator. (Event Ruler: RESERVED_FIELD_NAMES_IN_OR_RELATIONSHIP)
    """
    return (
        name == "$or"
        and isinstance(wanted, list)
        and len(wanted) > 1
        and all(isinstance(one, dict) and one and not one.keys() & _OPERATORS.keys() for one in wanted)
    )


def _any_of(wants: list[Wants]) -> Wants:
    return lambda value: any(want(value) for want in wants)


def _within(name: str, wants: Wants, event: Any) -> bool:
    """A part of the event; of a list, one element is enough. Where there is none, only what is absent holds."""
    inner = event.get(name, {}) if isinstance(event, dict) else {}
    if isinstance(inner, list):
        return any(wants(element) for element in inner)
    return wants(inner)


def _leaf(name: str, alternatives: list[Wants], event: Any) -> bool:
    """A leaf of the event; of a list, one element is enough. An object is no leaf, and neither is an empty list."""
    value = event.get(name, _ABSENT) if isinstance(event, dict) else _ABSENT
    values = value if isinstance(value, list) else [value]
    values = [one for one in values if not isinstance(one, dict)] or [_ABSENT]
    return any(wants(one) for one in values for wants in alternatives)


def _is_same(wanted: Any, value: Any) -> bool:
    """300 is 300.0 (recorded by LocalStack: number_comparison_float), and true is not 1."""
    if _is_number(wanted):
        return _is_number(value) and bool(value == wanted)
    return type(value) is type(wanted) and bool(value == wanted)


def _text(argument: Any, operator: str) -> str:
    if not isinstance(argument, str):
        raise InvalidEventPattern(f"{operator} match pattern must be a string")
    return argument


def _affix(operator: str, meets: Callable[[str, str], bool], compiler: _Compiler, argument: Any) -> Wants:
    """prefix and suffix, where asked for whatever the case."""
    if isinstance(argument, dict) and list(argument) == ["equals-ignore-case"]:
        folded = _text(argument["equals-ignore-case"], operator).casefold()
        return lambda value: isinstance(value, str) and meets(value.casefold(), folded)
    text = _text(argument, operator)
    return lambda value: isinstance(value, str) and meets(value, text)


def _ignore_case(compiler: _Compiler, argument: Any) -> Wants:
    if not isinstance(argument, str):
        raise InvalidEventPattern("equals-ignore-case match pattern must be a string")
    folded = argument.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _numeric(compiler: _Compiler, argument: Any) -> Wants:
    """["=", 5], or a range: [">", 0, "<=", 5]."""
    if not isinstance(argument, list) or len(argument) not in (2, 4):
        raise InvalidEventPattern("Value of numeric must be an array of operators and numbers.")
    comparisons: list[tuple[Callable[[float, float], bool], float]] = []
    for order, number in zip(argument[::2], argument[1::2], strict=True):
        if order not in _ORDERS or not _is_number(number) or abs(number) > _LARGEST_NUMBER:
            raise InvalidEventPattern(f"Bad numeric comparison: {order} {number}")
        comparisons.append((_ORDERS[order], number))
    if len(comparisons) == 2:
        (low, high), (least, most) = (argument[0], argument[2]), (argument[1], argument[3])
        if low not in (">", ">=") or high not in ("<", "<=") or least >= most:
            raise InvalidEventPattern("Bad numeric range")
    return lambda value: _is_number(value) and all(meets(value, number) for meets, number in comparisons)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cidr(compiler: _Compiler, argument: Any) -> Wants:
    try:
        network = ipaddress.ip_network(_text(argument, "cidr"), strict=False)
    except ValueError:
        raise InvalidEventPattern(f"Malformed CIDR: {argument}") from None

    def wants(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return wants


def _wildcard(compiler: _Compiler, argument: Any) -> Wants:
    text = _text(argument, "wildcard")
    if re.search(r"(?<!\\)\*\*", text):
        raise InvalidEventPattern("Consecutive wildcard characters")
    expression = "".join(
        ".*" if part == "*" else re.escape(part[-1]) for part in re.findall(r"\\[*\\]|.", text, re.DOTALL)
    )
    compiled = re.compile(expression, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


_OPERATORS: Mapping[str, Callable[[_Compiler, Any], Wants]] = {
    "exists": _Compiler.exists,
    "anything-but": _Compiler.anything_but,
    "prefix": partial(_affix, "prefix", str.startswith),
    "suffix": partial(_affix, "suffix", str.endswith),
    "equals-ignore-case": _ignore_case,
    "numeric": _numeric,
    "cidr": _cidr,
    "wildcard": _wildcard,
}
