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

from skymock.cloud.json_places import Place, Read

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


Path = tuple[str | int, ...]


class InvalidEventPattern(ValueError):
    """The text is no event pattern. place: what of it is wrong, where it is JSON."""

    def __init__(self, message: str, place: Place | None = None) -> None:
        super().__init__(message)
        self.place = place

    @classmethod
    def at(cls, path: Path, message: str, read: Read = Read.BEGUN) -> InvalidEventPattern:
        return cls(message, Place(path, read))


@dataclass(frozen=True, slots=True)
class EventPattern:
    """A compiled pattern. It holds for an event (parsed JSON) in which every part of it finds what it wants."""

    holds: Wants


def parse_event_pattern(text: str, operators: Iterable[str] = ALL_OPERATORS) -> EventPattern:
    """Read a pattern (JSON text). operators: those that are allowed.

    Raises InvalidEventPattern, whose text ends with where the mistake is, as AWS's does.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidEventPattern("Filter is not an object") from None
    try:
        if not isinstance(document, dict):
            raise InvalidEventPattern.at((), "Filter is not an object")
        return EventPattern(_Compiler(frozenset(operators)).of_object(document, ()))
    except InvalidEventPattern as error:
        if error.place is None:
            raise
        raise InvalidEventPattern(f"{error}{error.place.shown_in(text)}") from None


class _Compiler:
    """Makes a pattern's JSON into functions."""

    def __init__(self, operators: frozenset[str]) -> None:
        self._operators = operators

    def of_object(self, document: Mapping[str, Any], path: Path) -> Wants:
        if len(path) > _MOST_NESTED:
            raise InvalidEventPattern("Pattern is nested too deeply")
        if not document:
            raise InvalidEventPattern.at(path, "Empty objects are not allowed", Read.WHOLE)
        parts = [self._member(name, wanted, (*path, name)) for name, wanted in document.items()]
        return lambda event: all(part(event) for part in parts)

    def _member(self, name: str, wanted: Any, path: Path) -> Wants:
        if is_or(name, wanted):
            return _any_of([self.of_object(one, (*path, index)) for index, one in enumerate(wanted)])
        if isinstance(wanted, dict):
            return partial(_within, name, self.of_object(wanted, path))
        if not isinstance(wanted, list):
            raise InvalidEventPattern.at(path, f'"{name}" must be an object or an array')
        if not wanted:
            raise InvalidEventPattern.at(path, "Empty arrays are not allowed", Read.WHOLE)
        alternatives = [self._alternative(one, (*path, index)) for index, one in enumerate(wanted)]
        return partial(_leaf, name, alternatives)

    def _alternative(self, wanted: Any, path: Path) -> Wants:
        if isinstance(wanted, dict):
            operator, argument = _only_member(wanted, path)
            path = (*path, operator)
            if operator not in self._operators or operator not in _OPERATORS:
                raise InvalidEventPattern.at(path, f"Unrecognized match type {operator}")
            return _OPERATORS[operator](self, argument, path)
        if isinstance(wanted, list):
            raise InvalidEventPattern.at(path, "Match value must be String, number, true, false, or null")
        return partial(_is_same, wanted)

    def exists(self, argument: Any, path: Path) -> Wants:
        if not isinstance(argument, bool):
            raise InvalidEventPattern.at(path, "exists match pattern must be either true or false.")
        return lambda value: (value is not _ABSENT) == argument

    def anything_but(self, argument: Any, path: Path) -> Wants:
        if isinstance(argument, dict):
            unwanted = [self._unwanted(argument, path)]
        else:
            values = argument if isinstance(argument, list) else [argument]
            if not values or not all(isinstance(value, (str, int, float)) for value in values):
                raise InvalidEventPattern.at(
                    path, "Value of anything-but must be an array or single string/number value."
                )
            unwanted = [partial(_is_same, value) for value in values]
        return lambda value: value is not _ABSENT and not any(wants(value) for wants in unwanted)

    def _unwanted(self, argument: Mapping[str, Any], path: Path) -> Wants:
        operator, texts = _only_member(argument, path)
        path = (*path, operator)
        if f"anything-but of {operator}" not in self._operators:
            raise InvalidEventPattern.at(path, f"Unsupported anything-but pattern: {operator}")
        if not isinstance(texts, list):
            return _OPERATORS[operator](self, texts, path)
        return _any_of([_OPERATORS[operator](self, text, (*path, index)) for index, text in enumerate(texts)])


def _only_member(expression: Mapping[str, Any], path: Path) -> tuple[str, Any]:
    """The operator of a match expression, and its argument."""
    members = list(expression.items())
    if not members:
        raise InvalidEventPattern.at(path, "Match expression name not found", Read.WHOLE)
    if len(members) > 1:
        raise InvalidEventPattern.at((*path, members[1][0]), "Only one key allowed in match expression")
    return members[0]


