"""Attribute values: {"N": "1.5"} and its bytes."""

from __future__ import annotations

import math
from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.reader import MAX_DEPTH, Malformed, Reader

AttributeValue = dict[str, Any]
Item = dict[str, AttributeValue]

STRING_SET, NUMBER_SET, BINARY_SET = 3321, 3322, 3323
_EXPONENT_LIMIT = 1 << 63
_MAX_PLACES = 200  # DynamoDB's numbers have 168 at most


def read_value(reader: Reader, depth: int = 0) -> AttributeValue:
    """The next value, as it is on DynamoDB's wire: binaries in base64, numbers as the text that was sent."""
    if depth > MAX_DEPTH:
        raise Malformed("nested too deeply")
    major = reader.peek() >> 5
    if major == cbor.TEXT:
        return {"S": reader.text()}
    if major in (cbor.UNSIGNED, cbor.NEGATIVE):
        return {"N": str(reader.integer())}
    if major == cbor.BINARY:
        return {"B": encoded(reader.binary())}
    if major == cbor.MAP:
        return {"M": {reader.text(): read_value(reader, depth + 1) for _ in reader.entries()}}
    if major == cbor.ARRAY:
        return {"L": [read_value(reader, depth + 1) for _ in reader.elements()]}
    if major == cbor.TAG:
        return _tagged(reader)
    if reader.is_at_float:
        return {"N": _float_text(reader)}
    return {"NULL": True} if reader.take_null() else {"BOOL": reader.boolean()}


def _tagged(reader: Reader) -> AttributeValue:
    tag = reader.tag()
    if tag == STRING_SET:
        return {"SS": [reader.text() for _ in reader.elements()]}
    if tag == NUMBER_SET:
        return {"NS": [read_number(reader) for _ in reader.elements()]}
    if tag == BINARY_SET:
        return {"BS": [encoded(reader.binary()) for _ in reader.elements()]}
    return {"N": _tagged_number(reader, tag)}


def read_number(reader: Reader) -> str:
    """A number's text, as the client was given it: 1.50 stays so, if in another form."""
    if reader.peek() >> 5 == cbor.TAG:
        return _tagged_number(reader, reader.tag())
    return _float_text(reader) if reader.is_at_float else str(reader.integer())


def _float_text(reader: Reader) -> str:
    """A number as the JavaScript client sends it where a float holds it exactly."""
    number = reader.float()
    if not math.isfinite(number):
        raise Malformed(f"{number} is no number of DynamoDB's")
    return repr(number)


def _tagged_number(reader: Reader, tag: int) -> str:
    if tag in (cbor.BIGNUM, cbor.NEGATIVE_BIGNUM):
        return str(reader.bignum(tag))
    if tag != cbor.DECIMAL:
        raise Malformed(f"no attribute value has the tag {tag}")
    parts = [reader.integer() for _ in reader.elements()]
    if len(parts) != 2 or abs(parts[0]) >= _EXPONENT_LIMIT:
        raise Malformed("a decimal is an exponent and a mantissa")
    return _plain(parts[1], -parts[0])


def _plain(mantissa: int, places: int) -> str:
    """A decimal without its exponent, where that is a reasonable text: 1.50 is 150 with two places."""
    if not 0 < places <= _MAX_PLACES:
        return f"{mantissa}E{-places}"
    digits = str(abs(mantissa)).zfill(places + 1)
    return f"{'-' if mantissa < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def encoded(content: bytes) -> str:
    return b64encode(content).decode()


def write_value(value: AttributeValue) -> bytes:
    """The bytes of a value in DynamoDB's form."""
    ((tag, payload),) = value.items()
    return _WRITERS[tag](payload)


def write_number(text: str) -> bytes:
    """A number in DynamoDB's form. A whole one goes as an integer, else clients would show 1E+2 for 100."""
    whole, point, fraction = text.partition(".")
    if not point:
        return cbor.integer(int(text))
    parts = [cbor.integer(-len(fraction)), cbor.integer(int(whole + fraction))]
    return cbor.head(cbor.TAG, cbor.DECIMAL) + cbor.array(parts)


def _write_binary(payload: str) -> bytes:
    return cbor.binary(b64decode(payload))


def _write_map(payload: Item) -> bytes:
    return cbor.map_of([(cbor.text(name), write_value(member)) for name, member in payload.items()])


def _write_list(payload: list[AttributeValue]) -> bytes:
    return cbor.array([write_value(element) for element in payload])


def _writing_set(tag: int, write_member: Callable[[str], bytes]) -> Callable[[list[str]], bytes]:
    start = cbor.head(cbor.TAG, tag)
    return lambda payload: start + cbor.array([write_member(member) for member in payload])


def _write_null(payload: bool) -> bytes:
    return cbor.null


_WRITERS: dict[str, Callable[[Any], bytes]] = {
    "S": cbor.text,
    "N": write_number,
    "B": _write_binary,
    "BOOL": cbor.boolean,
    "NULL": _write_null,
    "M": _write_map,
    "L": _write_list,
    "SS": _writing_set(STRING_SET, cbor.text),
    "NS": _writing_set(NUMBER_SET, write_number),
    "BS": _writing_set(BINARY_SET, _write_binary),
}
