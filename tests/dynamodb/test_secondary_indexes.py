"""Local and global secondary indexes."""

import pytest
from botocore.exceptions import ClientError

from .tables import create_table, global_index

LOCAL_INDEX = {
    "IndexName": "local",
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "rank", "KeyType": "RANGE"},
    ],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}


@pytest.fixture
def indexed(dynamodb):
    """A table with a global index `by-city` on city and rank, and a local one on rank; both lack `note`."""
    create_table(
        dynamodb,
        sort="sk:S",
        attributes={"city": "S", "rank": "N"},
        GlobalSecondaryIndexes=[global_index("by-city", "city", "rank", "INCLUDE", include=["extra"])],
        LocalSecondaryIndexes=[LOCAL_INDEX],
    )

    def put(pk, sk, **attributes):
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": pk}, "sk": {"S": sk}, **attributes})

    return put


@pytest.fixture
def by_city(dynamodb):
    def query(city="Bonn", condition="", **options):
        values = {":c": {"S": city}, **options.pop("values", {})}
        return dynamodb.query(
            TableName="orders",
            IndexName="by-city",
            KeyConditionExpression=f"city = :c {condition}".strip(),
            ExpressionAttributeValues=values,
            **options,
        )

    return query


def in_city(rank, city="Bonn", **attributes):
    return {"city": {"S": city}, "rank": {"N": str(rank)}, **attributes}


def test_a_global_index_finds_items_of_all_partitions_in_its_own_order(indexed, by_city):
    indexed("a", "1", **in_city(10))
    indexed("b", "1", **in_city(9))
    indexed("c", "1", **in_city(1, city="Ulm"))

    assert [item["pk"]["S"] for item in by_city()["Items"]] == ["b", "a"]
    assert [item["pk"]["S"] for item in by_city(ScanIndexForward=False)["Items"]] == ["a", "b"]


def test_an_item_without_an_index_key_is_not_in_the_index(indexed, by_city):
    indexed("a", "1", city={"S": "Bonn"})

    assert by_city()["Items"] == []


def test_an_index_holds_what_is_projected_into_it(indexed, by_city):
    indexed("a", "1", **in_city(1, extra={"S": "kept"}, note={"S": "left out"}))

    assert by_city()["Items"] == [{"pk": {"S": "a"}, "sk": {"S": "1"}, **in_city(1), "extra": {"S": "kept"}}]


def test_an_index_follows_its_table(dynamodb, indexed, by_city):
    indexed("a", "1", **in_city(1))
    indexed("b", "1", **in_city(2))
    indexed("c", "1", **in_city(3))

    indexed("a", "1", **in_city(1, city="Ulm"))
    dynamodb.update_item(
        TableName="orders", Key={"pk": {"S": "b"}, "sk": {"S": "1"}}, UpdateExpression="REMOVE city"
    )
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "c"}, "sk": {"S": "1"}})

    assert by_city()["Items"] == []
    assert [item["pk"]["S"] for item in by_city("Ulm")["Items"]] == ["a"]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("AND #r = :r", ["2", "2"]),
        ("AND #r < :r", ["1"]),
        ("AND #r > :r", ["3"]),
        ("AND #r >= :r", ["2", "2", "3"]),
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_conditions_on_an_indexs_sort_key(indexed, by_city, condition, expected, forward):
    for number, rank in enumerate([3, 2, 1, 2]):
        indexed(f"p{number}", "1", **in_city(rank))

    answer = by_city(
        condition=condition,
        values={":r": {"N": "2"}},
        ExpressionAttributeNames={"#r": "rank"},
        ScanIndexForward=forward,
    )

    found = [item["rank"]["N"] for item in answer["Items"]]
    assert found == (expected if forward else expected[::-1])


@pytest.mark.parametrize("forward", [True, False])
def test_pages_of_equal_sort_keys_hold_every_item_once(indexed, by_city, forward):
    for number in range(7):
        indexed(f"p{number}", "1", **in_city(5))

    found, start = [], {}
    while True:
        answer = by_city(Limit=2, ScanIndexForward=forward, **start)
        found += [item["pk"]["S"] for item in answer["Items"]]
        if "LastEvaluatedKey" not in answer:
            break
        assert answer["LastEvaluatedKey"].keys() == {"pk", "sk", "city", "rank"}
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    assert sorted(found) == [f"p{number}" for number in range(7)]


def test_a_scan_of_an_index_pages_through_what_is_in_it(dynamodb, indexed):
    for number in range(6):
        indexed(f"p{number}", "1", **in_city(number, city=f"city{number % 3}"))
    indexed("outside", "1")

    pages = dynamodb.get_paginator("scan").paginate(TableName="orders", IndexName="by-city", Limit=4)

    found = sorted(item["pk"]["S"] for page in pages for item in page["Items"])
    assert found == [f"p{number}" for number in range(6)]