def is_or(name: str, wanted: Any) -> bool:
    """Whether a member is alternatives: `$or` is a field like any other unless patterns stand under it."""
    return (
        name == "$or"
        and isinstance(wanted, list)
        and len(wanted) > 1
        and all(isinstance(one, dict) and one for one in wanted)
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


def _text(argument: Any, operator: str, path: Path) -> str:
    if not isinstance(argument, str):
        raise InvalidEventPattern.at(path, f"{operator} match pattern must be a string")
    return argument


def _affix(
    operator: str, meets: Callable[[str, str], bool], compiler: _Compiler, argument: Any, path: Path
) -> Wants:
    """prefix and suffix, where asked for whatever the case."""
    if isinstance(argument, dict) and list(argument) == ["equals-ignore-case"]:
        folded = _text(argument["equals-ignore-case"], operator, (*path, "equals-ignore-case")).casefold()
        return lambda value: isinstance(value, str) and meets(value.casefold(), folded)
    text = _text(argument, operator, path)
    return lambda value: isinstance(value, str) and meets(value, text)


def _ignore_case(compiler: _Compiler, argument: Any, path: Path) -> Wants:
    if not isinstance(argument, str):
        raise InvalidEventPattern.at(path, "equals-ignore-case match pattern must be a string")
    folded = argument.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == folded


def _numeric(compiler: _Compiler, argument: Any, path: Path) -> Wants:
    """["=", 5], or a range: [">", 0, "<=", 5]. (recorded for SNS: test_validate_policy_numeric_operator)"""
    if not isinstance(argument, list):
        raise InvalidEventPattern.at(path, "Value of numeric must be an array.")
    if not argument or not isinstance(argument[0], str):
        raise InvalidEventPattern.at((*path, 0), f"Invalid member in numeric match: {_token(argument, 0)}")
    if argument[0] not in _ORDERS:
        raise InvalidEventPattern.at((*path, 1), f"Unrecognized numeric range operator: {argument[0]}")
    _check_term(argument, 0, path)
    if len(argument) > 2:
        _check_range(argument, path)
    comparisons = [
        (_ORDERS[order], number) for order, number in zip(argument[::2], argument[1::2], strict=True)
    ]
    return lambda value: _is_number(value) and all(meets(value, number) for meets, number in comparisons)


def _check_term(terms: list[Any], index: int, path: Path) -> None:
    """An order has to be followed by a number."""
    name = "equals" if terms[index] == "=" else terms[index]
    number: Any = terms[index + 1] if len(terms) > index + 1 else None
    if not _is_number(number):
        raise InvalidEventPattern.at((*path, index + 1), f"Value of {name} must be numeric")
    if abs(number) > _LARGEST_NUMBER:
        raise InvalidEventPattern.at((*path, index + 1), "Value must be between -5.0E9 and 5.0E9, inclusive")


def _check_range(terms: list[Any], path: Path) -> None:
    if terms[0] not in (">", ">="):
        raise InvalidEventPattern.at((*path, 2), "Too many elements in numeric expression")
    if not isinstance(terms[2], str):
        raise InvalidEventPattern.at((*path, 2), f"Bad value in numeric range: {_token(terms, 2)}")
    if terms[2] not in ("<", "<="):
        raise InvalidEventPattern.at((*path, 2), f"Bad numeric range operator: {terms[2]}", Read.WHOLE)
    _check_term(terms, 2, path)
    if len(terms) > 4:
        raise InvalidEventPattern.at((*path, 4), "Too many terms in numeric range expression")
    if terms[1] >= terms[3]:
        raise InvalidEventPattern.at(path, "Bottom must be less than top", Read.WHOLE)


def _token(terms: list[Any], index: int) -> str:
    """The text of the token that a parser finds there."""
    if index >= len(terms):
        return "]"
    term = terms[index]
    if isinstance(term, (list, dict)):
        return "[" if isinstance(term, list) else "{"
    return json.dumps(term)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cidr(compiler: _Compiler, argument: Any, path: Path) -> Wants:
    text = _text(argument, "cidr", path)
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise InvalidEventPattern.at(path, f"Malformed CIDR: {argument}", Read.WHOLE) from None

    def wants(value: Any) -> bool:
        try:
            return isinstance(value, str) and ipaddress.ip_address(value) in network
        except ValueError:
            return False

    return wants


def _wildcard(compiler: _Compiler, argument: Any, path: Path) -> Wants:
    text = _text(argument, "wildcard", path)
    if re.search(r"(?<!\\)\*\*", text):
        raise InvalidEventPattern.at(path, "Consecutive wildcard characters", Read.WHOLE)
    expression = "".join(
        ".*" if part == "*" else re.escape(part[-1]) for part in re.findall(r"\\[*\\]|.", text, re.DOTALL)
    )
    compiled = re.compile(expression, re.DOTALL)
    return lambda value: isinstance(value, str) and compiled.fullmatch(value) is not None


_OPERATORS: Mapping[str, Callable[[_Compiler, Any, Path], Wants]] = {
    "exists": _Compiler.exists,
    "anything-but": _Compiler.anything_but,
    "prefix": partial(_affix, "prefix", str.startswith),
    "suffix": partial(_affix, "suffix", str.endswith),
    "equals-ignore-case": _ignore_case,
    "numeric": _numeric,
    "cidr": _cidr,
    "wildcard": _wildcard,
}
