"""The grammar of event patterns, and what AWS says of a text that does not follow it.

The order of the checks, their texts and the places that they name are those of AWS's own engine, Event Ruler, which is
public, as LocalStack recorded them from EventBridge (test_events_patterns) and from SNS (test_sns_filter_policy), which
has an older one: its prefixes and suffixes are texts only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from skymock.cloud.event_patterns import ALL_OPERATORS, is_or
from skymock.cloud.json_tokens import (
    ARRAY,
    END_ARRAY,
    END_OBJECT,
    NAME,
    NUMBER,
    OBJECT,
    STRING,
    WORD,
    JsonTokens,
)

_LARGEST_NUMBER = 5e9
_ONE_KEY = "Only one key allowed in match expression"
_TOO_MANY = "Too many elements in numeric expression"
_MASK = re.compile(r"[+-]?\d+")
_ADDRESS = re.compile(r"[0-9.]+|[0-9A-Fa-f:.]+")


class PatternError(ValueError):
    """The text is no event pattern. The message is AWS's, with the place if AWS names one."""


def check_pattern(
    text: str, operators: frozenset[str] = ALL_OPERATORS, *, affixes_are_texts: bool = False
) -> None:
    """Raises PatternError, and JsonError for what is no JSON. operators: those that are allowed."""
    _Pattern(JsonTokens(text), operators, affixes_are_texts).check()


class _Pattern:
    """A walk through a pattern's tokens. Each method starts behind the token that opened what it checks."""

    def __init__(self, tokens: JsonTokens, operators: frozenset[str], affixes_are_texts: bool) -> None:
        self._tokens = tokens
        self._operators = operators
        self._affixes_are_texts = affixes_are_texts

    def check(self) -> None:
        if self._tokens.next() != OBJECT:
            raise self._error("Filter is not an object")
        self._object()

    def _error(self, reason: str) -> PatternError:
        return PatternError(f"{reason}\n at {self._tokens.place()}")

    def _error_in_list(self, reason: str) -> PatternError:
        """AWS names the place twice where it stumbles within a list of anything-but."""
        return PatternError(f"{reason}\n at {self._tokens.place()}\n at {self._tokens.place()}")

    def _object(self) -> None:
        tokens, is_empty = self._tokens, True
        while tokens.next() != END_OBJECT:
            is_empty = False
            name = tokens.token.text
            kind = tokens.next()
            if kind == OBJECT:
                self._object()
            elif kind == ARRAY:
                self._alternatives(name)
            else:
                raise self._error(f'"{name}" must be an object or an array')
        if is_empty:
            raise self._error("Empty objects are not allowed")

    def _alternatives(self, name: str) -> None:
        """What stands in a list: patterns under $or, else values and match expressions."""
        tokens = self._tokens
        start = tokens.token.pointer - 1
        if name == "$or" and is_or(name, json.JSONDecoder().raw_decode(tokens.text, start)[0]):
            while tokens.next() != END_ARRAY:
                self._object()
            return
        is_empty = True
        while (kind := tokens.next()) != END_ARRAY:
            is_empty = False
            if kind == OBJECT:
                self._expression()
            elif kind == ARRAY:
                raise self._error("Match value must be String, number, true, false, or null")
            else:
                tokens.read()
        if is_empty:
            raise self._error("Empty arrays are not allowed")

    def _expression(self) -> None:
        if self._tokens.next() != NAME:
            raise self._error("Match expression name not found")
        operator = self._tokens.token.text
        check = _OPERATORS.get(operator)
        if check is None or operator not in self._operators:
            raise self._error(f"Unrecognized match type {operator}")
        check(self)

    def _string(self, what: str) -> str:
        if self._tokens.next() != STRING:
            raise self._error(f"{what} match pattern must be a string")
        return self._tokens.read()

    def _close(self, message: str = _ONE_KEY) -> None:
        if self._tokens.next() != END_OBJECT:
            raise self._error(message)

    def prefix(self) -> None:
        self._affix("prefix")

    def suffix(self) -> None:
        self._affix("suffix")

    def _affix(self, operator: str) -> None:
        """A text, or {"equals-ignore-case": text}."""
        kind = self._tokens.next()
        if kind == OBJECT and not self._affixes_are_texts:
            if self._tokens.next() != NAME:
                raise self._error(f"{operator.title()} expression name not found")
            if self._tokens.token.text != "equals-ignore-case":
                raise self._error(f"Unsupported {operator} pattern: {self._tokens.token.text}")
            self._string("equals-ignore-case")
            self._close()
        elif kind != STRING:
            raise self._error(f"{operator} match pattern must be a string")
        else:
            self._tokens.read()
        self._close()

    def equals_ignore_case(self) -> None:
        self._string("equals-ignore-case")
        self._close()

    def wildcard(self) -> None:
        self._check_wildcard(self._string("wildcard"))
        self._close()

    def _check_wildcard(self, text: str) -> None:
        reason = _wildcard_fault(text)
        if reason is not None:
            raise self._error(reason)

    def cidr(self) -> None:
        text = self._string("prefix")  # as AWS names it
        _check_cidr(text)
        self._close()

    def exists(self) -> None:
        if self._tokens.next() != WORD or self._tokens.token.text == "null":
            raise self._error("exists match pattern must be either true or false.")
        self._close()

    def anything_but(self) -> None:
        kind, operator = self._tokens.next(), ""
        if kind == OBJECT:
            if self._tokens.next() != NAME:
                raise self._error("Anything-But expression name not found")
            operator = self._tokens.token.text
            if f"anything-but of {operator}" not in self._operators:
                raise self._error(f"Unsupported anything-but pattern: {operator}")
            kind = self._tokens.next()
            if self._affixes_are_texts and kind != STRING:
                raise self._error(f"{operator} match pattern must be a string")
        if kind not in (ARRAY, STRING, NUMBER):
            raise self._error("Value of anything-but must be an array or single string/number value.")
        if operator:
            self._texts(kind, operator)
            self._close(_TOO_MANY)
        elif kind == ARRAY:
            self._values()
        else:
            self._tokens.read()
        self._close(_TOO_MANY)

    def _values(self) -> None:
        """A list of texts or of numbers."""
        kinds = set()
        while (kind := self._tokens.next()) != END_ARRAY:
            if kind not in (STRING, NUMBER):
                raise self._error_in_list("Inside anything but list, start|null|boolean is not supported.")
            self._tokens.read()
            kinds.add(kind)
        if len(kinds) != 1:
            raise self._error(
                "Inside anything but list, either all values are number or string, mixed type is not supported"
            )

    def _texts(self, kind: str, operator: str) -> None:
        """The argument of an operator under anything-but: a text, or a list of them."""
        if kind != ARRAY:
            self._text(kind, operator, self._error)
            return
        while (kind := self._tokens.next()) != END_ARRAY:
            self._text(kind, operator, self._error_in_list)

    def _text(self, kind: str, operator: str, error: Callable[[str], PatternError]) -> None:
        if kind != STRING:
            raise error(_NO_TEXT[operator])
        text = self._tokens.read()
        if operator in ("prefix", "suffix") and not text:
            raise error("Null prefix/suffix not allowed")
        if operator == "wildcard":
            self._check_wildcard(text)

    def numeric(self) -> None:
        if self._tokens.next() != ARRAY:
            raise self._error("Value of numeric must be an array.")
        if self._tokens.next() != STRING:
            raise self._error(
                f"Invalid member in numeric match: {self._tokens.token.text or self._tokens.token.kind}"
            )
        operator = self._tokens.read()
        kind = self._tokens.next()
        if operator not in ("=", "<", "<=", ">", ">="):
            raise self._error(f"Unrecognized numeric range operator: {operator}")
        bottom = self._number(kind, "equals" if operator == "=" else operator)
        if self._tokens.next() != END_ARRAY:
            if operator not in (">", ">="):
                raise self._error(_TOO_MANY)
            self._range_from(bottom)
        self._close(_TOO_MANY)

    def _range_from(self, bottom: float) -> None:
        if self._tokens.token.kind != STRING:
            raise self._error(f"Bad value in numeric range: {self._tokens.token.text}")
        operator = self._tokens.read()
        if operator not in ("<", "<="):
            raise self._error(f"Bad numeric range operator: {operator}")
        top = self._number(self._tokens.next(), operator)
        if self._tokens.next() != END_ARRAY:
            raise self._error("Too many terms in numeric range expression")
        if bottom >= top:
            raise self._error("Bottom must be less than top")

    def _number(self, kind: str, what: str) -> float:
        if kind != NUMBER:
            raise self._error(f"Value of {what} must be numeric")
        value = self._tokens.token.value
        if abs(value) > _LARGEST_NUMBER:
            raise self._error("Value must be between -5.0E9 and 5.0E9, inclusive")
        return value