def test_a_local_index_orders_a_partition_anew(dynamodb, indexed):
    for sk, rank in (("1", "3"), ("2", "1"), ("3", "2")):
        indexed("a", sk, rank={"N": rank}, note={"S": sk})
    indexed("a", "4")

    answer = dynamodb.query(
        TableName="orders",
        IndexName="local",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": "a"}},
        ConsistentRead=True,
    )

    assert [item["sk"]["S"] for item in answer["Items"]] == ["2", "3", "1"]
    assert all("note" not in item for item in answer["Items"])


@pytest.mark.parametrize("wanted", [{"Select": "ALL_ATTRIBUTES"}, {"ProjectionExpression": "note"}])
def test_a_local_index_fetches_from_the_table_what_it_lacks_and_pays_for_it(dynamodb, indexed, wanted):
    for sk in ("1", "2"):
        indexed("a", sk, rank={"N": sk}, note={"S": sk})

    answer = dynamodb.query(
        TableName="orders",
        IndexName="local",
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": "a"}},
        ReturnConsumedCapacity="INDEXES",
        **wanted,
    )

    assert [item["note"]["S"] for item in answer["Items"]] == ["1", "2"]
    assert answer["ConsumedCapacity"] == {
        "TableName": "orders",
        "CapacityUnits": 1.5,
        "Table": {"CapacityUnits": 1.0},
        "LocalSecondaryIndexes": {"local": {"CapacityUnits": 0.5}},
    }


def test_an_index_key_of_several_attributes_is_asked_for_from_the_left(dynamodb):
    create_table(
        dynamodb,
        attributes={"land": "S", "city": "S", "year": "N", "day": "N"},
        GlobalSecondaryIndexes=[global_index("wide", ["land", "city"], ["year", "day"])],
    )
    for number, (year, day) in enumerate([(2024, 3), (2025, 9), (2025, 1), (2026, 2), (2025, 30)]):
        item = {"land": {"S": "de"}, "city": {"S": "Bonn"}, "year": {"N": str(year)}, "day": {"N": str(day)}}
        dynamodb.put_item(TableName="orders", Item={"pk": {"S": str(number)}, **item})

    answer = dynamodb.query(
        TableName="orders",
        IndexName="wide",
        KeyConditionExpression="land = :l AND city = :c AND #y = :y AND #d > :d",
        ExpressionAttributeNames={"#y": "year", "#d": "day"},
        ExpressionAttributeValues={
            ":l": {"S": "de"},
            ":c": {"S": "Bonn"},
            ":y": {"N": "2025"},
            ":d": {"N": "1"},
        },
    )

    assert [item["day"]["N"] for item in answer["Items"]] == ["9", "30"]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"ConsistentRead": True},
            "Consistent reads are not supported on global secondary indexes",
        ),
        (
            {"Select": "ALL_ATTRIBUTES"},
            "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global "
            "secondary index by-city because its projection type is not ALL",
        ),
        (
            {"ProjectionExpression": "extra, note.x, more, note.y, pk"},
            "One or more parameter values were invalid: Global secondary index by-city does not project "
            "[note, more]",
        ),
        (
            {"FilterExpression": "attribute_exists(note) OR attribute_exists(more) OR extra = more"},
            "One or more parameter values were invalid: Secondary index by-city does not project one or more "
            "filter attributes: [more, note]",
        ),
        (
            {"ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "1"}}},
            "The provided starting key is invalid",
        ),
        (
            {"ExclusiveStartKey": {"pk": {"N": "1"}, "sk": {"S": "1"}, **in_city(1)}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
        (
            {"ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"S": "1"}, **in_city(1), "rank": {"S": "1"}}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
    ],
)
def test_a_global_index_refuses(indexed, by_city, parameters, message):
    with pytest.raises(ClientError) as refused:
        by_city(**parameters)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_binary_sort_keys_are_found_by_the_highest_beginning_there_is(dynamodb):
    create_table(
        dynamodb,
        attributes={"kind": "S", "code": "B"},
        GlobalSecondaryIndexes=[global_index("by-code", "kind", "code")],
    )
    for code in (b"\xfe", b"\xff", b"\xff\x01", b"\xff\xff"):
        item = {"pk": {"S": code.hex()}, "kind": {"S": "k"}, "code": {"B": code}}
        dynamodb.put_item(TableName="orders", Item=item)

    answer = dynamodb.query(
        TableName="orders",
        IndexName="by-code",
        KeyConditionExpression="kind = :k AND begins_with(code, :c)",
        ExpressionAttributeValues={":k": {"S": "k"}, ":c": {"B": b"\xff"}},
    )
    assert [item["code"]["B"] for item in answer["Items"]] == [b"\xff", b"\xff\x01", b"\xff\xff"]


def test_no_key_of_an_index_is_compared_with_an_empty_value(indexed, by_city):
    with pytest.raises(ClientError) as refused:
        by_city(city="")
    assert refused.value.response["Error"]["Message"] == (
        "One or more parameter values are not valid. A value specified for a secondary index key is not "
        "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
        "IndexName: by-city, IndexKey: city"
    )


def test_a_local_index_filters_by_what_it_holds_alone(indexed, dynamodb, refused):
    _, message, _ = refused(
        dynamodb.query,
        TableName="orders",
        IndexName="local",
        KeyConditionExpression="pk = :p",
        FilterExpression="attribute_exists(note)",
        ExpressionAttributeValues={":p": {"S": "a"}},
    )
    assert message == (
        "One or more parameter values were invalid: Secondary index local does not project one or more filter "
        "attributes: [note]"
    )


def test_a_scan_of_an_index_may_filter_by_what_it_does_not_hold(indexed, dynamodb):
    indexed("a", "1", **in_city(1), note={"S": "n"})

    answer = dynamodb.scan(
        TableName="orders", IndexName="by-city", FilterExpression="attribute_not_exists(note)"
    )

    assert answer["Count"] == 1


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            {"city": {"N": "1"}},
            "One or more parameter values were invalid: Type mismatch for Index Key city Expected: S Actual: N "
            "IndexName: by-city",
        ),
        (
            {"city": {"S": ""}},
            "One or more parameter values are not valid. A value specified for a secondary index key is not "
            "supported. The AttributeValue for a key attribute cannot contain an empty string value. "
            "IndexName: by-city, IndexKey: city",
        ),
    ],
)
def test_an_item_whose_index_key_is_wrong_is_refused(indexed, attributes, message):
    with pytest.raises(ClientError) as refused:
        indexed("a", "1", **attributes)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_an_update_cannot_give_an_index_key_a_wrong_type(dynamodb, indexed):
    indexed("a", "1")

    with pytest.raises(ClientError, match="Type mismatch for Index Key rank Expected: N Actual: S"):
        dynamodb.update_item(
            TableName="orders",
            Key={"pk": {"S": "a"}, "sk": {"S": "1"}},
            UpdateExpression="SET #r = :r",
            ExpressionAttributeNames={"#r": "rank"},
            ExpressionAttributeValues={":r": {"S": "first"}},
        )


