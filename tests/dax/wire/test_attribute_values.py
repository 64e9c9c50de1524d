"""Attribute values, numbers and items as bytes. The bytes were made by the real Python client 2.1.0."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skymock.services.dax.wire.attribute_values import read_number, read_value, write_value
from skymock.services.dax.wire.items import (
    ATTRIBUTE_LISTS,
    AttributeLists,
    Malformed,
    read_item,
    write_item,
    write_updated,
)
from skymock.services.dax.wire.reader import Reader
from skymock.services.dynamodb.numbers import normalised
from skymock.services.dynamodb.values import checked_value

NUMBERS = [
    ("0", "00"),
    ("-1", "20"),
    ("1e3", "c4820301"),
    ("0.10", "c482210a"),
    ("-0.001", "c4822220"),
    ("12345678901234567890123", "c24a029d42b64e76714244cb"),
]


@pytest.mark.parametrize(("text", "content"), NUMBERS)
def test_numbers_as_the_client_sends_them(text, content):
    assert normalised(read_number(Reader(bytes.fromhex(content)))) == normalised(text)


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"N": "100"}, "1864"),
        ({"N": "-25.5"}, "c4822038fe"),
        ({"S": "é"}, "62c3a9"),
        ({"B": "AQI="}, "420102"),
        ({"BOOL": True}, "f5"),
        ({"BOOL": False}, "f4"),
        ({"NULL": True}, "f6"),
        ({"L": [{"S": "a"}]}, "816161"),
        ({"M": {"a": {"N": "1"}}}, "a1616101"),
        ({"SS": ["x"]}, "d90cf9816178"),
        ({"NS": ["1"]}, "d90cfa8101"),
        ({"BS": ["/w=="]}, "d90cfb8141ff"),
    ],
)
def test_values_and_their_bytes(value, content):
    assert write_value(value).hex() == content
    assert checked_value(read_value(Reader(bytes.fromhex(content)))) == value


plain_numbers = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=6
).map(lambda number: {"N": normalised(f"{number:f}")})
values = st.recursive(
    st.one_of(
        st.text(max_size=5).map(lambda text: {"S": text}),
        plain_numbers,
        st.booleans().map(lambda value: {"BOOL": value}),
        st.just({"NULL": True}),
        st.sets(st.text(max_size=3), min_size=1, max_size=3).map(lambda texts: {"SS": sorted(texts)}),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda elements: {"L": elements}),
        st.dictionaries(st.text(max_size=3), inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values)
def test_a_value_comes_back_as_it_was(value):
    assert checked_value(read_value(Reader(write_value(value)))) == value


def test_an_item_is_its_list_and_its_values_in_order():
    list_id = ATTRIBUTE_LISTS.id_of(["a", "b", "c"])
    item = {"pk": {"S": "k"}, "a": {"SS": ["x"]}, "b": {"N": "1.5"}, "c": {"NULL": True}}

    content = write_item(item, ["pk"])
    # The client sends 1.50 as it was given, d9 0cf9 81 61 78 / c4 82 21 18 96 / f6.
    as_sent = bytes.fromhex("d90cf9816178c482211896f6")

    assert Reader(content).integer() == list_id
    assert read_item(content, {"pk": {"S": "k"}})["c"] == {"NULL": True}
    assert checked_value(read_item(content[: -len(as_sent) + 1] + as_sent, {})["b"]) == {"N": "1.5"}


def test_an_item_of_key_attributes_alone_has_the_empty_list():
    assert write_item({"pk": {"S": "k"}}, ["pk"]) == b"\x01"
    assert read_item(b"\x01", {"pk": {"S": "k"}}) == {"pk": {"S": "k"}}


def test_updated_attributes_are_named_by_their_places():
    content = write_updated({"b": {"N": "2"}, "a": {"N": "1"}})

    reader = Reader(content)
    assert ATTRIBUTE_LISTS.names(reader.integer()) == ("a", "b")
    assert reader.value() == [(0, 1), (1, 2)]


def test_a_list_keeps_its_id_for_ever():
    lists = AttributeLists()
    first = lists.id_of(["a", "b"])

    assert (first, lists.id_of(["b", "a"]), lists.id_of(["a", "b"])) == (2, 3, 2)
    assert lists.names(3) == ("b", "a")
    with pytest.raises(Malformed, match="no attribute list has the id 99"):
        lists.names(99)


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("c482211896", "1.50"),
        ("c4822020", "-0.1"),
        ("c4822401", "0.00001"),
        ("c4820301", "1E3"),
        ("c482390fff01", "1E-4096"),
        ("fb3ff8000000000000", "1.5"),
        ("fbc0091eb851eb851f", "-3.14"),
        ("f93e00", "1.5"),
    ],
)
def test_a_decimal_is_read_as_it_was_given(content, text):
    assert read_number(Reader(bytes.fromhex(content))) == text
