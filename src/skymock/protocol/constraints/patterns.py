"""Java's regular expressions, as the models have them, in Python's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache

_LAST_ASCII, _LAST = 0x7F, 0x10FFFF

_CATEGORY = re.compile(r"L[ultmo]?|M[nec]?|N[dlo]?|P[cdseifo]?|S[mcko]?|Z[slp]?|C[cfson]?")

# POSIX classes, in Java of ASCII alone.
_POSIX = {
    "Lower": "a-z",
    "Upper": "A-Z",
    "ASCII": r"\x00-\x7f",
    "Alpha": "a-zA-Z",
    "Digit": "0-9",
    "Alnum": "a-zA-Z0-9",
    "Punct": r"!-/:-@\[-`{-~",
    "Graph": "!-~",
    "Print": " -~",
    "Blank": r" \t",
    "Cntrl": r"\x00-\x1f\x7f",
    "XDigit": "0-9a-fA-F",
    "Space": r" \t\n\x0b\f\r",
}

_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_TOKEN = re.compile(
    r"\\(?P<sign>[pP])(?:\{(?P<name>\w+)\}|(?P<letter>[A-Z]))"
    r"|(?P<escaped>\\.)"
    r"|(?P<named_group>\(\?<(?![=!]))"
    r"|(?P<possessive>(?:[*+?]|\{\d+(?:,\d*)?\})\+)"
    r"|(?P<opening>\[\^?)"
    r"|(?P<closing>\])"
    r"|(?P<dash>-)"
    r"|(?P<intersection>&&)",
    re.DOTALL,
)

# These would try very many ways to fail. What stands beside them accepts the same strings.
_WITHOUT_BACKTRACKING = {
    r"^[a-z0-9A-Z]+[\.\-\w]*[a-z0-9A-Z]+$": r"[a-z0-9A-Z][\.\-\w]*[a-z0-9A-Z]",
    r"^[ \t]*[\x20-\x7E]+([ \t]+[\x20-\x7E]+)*[ \t]*$": r"[\t\x20-\x7E]*[\x20-\x7E][\t\x20-\x7E]*",
    r"^[ \t]*[^\x00-\x1F:\x7F]+([ \t]+[^\x00-\x1F:\x7F]+)*[ \t]*$": (
        r"[\t\x20-\x39\x3B-\x7E\x80-\U0010ffff]*[^\x00-\x1F:\x7F][\t\x20-\x39\x3B-\x7E\x80-\U0010ffff]*"
    ),
}


class UntranslatableError(ValueError):
    """A pattern that uses what Python's expressions lack."""


def matcher(pattern: str) -> Callable[[str], object] | None:
    """What tells whether all of a string matches, as Java's `matches`; None for an untranslatable pattern.

    Unicode's categories need a scan of all its characters (a fifth of a second), so a pattern which names any
    is compiled for ASCII first, and in full when the first string comes that has other characters.
    """
    try:
        narrow = _compiled(in_python(pattern, _LAST_ASCII))
    except (re.error, UntranslatableError):
        return None
    if not _names_categories(pattern):
        return narrow

    def matches(text: str) -> object:
        return narrow(text) if text.isascii() else _in_full(pattern)(text)

    return matches


def _compiled(translated: str) -> Callable[[str], object]:
    # Java's \d, \s and \w are of ASCII alone.
    return re.compile(translated, re.ASCII).fullmatch


@lru_cache(maxsize=256)
def _in_full(pattern: str) -> Callable[[str], object]:
    return _compiled(in_python(pattern, _LAST))


def _names_categories(pattern: str) -> bool:
    return any(
        token["sign"] and (token["name"] or token["letter"]) not in _POSIX
        for token in _TOKEN.finditer(pattern)
    )


def in_python(pattern: str, last: int = _LAST) -> str:
    """The pattern in Python's syntax; `last` is the highest character that its categories need to know.

    Raises UntranslatableError.
    """
    pattern = _WITHOUT_BACKTRACKING.get(pattern, pattern)
    pattern = _SURROGATES.sub(_supplementary, pattern)
    return _TOKEN.sub(_Translation(last).of, pattern)


def _supplementary(pair: re.Match[str]) -> str:
    units = bytes.fromhex(pair[1] + pair[2])
    return f"\\U{ord(units.decode('utf-16-be')):08x}"


class _Translation:
    """One pass over a pattern's tokens, which has to know only whether it stands inside brackets."""

    def __init__(self, last: int) -> None:
        self._last = last
        self._in_brackets = False
        self._end_of_class = -1

    def of(self, token: re.Match[str]) -> str:
        if token["sign"]:
            return self._property(token)
        if token["escaped"]:
            if token["escaped"][1] in "wdsWDS":
                self._end_of_class = token.end()
            return token[0]
        return self._in_a_class(token) if self._in_brackets else self._outside(token)

    def _outside(self, token: re.Match[str]) -> str:
        if token["named_group"]:
            return "(?P<"
        if token["possessive"]:
            # Only how much is tried differs, for patterns that have to match all of a string: see the tests.
            return token[0][:-1]
        self._in_brackets = bool(token["opening"])
        return token[0]

    def _in_a_class(self, token: re.Match[str]) -> str:
        if token["opening"] or token["intersection"]:
            raise UntranslatableError(f"a class inside a class: {token.string}")
        if token["dash"] and token.start() == self._end_of_class:
            return r"\-"  # after a class Java takes it for itself: [\w-_]
        if token["closing"]:
            self._in_brackets = False
        return token[0]

    def _property(self, token: re.Match[str]) -> str:
        self._end_of_class = token.end()
        characters = _characters(token["name"] or token["letter"], self._last)
        negated = token["sign"] == "P"
        if self._in_brackets:
            if negated:
                raise UntranslatableError(f"a negated category inside a class: {token.string}")
            return characters
        if not characters:
            return r"[\s\S]" if negated else r"[^\s\S]"
        return f"[^{characters}]" if negated else f"[{characters}]"


@lru_cache(maxsize=64)
def _characters(name: str, last: int) -> str:
    """The inside of a class of all characters up to `last` in the category or POSIX class."""
    if name in _POSIX:
        return _POSIX[name]
    if not _CATEGORY.fullmatch(name):
        raise UntranslatableError(f"an unknown category: {name}")
    return "".join(
        rf"\U{first:08x}-\U{final:08x}"
        for category, ranges in _categories(last).items()
        if category.startswith(name)
        for first, final in ranges
    )


@lru_cache(maxsize=2)
def _categories(last: int) -> dict[str, list[tuple[int, int]]]:
    ranges: dict[str, list[tuple[int, int]]] = {}
    first, current = 0, unicodedata.category("\0")
    for code in range(1, last + 2):
        category = unicodedata.category(chr(code)) if code <= last else ""
        if category != current:
            ranges.setdefault(current, []).append((first, code - 1))
            first, current = code, category
    return ranges
