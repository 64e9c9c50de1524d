"""CBOR as DAX writes it: each value in its shortest form. (RFC 8949: Concise Binary Object Representation)"""

from __future__ import annotations

import struct

UNSIGNED, NEGATIVE, BINARY, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
FALSE, TRUE, NULL = 20, 21, 22
DOUBLE = 0xFB

BIGNUM, NEGATIVE_BIGNUM, DECIMAL = 2, 3, 4


def head(major: int, argument: int) -> bytes:
    """The first bytes of a value: its major type, and the argument in its shortest form."""
    initial = major << 5
    if argument < 24:
        return bytes((initial | argument,))
    if argument < 0x100:
        return bytes((initial | 24, argument))
    if argument < 0x10000:
        return struct.pack(">BH", initial | 25, argument)
    if argument < 0x100000000:
        return struct.pack(">BI", initial | 26, argument)
    return struct.pack(">BQ", initial | 27, argument)


def integer(number: int) -> bytes:
    negative = number < 0
    argument = -1 - number if negative else number
    if argument < 1 << 64:
        return head(NEGATIVE if negative else UNSIGNED, argument)
    magnitude = argument.to_bytes((argument.bit_length() + 7) // 8, "big")
    return head(TAG, NEGATIVE_BIGNUM if negative else BIGNUM) + binary(magnitude)


def binary(content: bytes) -> bytes:
    return head(BINARY, len(content)) + content


def text(content: str) -> bytes:
    encoded = content.encode("utf-8", "surrogatepass")
    return head(TEXT, len(encoded)) + encoded


def boolean(value: bool) -> bytes:
    return b"\xf5" if value else b"\xf4"


def double(number: float) -> bytes:
    """A float, always of 64 bits: the Go client takes no other."""
    return struct.pack(">Bd", DOUBLE, number)


null = b"\xf6"
INDEFINITE_MAP = b"\xbf"
END = b"\xff"
EMPTY_ARRAY = b"\x80"
EMPTY_MAP = b"\xa0"


def array(elements: list[bytes]) -> bytes:
    return head(ARRAY, len(elements)) + b"".join(elements)


def map_of(entries: list[tuple[bytes, bytes]]) -> bytes:
    return head(MAP, len(entries)) + b"".join(key + value for key, value in entries)