def update(dynamodb, name="orders", attributes=(), **action):
    return dynamodb.update_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes],
        GlobalSecondaryIndexUpdates=[action],
    )["TableDescription"]


def test_an_index_that_is_added_later_holds_what_was_there(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "city": {"S": "Bonn"}})

    update(dynamodb, attributes=["pk", "city"], Create=global_index("late", "city"))

    assert dynamodb.scan(TableName=table, IndexName="late")["Count"] == 1


def test_an_index_that_is_deleted_takes_its_attribute_definitions_with_it(dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("gone", "city")])

    update(dynamodb, Delete={"IndexName": "gone"})

    described = dynamodb.describe_table(TableName="orders")["Table"]
    assert "GlobalSecondaryIndexes" not in described
    assert described["AttributeDefinitions"] == [{"AttributeName": "pk", "AttributeType": "S"}]


def test_an_index_of_a_provisioned_table_is_provisioned_by_itself(dynamodb):
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 2}
    index = global_index("own", "city", ProvisionedThroughput=throughput)
    create_table(dynamodb, throughput=(5, 5), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])

    more = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 2}
    update(dynamodb, Update={"IndexName": "own", "ProvisionedThroughput": more})
    (described,) = dynamodb.describe_table(TableName="orders")["Table"]["GlobalSecondaryIndexes"]

    assert described["ProvisionedThroughput"]["ReadCapacityUnits"] == 3
    assert described["IndexArn"].endswith(":table/orders/index/own")


@pytest.mark.parametrize(
    ("action", "code", "message"),
    [
        (
            {"Delete": {"IndexName": "ghost"}},
            "ResourceNotFoundException",
            "Requested resource not found: Index ghost for table orders",
        ),
        (
            {"Delete": {"IndexName": "local"}},
            "ValidationException",
            "Cannot delete an index that is not a GlobalSecondaryIndex: local",
        ),
        (
            {"Create": global_index("by-city", "city")},
            "ValidationException",
            "Attempting to create an index which already exists",
        ),
        (
            {},
            "ValidationException",
            "One or more parameter values were invalid: One of GlobalSecondaryIndexUpdate.Update, "
            "GlobalSecondaryIndexUpdate.Create, GlobalSecondaryIndexUpdate.Delete must not be null",
        ),
    ],
)
def test_an_index_update_refuses(dynamodb, indexed, action, code, message):
    with pytest.raises(ClientError) as refused:
        update(dynamodb, **action)
    assert refused.value.response["Error"] == {"Code": code, "Message": message}


