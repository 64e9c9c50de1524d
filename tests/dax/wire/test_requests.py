"""Requests, read from a stream of bytes without frames."""

import tracemalloc

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.keys import KeySchema
from skymock.services.dax.wire.parameters import parameters_of
from skymock.services.dax.wire.reader import EndOfInput, Malformed, Reader
from skymock.services.dax.wire.request_reading import read_hello, read_request
from skymock.services.dax.wire.requests import GetItem, Option, PutItem
from skymock.services.dynamodb.errors import ValidationException

GET = bytes.fromhex("011a0fb0cc6a4354626c4161bf02f50300ff")
HELLO = bytes.fromhex("674a37796e653547004101a169557365724167656e74617800")


def in_pieces(content, size=1):
    """A source that gives a few bytes at a time."""
    pieces = iter([content[start : start + size] for start in range(0, len(content), size)])
    return Reader(b"", lambda: next(pieces, b""))


@pytest.mark.parametrize("size", [1, 3, 7, 100])
def test_where_a_stream_is_cut_does_not_matter(size):
    reader = in_pieces(HELLO + GET + GET, size)

    read_hello(reader)
    for _ in range(2):
        request = read_request(reader)
        assert type(request) is GetItem
        assert (request.table_name, request.key) == ("Tbl", b"a")
        assert request.options == {Option.CONSISTENT_READ: True, Option.RETURN_CONSUMED_CAPACITY: 0}
    with pytest.raises(EndOfInput):
        read_request(reader)


def test_a_get_as_dynamodb_takes_it():
    schema = KeySchema((("pk", "S"),))

    assert parameters_of(read_request(Reader(GET)), lambda name: schema) == {
        "TableName": "Tbl",
        "Key": {"pk": {"S": "a"}},
        "ConsistentRead": True,
    }


def test_of_a_condition_sent_twice_the_parsed_one_counts():
    as_text, parsed = b"attribute_not_exists(p)", bytes.fromhex("8301820c8212617080")
    options = [b"\x04" + cbor.binary(as_text), b"\x04" + cbor.binary(parsed)]
    content = b"\x01" + cbor.integer(-2106490455) + b"\x43Tbl\x41a\x41\x01\xbf" + b"".join(options) + b"\xff"

    request = read_request(Reader(content))

    assert type(request) is PutItem
    assert parameters_of(request, lambda name: KeySchema((("pk", "S"),))) == {
        "TableName": "Tbl",
        "Item": {"pk": {"S": "a"}},
        "ConditionExpression": "attribute_not_exists(p)",
    }


@pytest.mark.parametrize("hello", ["474554202f20485454502f312e310d0a", "674a37796e653548", "00"])
def test_a_stranger_is_noticed_at_once(hello):
    with pytest.raises(Malformed, match="not a client of DAX's"):
        read_hello(Reader(bytes.fromhex(hello)))


METHODS = [
    1489122155, 455855874, -742646399, -1230579644, 670678385, 263244906, -2106490455, 1425579023, 1013539361,
    -931250863, -1875390620, -697851100, 116217951, 1866287579, -1160037738,
]  # fmt: skip


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(METHODS), st.binary(max_size=60))
@example(-931250863, b"\x5b" + b"\xff" * 8)  # a text of 2^64 bytes
@example(-697851100, b"\xbb\x00\x00\x00\x00\x03\xff\xff\xff")  # a map of 67 million entries
@example(1866287579, b"\x9f" * 60)
@example(-1875390620, b"\x43Tbl\xbf\x05" + b"\x81" * 50)
def test_any_bytes_are_a_request_or_are_refused(method, content):
    try:
        request = read_request(Reader(b"\x01" + cbor.integer(method) + content))
    except (Malformed, EndOfInput):
        return
    schema = KeySchema((("pk", "S"), ("sk", "N")))
    try:
        parameters_of(request, lambda name: schema)
    except (Malformed, EndOfInput, ValidationException):
        return


@pytest.mark.parametrize("nested", [b"\x81", b"\xa1\x01", b"\xd8\x20", b"\x9f", b"\xbf\x00"])
def test_deep_nesting_is_refused(nested):
    with pytest.raises((Malformed, EndOfInput)):
        Reader(nested * 100_000).value()


@pytest.mark.parametrize(
    "content",
    ["1c", "5d", "ff", "f97e00", "fb", "6281ff", "c25903e9", "c2" + "5904000" + "1", "9b" + "ff" * 8],
)
def test_what_is_no_integer(content):
    with pytest.raises((Malformed, EndOfInput)):
        Reader(bytes.fromhex(content) if len(content) % 2 == 0 else bytes.fromhex(content[:-1])).integer()


def test_a_promised_length_takes_no_memory():
    content = b"\x5a\x03\xff\xff\xff" + b"x" * 100  # 64 MB
    tracemalloc.start()
    with pytest.raises(EndOfInput):
        Reader(content).binary()
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()
