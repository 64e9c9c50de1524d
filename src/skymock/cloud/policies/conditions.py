"""The condition operators. (IAM User Guide: IAM JSON policy elements: Condition operators)"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from skymock.cloud.policies.patterns import Pattern, arn_like, unquoted, wildcard

if TYPE_CHECKING:
    from skymock.cloud.policies.context import ConditionKeys

Test = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator: makes a policy's value the test of a request's value.

    negated: it is met where no value of the policy matches, so also where the request lacks the key.
    """

    test: Callable[[str], Test]
    negated: bool = False
    variables: bool = False


def _equals(expected: str) -> Test:
    text = unquoted(expected)
    return lambda actual: actual == text


def _equals_ignoring_case(expected: str) -> Test:
    text = unquoted(expected).casefold()
    return lambda actual: actual.casefold() == text


def _like(expected: str) -> Test:
    fullmatch = wildcard(expected).fullmatch
    return lambda actual: fullmatch(actual) is not None


def _arn_like(expected: str) -> Test:
    fullmatch = arn_like(expected).fullmatch
    return lambda actual: fullmatch(actual) is not None


def _bool(expected: str) -> Test:
    wanted = expected.lower()
    return lambda actual: actual.lower() == wanted


def _binary(expected: str) -> Test:
    wanted = _decoded(expected)
    return lambda actual: _decoded(actual) == wanted


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(f"not base64: {text}") from error


def _in_network(expected: str) -> Test:
    network = ip_network(expected, strict=False)
    return lambda actual: ip_address(actual) in network


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"not a number: {text}") from error


def _moment(text: str) -> Decimal:
    """Epoch seconds of an ISO 8601 date or of such seconds themselves."""
    try:
        return _number(text)
    except ValueError:
        moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=dt.timezone.utc)
        return Decimal(repr(moment.timestamp()))


def _compared(
    read: Callable[[str], Decimal], compare: Callable[[Decimal, Decimal], bool]
) -> Callable[[str], Test]:
    def test(expected: str) -> Test:
        bound = read(expected)
        return lambda actual: compare(read(actual), bound)

    return test


def _ordered(kind: str, read: Callable[[str], Decimal]) -> dict[str, Operator]:
    """The six comparisons of a kind of number."""
    return {
        f"{kind}equals": Operator(_compared(read, operator.eq)),
        f"{kind}notequals": Operator(_compared(read, operator.eq), negated=True),
        f"{kind}lessthan": Operator(_compared(read, operator.lt)),
        f"{kind}lessthanequals": Operator(_compared(read, operator.le)),
        f"{kind}greaterthan": Operator(_compared(read, operator.gt)),
        f"{kind}greaterthanequals": Operator(_compared(read, operator.ge)),
    }


def _textual(name: str, negated_name: str, test: Callable[[str], Test]) -> dict[str, Operator]:
    """An operator on texts, in which variables may stand, and its negation."""
    return {
        name: Operator(test, variables=True),
        negated_name: Operator(test, negated=True, variables=True),
    }


OPERATORS: Mapping[str, Operator] = {
    **_textual("stringequals", "stringnotequals", _equals),
    **_textual("stringequalsignorecase", "stringnotequalsignorecase", _equals_ignoring_case),
    **_textual("stringlike", "stringnotlike", _like),
    **_textual("arnlike", "arnnotlike", _arn_like),
    # ArnEquals and ArnLike behave identically. (IAM User Guide: ARN condition operators)
    **_textual("arnequals", "arnnotequals", _arn_like),
    **_ordered("numeric", _number),
    **_ordered("date", _moment),
    "bool": Operator(_bool),
    "binaryequals": Operator(_binary),
    "ipaddress": Operator(_in_network),
    "notipaddress": Operator(_in_network, negated=True),
}

_EVERY, _SOME = "forallvalues", "foranyvalue"


def condition(name: str, key: str, expected: Any, variables: bool) -> Callable[[ConditionKeys], bool]:
    """One entry of a `Condition` block, made a test of the request's keys. Raises ValueError if malformed."""
    quantifier, _, plain = name.lower().rpartition(":")
    values = texts_of(expected)
    if quantifier not in ("", _EVERY, _SOME):
        raise ValueError(f"unknown condition operator {name}")
    if plain == "null":
        return _null(key.lower(), values)
    if_exists = plain.endswith("ifexists")
    found = OPERATORS.get(plain.removesuffix("ifexists"))
    if found is None:
        raise ValueError(f"unknown condition operator {name}")
    patterns = [Pattern(value, found.test, variables and found.variables) for value in values]
    return Comparison(key.lower(), patterns, found.negated, quantifier, if_exists)


def texts_of(values: Any) -> list[str]:
    """A policy's value or list of values as texts: JSON's `true` and `5` are "true" and "5"."""
    if not isinstance(values, list):
        values = [values]
    return [_text_of(value) for value in values]


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"not a value: {value!r}")


def _null(key: str, values: Sequence[str]) -> Callable[[ConditionKeys], bool]:
    """The operator Null: "true" wants the key missing, "false" wants it there."""
    wanted = {value.lower() == "true" for value in values}
    return lambda keys: (keys.get(key) is None) in wanted


class Comparison:
    """One operator, one key and the values that the policy wants."""

    __slots__ = ("_if_exists", "_key", "_negated", "_patterns", "_quantifier")

    def __init__(
        self, key: str, patterns: Sequence[Pattern], negated: bool, quantifier: str, if_exists: bool
    ) -> None:
        self._key = key
        self._patterns = patterns
        self._negated = negated
        self._quantifier = quantifier
        self._if_exists = if_exists

    def __call__(self, keys: ConditionKeys) -> bool:
        value = keys.get(self._key)
        if value is None:
            return self._met_without()
        values = [value] if isinstance(value, str) else value
        if self._quantifier == _EVERY:
            return all(self._matches(value, keys) != self._negated for value in values)
        if self._quantifier == _SOME:
            return any(self._matches(value, keys) != self._negated for value in values)
        return self._any_matches(values, keys) != self._negated

    def _met_without(self) -> bool:
        """Whether it is met by a request that lacks the key."""
        if self._if_exists or self._quantifier == _EVERY:
            return True
        return self._negated and self._quantifier != _SOME

    def _any_matches(self, values: Iterable[str], keys: ConditionKeys) -> bool:
        return any(self._matches(value, keys) for value in values)

    def _matches(self, value: str, keys: ConditionKeys) -> bool:
        for pattern in self._patterns:
            try:
                if pattern.matches(value, keys):
                    return True
            except ValueError:  # the request's value is no number, date or address
                continue
        return False
