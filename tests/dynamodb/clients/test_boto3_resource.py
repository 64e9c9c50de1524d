"""boto3's resource layer on DynamoDB: tables, batch writers, conditions, paginators and waiters."""

from __future__ import annotations

from decimal import Decimal

import boto3
import pytest
from boto3.dynamodb.conditions import Attr, Key
from boto3.dynamodb.types import Binary
from botocore.exceptions import ClientError, WaiterError

from ..tables import create_table, global_index


@pytest.fixture
def resource(cloud):
    return boto3.resource("dynamodb")


@pytest.fixture
def orders(resource):
    """The table `orders` of pk and the number sk, with the index `by-city`."""
    create_table(
        resource.meta.client,
        sort="sk:N",
        attributes={"city": "S"},
        GlobalSecondaryIndexes=[global_index("by-city", "city", "sk")],
    )
    return resource.Table("orders")


EVERYTHING = {
    "text": "a",
    "number": Decimal("1.5"),
    "binary": Binary(b"\x00\xff"),
    "yes": True,
    "nothing": None,
    "texts": {"a", "b"},
    "numbers": {Decimal(1), Decimal("2.5")},
    "binaries": {Binary(b"a"), Binary(b"b")},
    "list": ["a", Decimal(1), [], {"deep": [None]}],
    "map": {"a": {"b": {"c": Decimal(3)}}, "": ""} | {"empty": {}},
}


def test_an_item_of_all_types_comes_back_as_it_was_put(orders):
    item = {"pk": "a", "sk": Decimal(1), **EVERYTHING}
    orders.put_item(Item=item)

    assert orders.get_item(Key={"pk": "a", "sk": 1})["Item"] == item


def test_a_table_tells_about_itself(resource, orders):
    orders.put_item(Item={"pk": "a", "sk": 1})
    orders.reload()

    assert (orders.table_status, orders.item_count) == ("ACTIVE", 1)
    assert orders.key_schema == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert [table.name for table in resource.tables.all()] == ["orders"]


def test_an_update_is_written_and_read_in_pythons_types(orders):
    answer = orders.update_item(
        Key={"pk": "a", "sk": 1},
        UpdateExpression="SET tags = :t ADD visits :one",
        ConditionExpression=Attr("pk").not_exists(),
        ExpressionAttributeValues={":t": {"x", "y"}, ":one": 1},
        ReturnValues="ALL_NEW",
    )

    assert answer["Attributes"] == {"pk": "a", "sk": 1, "tags": {"x", "y"}, "visits": 1}


def test_a_failed_condition_is_the_clients_exception(orders):
    orders.put_item(Item={"pk": "a", "sk": 1})

    with pytest.raises(orders.meta.client.exceptions.ConditionalCheckFailedException) as failed:
        orders.delete_item(
            Key={"pk": "a", "sk": 1},
            ConditionExpression=Attr("state").eq("open") | Attr("state").not_exists() & Attr("n").gt(1),
        )

    assert failed.value.response["Error"]["Message"] == "The conditional request failed"


SUBJECT = {
    "pk": "a",
    "sk": 1,
    "s": "abcd",
    "n": 5,
    "l": [1, "x"],
    "m": {"inner": {"n": 7}},
    "set": {"p", "q"},
    "b": b"bytes",
    "none": None,
}


