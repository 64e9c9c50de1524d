"""The tokens of DynamoDB's expressions."""

from __future__ import annotations

import re
from typing import NamedTuple

NAME = "name"  # #placeholder
VALUE = "value"  # :placeholder
IDENTIFIER = "identifier"
NUMBER = "number"
UNKNOWN = "unknown"
END = "end"

_tokens = re.compile(
    r"""
        (?P<name>\#[A-Za-z0-9_]+)
      | (?P<value>:[A-Za-z0-9_]+)
      | (?P<identifier>[A-Za-z][A-Za-z0-9_]*)
      | (?P<number>[0-9]+)
      | (?P<symbol><>|<=|>=|[=<>()\[\],.+-])
      | (?P<unknown>[^ \t\r\n])
    """,
    re.VERBOSE,
)


class Token(NamedTuple):
    """kind: one of the names above, a keyword in capitals, or the symbol itself. `text` stands at `start`."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


def tokens_of(text: str, keywords: frozenset[str]) -> list[Token]:
    """All tokens of `text`, with END after them. A keyword is one in capitals and small letters alike."""
    found = []
    for match in _tokens.finditer(text):
        group = match.lastgroup or UNKNOWN
        lexeme = match[group]
        kind = group
        if group == "symbol":
            kind = lexeme
        elif group == IDENTIFIER and lexeme.upper() in keywords:
            kind = lexeme.upper()
        found.append(Token(kind, lexeme, match.start(group)))
    found.append(Token(END, "", len(text)))
    return found
