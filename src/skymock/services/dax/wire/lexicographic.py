"""Numbers as range keys: bytes whose order is that of the numbers.

A number is 0.d1d2d3... times 10 to the power E. A first byte tells sign and E (with four more where E is large);
then come the digits in groups of three, each in 10 bits, and a last code that tells how many digits the last group
has.
"""

from __future__ import annotations

from skymock.services.dax.wire.reader import Malformed

_ZERO = b"\x80"
_ZEROS = (b"\x80", b"\x7f")
_SHORT_EXPONENTS = range(-62, 62)
_POSITIVE_SHORT, _NEGATIVE_SHORT = 0xC0, 0x3F
_POSITIVE_BIG, _POSITIVE_SMALL = 0xFE, 0x81
_NEGATIVE_BIG, _NEGATIVE_SMALL = 0x01, 0x7E
_FIRST_GROUP = 12
_MAX_BYTES = 200  # 24 hold DynamoDB's longest numbers
_COMPLEMENT = 1023
# By how many digits of the last group count: of three, one or two.
_TERMINATORS = {1: 0, 2: 1, 0: 2}


def write(number: str) -> bytes:
    """The bytes of a number that is given in DynamoDB's form."""
    negative = number.startswith("-")
    whole, _, fraction = number.lstrip("-").partition(".")
    digits = (whole + fraction).lstrip("0")
    if not digits:
        return _ZERO
    exponent = len(digits) - len(fraction)
    padded = digits + "0" * (-len(digits) % 3)
    codes = [int(padded[start : start + 3]) + _FIRST_GROUP for start in range(0, len(padded), 3)]
    codes.append(_TERMINATORS[len(digits) % 3])
    if negative:
        codes = [_COMPLEMENT - code for code in codes]
    return _header(exponent, negative) + _packed(codes)


def _header(exponent: int, negative: bool) -> bytes:
    if exponent in _SHORT_EXPONENTS:
        return bytes((_NEGATIVE_SHORT - exponent if negative else _POSITIVE_SHORT + exponent,))
    if negative:
        first, mask = (_NEGATIVE_SMALL if exponent < 0 else _NEGATIVE_BIG), 0x7FFFFFFF
    else:
        first, mask = (_POSITIVE_SMALL if exponent < 0 else _POSITIVE_BIG), 0x80000000
    return bytes((first,)) + ((exponent & 0xFFFFFFFF) ^ mask).to_bytes(4, "big")


def _packed(codes: list[int]) -> bytes:
    bits = 0
    for code in codes:
        bits = bits << 10 | code
    length = len(codes) * 10
    padding = -length % 8
    return (bits << padding).to_bytes((length + padding) // 8, "big")


def read(content: bytes) -> str:
    """The number's text, with an exponent. Raises Malformed."""
    if content in _ZEROS:
        return "0"
    if not 0 < len(content) <= _MAX_BYTES:
        raise Malformed(f"a number of {len(content)} bytes")
    negative, exponent, start = _read_header(content)
    digits = _read_digits(content[start:], negative)
    return f"{'-' if negative else ''}{digits}E{exponent - len(digits)}"


def _read_header(content: bytes) -> tuple[bool, int, int]:
    """Whether it is negative, its exponent, and where its digits begin."""
    first = content[0]
    negative = first < 0x80
    if first in (_POSITIVE_BIG, _POSITIVE_SMALL, _NEGATIVE_BIG, _NEGATIVE_SMALL):
        mask = 0x7FFFFFFF if negative else 0x80000000
        unsigned = int.from_bytes(content[1:5], "big") ^ mask
        return negative, unsigned - (1 << 32) if unsigned >= 1 << 31 else unsigned, 5
    return negative, _NEGATIVE_SHORT - first if negative else first - _POSITIVE_SHORT, 1


def _read_digits(packed: bytes, negative: bool) -> str:
    count = len(packed) * 8 // 10
    bits = int.from_bytes(packed, "big") >> (len(packed) * 8 - count * 10)
    codes = [bits >> 10 * (count - 1 - place) & _COMPLEMENT for place in range(count)]
    if negative:
        codes = [_COMPLEMENT - code for code in codes]
    digits = ""
    for code in codes:
        if code < _FIRST_GROUP:
            unused = {0: 2, 1: 1, 2: 0}.get(code)
            if unused is None or not digits:
                break
            return digits[: len(digits) - unused]
        digits += f"{code - _FIRST_GROUP:03d}"
    raise Malformed("digits of a number that do not end")