@pytest.mark.parametrize(
    "condition",
    [
        Attr("n").eq(5),
        Attr("n").ne(6),
        Attr("n").lt(6),
        Attr("n").lte(5),
        Attr("n").gt(4),
        Attr("n").gte(5),
        Attr("n").between(5, 6),
        Attr("n").is_in([1, 5, "5"]),
        Attr("s").begins_with("ab"),
        Attr("b").begins_with(b"by"),
        Attr("s").contains("bc"),
        Attr("set").contains("p"),
        Attr("l").contains("x"),
        Attr("s").exists(),
        Attr("missing").not_exists(),
        Attr("none").attribute_type("NULL"),
        Attr("s").size().eq(4),
        Attr("l").size().between(1, 2),
        Attr("m.inner.n").eq(7),
        Attr("l[1]").eq("x"),
        ~Attr("n").eq(6),
        Attr("n").eq(5) & Attr("s").eq("abcd"),
        Attr("n").eq(6) | Attr("s").eq("abcd"),
        ~(Attr("n").eq(6) | Attr("missing").exists()) & Attr("pk").eq("a"),
    ],
    ids=lambda condition: condition.expression_operator,
)
def test_every_operator_of_the_conditions_module_holds_and_its_negation_does_not(orders, condition):
    orders.put_item(Item=SUBJECT)

    found = [orders.scan(FilterExpression=expression)["Count"] for expression in (condition, ~condition)]

    assert found == [1, 0]


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        (None, [1, 2, 3, 10]),
        (Key("sk").eq(2), [2]),
        (Key("sk").lt(3), [1, 2]),
        (Key("sk").lte(3), [1, 2, 3]),
        (Key("sk").gt(2), [3, 10]),
        (Key("sk").gte(3), [3, 10]),
        (Key("sk").between(2, 10), [2, 3, 10]),
    ],
)
def test_every_operator_of_a_sort_key_selects_its_range(orders, condition, found):
    for number in (10, 3, 2, 1):
        orders.put_item(Item={"pk": "a", "sk": number})
    key = Key("pk").eq("a") if condition is None else Key("pk").eq("a") & condition

    assert [item["sk"] for item in orders.query(KeyConditionExpression=key)["Items"]] == found


def test_a_sort_key_of_text_is_found_by_its_beginning(resource):
    create_table(resource.meta.client, "words", sort="sk:S")
    words = resource.Table("words")
    for word in ("ab", "abc", "b", "a"):
        words.put_item(Item={"pk": "a", "sk": word})

    answer = words.query(KeyConditionExpression=Key("pk").eq("a") & Key("sk").begins_with("ab"))

    assert [item["sk"] for item in answer["Items"]] == ["ab", "abc"]


def test_an_index_is_queried_with_filter_and_projection(orders):
    orders.put_item(Item={"pk": "a", "sk": 1, "city": "Bonn", "open": True})
    orders.put_item(Item={"pk": "b", "sk": 2, "city": "Bonn", "open": False})

    answer = orders.query(
        IndexName="by-city",
        KeyConditionExpression=Key("city").eq("Bonn"),
        FilterExpression=Attr("open").eq(True),
        ProjectionExpression="pk, #o",
        ExpressionAttributeNames={"#o": "open"},
    )

    assert (answer["Items"], answer["ScannedCount"]) == ([{"pk": "a", "open": True}], 2)


def test_a_batch_writer_writes_and_deletes_any_number(orders):
    with orders.batch_writer() as batch:
        for number in range(60):
            batch.put_item(Item={"pk": "a", "sk": number})
    with orders.batch_writer() as batch:
        for number in range(0, 60, 2):
            batch.delete_item(Key={"pk": "a", "sk": number})

    assert {item["sk"] for item in orders.scan()["Items"]} == set(range(1, 60, 2))


def test_a_batch_writer_keeps_the_last_of_equal_keys_when_told_the_keys(orders):
    with orders.batch_writer(overwrite_by_pkeys=["pk", "sk"]) as batch:
        for number in range(5):
            batch.put_item(Item={"pk": "a", "sk": 1, "n": number})

    assert orders.scan()["Items"] == [{"pk": "a", "sk": 1, "n": 4}]


def test_a_batch_writer_that_is_not_told_the_keys_is_refused_duplicates(orders):
    def write_twice():
        with orders.batch_writer() as batch:
            batch.put_item(Item={"pk": "a", "sk": 1})
            batch.put_item(Item={"pk": "a", "sk": 1})

    with pytest.raises(ClientError) as refused:
        write_twice()
    assert refused.value.response["Error"]["Message"] == "Provided list of item keys contains duplicates"


