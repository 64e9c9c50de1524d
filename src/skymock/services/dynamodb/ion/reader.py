"""Reads attribute values from Ion text.

Of Ion it knows what maps to DynamoDB's types: string, decimal, bool, null, blob, struct, list, and lists that
are annotated as sets. Other types cannot form an item, and are refused; so are integers, for a number is a
decimal. (Amazon S3 import formats for DynamoDB: Amazon Ion)
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn

from skymock.services.dynamodb.ion.writer import VERSION_MARKER
from skymock.services.dynamodb.values import AttributeValue, Item

_BLANKS = re.compile(r"[ \t\r\n\f\v]*")
_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_NUMBER = re.compile(r"(-?[0-9][0-9_]*)(\.[0-9_]*)?([dD][+-]?[0-9]+)?(?=[ \t\r\n\f\v,\]}]|\Z)")
_BLOB = re.compile(r"\{\{([A-Za-z0-9+/=\s]*)\}\}")
_STRING = re.compile(r'"((?:[^"\\\n]|\\.)*)"', re.DOTALL)
_QUOTED_SYMBOL = re.compile(r"'((?:[^'\\\n]|\\.)*)'", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{2})|(\r\n|.))", re.DOTALL)
_SURROGATES = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")
_SIMPLE_ESCAPES = {
    "0": "\0", "a": "\a", "b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "v": "\v",
    '"': '"', "'": "'", "?": "?", "\\": "\\", "/": "/", "\n": "", "\r\n": "",
}  # fmt: skip
_WORDS: dict[str, AttributeValue] = {
    "true": {"BOOL": True},
    "false": {"BOOL": False},
    "null": {"NULL": True},
}
_SETS = {"$dynamodb_SS": "S", "$dynamodb_NS": "N", "$dynamodb_BS": "B"}
_MOST_DEPTH = 200  # deeper than an item can be nested, and less than Python's own stack allows


class IonError(ValueError):
    """The text is no Ion, or Ion that cannot form an item."""


class IonReader:
    """Reads one text from its beginning."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._depth = 0

    def structs(self) -> Iterator[Item]:
        """The structs one after the other, also those in a list, without version markers. Raises IonError."""
        while self._skip_blanks():
            if self._text.startswith(VERSION_MARKER, self._at):
                self._at += len(VERSION_MARKER)
            elif self._text.startswith("[", self._at):
                for _ in self._elements("[", "]"):
                    yield self._struct()
            else:
                yield self._struct()

    def _value(self) -> AttributeValue:
        self._skip_blanks()
        start = self._text[self._at : self._at + 1]
        if start == "{":
            return self._blob() if self._text.startswith("{{", self._at) else {"M": self._struct()}
        if start == "[":
            return {"L": self._list()}
        if start == '"':
            return {"S": self._quoted(_STRING, "a string")}
        if start.isdigit() or start == "-":
            return {"N": self._number()}
        return self._word()

    def _word(self) -> AttributeValue:
        word = self._match(_IDENTIFIER, "a value").group()
        value = _WORDS.get(word)
        if value is not None and not self._text.startswith(".", self._at):
            return value
        if word not in _SETS:
            self._fail("a value of one of DynamoDB's types")
        self._take("::")
        self._skip_blanks()
        tag = _SETS[word]
        members = self._list()
        if any(tag not in member for member in members):
            self._fail(f"a set of {tag}")
        return {f"{tag}S": [member[tag] for member in members]}

    def _struct(self) -> Item:
        fields: Item = {}
        for _ in self._elements("{", "}"):
            name = self._field_name()
            self._take(":")
            fields[name] = self._value()
        return fields

    def _list(self) -> list[AttributeValue]:
        return [self._value() for _ in self._elements("[", "]")]

    def _elements(self, opening: str, closing: str) -> Iterator[None]:
        """Goes from one element to the next; whoever iterates reads it. A comma may come before the end."""
        self._take(opening)
        self._depth += 1
        if self._depth > _MOST_DEPTH:
            self._fail("less nesting")
        while not self._takes(closing):
            yield
            if not self._takes(","):
                self._take(closing)
                break
        self._depth -= 1

    def _field_name(self) -> str:
        self._skip_blanks()
        if self._text.startswith("'", self._at):
            return self._quoted(_QUOTED_SYMBOL, "a field's name")
        if self._text.startswith('"', self._at):
            return self._quoted(_STRING, "a field's name")
        return self._match(_IDENTIFIER, "a field's name").group()

    def _number(self) -> str:
        whole, fraction, exponent = self._match(_NUMBER, "a number").groups()
        if fraction is None and exponent is None:
            self._fail("a decimal")
        text = f"{whole}{fraction or ''}{(exponent or '').replace('d', 'E').replace('D', 'E')}"
        return text.replace("_", "")

    def _blob(self) -> AttributeValue:
        return {"B": "".join(self._match(_BLOB, "a blob").group(1).split())}

    def _quoted(self, pattern: re.Pattern[str], wanted: str) -> str:
        inside = self._match(pattern, wanted).group(1)
        if "\\" not in inside:
            return inside
        return _SURROGATES.sub(_joined, _ESCAPE.sub(self._unescaped, inside))

    def _unescaped(self, escape: re.Match[str]) -> str:
        digits = escape[1] or escape[2] or escape[3]
        if digits is not None:
            return chr(int(digits, 16))
        if escape[4] not in _SIMPLE_ESCAPES:
            self._fail("an escape of Ion's")
        return _SIMPLE_ESCAPES[escape[4]]

    def _match(self, pattern: re.Pattern[str], wanted: str) -> re.Match[str]:
        found = pattern.match(self._text, self._at)
        if found is None:
            self._fail(wanted)
        self._at = found.end()
        return found

    def _takes(self, token: str) -> bool:
        self._skip_blanks()
        if not self._text.startswith(token, self._at):
            return False
        self._at += len(token)
        return True

    def _take(self, token: str) -> None:
        if not self._takes(token):
            self._fail(f"'{token}'")

    def _skip_blanks(self) -> bool:
        """Whether there is more."""
        blanks = _BLANKS.match(self._text, self._at)
        assert blanks is not None
        self._at = blanks.end()
        return self._at < len(self._text)

    def _fail(self, wanted: str) -> NoReturn:
        line = self._text.count("\n", 0, self._at) + 1
        raise IonError(f"Expected {wanted} at line {line}")


def _joined(pair: re.Match[str]) -> str:
    return pair.group().encode("utf-16", "surrogatepass").decode("utf-16")
