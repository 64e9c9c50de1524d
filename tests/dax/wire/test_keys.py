"""Primary keys as bytes. The bytes were made by the real Python client 2.1.0."""

import decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skymock.services.dax.wire import lexicographic
from skymock.services.dax.wire.keys import KeySchema, read_compound, write_compound
from skymock.services.dax.wire.reader import Malformed
from skymock.services.dynamodb.numbers import normalised


def schema(*types):
    return KeySchema(tuple(zip(("pk", "sk"), types, strict=False)))


KEYS = [
    (schema("S"), {"pk": {"S": "ab"}}, "6162"),
    (schema("N"), {"pk": {"N": "10"}}, "0a"),
    (schema("N"), {"pk": {"N": "1.5"}}, "c482200f"),
    (schema("B"), {"pk": {"B": "AQI="}}, "0102"),
    (schema("S", "S"), {"pk": {"S": "ab"}, "sk": {"S": "x"}}, "62616278"),
    (schema("S", "N"), {"pk": {"S": "ab"}, "sk": {"N": "10"}}, "626162c21c0010"),
    (schema("S", "N"), {"pk": {"S": "ab"}, "sk": {"N": "-2.5"}}, "6261623ebe7fe0"),
    (schema("S", "B"), {"pk": {"S": "ab"}, "sk": {"B": "/w=="}}, "626162ff"),
]


@pytest.mark.parametrize(("key_schema", "key", "content"), KEYS)
def test_a_key_and_its_bytes(key_schema, key, content):
    assert key_schema.write(key).hex() == content
    assert key_schema.read(bytes.fromhex(content)) == key


@pytest.mark.parametrize(
    ("number", "content"),
    [
        ("0", "80"),
        ("1", "c11c0000"),
        ("-1", "3ee3fff0"),
        ("10", "c21c0010"),
        ("100", "c31c0020"),
        ("0.001", "be1c0000"),
        ("12345.678", "c521dd4c6001"),
        ("-99", "3d057fe0"),
    ],
)
def test_numbers_in_the_order_of_their_bytes(number, content):
    assert lexicographic.write(number).hex() == content
    assert normalised(lexicographic.read(bytes.fromhex(content))) == number


def test_a_number_with_a_large_exponent_has_it_in_four_bytes():
    assert lexicographic.read(bytes.fromhex("817fffff7f1c0000")) == "1E-130"
    assert lexicographic.write(normalised("1E-130")).hex() == "817fffff7f1c0000"


def test_zero_has_a_second_form():
    assert lexicographic.read(b"\x7f") == "0"


digits = st.integers(-(10**38) + 1, 10**38 - 1)
numbers = st.builds(lambda number, scale: normalised(f"{number}E{scale}"), digits, st.integers(-130, 87))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(numbers, numbers)
def test_bytes_are_in_the_order_of_the_numbers(one, two):
    in_order = decimal.Decimal(one) < decimal.Decimal(two)
    assert (lexicographic.write(one) < lexicographic.write(two)) == in_order
    assert normalised(lexicographic.read(lexicographic.write(one))) == one


# The client itself cannot write a number that has more digits than these in plain form.
short_numbers = st.builds(
    lambda number, scale: normalised(f"{number}E{scale}"),
    st.integers(-(10**36), 10**36),
    st.integers(-130, 0),
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(short_numbers)
def test_bytes_of_numbers_are_the_clients(number):
    client = pytest.importorskip("amazondax.LexDecimal", reason="amazon-dax-client is not installed")
    assert bytes(client.encode(decimal.Decimal(number))) == lexicographic.write(number)


@pytest.mark.parametrize("content", ["", "c1", "c1ffff", "c10000", "fe"])
def test_no_number(content):
    with pytest.raises(Malformed):
        lexicographic.read(bytes.fromhex(content))


def test_equal_keys_have_one_canonical_form():
    with_numbers = schema("N", "N")
    plain = with_numbers.write({"pk": {"N": "10"}, "sk": {"N": "10"}})
    # 1E1, and ten as one digit with an exponent of two
    other = bytes.fromhex("c4820101") + bytes.fromhex("c21c0000")

    assert other != plain
    assert with_numbers.canonical(other) == plain


def test_a_key_of_another_type_is_refused():
    with pytest.raises(Malformed, match="a key whose pk is not of type S"):
        schema("S", "S").read(bytes.fromhex("01") + b"x")


def test_the_key_of_an_index_entry_is_named():
    key = {"gsi": {"S": "x"}, "pk": {"N": "1.5"}}
    content = write_compound(key)

    assert content[:1] == b"\xbf"
    assert read_compound(content) == {"gsi": {"S": "x"}, "pk": {"N": "1.5"}}
