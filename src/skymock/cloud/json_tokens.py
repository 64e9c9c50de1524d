"""JSON read token by token, for errors that say where AWS's parser (Jackson, in Java) stood when it gave up.

Two of its ways show in the places that errors name. It has read a member's name only when it has looked at what begins
behind the colon, and it reads the inside of a string only when somebody asks for it.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

OBJECT, END_OBJECT, ARRAY, END_ARRAY = "{", "}", "[", "]"
NAME, STRING, NUMBER, WORD = "name", "string", "number", "word"  # a word is true, false or null

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TOKEN = re.compile(r"[\w$]+")
_SOURCE_SHOWN = 500

_ANY_VALUE = "(JSON String, Number, Array, Object or token 'null', 'true' or 'false')"


class JsonError(ValueError):
    """The text is no JSON. The message names the place."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token. text: of a name, a string, a number or a word. pointer: where the parser stands when it has it.

    end: where it stands once a string has been read.
    """

    kind: str
    pointer: int
    text: str = ""
    end: int = -1

    @property
    def value(self) -> float:
        """Of a number."""
        return float(self.text)


class JsonTokens:
    """The tokens of a text, one after the other. `token` is the latest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.token = Token("", 0)
        self._after_name: Token | None = None
        self._open: list[tuple[str, int]] = []  # what is open, and where it began
        self._is_first = True

    def place(self, pointer: int | None = None) -> str:
        """How AWS names a place: by default where the parser stands now."""
        pointer = self.token.pointer if pointer is None else pointer
        line = self.text.count("\n", 0, pointer) + 1
        column = pointer - (self.text.rfind("\n", 0, pointer) + 1) + 1
        return f"[Source: (String){self._source()}; line: {line}, column: {column}]"

    def _source(self) -> str:
        cut = len(self.text) - _SOURCE_SHOWN
        return f'"{self.text}"' if cut <= 0 else f'"{self.text[:_SOURCE_SHOWN]}"[truncated {cut} chars]'

    def read(self) -> str:
        """The text of the token, which is read now if it was not."""
        if self.token.end >= 0:
            self.token = Token(self.token.kind, self.token.end, self.token.text, self.token.end)
        return self.token.text

    def next(self) -> str:
        """Go on to the next token; its kind. Raises JsonError."""
        if self._after_name is not None:
            self.token, self._after_name = self._after_name, None
        else:
            self.token = self._scan()
        if self.token.kind in (OBJECT, ARRAY):
            self._open.append((self.token.kind, self.token.pointer))
            self._is_first = True
        return self.token.kind

    def _scan(self) -> Token:
        at = self._skip_space(max(self.token.pointer, self.token.end))
        kind = self._open[-1][0] if self._open else ""
        if kind and self.text[at : at + 1] == (END_OBJECT if kind == OBJECT else END_ARRAY):
            self._open.pop()
            self._is_first = False
            return Token(self.text[at], at + 1)
        if kind and not self._is_first:
            at = self._skip_space(self._expect(",", at, f"was expecting comma to separate {_ENTRIES[kind]}"))
        self._is_first = False
        return self._name(at) if kind == OBJECT else self._value(at)

    def _name(self, at: int) -> Token:
        match = _STRING.match(self.text, at)
        if match is None:
            raise self._unexpected(at, "was expecting double-quote to start field name")
        colon = self._skip_space(match.end())
        colon = self._expect(":", colon, "was expecting a colon to separate field name and value")
        self._after_name = self._value(self._skip_space(colon))
        return Token(NAME, self._after_name.pointer, json.loads(match[0]))

    def _value(self, at: int) -> Token:
        character = self.text[at : at + 1]
        if character in (OBJECT, ARRAY) and character:
            return Token(character, at + 1)
        if character == '"':
            match = _STRING.match(self.text, at)
            if match is None:
                raise self._ended()
            return Token(STRING, at + 1, json.loads(match[0]), match.end())
        number = _NUMBER.match(self.text, at)
        if number is not None:
            return Token(NUMBER, number.end(), number[0])
        return self._word(at)

    def _word(self, at: int) -> Token:
        match = _TOKEN.match(self.text, at)
        if match is None:
            raise self._unexpected(at, f"expected a valid value {_ANY_VALUE}")
        if match[0] not in ("true", "false", "null"):
            raise JsonError(
                f"Unrecognized token '{match[0]}': was expecting {_ANY_VALUE}\n at {self.place(match.end())}"
            )
        return Token(WORD, match.end(), match[0])

    def _expect(self, character: str, at: int, what: str) -> int:
        if self.text[at : at + 1] != character:
            raise self._unexpected(at, what)
        return at + 1

    def _skip_space(self, at: int) -> int:
        match = _SPACE.match(self.text, at)
        return match.end() if match is not None else at

    def _unexpected(self, at: int, what: str) -> JsonError:
        if at >= len(self.text):
            return self._ended()
        character = self.text[at]
        return JsonError(
            f"Unexpected character ('{character}' (code {ord(character)})): {what}\n at {self.place(at)}"
        )

    def _ended(self) -> JsonError:
        end = len(self.text)
        if not self._open:
            return JsonError(f"No content to map due to end-of-input\n at {self.place(end)}")
        kind, began = self._open[-1]
        what = "Object" if kind == OBJECT else "Array"
        return JsonError(
            f"Unexpected end-of-input: expected close marker for {what} (start marker at {self.place(began - 1)})\n"
            f" at {self.place(end)}"
        )


_ENTRIES = {OBJECT: "Object entries", ARRAY: "Array entries"}
