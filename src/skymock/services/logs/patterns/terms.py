"""Patterns of terms: what is found anywhere in the message."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from skymock.services.logs.patterns.pattern import InvalidPattern, Match, regex

# A term: required, optional (?) or excluded (-); a regular expression, a quoted phrase or a word.
_TERM = re.compile(r'([?-]?)(?:%([^%]*)%|"((?:[^"\\]|\\.)*)"|([^\s"]+))(?=\s|$)')

Found = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Terms:
    """All required terms are in the message and none that is excluded; else, of the optional ones, any.

    AWS ignores optional terms beside others.
    """

    required: tuple[Found, ...]
    excluded: tuple[Found, ...]
    optional: tuple[Found, ...]

    def match(self, message: str) -> Match | None:
        if any(found(message) for found in self.excluded):
            return None
        if not all(found(message) for found in self.required):
            return None
        alone = not self.required and not self.excluded
        if alone and self.optional and not any(found(message) for found in self.optional):
            return None
        return Match()


def parse_terms(text: str) -> Terms:
    """Read a pattern of terms; an empty one matches everything. Raises InvalidPattern."""
    found: dict[str, list[Found]] = {"": [], "-": [], "?": []}
    position = 0
    while position < len(text):
        term = _TERM.match(text, position)
        if term is None:
            raise InvalidPattern(text)
        found[term[1]].append(_found(term))
        position = term.end() + len(text[term.end() :]) - len(text[term.end() :].lstrip())
    return Terms(tuple(found[""]), tuple(found["-"]), tuple(found["?"]))


def _found(term: re.Match[str]) -> Found:
    if term[2] is not None:
        expression = regex(term[2])
        return lambda message: expression.search(message) is not None
    word = term[4] if term[3] is None else re.sub(r"\\(.)", r"\1", term[3])
    return lambda message: word in message
