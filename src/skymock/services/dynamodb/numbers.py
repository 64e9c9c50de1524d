"""DynamoDB's numbers: decimal, 38 significant digits, kept as text in the one form that AWS gives back.

That form is plain (no exponent), without leading zeros and without trailing zeros after the point. A number
has exactly one such text, so two normalised numbers are equal when their texts are.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Context, Decimal, DecimalException, Inexact, InvalidOperation, Overflow
from functools import lru_cache

from skymock.services.dynamodb.errors import InvalidAttributeValue, ValidationException

MAX_SIGNIFICANT_DIGITS = 38  # Supported data types and naming rules: Number
MAX_EXPONENT = 125
MIN_EXPONENT = -130

NOT_NUMERIC = "The parameter cannot be converted to a numeric value"
OVERFLOW = "Number overflow. Attempting to store a number with magnitude larger than supported range"
UNDERFLOW = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
TOO_MANY_DIGITS = "Attempting to store more than 38 significant digits in a Number"

# Most numbers come in AWS's form: integers, and short fractions without zeros to cut off.
_is_normal = re.compile(r"0|-?[1-9][0-9]{0,37}|-?(?:0|[1-9][0-9]{0,17})\.[0-9]{0,17}[1-9]").fullmatch
_number = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?").fullmatch

# AWS reads an exponent of 64 bits; a longer one is no number. (paritysuite, numberExponent.test.ts)
_LONGS = (-(2**63), 2**63 - 1)
_LONG_DIGITS = 40

_exact = Context(prec=MAX_SIGNIFICANT_DIGITS, traps=[Inexact, InvalidOperation, Overflow])


def normalised(text: str) -> str:
    """The number in AWS's form. Raises ValidationException in AWS's order: not numeric, range, digits."""
    if _is_normal(text):
        return text
    found = _number(text)
    if found is None:
        raise _not_numeric(text)
    sign, whole, fraction, exponent_text = found.groups("")
    exponent = int(exponent_text[:_LONG_DIGITS] or 0)
    if not (whole or fraction) or len(exponent_text) > _LONG_DIGITS or not _LONGS[0] <= exponent <= _LONGS[1]:
        raise _not_numeric(text)
    digits = (whole + fraction).lstrip("0")
    if not digits:
        # Zero is held to the range by the exponent it is written with. (paritysuite, numberExponent.test.ts)
        _check_range(exponent, 1)
        return "0"
    stripped = digits.rstrip("0")
    scale = exponent - len(fraction) + len(digits) - len(stripped)
    _check_range(len(stripped) + scale - 1, len(stripped))
    plain = _plain(stripped, scale)
    return f"-{plain}" if sign == "-" else plain


def _not_numeric(text: str) -> InvalidAttributeValue:
    return InvalidAttributeValue(f"{NOT_NUMERIC}: {text}", f"{NOT_NUMERIC}: {text}" if text else NOT_NUMERIC)


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


def _computed(operation: Callable[[Decimal, Decimal], Decimal], left: str, right: str) -> str:
    try:
        result = operation(Decimal(left), Decimal(right))
    except DecimalException:
        # A result of more than 38 digits is an "overflow", too. (ScyllaDB, test_number.py, run against AWS)
        raise ValidationException(OVERFLOW) from None
    # Zero keeps the exponent of its operands, which may be smaller than a number's.
    return normalised(str(result)) if result else "0"


@lru_cache(maxsize=4096)
def size_if_normal(text: str) -> int | None:
    """The size of a number that is in AWS's form already, as nearly all are; None for any other text."""
    return number_size(text) if _is_normal(text) else None


@lru_cache(maxsize=4096)
def number_size(text: str) -> int:
    """What a normalised number weighs in an item, in bytes.

    One, and one for each two significant digits on either side of the point, and one for a minus sign; zero
    weighs one. AWS's page says less. (paritysuite, numberByteSize.test.ts, measured at the item size limit)
    """
    if text == "0":
        return 1
    digits = text.lstrip("-")
    whole, _, fraction = digits.partition(".")
    if not fraction:
        whole = whole.rstrip("0")
    elif whole == "0":
        whole, fraction = "", fraction.lstrip("0")
    return 1 + (len(whole) + 1) // 2 + (len(fraction) + 1) // 2 + (text[0] == "-")
