"""ReturnConsumedCapacity. (nubo-db/dynamodb-conformance, measured on AWS: indexConsumedCapacity)"""

import pytest

from .tables import create_table, global_index

KEY = {"pk": {"S": "a"}}


def text(size):
    return {"S": "x" * size}


def units(answer):
    return answer["ConsumedCapacity"]["CapacityUnits"]


def item_of_size(size):
    """An item that weighs so many bytes: `pk`, `a`, `v` and the text."""
    return {**KEY, "v": text(size - 4)}


@pytest.mark.parametrize(("size", "expected"), [(10, 1), (1024, 1), (1025, 2), (10 * 1024, 10)])
def test_a_put_costs_a_unit_for_each_kilobyte(dynamodb, table, size, expected):
    answer = dynamodb.put_item(TableName=table, Item=item_of_size(size), ReturnConsumedCapacity="TOTAL")

    assert answer["ConsumedCapacity"] == {"TableName": table, "CapacityUnits": expected}


@pytest.mark.parametrize(("size", "expected"), [(10, 1), (4096, 1), (4097, 2)])
def test_a_read_costs_a_unit_for_each_four_kilobytes_and_half_of_it_if_it_may_be_stale(
    dynamodb, table, size, expected
):
    dynamodb.put_item(TableName=table, Item=item_of_size(size))
    ask = {"TableName": table, "Key": KEY, "ReturnConsumedCapacity": "TOTAL", "ProjectionExpression": "pk"}

    assert units(dynamodb.get_item(**ask, ConsistentRead=True)) == expected
    assert units(dynamodb.get_item(**ask)) == expected / 2


def test_reading_and_deleting_nothing_costs_the_least(dynamodb, table):
    ask = {"TableName": table, "Key": KEY, "ReturnConsumedCapacity": "TOTAL"}

    assert units(dynamodb.get_item(**ask)) == 0.5
    assert units(dynamodb.delete_item(**ask)) == 1


def test_a_write_costs_by_the_larger_of_the_old_and_the_new_item(dynamodb, table):
    dynamodb.put_item(TableName=table, Item=item_of_size(3000))

    put = dynamodb.put_item(TableName=table, Item=item_of_size(10), ReturnConsumedCapacity="TOTAL")
    dynamodb.put_item(TableName=table, Item=item_of_size(3000))
    updated = dynamodb.update_item(
        TableName=table, Key=KEY, UpdateExpression="REMOVE v", ReturnConsumedCapacity="TOTAL"
    )
    dynamodb.put_item(TableName=table, Item=item_of_size(3000))
    deleted = dynamodb.delete_item(TableName=table, Key=KEY, ReturnConsumedCapacity="TOTAL")

    assert [units(put), units(updated), units(deleted)] == [3, 3, 3]


def test_query_and_scan_cost_by_the_sum_of_what_they_read(dynamodb, sorted_table):
    for number in range(6):
        item = {**KEY, "sk": {"N": str(number)}, "v": text(1500)}
        dynamodb.put_item(TableName=sorted_table, Item=item)

    ask = {
        "TableName": sorted_table,
        "FilterExpression": "attribute_not_exists(v)",
        "ReturnConsumedCapacity": "TOTAL",
        "ConsistentRead": True,
    }
    keys = {"KeyConditionExpression": "pk = :p", "ExpressionAttributeValues": {":p": {"S": "a"}}}
    assert units(dynamodb.query(**ask, **keys)) == 3
    assert units(dynamodb.query(**ask, **keys, Limit=2)) == 1
    assert units(dynamodb.scan(**ask)) == 3


@pytest.fixture
def indexed(dynamodb):
    create_table(
        dynamodb,
        sort="sk:S",
        attributes={"gsi": "S", "lsi": "S"},
        GlobalSecondaryIndexes=[global_index("global", "gsi", projection="INCLUDE", include=["seen"])],
        LocalSecondaryIndexes=[
            {
                "IndexName": "local",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "lsi", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )


INDEXED_KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}


def consumed(answer):
    """(all, table, global index, local index)"""
    consumption = answer["ConsumedCapacity"]
    assert consumption["TableName"] == "orders"
    return (
        consumption["CapacityUnits"],
        consumption["Table"]["CapacityUnits"],
        consumption.get("GlobalSecondaryIndexes", {}).get("global", {}).get("CapacityUnits"),
        consumption.get("LocalSecondaryIndexes", {}).get("local", {}).get("CapacityUnits"),
    )


def put(dynamodb, **attributes):
    item = {**INDEXED_KEY, **{name: {"S": value} for name, value in attributes.items()}}
    return dynamodb.put_item(TableName="orders", Item=item, ReturnConsumedCapacity="INDEXES")


@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ({"gsi": "g", "seen": "s"}, (2, 1, 1, None)),
        ({"lsi": "l"}, (2, 1, None, 1)),
        ({"gsi": "g", "lsi": "l"}, (3, 1, 1, 1)),
        ({"unseen": "u"}, (1, 1, None, None)),
    ],
)
def test_a_put_pays_for_the_indexes_that_it_touches(dynamodb, indexed, attributes, expected):
    assert consumed(put(dynamodb, **attributes)) == expected


def test_putting_the_same_again_touches_no_index(dynamodb, indexed):
    put(dynamodb, gsi="g", lsi="l", seen="s")

    assert consumed(put(dynamodb, gsi="g", lsi="l", seen="s")) == (1, 1, None, None)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("SET unseen = :v", (2, 1, None, 1)),
        ("SET seen = :v", (3, 1, 1, 1)),
        ("SET gsi = :v", (4, 1, 2, 1)),
        ("SET lsi = :v", (3, 1, None, 2)),
    ],
)
def test_an_update_pays_two_writes_where_an_index_key_changes(dynamodb, indexed, expression, expected):
    put(dynamodb, gsi="g", lsi="l", seen="s")

    answer = dynamodb.update_item(
        TableName="orders",
        Key=INDEXED_KEY,
        UpdateExpression=expression,
        ExpressionAttributeValues={":v": {"S": "changed"}},
        ReturnConsumedCapacity="INDEXES",
    )
    assert consumed(answer) == expected


def test_a_delete_pays_for_the_indexes_that_held_the_item(dynamodb, indexed):
    put(dynamodb, gsi="g", lsi="l")

    answer = dynamodb.delete_item(TableName="orders", Key=INDEXED_KEY, ReturnConsumedCapacity="INDEXES")

    assert consumed(answer) == (3, 1, 1, 1)


def test_a_query_of_an_index_pays_for_the_index(dynamodb, indexed):
    answer = dynamodb.query(
        TableName="orders",
        IndexName="global",
        KeyConditionExpression="gsi = :g",
        ExpressionAttributeValues={":g": {"S": "g"}},
        ReturnConsumedCapacity="INDEXES",
    )

    assert consumed(answer) == (0.5, 0, 0.5, None)


def test_nothing_is_said_of_capacity_unless_asked(dynamodb, table):
    assert "ConsumedCapacity" not in dynamodb.put_item(TableName=table, Item=KEY)
