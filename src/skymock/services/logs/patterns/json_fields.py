"""Patterns of JSON fields: `{ $.user.id = 1 && ($.tags[0] = "a*" || $.error IS TRUE) }`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from skymock.services.logs.patterns.pattern import InvalidPattern, Match, Value, value_of

Holds = Callable[[Any], bool]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<selector>\$(?:\.(?:[A-Za-z0-9_@\-]+|\*)|\[(?:\d+|\*|'[^']*'|"[^"]*")\]|\.\['[^']*'\])+)
      | (?P<mark>&&|\|\||\(|\))
      | (?P<comparison>!=|<=|>=|=|<|>)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<word>%[^%]*%|[^\s&|()=!<>"]+)
    )""",
    re.VERBOSE,
)
_STEP = re.compile(r"""\.?\['([^']*)'\]|\["([^"]*)"\]|\[(\d+|\*)\]|\.([A-Za-z0-9_@\-]+|\*)""")

# What nests deeper is refused, as what would be no pattern of a person's.
_MOST_PARENTHESES = 50

_MISSING = object()


@dataclass(frozen=True, slots=True)
class JsonPattern:
    """A condition on a message that is a JSON object; any other message does not match."""

    holds: Holds

    def match(self, message: str) -> Match | None:
        try:
            document = json.loads(message)
        except (ValueError, RecursionError):
            return None
        return Match() if isinstance(document, (dict, list)) and self.holds(document) else None


def parse_json(text: str) -> JsonPattern:
    """Read `{...}`. Raises InvalidPattern."""
    if not text.endswith("}"):
        raise InvalidPattern(text)
    parser = _Parser(text[1:-1])
    holds = parser.alternatives(0)
    parser.end()
    return JsonPattern(holds)


class _Parser:
    """Recursive descent: `||` of `&&` of comparisons and parentheses."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._position = 0

    def alternatives(self, depth: int) -> Holds:
        parts = [self._conjunction(depth)]
        while self._take("||"):
            parts.append(self._conjunction(depth))
        return parts[0] if len(parts) == 1 else lambda document: any(part(document) for part in parts)

    def end(self) -> None:
        if self._position != len(self._tokens):
            raise InvalidPattern(self._text)

    def _conjunction(self, depth: int) -> Holds:
        parts = [self._condition(depth)]
        while self._take("&&"):
            parts.append(self._condition(depth))
        return parts[0] if len(parts) == 1 else lambda document: all(part(document) for part in parts)

    def _condition(self, depth: int) -> Holds:
        if self._take("("):
            if depth == _MOST_PARENTHESES:
                raise InvalidPattern(self._text)
            inner = self.alternatives(depth + 1)
            if not self._take(")"):
                raise InvalidPattern(self._text)
            return inner
        steps = _steps(self._next("selector"))
        kind, text = self._peek()
        if kind == "word":
            self._position += 1
            return self._state(steps, text.upper())
        comparison = self._next("comparison")
        kind, text = self._peek()
        self._position += 1
        if kind not in ("quoted", "word"):
            raise InvalidPattern(self._text)
        quoted = kind == "quoted"
        right = re.sub(r"\\(.)", r"\1", text[1:-1]) if quoted else text
        value = value_of(comparison, right, quoted=quoted)
        return lambda document: any(_meets(found, value) for found in _found(document, steps))

    def _state(self, steps: list[str | int], word: str) -> Holds:
        """IS TRUE, IS FALSE, IS NULL, NOT EXISTS."""
        second = self._next("word").upper()
        if (word, second) == ("NOT", "EXISTS"):
            return lambda document: not list(_found(document, steps))
        wanted = {"TRUE": True, "FALSE": False, "NULL": None}.get(second, _MISSING)
        if word != "IS" or wanted is _MISSING:
            raise InvalidPattern(self._text)
        return lambda document: any(found is wanted for found in _found(document, steps))

    def _peek(self) -> tuple[str, str]:
        return self._tokens[self._position] if self._position < len(self._tokens) else ("", "")

    def _take(self, mark: str) -> bool:
        if self._peek() == ("mark", mark):
            self._position += 1
            return True
        return False

    def _next(self, wanted: str) -> str:
        kind, text = self._peek()
        if kind != wanted:
            raise InvalidPattern(self._text)
        self._position += 1
        return text


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens = []
    position, text = 0, text.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or token.lastgroup is None:
            raise InvalidPattern(text)
        tokens.append((token.lastgroup, token[token.lastgroup]))
        position = token.end()
    return tokens


def _steps(selector: str) -> list[str | int]:
    """The way that a selector goes: member names, positions, and `*` for all."""
    steps: list[str | int] = []
    for step in _STEP.finditer(selector, 1):
        quoted = step[1] if step[1] is not None else step[2]
        plain = step[3] or step[4]
        if quoted is not None:
            steps.append(quoted)
        else:
            steps.append(int(plain) if step[3] and plain != "*" else plain)
    return steps


def _found(document: Any, steps: list[str | int]) -> Iterator[Any]:
    """All values that a way leads to."""
    if not steps:
        yield document
        return
    step, *rest = steps
    if step == "*":
        children = document.values() if isinstance(document, dict) else document
        for child in children if isinstance(document, (dict, list)) else ():
            yield from _found(child, rest)
    elif isinstance(step, int):
        if isinstance(document, list) and step < len(document):
            yield from _found(document[step], rest)
    elif isinstance(document, dict) and step in document:
        yield from _found(document[step], rest)


def _meets(found: Any, value: Value) -> bool:
    """Texts and numbers are compared; objects, lists, null and booleans are not."""
    if isinstance(found, bool) or not isinstance(found, (str, int, float)):
        return False
    return value.holds(found if isinstance(found, str) else repr(found))
