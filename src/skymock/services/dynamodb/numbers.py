"""DynamoDB's numbers: decimal, 38 significant digits, kept as text in the one form that AWS gives back.

That form is plain (no exponent), without leading zeros and without trailing zeros after the point. A number
has exactly one such text, so two normalised numbers are equal when their texts are.
"""

from __future__ import annotations

import re
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow

from skymock.services.dynamodb.errors import ValidationException

MAX_SIGNIFICANT_DIGITS = 38  # Supported data types and naming rules: Number
MAX_EXPONENT = 125
MIN_EXPONENT = -130

NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
TOO_MANY_DIGITS = "Attempting to store more than 38 significant digits in a Number"

_is_short_integer = re.compile(r"0|-?[1-9][0-9]{0,37}").fullmatch
_number = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?").fullmatch

_exact = Context(prec=MAX_SIGNIFICANT_DIGITS, traps=[Inexact, InvalidOperation, Overflow])


def normalised(text: str) -> str:
    """The number in AWS's form. Raises ValidationException in AWS's order: not numeric, range, digits."""
    if _is_short_integer(text):
        return text
    found = _number(text)
    if found is None:
        raise ValidationException(f"{NOT_NUMERIC}: {text}" if text else NOT_NUMERIC)
    sign, whole, fraction, exponent = found.groups("")
    if not whole and not fraction:
        raise ValidationException(f"{NOT_NUMERIC}: {text}" if text else NOT_NUMERIC)
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return "0"
    scale = _bounded_exponent(exponent) - len(fraction)
    stripped = digits.rstrip("0")
    scale += len(digits) - len(stripped)
    _check_range(len(stripped) + scale - 1, len(stripped))
    plain = _plain(stripped, scale)
    return f"-{plain}" if sign == "-" else plain


def _bounded_exponent(text: str) -> int:
    if len(text) <= 12:
        return int(text or 0)
    value = text.lstrip("+-").lstrip("0")[:12]
    return -int(value or 0) if text[0] == "-" else int(value or 0)


def _check_range(magnitude: int, significant_digits: int) -> None:
    if magnitude > MAX_EXPONENT:
        raise ValidationException(OVERFLOW)
    if magnitude < MIN_EXPONENT:
        raise ValidationException(UNDERFLOW)
    if significant_digits > MAX_SIGNIFICANT_DIGITS:
        raise ValidationException(TOO_MANY_DIGITS)


def _plain(digits: str, scale: int) -> str:
    if scale >= 0:
        return digits + "0" * scale
    point = len(digits) + scale
    if point > 0:
        return f"{digits[:point]}.{digits[point:]}"
    return f"0.{'0' * -point}{digits}"


def added(left: str, right: str) -> str:
    """The exact sum of two normalised numbers. Raises ValidationException when it cannot be stored."""
    if len(left) < 38 and len(right) < 38 and "." not in left and "." not in right:
        return str(int(left) + int(right))
    return _computed(_exact.add, left, right)


def subtracted(left: str, right: str) -> str:
    """The exact difference of two normalised numbers. Raises ValidationException when it cannot be stored."""
    if len(left) < 38 and len(right) < 38 and "." not in left and "." not in right:
        return str(int(left) - int(right))
    return _computed(_exact.subtract, left, right)


def _computed(operation: object, left: str, right: str) -> str:
    assert callable(operation)
    try:
        result = operation(Decimal(left), Decimal(right))
    except DecimalException:
        # A result of more than 38 digits is an "overflow", too. (ScyllaDB, test_number.py, run against AWS)
        raise ValidationException(OVERFLOW) from None
    return normalised(str(result))


def number_size(text: str) -> int:
    """A normalised number's part in an item's size, in bytes: one for each two significant digits, and one.

    Digits are paired from the decimal point outwards, and a negative number takes one byte more.
    """
    digits = text.lstrip("-")
    whole, _, fraction = digits.partition(".")
    if fraction:
        pairs = (len(whole) + 1) // 2 + (len(fraction) + 1) // 2
        if whole == "0":
            leading = len(fraction) - len(fraction.lstrip("0"))
            pairs = (len(fraction) + 1) // 2 - leading // 2
    else:
        trailing = len(whole) - len(whole.rstrip("0"))
        pairs = (len(whole) + 1) // 2 - trailing // 2
    return max(pairs, 0) + 1 + (text[0] == "-")
