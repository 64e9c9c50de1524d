"""Wildcards and policy variables, as policies write them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skymock.cloud.policies.context import ConditionKeys

# `${*}`, `${?}` and `${$}` stand for the characters themselves. (IAM User Guide: Policy variables)
_SPECIAL = re.compile(r"(\$\{[*?$]\}|[*?])")
_VARIABLE = re.compile(r"\$\{(?![*?$]\})\s*([^},]+?)\s*(?:,\s*'([^']*)'\s*)?\}")

ARN_SEGMENTS = 6


@lru_cache(maxsize=1024)
def wildcard(pattern: str) -> re.Pattern[str]:
    """A pattern in which `*` is any text and `?` any one character."""
    return re.compile(_regex(pattern, ".*", "."), re.DOTALL)


@lru_cache(maxsize=1024)
def resource_pattern(pattern: str) -> re.Pattern[str]:
    """A `Resource` of a statement. Wildcards keep to their ARN segment, but a `*` at its end may go on.

    (IAM User Guide: IAM JSON policy elements: Resource)
    """
    *segments, rest = pattern.split(":", ARN_SEGMENTS - 1)
    parts = [_closed_segment(segment) for segment in segments]
    return re.compile(":".join([*parts, _regex(rest, ".*", ".")]), re.DOTALL)


@lru_cache(maxsize=1024)
def arn_like(pattern: str) -> re.Pattern[str]:
    """The operand of ArnLike: the six parts of an ARN, each compared on its own.

    (IAM User Guide: Amazon Resource Name (ARN) condition operators)
    """
    segments = pattern.split(":", ARN_SEGMENTS - 1)
    parts = [_regex(segment, "[^:]*", "[^:]") for segment in segments[: ARN_SEGMENTS - 1]]
    parts += [_regex(rest, ".*", ".") for rest in segments[ARN_SEGMENTS - 1 :]]
    return re.compile(":".join(parts), re.DOTALL)


def _closed_segment(segment: str) -> str:
    if segment.endswith("*"):
        return _regex(segment[:-1], "[^:]*", "[^:]") + ".*"
    return _regex(segment, "[^:]*", "[^:]")


def _regex(pattern: str, any_text: str, any_character: str) -> str:
    parts = []
    for part in _SPECIAL.split(pattern):
        if part == "*":
            parts.append(any_text)
        elif part == "?":
            parts.append(any_character)
        else:
            parts.append(re.escape(unquoted(part)))
    return "".join(parts)


def quoted(text: str) -> str:
    """Text in which no character is special, for putting it into a pattern."""
    return re.sub(r"[*?$]", lambda match: f"${{{match[0]}}}", text)


def unquoted(text: str) -> str:
    """The text that a pattern without wildcards means."""
    return re.sub(r"\$\{([*?$])\}", r"\1", text) if "${" in text else text


def has_variables(text: str) -> bool:
    """Whether the text names a key of the request: `${aws:username}`."""
    return "${" in text and _VARIABLE.search(text) is not None


def substituted(text: str, keys: ConditionKeys) -> str | None:
    """The pattern with its variables' values in their place, in which no character is special.

    None if the request lacks a key and the variable has no default (`${aws:PrincipalTag/team, 'all'}`): then
    what names it matches nothing. (IAM User Guide: Policy variables, Specifying default values)
    """
    missing = False

    def value_of(match: re.Match[str]) -> str:
        nonlocal missing
        value = keys.get(match[1].lower())
        if value is None:
            value = match[2]
        if not isinstance(value, str):
            missing = True
            return ""
        return quoted(value)

    result = _VARIABLE.sub(value_of, text)
    return None if missing else result


class Pattern:
    """One text of a policy that may have wildcards and variables, made a test of a value."""

    __slots__ = ("_make", "_test", "_text")

    def __init__(self, text: str, make: Callable[[str], Callable[[str], bool]], variables: bool) -> None:
        self._text = text
        self._make = make
        self._test = None if variables and has_variables(text) else make(text)

    def matches(self, value: str, keys: ConditionKeys) -> bool:
        if self._test is not None:
            return self._test(value)
        text = substituted(self._text, keys)
        return text is not None and self._make(text)(value)
