"""CBOR as DAX reads it: a stream of values without frames, each read as it comes."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

from skymock.services.dax.wire import cbor

INDEFINITE = -1
_BREAK = 0xFF
# By the first byte.
_FLOATS = {0xF9: struct.Struct(">e"), 0xFA: struct.Struct(">f"), cbor.DOUBLE: struct.Struct(">d")}

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
        if major == cbor.SIMPLE:
            raise Malformed("a float or a simple value where none is expected")
        if info < 28:
            return major, int.from_bytes(self._take(1 << (info - 24)), "big")
        if info == 31 and cbor.BINARY <= major <= cbor.MAP:
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
        if major == cbor.UNSIGNED:
            return argument
        if major == cbor.NEGATIVE:
            return -1 - argument
        if major == cbor.TAG and argument in (cbor.BIGNUM, cbor.NEGATIVE_BIGNUM):
            return self.bignum(argument)
        raise Malformed("an integer is expected")

    def bignum(self, tag: int) -> int:
        """The integer of a tag that has been read."""
        magnitude = self.binary()
        if len(magnitude) > MAX_BIGNUM_BYTES:
            raise Malformed("an integer of more than a thousand bytes")
        number = int.from_bytes(magnitude, "big")
        return number if tag == cbor.BIGNUM else -1 - number

    def binary(self) -> bytes:
        return self._string(cbor.BINARY)

    def text(self) -> str:
        return self.decoded(self._string(cbor.TEXT))

    def string(self) -> str:
        """A text that may come as a byte string: the clients do not agree about it everywhere."""
        return self.decoded(self._string(self.peek() >> 5))

    def boolean(self) -> bool:
        """true or false, which clients also write as 1 and 0."""
        major, argument = self.head()
        if major == cbor.SIMPLE and argument in (cbor.FALSE, cbor.TRUE):
            return argument == cbor.TRUE
        if major == cbor.UNSIGNED:
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
        if self.peek() != (cbor.SIMPLE << 5 | cbor.NULL):
            return False
        self._at += 1
        return True

    def elements(self) -> Iterator[None]:
        """Stops once for each element of an array, for it to be read."""
        return self._counted(self._length(cbor.ARRAY))

    def entries(self) -> Iterator[None]:
        """Stops once for each entry of a map, for its key and its value to be read."""
        return self._counted(self._length(cbor.MAP))

    def tag(self) -> int:
        return self._length(cbor.TAG)

    def value(self, depth: int = 0) -> Any:
        """Whatever comes next, as Python has it; a tag's content without its tag."""
        if depth > MAX_DEPTH:
            raise Malformed("nested too deeply")
        major = self.peek() >> 5
        if major in (cbor.UNSIGNED, cbor.NEGATIVE):
            return self.integer()
        if major == cbor.BINARY:
            return self.binary()
        if major == cbor.TEXT:
            return self.text()
        if major == cbor.ARRAY:
            return [self.value(depth + 1) for _ in self.elements()]
        if major == cbor.MAP:
            return [(self.value(depth + 1), self.value(depth + 1)) for _ in self.entries()]
        if major == cbor.TAG:
            tag = self.tag()
            return self.bignum(tag) if tag in (cbor.BIGNUM, cbor.NEGATIVE_BIGNUM) else self.value(depth + 1)
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
        return argument == cbor.TRUE if argument in (cbor.FALSE, cbor.TRUE) else None

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
        if major not in (cbor.BINARY, cbor.TEXT):
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
