"""Where in a JSON text a parser stands, as AWS's services tell it in errors: `line: 1, column: 10`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from json import JSONDecoder

# Of a longer source only this much is shown. (Jackson: JsonLocation.MAX_CONTENT_SNIPPET)
_MOST_SHOWN = 500
_BLANKS = " \t\r\n"


class Read(Enum):
    """How much of a value the parser has read: it opens texts, lists and objects, and takes all else whole."""

    BEGUN = "begun"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Place:
    """A value, by the names and numbers that lead to it, and how much of it has been read."""

    path: Sequence[str | int]
    read: Read = Read.BEGUN

    def shown_in(self, text: str) -> str:
        """What AWS's services append to an error's text."""
        end = self._end(text)
        line = text.count("\n", 0, end) + 1
        column = end - (text.rfind("\n", 0, end) + 1) + 1
        source = f'"{text[:_MOST_SHOWN]}"'
        if len(text) > _MOST_SHOWN:
            source += f"[truncated {len(text) - _MOST_SHOWN} chars]"
        return f"\n at [Source: (String){source}; line: {line}, column: {column}]"

    def _end(self, text: str) -> int:
        start = _skip(text, 0)
        for step in self.path:
            start = _member(text, start, step) if isinstance(step, str) else _element(text, start, step)
        if self.read is Read.BEGUN and text[start : start + 1] in ('"', "[", "{", "]"):
            return start + 1
        return _after(text, start)


def _skip(text: str, position: int) -> int:
    while text[position : position + 1] and text[position] in _BLANKS:
        position += 1
    return position


_read_value = JSONDecoder().raw_decode


def _after(text: str, start: int) -> int:
    return _read_value(text, start)[1]


def _member(text: str, start: int, wanted: str) -> int:
    """Where the value of a name begins; of a name that stands twice, the later one's."""
    found, position = start, _skip(text, start + 1)
    while text[position] != "}":
        name, position = _read_value(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if name == wanted:
            found = position
        position = _skip(text, _after(text, position))
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found


def _element(text: str, start: int, index: int) -> int:
    """Where an element of a list begins; the list's end where there are not so many."""
    position = _skip(text, start + 1)
    for _ in range(index):
        position = _skip(text, _after(text, position))
        if text[position] == ",":
            position = _skip(text, position + 1)
    return position
