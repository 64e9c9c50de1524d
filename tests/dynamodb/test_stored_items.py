"""Items are kept as JSON: small, and the same when they come back, whoever asks."""

import sys

import pytest

from skymock.services.dynamodb.storage import PlainStore, SortedStore, StoredItem
from skymock.services.dynamodb.values import item_size

EVERY_TYPE = {
    "pk": {"S": "a"},
    "text": {"S": 'ä "quoted" \\ \n 漢 😀'},
    "number": {"N": "-1.5"},
    "binary": {"B": b"\x00\xff"},
    "texts": {"SS": ["a", "ä"]},
    "numbers": {"NS": ["1", "2"]},
    "binaries": {"BS": [b"\x00"]},
    "map": {"M": {"": {"S": ""}, "b": {"L": []}}},
    "list": {"L": [{"BOOL": False}, {"NULL": True}, {"N": "7"}]},
}


def test_an_item_of_every_type_comes_back_as_it_was_put(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=EVERY_TYPE)

    assert dynamodb.get_item(TableName=table, Key={"pk": {"S": "a"}})["Item"] == EVERY_TYPE


def test_an_item_keeps_the_order_of_its_attributes(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"z": {"N": "1"}, "pk": {"S": "a"}, "b": {"N": "2"}})

    assert list(dynamodb.scan(TableName=table)["Items"][0]) == ["z", "pk", "b"]


def test_a_text_that_looks_like_json_stays_text(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": '{"S":"a"}'}})

    assert dynamodb.scan(TableName=table)["Items"] == [{"pk": {"S": '{"S":"a"}'}}]


def test_a_call_from_inside_gets_items_as_values(cloud, dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "n": {"N": "1"}})

    answer = cloud.call("dynamodb", "Scan", {"TableName": table})

    assert answer["Items"] == [{"pk": {"S": "a"}, "n": {"N": "1"}}]


def test_a_stored_item_takes_less_than_twice_its_size():
    item = {"pk": {"S": "a"}, "note": {"S": "x" * 380}, "n": {"N": "12345"}}
    stored = StoredItem(item, item_size(item))
    stored.pack()

    kept = sum(map(sys.getsizeof, (stored, stored.size, stored.rendered)))

    assert kept < 2 * stored.size


def test_an_unpaired_surrogate_is_the_same_text_after_it_was_kept():
    stored = StoredItem({"pk": {"S": "\ud800"}}, 5)
    stored.pack()

    assert stored.item == {"pk": {"S": "\ud800"}}


def test_an_opened_item_is_decoded_once():
    stored = StoredItem({"pk": {"S": "a"}}, 3)
    stored.pack()
    opened = stored.opened()

    assert opened.item is opened.item


@pytest.mark.parametrize(("new_store", "sort"), [(PlainStore, None), (SortedStore, "a")])
def test_all_but_the_newest_items_are_kept_as_json_alone(new_store, sort):
    store = new_store()
    items = [StoredItem({"pk": {"S": str(number)}}, 3).opened() for number in range(1000)]
    for number, stored in enumerate(items):
        store.put((str(number), sort), stored)

    decoded = [number for number, stored in enumerate(items) if stored.item is stored.item]
    assert decoded == list(range(1000 - len(decoded), 1000))
    assert 1 <= len(decoded) <= 100


@pytest.mark.parametrize(("new_store", "sort"), [(PlainStore, None), (SortedStore, "a")])
def test_an_item_that_is_put_again_and_again_takes_one_place_among_the_newest(new_store, sort):
    store = new_store()
    other = StoredItem({"pk": {"S": "other"}}, 7)
    store.put(("other", sort), other)
    for number in range(1000):
        store.put(("a", sort), StoredItem({"pk": {"S": "a"}, "n": {"N": str(number)}}, 10))

    assert other.item is other.item
    assert store.get(("a", sort)).item["n"] == {"N": "999"}
