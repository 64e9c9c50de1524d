"""CBOR as DAX speaks it: a stream of values without frames, read as they come and written in their shortest form.

(RFC 8949: Concise Binary Object Representation)
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

UNSIGNED, NEGATIVE, BINARY, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
FALSE, TRUE, NULL = 20, 21, 22
_DOUBLE = 0xFB
# By the first byte.
_FLOATS = {0xF9: struct.Struct(">e"), 0xFA: struct.Struct(">f"), _DOUBLE: struct.Struct(">d")}

BIGNUM, NEGATIVE_BIGNUM, DECIMAL = 2, 3, 4

INDEFINITE = -1
_BREAK = 0xFF

# DynamoDB's largest request is 16 MB. Beyond this, a length is nonsense.
MAX_LENGTH = 64 * 1024 * 1024
MAX_BIGNUM_BYTES = 1024
MAX_DEPTH = 200


class Malformed(Exception):
    """Bytes that no client of DAX's sends: there is no telling where the next request would begin."""


class EndOfInput(Exception):
    """The other side has sent no more, within a value or before one."""


def _nothing_more() -> bytes:
    return b""


class Reader:
    """Reads values one after the other.

    data: what is there already. more: gives further bytes, empty at the end.
    Everything raises Malformed, and EndOfInput where bytes are missing.
    """

    __slots__ = ("_at", "_data", "_more")

    def __init__(self, data: bytes = b"", more: Callable[[], bytes] = _nothing_more) -> None:
        self._data = data
        self._at = 0
        self._more = more

    @property
    def is_at_end(self) -> bool:
        """Whether all that has come is read."""
        return self._at >= len(self._data)

    def rest(self) -> bytes:
        """All that has come and is not read yet."""
        rest = self._data[self._at :]
        self._at = len(self._data)
        return rest

    def head(self) -> tuple[int, int]:
        """The major type of the next value and its argument: a number, a length, a tag; or INDEFINITE."""
        if self._at >= len(self._data):
            self._fill(1)
        initial = self._data[self._at]
        self._at += 1
        major, info = initial >> 5, initial & 31
        if info < 24:
            return major, info
        if major == SIMPLE:
            raise Malformed("a float or a simple value where none is expected")
        if info < 28:
            return major, int.from_bytes(self._take(1 << (info - 24)), "big")
        if info == 31 and BINARY <= major <= MAP:
            return major, INDEFINITE
        raise Malformed(f"no CBOR: {initial:#04x}")

    def peek(self) -> int:
        """The first byte of the next value."""
        if self._at >= len(self._data):
            self._fill(1)
        return self._data[self._at]

    def integer(self) -> int:
        at = self._at
        if at < len(self._data) and self._data[at] < 24:  # as most are
            self._at = at + 1
            return self._data[at]
        major, argument = self.head()
        if major == UNSIGNED:
            return argument
        if major == NEGATIVE:
            return -1 - argument
        if major == TAG and argument in (BIGNUM, NEGATIVE_BIGNUM):
            return self.bignum(argument)
        raise Malformed("an integer is expected")

    def bignum(self, tag: int) -> int:
        """The integer of a tag that has been read."""
        magnitude = self.binary()
        if len(magnitude) > MAX_BIGNUM_BYTES:
            raise Malformed("an integer of more than a thousand bytes")
        number = int.from_bytes(magnitude, "big")
        return number if tag == BIGNUM else -1 - number

    def binary(self) -> bytes:
        return self._string(BINARY)

    def text(self) -> str:
        return self.decoded(self._string(TEXT))

    def string(self) -> str:
        """A text that may come as a byte string: the clients do not agree about it everywhere."""
        return self.decoded(self._string(self.peek() >> 5))

    def boolean(self) -> bool:
        """true or false, which clients also write as 1 and 0."""
        major, argument = self.head()
        if major == SIMPLE and argument in (FALSE, TRUE):
            return argument == TRUE
        if major == UNSIGNED:
            return argument != 0
        raise Malformed("a boolean is expected")

    def take(self, content: bytes) -> bool:
        """Whether exactly these bytes come next, and have come already; they are read then."""
        if not self._data.startswith(content, self._at):
            return False
        self._at += len(content)
        return True

    def take_null(self) -> bool:
        """Whether the next value is null, which is read then."""
        if self.peek() != (SIMPLE << 5 | NULL):
            return False
        self._at += 1
        return True

    def elements(self) -> Iterator[None]:
        """Stops once for each element of an array, for it to be read."""
        return self._counted(self._length(ARRAY))

    def entries(self) -> Iterator[None]:
        """Stops once for each entry of a map, for its key and its value to be read."""
        return self._counted(self._length(MAP))

    def tag(self) -> int:
        return self._length(TAG)

    def value(self, depth: int = 0) -> Any:
        """Whatever comes next, as Python has it; a tag's content without its tag."""
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply")
        major = self.peek() >> 5
        if major in (UNSIGNED, NEGATIVE):
            return self.integer()
        if major == BINARY:
            return self.binary()
        if major == TEXT:
            return self.text()
        if major == ARRAY:
            return [self.value(depth + 1) for _ in self.elements()]
        if major == MAP:
            return [(self.value(depth + 1), self.value(depth + 1)) for _ in self.entries()]
        if major == TAG:
            tag = self.tag()
            return self.bignum(tag) if tag in (BIGNUM, NEGATIVE_BIGNUM) else self.value(depth + 1)
        return self._simple()

    @property
    def is_at_float(self) -> bool:
        return self.peek() in _FLOATS

    def float(self) -> float:
        form = _FLOATS[self.peek()]
        self._at += 1
        number: float = form.unpack(self._take(form.size))[0]
        return number

    def _simple(self) -> Any:
        if self.is_at_float:
            return self.float()
        argument = self.head()[1]
        return argument == TRUE if argument in (FALSE, TRUE) else None

    def _length(self, major: int) -> int:
        found, argument = self.head()
        if found != major:
            raise Malformed(f"major type {major} is expected, not {found}")
        if argument > MAX_LENGTH:
            raise Malformed(f"a length of {argument}")
        return argument

    def _counted(self, length: int) -> Iterator[None]:
        if length == INDEFINITE:
            while self.peek() != _BREAK:
                yield
            self._at += 1
        else:
            for _ in range(length):
                yield

    def _string(self, major: int) -> bytes:
        if major not in (BINARY, TEXT):
            raise Malformed("a string is expected")
        start = self._at + 1
        if start <= len(self._data):
            end = start + (self._data[start - 1] & 31)
            if end < start + 24 and self._data[start - 1] >> 5 == major and end <= len(self._data):
                self._at = end  # a short one that is there: most are
                return self._data[start:end]
        length = self._length(major)
        if length != INDEFINITE:
            return self._take(length)
        return b"".join(self._take(self._length(major)) for _ in self._counted(INDEFINITE))

    @staticmethod
    def decoded(content: bytes) -> str:
        try:
            return content.decode()
        except UnicodeDecodeError as error:
            raise Malformed("a text that is not UTF-8") from error

    def _take(self, count: int) -> bytes:
        if count < 0:
            raise Malformed("an indefinite length where none is expected")
        end = self._at + count
        if end > len(self._data):
            self._fill(count)
            end = self._at + count
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def _fill(self, count: int) -> None:
        """Have at least `count` unread bytes. What is promised but does not come takes no memory."""
        chunks = [self._data[self._at :]]
        missing = count - len(chunks[0])
        while missing > 0:
            chunk = self._more()
            if not chunk:
                self._data, self._at = b"".join(chunks), 0
                raise EndOfInput
            chunks.append(chunk)
            missing -= len(chunk)
        self._data, self._at = b"".join(chunks), 0


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
    return struct.pack(">Bd", _DOUBLE, number)


null = b"\xf6"
INDEFINITE_MAP = b"\xbf"
END = b"\xff"
EMPTY_ARRAY = b"\x80"
EMPTY_MAP = b"\xa0"


def array(elements: list[bytes]) -> bytes:
    return head(ARRAY, len(elements)) + b"".join(elements)


def map_of(entries: list[tuple[bytes, bytes]]) -> bytes:
    return head(MAP, len(entries)) + b"".join(key + value for key, value in entries)
