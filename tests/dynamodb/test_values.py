"""Attribute values: what AWS takes, how it refuses the rest, what they weigh and how they compare."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.errors import SerializationException
from skymock.services.dynamodb.errors import InvalidAttributeValue, ValidationException
from skymock.services.dynamodb.sizes import check_partition_key_size, check_sort_key_size
from skymock.services.dynamodb.values import (
    check_item_size,
    check_updated_item_size,
    checked_item,
    checked_value,
    depth_of,
    equal,
    item_size,
    order_key,
    size_with_changes,
    value_size,
    weighed_item,
)

EMPTY = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
SEVERAL = (
    "Supplied AttributeValue has more than one datatypes set, "
    "must contain exactly one of the supported datatypes"
)
INVALID = "One or more parameter values were invalid: "
TOO_DEEP = (
    "Nesting Levels have exceeded supported limits: "
    "Attributes in the item have nested levels beyond supported limit"
)


def maps(depth: int) -> dict:
    value: dict = {"S": "leaf"}
    for _ in range(depth):
        value = {"M": {"n": value}}
    return value


def lists(depth: int) -> dict:
    value: dict = {"NULL": True}
    for _ in range(depth):
        value = {"L": [value]}
    return value


@pytest.mark.parametrize(
    "value",
    [
        {"S": "a"},
        {"S": ""},
        {"N": "1"},
        {"B": "YQ=="},
        {"B": ""},
        {"SS": ["a", ""]},
        {"NS": ["1", "2"]},
        {"BS": ["YQ==", ""]},
        {"M": {}},
        {"M": {"a": {"S": "b"}}},
        {"L": []},
        {"L": [{"N": "1"}, {"S": "1"}]},
        {"BOOL": True},
        {"BOOL": False},
        {"NULL": True},
        maps(31),
        lists(31),
    ],
)
def test_a_value_in_aws_form_stays_the_same_object(value):
    assert checked_value(value) is value


@pytest.mark.parametrize(
    ("value", "form"),
    [
        ({"N": "1.0"}, {"N": "1"}),
        ({"NS": ["1.0", "2"]}, {"NS": ["1", "2"]}),
        ({"L": [{"S": "a"}, {"N": "1E2"}]}, {"L": [{"S": "a"}, {"N": "100"}]}),
        ({"M": {"a": {"M": {"b": {"N": "+1"}}}}}, {"M": {"a": {"M": {"b": {"N": "1"}}}}}),
        ({"S": "a", "N": None}, {"S": "a"}),
        ({"S": "a", "x": 1}, {"S": "a"}),
    ],
)
def test_a_value_is_put_into_aws_form(value, form):
    assert checked_value(value) == form


def test_putting_a_value_into_aws_form_leaves_the_given_one_alone():
    given_value = {"M": {"a": {"L": [{"N": "1.0"}]}}}
    checked_value(given_value)
    assert given_value == {"M": {"a": {"L": [{"N": "1.0"}]}}}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({}, EMPTY),
        ({"a": ""}, EMPTY),
        ({"S": None}, EMPTY),
        ({"M": {"a": {}}}, EMPTY),
        ({"L": [{"a": {}}]}, EMPTY),
        ({"S": "a", "N": "1"}, SEVERAL),
        ({"S": "a", "N": "b"}, "The parameter cannot be converted to a numeric value: b"),
        ({"NS": ["1", "b"]}, "The parameter cannot be converted to a numeric value: b"),
        ({"NULL": False}, f"{INVALID}Null attribute value types must have the value of true"),
        ({"SS": []}, f"{INVALID}An string set  may not be empty"),
        ({"NS": []}, f"{INVALID}An number set  may not be empty"),
        ({"BS": []}, f"{INVALID}Binary sets should not be empty"),
        (maps(32), TOO_DEEP),
        (lists(32), TOO_DEEP),
    ],
)
def test_a_wrong_value_is_refused(value, message):
    with pytest.raises(ValidationException) as refusal:
        checked_value(value)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("value", "message", "older_message"),
    [
        (
            {"SS": ["b", "a", "b"]},
            f'{INVALID}Input collection ["a", "b", "b"] contains duplicates.',
            f"{INVALID}Input collection [b, a, b] contains duplicates.",
        ),
        (
            {"BS": ["/w==", "AA==", "AA=="]},
            f'{INVALID}Input collection ["AA==","/w==","AA=="]of type BS contains duplicates.',
            f"{INVALID}Input collection [/w==, AA==, AA==]of type BS contains duplicates.",
        ),
        (
            {"NS": ["2", "1", "2.0"]},
            f"{INVALID}Input collection contains duplicates.",
            "Input collection contains duplicates",
        ),
    ],
)
def test_a_set_with_duplicates_is_refused(value, message, older_message):
    with pytest.raises(InvalidAttributeValue) as refusal:
        checked_value(value)
    assert (refusal.value.message, refusal.value.older_message) == (message, older_message)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a", "Unexpected field type"),
        ([], "Unrecognized collection type class java.lang.Structure"),
        ({"S": 1}, "NUMBER_VALUE cannot be converted to String"),
        ({"S": 1.5}, "DECIMAL_VALUE cannot be converted to String"),
        ({"N": 123}, "NUMBER_VALUE cannot be converted to String"),
        ({"S": True}, "TRUE_VALUE cannot be converted to String"),
        ({"S": False}, "FALSE_VALUE cannot be converted to String"),
        ({"S": ["a"]}, "Unrecognized collection type class java.lang.String"),
        ({"S": {"a": 1}}, "Start of structure or map found where not expected"),
        ({"SS": [None]}, "NULL cannot be converted to String"),
        ({"SS": "a"}, "Unexpected field type"),
        ({"L": "a"}, "Unexpected field type"),
        ({"M": []}, "Unrecognized collection type class java.util.Map"),
        ({"BOOL": "true"}, "Unexpected token received from parser"),
        ({"NULL": 1}, "NUMBER_VALUE cannot be converted to Boolean"),
        ({"B": 1}, "only base-64-encoded strings are convertible to bytes"),
        ({"B": "YQ="}, "Base64 encoded length is expected a multiple of 4 bytes but found: 3"),
        ({"B": "YQ=a"}, "Invalid Base64 character: '='"),
        ({"B": "Y!=="}, "Invalid Base64 character: '!'"),
        ({"B": "A==="}, "Invalid Base64 character: '='"),
        ({"B": "YR=="}, "Invalid last non-pad Base64 character dectected"),
        ({"BS": ["ä==="]}, "Invalid Base64 character: 'ä'"),
    ],
)
def test_json_of_the_wrong_kind_is_refused(value, message):
    with pytest.raises(SerializationException) as refusal:
        checked_value(value)
    assert refusal.value.message == message


def test_an_item_in_aws_form_stays_the_same_object():
    item = {"pk": {"S": "a"}, "n": {"N": "1"}}
    assert checked_item(item) is item


def test_an_item_is_put_into_aws_form():
    assert checked_item({"pk": {"S": "a"}, "n": {"N": "1.0"}}) == {"pk": {"S": "a"}, "n": {"N": "1"}}


def test_an_attribute_name_of_65535_bytes_is_allowed():
    item = {"a" * 65535: {"S": "a"}}
    assert checked_item(item) is item


def test_a_longer_attribute_name_is_refused():
    with pytest.raises(ValidationException) as refusal:
        checked_item({"ä" * 32768: {"S": "a"}})
    assert refusal.value.message == f"{INVALID}Attribute name is too large, must be less than 65536 bytes"


@pytest.mark.parametrize(
    ("item", "size"),
    [
        ({"a": {"S": "bc"}}, 3),
        ({"ä": {"S": "ö"}}, 4),
        ({"a": {"N": "123"}}, 4),
        ({"a": {"B": "YWI="}}, 3),
        ({"a": {"B": "YWJj"}}, 4),
        ({"a": {"B": ""}}, 1),
        ({"a": {"BOOL": True}, "b": {"NULL": True}}, 4),
        ({"a": {"SS": ["b", "cd"]}}, 4),
        ({"a": {"NS": ["1", "123"]}}, 6),
        ({"a": {"BS": ["YQ==", "YWI="]}}, 4),
        ({"a": {"L": []}}, 4),
        ({"a": {"L": [{"S": "b"}, {"S": ""}]}}, 7),
        ({"a": {"M": {}}}, 4),
        ({"a": {"M": {"b": {"S": "cd"}}}}, 8),
    ],
)
def test_an_item_weighs_its_names_and_values(item, size):
    assert item_size(item) == size
    assert weighed_item(item) == (item, size)


def test_an_item_is_weighed_in_the_form_in_which_it_is_kept():
    assert weighed_item({"a": {"N": "1.50"}, "b": {"NS": ["01"]}}) == (
        {"a": {"N": "1.5"}, "b": {"NS": ["1"]}},
        7,
    )


def test_an_item_of_400_kb_is_allowed():
    assert check_item_size(409_600) is None
    assert check_updated_item_size(409_600) is None


def test_a_bigger_item_is_refused():
    with pytest.raises(ValidationException) as refusal:
        check_item_size(409_601)
    assert refusal.value.message == "Item size has exceeded the maximum allowed size"


def test_an_item_that_an_update_makes_too_big_is_refused():
    with pytest.raises(ValidationException) as refusal:
        check_updated_item_size(409_601)
    assert refusal.value.message == "Item size to update has exceeded the maximum allowed size"


_SMALL_ITEMS = st.dictionaries(
    st.sampled_from(["a", "bc", "dé"]), st.sampled_from([{"S": "é"}, {"N": "12.5"}, {"L": [{"BOOL": True}]}])
)


@given(before=_SMALL_ITEMS, after=_SMALL_ITEMS)
def test_the_size_after_a_change_follows_from_what_has_changed(before, after):
    names = {name for name in {**before, **after} if before.get(name) != after.get(name)}

    assert size_with_changes(item_size(before), before, after, names) == item_size(after)


def test_keys_of_their_full_size_are_allowed():
    assert check_partition_key_size({"S": "a" * 2048}) is None
    assert check_sort_key_size([{"S": "a" * 1000}, {"S": "a" * 24}]) is None


def test_a_bigger_partition_key_is_refused():
    with pytest.raises(ValidationException) as refusal:
        check_partition_key_size({"B": b64encode(b"a" * 2049).decode()})
    assert (
        refusal.value.message == f"{INVALID}Size of hashkey has exceeded the maximum size limit of2048 bytes"
    )


def test_a_bigger_sort_key_is_refused():
    with pytest.raises(ValidationException) as refusal:
        check_sort_key_size([{"S": "a" * 1025}])
    assert refusal.value.message == (
        f"{INVALID}Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
    )


@pytest.mark.parametrize(("value", "depth"), [({"S": "a"}, 1), ({"L": []}, 1), (maps(3), 4), (lists(3), 4)])
def test_the_depth_counts_the_value_itself(value, depth):
    assert depth_of(value) == depth


@given(st.text(), st.text())
def test_strings_are_in_the_order_of_their_bytes(one, other):
    assert (order_key({"S": one}) < order_key({"S": other})) == (one.encode() < other.encode())


@given(st.binary(), st.binary())
def test_binaries_are_in_the_order_of_their_bytes(one, other):
    keys = [order_key({"B": b64encode(value).decode()}) for value in (one, other)]
    assert (keys[0] < keys[1]) == (one < other)


@given(
    st.decimals(-(10**20), 10**20, places=5, allow_nan=False),
    st.decimals(-(10**20), 10**20, places=5, allow_nan=False),
)
def test_numbers_are_in_their_order(one, other):
    keys = [order_key(checked_value({"N": str(value)})) for value in (one, other)]
    assert (keys[0] < keys[1]) == (Decimal(one) < Decimal(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"SS": ["a", "b"]}, {"SS": ["b", "a"]}),
        ({"NS": ["1", "2"]}, {"NS": ["2", "1"]}),
        ({"L": [{"SS": ["a", "b"]}]}, {"L": [{"SS": ["b", "a"]}]}),
        ({"M": {"a": {"BS": ["YQ==", "Yg=="]}}}, {"M": {"a": {"BS": ["Yg==", "YQ=="]}}}),
    ],
)
def test_sets_are_equal_in_any_order(one, other):
    assert equal(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"S": "1"}, {"N": "1"}),
        ({"S": "a"}, {"S": "b"}),
        ({"BOOL": True}, {"BOOL": False}),
        ({"SS": ["a"]}, {"SS": ["a", "b"]}),
        ({"L": [{"S": "a"}, {"S": "b"}]}, {"L": [{"S": "b"}, {"S": "a"}]}),
        ({"L": [{"S": "a"}]}, {"L": [{"S": "a"}, {"S": "a"}]}),
        ({"M": {"a": {"S": "a"}}}, {"M": {"b": {"S": "a"}}}),
        ({"M": {"a": {"S": "a"}}}, {"M": {"a": {"S": "b"}}}),
    ],
)
def test_different_values_are_not_equal(one, other):
    assert not equal(one, other)


def test_a_value_weighs_nothing_for_a_name():
    assert value_size({"S": "abc"}) == 3
