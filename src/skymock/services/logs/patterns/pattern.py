"""What all patterns have in common, and how they compare a value."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

# The characters that a regular expression may have beside letters and digits; there are no groups.
_REGEX = re.compile(r"[A-Za-z0-9:_#=@/;,\-^$?\[\]{}|\\*+. ]+")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")

_ORDERS: Mapping[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class InvalidPattern(ValueError):
    """The text is no filter pattern."""


@dataclass(frozen=True, slots=True)
class Match:
    """A message that matches. extracted: the named fields of a space-delimited pattern, by their names."""

    extracted: Mapping[str, str] = field(default_factory=dict)


class Pattern(Protocol):
    """A compiled pattern."""

    def match(self, message: str) -> Match | None:
        """What the message matches with; None where it does not."""


class Value(Protocol):
    """Something that a field is compared with."""

    def holds(self, text: str) -> bool:
        """Whether a field's text meets it."""


@dataclass(frozen=True, slots=True)
class TextValue:
    """A text, in which `*` stands for any characters."""

    expression: re.Pattern[str]
    negated: bool

    def holds(self, text: str) -> bool:
        return (self.expression.fullmatch(text) is not None) != self.negated


@dataclass(frozen=True, slots=True)
class RegexValue:
    """A regular expression that is found anywhere in the text."""

    expression: re.Pattern[str]
    negated: bool

    def holds(self, text: str) -> bool:
        return (self.expression.search(text) is not None) != self.negated


@dataclass(frozen=True, slots=True)
class NumberValue:
    """A comparison of numbers; a text that is none never meets it."""

    compare: Callable[[float, float], bool]
    number: float

    def holds(self, text: str) -> bool:
        number = number_of(text)
        return number is not None and self.compare(number, self.number)


def value_of(comparison: str, text: str, *, quoted: bool) -> Value:
    """What a comparison's right side says. Raises InvalidPattern."""
    if not quoted and len(text) > 1 and text.startswith("%") and text.endswith("%"):
        return RegexValue(regex(text[1:-1]), _is_negated(comparison))
    number = None if quoted else number_of(text)
    if number is not None:
        return NumberValue(_ORDERS[comparison], number)
    return TextValue(wildcards(text), _is_negated(comparison))


def _is_negated(comparison: str) -> bool:
    if comparison not in ("=", "!="):
        raise InvalidPattern(f"{comparison} compares numbers")
    return comparison == "!="


def number_of(text: str) -> float | None:
    if NUMBER.fullmatch(text) is None:
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def wildcards(text: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)


def regex(text: str) -> re.Pattern[str]:
    """Raises InvalidPattern for what AWS does not take."""
    if _REGEX.fullmatch(text) is None:
        raise InvalidPattern(text)
    try:
        return re.compile(text)
    except re.error:
        raise InvalidPattern(text) from None