_NO_TEXT = {
    "equals-ignore-case": (
        "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported."
    ),
    "wildcard": "wildcard match pattern must be a string",
    "prefix": "prefix/suffix match pattern must be a string",
    "suffix": "prefix/suffix match pattern must be a string",
}

_OPERATORS: Mapping[str, Callable[[_Pattern], None]] = {
    "anything-but": _Pattern.anything_but,
    "cidr": _Pattern.cidr,
    "equals-ignore-case": _Pattern.equals_ignore_case,
    "exists": _Pattern.exists,
    "numeric": _Pattern.numeric,
    "prefix": _Pattern.prefix,
    "suffix": _Pattern.suffix,
    "wildcard": _Pattern.wildcard,
}


def _wildcard_fault(text: str) -> str | None:
    """What is wrong with a wildcard's text. AWS counts in bytes, from the quote before the text."""
    quoted = f'"{text}"'.encode("utf-8", "surrogatepass")
    position = 0
    while position < len(quoted):
        following = quoted[position + 1 : position + 2]
        if quoted[position : position + 1] == b"\\":
            if following not in (b"*", b"\\"):
                return f"Invalid escape character at pos {position}"
            position += 1
        elif quoted[position : position + 1] == b"*" == following:
            return f"Consecutive wildcard characters at pos {position}"
        position += 1
    return None


def _check_cidr(text: str) -> None:
    """Raises PatternError, without a place as on AWS."""
    address, slash, mask = text.partition("/")
    if not slash or not mask or "/" in mask:
        raise PatternError("Malformed CIDR, one '/' required")
    if _MASK.fullmatch(mask) is None:
        raise PatternError("Malformed CIDR, mask bits must be an integer")
    if _ADDRESS.fullmatch(address) is None:
        raise PatternError(f"Nonstandard IP address: {address}")
