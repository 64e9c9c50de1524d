"""PartiQL's tokens."""

from __future__ import annotations

import re
from typing import NamedTuple

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql.keywords import KEYWORDS

IDENTIFIER = "IDENTIFIER"
STRING = "STRING"
NUMBER = "NUMBER"
ION = "ION"
END = "END"

_INT_MAX = 2**31 - 1
_INT_DIGITS = 10

_token = re.compile(
    r"""
    (?P<space> \s+ | --[^\n\r]* | /\*.*?\*/ )
  | (?P<word> [A-Za-z_$][A-Za-z0-9_$]* )
  | '(?P<string> (?: [^'] | '' )* )'
  | "(?P<quoted> (?: [^"] | "" )* )"
  | `(?P<ion> [^`]* )`
  | (?P<number> (?: [0-9]+ (?: \.[0-9]* )? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? ) (?! [A-Za-z0-9_$] )
  | (?P<symbol> << | >> | <= | >= | <> | != | \|\| | (?!/\*)[][(){},.:;=<>*+/%?~@-] )
    """,
    re.VERBOSE | re.DOTALL,
).match


class Token(NamedTuple):
    """kind: one of this module's constants, a keyword in lower case, or a symbol. text: what it stands for.

    line, column and length, counted in characters from 1, are where some of AWS's messages point to.
    """

    kind: str
    text: str
    line: int
    column: int
    length: int

    @property
    def place(self) -> str:
        return f"{self.line}:{self.column}:{self.length}"


def malformed(detail: str = "") -> ValidationException:
    """A statement that cannot be read. For text that is no token AWS gives no detail."""
    return ValidationException(f"Statement wasn't well formed, can't be processed: {detail}")


def tokens_of(text: str) -> list[Token]:
    """The tokens of a statement, the last of them END. Raises ValidationException."""
    tokens: list[Token] = []
    position, line, line_start = 0, 1, 0
    while position < len(text):
        found = _token(text, position)
        if found is None:
            raise malformed()
        group, whole = str(found.lastgroup), found.group()
        if group == "space":
            breaks = whole.count("\n")
            if breaks:
                line += breaks
                line_start = position + whole.rindex("\n") + 1
        else:
            kind, value = _kind_and_text(group, found.group(group))
            tokens.append(Token(kind, value, line, position - line_start + 1, len(whole)))
        position = found.end()
    tokens.append(Token(END, "", line, position - line_start + 1, 0))
    return tokens


def _kind_and_text(group: str, content: str) -> tuple[str, str]:
    if group == "word":
        keyword = content.lower()
        return (keyword, content) if keyword in KEYWORDS else (IDENTIFIER, content)
    if group == "quoted":
        return IDENTIFIER, content.replace('""', '"')
    if group == "string":
        return STRING, content.replace("''", "'")
    if group == "number":
        _check_scale(content)
        return NUMBER, content
    if group == "ion":
        return ION, content
    return ("<>" if content == "!=" else content), content


def _check_scale(number: str) -> None:
    """Refuse what AWS cannot read as a decimal: exponent and scale must fit in 32 bits."""
    mantissa, _, exponent = number.lower().partition("e")
    if not exponent:
        return
    digits = exponent.lstrip("+-").lstrip("0")
    if len(digits) > _INT_DIGITS:
        raise malformed()
    power = int(digits or 0) * (-1 if exponent[0] == "-" else 1)
    scale = len(mantissa.partition(".")[2]) - power
    if abs(power) > _INT_MAX or abs(scale) > _INT_MAX:
        raise malformed()
