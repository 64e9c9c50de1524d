"""What an expression's placeholders stand for, and which of them a request's expressions have used."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from skymock.services.dynamodb.errors import InvalidAttributeValue, ValidationException
from skymock.services.dynamodb.sizes import text_size
from skymock.services.dynamodb.values import (
    AttributeValue,
    Item,
    check_name_size,
    checked_value,
    value_size,
    weighed_item,
)

MAX_PLACEHOLDER_SIZE = 255  # Quotas in DynamoDB: expression attribute names and values
MAX_VALUES_SIZE = 2 * 1024 * 1024  # Quotas in DynamoDB: sum of all substitution variables in an expression
_LONG_TEXT = 4096  # shorter ones are not worth measuring

_is_name = re.compile(rf"#[0-9A-Za-z_]{{1,{MAX_PLACEHOLDER_SIZE - 1}}}").fullmatch
_is_value = re.compile(rf":[0-9A-Za-z_]{{1,{MAX_PLACEHOLDER_SIZE - 1}}}").fullmatch

_NOTHING: Item = {}
_NO_NAMES: Mapping[str, str] = {}


class ExpressionContext:
    """ExpressionAttributeNames and ExpressionAttributeValues of one request, shared by all its expressions.

    Made before the first expression is parsed, it checks both maps: AWS reports them first. After the last,
    `require_all_used` reports what no expression mentioned.

    values: all values, by their placeholders.
    older: of an operation that words wrong values in AWS's older way (see InvalidAttributeValue).
    """

    __slots__ = ("_names", "_used_names", "_used_values", "values")

    def __init__(
        self,
        names: Mapping[str, str] | None = None,
        values: Item | None = None,
        *,
        older: bool = False,
    ) -> None:
        self._names = _NO_NAMES if names is None else _checked_names(names)
        self.values = _NOTHING if values is None else _checked_values(values, older)
        self._used_names: set[str] = set()
        self._used_values: set[str] = set()

    def name(self, placeholder: str) -> str:
        """The attribute name that `#a` stands for. Raises ValidationException when it is not defined."""
        found = self._names.get(placeholder)
        if found is None:
            raise ValidationException(
                "An expression attribute name used in the document path is not defined; "
                f"attribute name: {placeholder}"
            )
        self._used_names.add(placeholder)
        return found

    def value(self, placeholder: str) -> AttributeValue:
        """The value that `:a` stands for. Raises ValidationException when it is not defined."""
        found = self.values.get(placeholder)
        if found is None:
            raise ValidationException(
                "An expression attribute value used in expression is not defined; "
                f"attribute value: {placeholder}"
            )
        self._used_values.add(placeholder)
        return found

    def use(self, names: Sequence[str], values: Sequence[str]) -> tuple[str, ...]:
        """Use all placeholders of an expression, in its order; returns the attribute names. Raises likewise."""
        found: tuple[str, ...] = ()
        if names:
            found = tuple([self.name(placeholder) for placeholder in names])
        known = self.values
        for placeholder in values:
            if placeholder not in known:
                self.value(placeholder)  # raises
        self._used_values.update(values)
        return found

    def require_all_used(self) -> None:
        """Raises ValidationException for what no expression has used; names come before values."""
        if len(self._used_names) != len(self._names):
            _refuse_unused("ExpressionAttributeNames", self._names, self._used_names)
        if len(self._used_values) != len(self.values):
            _refuse_unused("ExpressionAttributeValues", self.values, self._used_values)


def _refuse_unused(parameter: str, given: Mapping[str, object], used: set[str]) -> None:
    unused = ", ".join(placeholder for placeholder in given if placeholder not in used)
    raise ValidationException(f"Value provided in {parameter} unused in expressions: keys: {{{unused}}}")


def _checked_names(names: Mapping[str, str]) -> Mapping[str, str]:
    if not names:
        raise ValidationException("ExpressionAttributeNames must not be empty")
    for placeholder, name in names.items():
        if not _is_name(placeholder):
            raise _wrong_placeholder("ExpressionAttributeNames", placeholder)
        if not name:
            raise ValidationException(
                f"ExpressionAttributeNames contains invalid value: Empty attribute name for key {placeholder}"
            )
        if len(name) > _LONG_TEXT:
            check_name_size(name)
    return names


def _wrong_placeholder(parameter: str, placeholder: str) -> ValidationException:
    if len(placeholder) > MAX_PLACEHOLDER_SIZE:
        problem = (
            "The expression attribute map contains a key that is too long; "
            f"size of key: {text_size(placeholder)}"
        )
    else:
        problem = f'Syntax error; key: "{placeholder}"'
    return ValidationException(f"{parameter} contains invalid key: {problem}")


def _checked_values(values: Item, older: bool) -> Item:
    if not values:
        raise ValidationException("ExpressionAttributeValues must not be empty")
    for placeholder in values:
        if not _is_value(placeholder):
            raise _wrong_placeholder("ExpressionAttributeValues", placeholder)
    try:
        checked, size = weighed_item(values)
    except ValidationException:
        if older:
            for placeholder, value in values.items():
                _check_older(placeholder, value)
        raise
    if size > MAX_VALUES_SIZE and sum(map(value_size, checked.values())) > MAX_VALUES_SIZE:
        raise ValidationException("ExpressionAttributeValues exceeds max size")
    return checked


def _check_older(placeholder: str, value: AttributeValue) -> None:
    try:
        checked_value(value)
    except ValidationException as error:
        message = error.older_message if isinstance(error, InvalidAttributeValue) else error.message
        raise ValidationException(
            f"ExpressionAttributeValues contains invalid value: {message} for key {placeholder}"
        ) from None