@pytest.mark.serverless(freeze_time="2026-01-05")  # clients wait and try again after this error
def test_one_index_at_a_time_is_created_or_deleted(dynamodb, indexed):
    with pytest.raises(dynamodb.exceptions.LimitExceededException) as refused:
        dynamodb.update_table(
            TableName="orders",
            GlobalSecondaryIndexUpdates=[
                {"Delete": {"IndexName": "by-city"}},
                {"Create": global_index("new", "city")},
            ],
        )
    assert refused.value.response["Error"]["Message"] == (
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per table"
    )


def test_a_table_that_becomes_provisioned_must_provide_for_its_indexes(dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])
    throughput = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}

    with pytest.raises(ClientError, match="ProvisionedThroughput must be specified for index: by-city"):
        dynamodb.update_table(TableName="orders", BillingMode="PROVISIONED", ProvisionedThroughput=throughput)


def test_item_collection_metrics_come_with_local_indexes(dynamodb, indexed):
    answer = dynamodb.put_item(
        TableName="orders",
        Item={"pk": {"S": "a"}, "sk": {"S": "1"}},
        ReturnItemCollectionMetrics="SIZE",
    )

    assert answer["ItemCollectionMetrics"] == {
        "ItemCollectionKey": {"pk": {"S": "a"}},
        "SizeEstimateRangeGB": [0.0, 1.0],
    }


@pytest.mark.parametrize("operation", ["batch_write_item", "transact_write_items"])
def test_batches_and_transactions_have_item_collection_metrics_by_table(dynamodb, indexed, operation):
    create_table(dynamodb, "others")
    item = {"pk": {"S": "a"}, "sk": {"S": "1"}}
    requests = {
        "batch_write_item": {
            "RequestItems": {
                "orders": [{"PutRequest": {"Item": item}}],
                "others": [{"PutRequest": {"Item": item}}],
            }
        },
        "transact_write_items": {
            "TransactItems": [
                {"Put": {"TableName": "orders", "Item": item}},
                {"Put": {"TableName": "others", "Item": item}},
            ]
        },
    }

    answer = getattr(dynamodb, operation)(**requests[operation], ReturnItemCollectionMetrics="SIZE")

    assert answer["ItemCollectionMetrics"] == {
        "orders": [{"ItemCollectionKey": {"pk": {"S": "a"}}, "SizeEstimateRangeGB": [0.0, 1.0]}]
    }


def test_an_update_that_changes_nothing_leaves_the_indexes_alone(dynamodb, indexed, by_city):
    indexed("a", "1", **in_city(1))

    answer = dynamodb.update_item(
        TableName="orders",
        Key={"pk": {"S": "a"}, "sk": {"S": "1"}},
        ReturnConsumedCapacity="INDEXES",
    )

    assert "GlobalSecondaryIndexes" not in answer["ConsumedCapacity"]
    assert by_city()["Count"] == 1


def test_there_are_no_item_collection_metrics_without_local_indexes(dynamodb, table):
    answer = dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}}, ReturnItemCollectionMetrics="SIZE")

    assert "ItemCollectionMetrics" not in answer


@pytest.mark.parametrize(("tag", "empty", "word"), [("S", "", "string"), ("B", b"", "binary")])
def test_an_update_to_an_empty_index_key_is_refused_in_words_of_its_own(dynamodb, tag, empty, word):
    create_table(dynamodb, attributes={"city": tag}, GlobalSecondaryIndexes=[global_index("by-city", "city")])

    with pytest.raises(ClientError) as refused:
        dynamodb.update_item(
            TableName="orders",
            Key={"pk": {"S": "a"}},
            UpdateExpression="SET city = :v",
            ExpressionAttributeValues={":v": {tag: empty}},
        )

    assert refused.value.response["Error"]["Message"] == (
        "One or more parameter values are not valid. The update expression attempted to update a secondary index key "
        "to a value that is not supported. "
        f"The AttributeValue for a key attribute cannot contain an empty {word} value."
    )


def test_an_index_that_would_include_more_than_a_hundred_attributes_in_all_is_refused(dynamodb):
    names = [f"n{number}" for number in range(20)]
    create_table(
        dynamodb,
        attributes={"x": "S"},
        GlobalSecondaryIndexes=[
            global_index(f"by-x{number}", "x", None, "INCLUDE", include=names) for number in range(5)
        ],
    )

    with pytest.raises(
        ClientError, match="NonKeyAttributes of all indexes exceeds the per-table limit of 100"
    ):
        dynamodb.update_table(
            TableName="orders",
            GlobalSecondaryIndexUpdates=[
                {"Create": global_index("one-more", "x", None, "INCLUDE", include=["n0"])}
            ],
        )