def test_the_resource_reads_a_batch(resource, orders):
    orders.put_item(Item={"pk": "a", "sk": 1})

    answer = resource.batch_get_item(
        RequestItems={"orders": {"Keys": [{"pk": "a", "sk": 1}, {"pk": "a", "sk": 2}]}}
    )

    assert answer["Responses"] == {"orders": [{"pk": "a", "sk": 1}]}


def test_a_loop_over_pages_reads_all(orders):
    with orders.batch_writer() as batch:
        for number in range(12):
            batch.put_item(Item={"pk": "a", "sk": number})
    found, more = [], {}
    while more is not None:
        page = orders.query(KeyConditionExpression=Key("pk").eq("a"), Limit=5, **more)
        found += [item["sk"] for item in page["Items"]]
        more = {"ExclusiveStartKey": page["LastEvaluatedKey"]} if "LastEvaluatedKey" in page else None

    assert found == list(range(12))


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("scan", {}),
        (
            "query",
            {
                "KeyConditionExpression": "pk = :p",
                "ExpressionAttributeValues": {":p": {"S": "a"}},
            },
        ),
    ],
)
def test_a_paginator_reads_all(dynamodb, orders, operation, parameters):
    with orders.batch_writer() as batch:
        for number in range(12):
            batch.put_item(Item={"pk": "a", "sk": number})

    pages = dynamodb.get_paginator(operation).paginate(
        TableName="orders", PaginationConfig={"PageSize": 5}, **parameters
    )

    assert [item["sk"]["N"] for item in pages.search("Items[]")] == [str(number) for number in range(12)]


def test_a_paginator_goes_on_from_its_token(dynamodb, orders):
    for number in range(3):
        orders.put_item(Item={"pk": "a", "sk": number})
    paginate = dynamodb.get_paginator("scan").paginate

    first = paginate(TableName="orders", PaginationConfig={"MaxItems": 2}).build_full_result()
    rest = paginate(TableName="orders", PaginationConfig={"StartingToken": first["NextToken"]})

    assert [len(first["Items"]), len(rest.build_full_result()["Items"])] == [2, 1]


def test_a_paginator_lists_all_tables(dynamodb):
    for number in range(5):
        create_table(dynamodb, f"table-{number}")

    pages = dynamodb.get_paginator("list_tables").paginate(PaginationConfig={"PageSize": 2})

    assert [name for page in pages for name in page["TableNames"]] == [f"table-{n}" for n in range(5)]


def test_the_waiters_see_a_table_come_and_go(resource):
    table = resource.create_table(
        TableName="orders",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
    )
    table.wait_until_exists()
    table.load()
    assert table.table_status == "ACTIVE"

    table.delete()
    table.wait_until_not_exists()
    with pytest.raises(resource.meta.client.exceptions.ResourceNotFoundException):
        table.load()


@pytest.mark.serverless(freeze_time="2026-01-01", transitions="realistic")
def test_the_waiters_wait_for_a_table_that_takes_its_time(cloud, dynamodb):
    created = create_table(dynamodb)
    dynamodb.get_waiter("table_exists").wait(TableName="orders")
    assert created["TableStatus"] == "CREATING"
    assert dynamodb.describe_table(TableName="orders")["Table"]["TableStatus"] == "ACTIVE"

    dynamodb.delete_table(TableName="orders")
    dynamodb.get_waiter("table_not_exists").wait(TableName="orders")
    assert dynamodb.list_tables()["TableNames"] == []


@pytest.mark.serverless(freeze_time="2026-01-01")
def test_a_waiter_for_a_table_that_never_comes_gives_up(cloud, dynamodb):
    waiter = dynamodb.get_waiter("table_exists")

    with pytest.raises(WaiterError, match="Max attempts exceeded"):
        waiter.wait(TableName="orders", WaiterConfig={"MaxAttempts": 3})
