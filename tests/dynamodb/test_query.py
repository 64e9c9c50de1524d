"""Query on a table."""

import pytest
from botocore.exceptions import ClientError

from .tables import create_table


@pytest.fixture
def query(dynamodb, sorted_table):
    """Query the partition `a`, with a condition on the sort key; the values are numbers."""

    def query(condition="", names=None, values=(), **options):
        values = {f":{index}": {"N": str(value)} for index, value in enumerate(values)}
        if names is not None:
            options["ExpressionAttributeNames"] = names
        return dynamodb.query(
            TableName=sorted_table,
            KeyConditionExpression=f"pk = :pk {condition}".strip(),
            ExpressionAttributeValues={":pk": {"S": "a"}, **values, **options.pop("more_values", {})},
            **options,
        )

    return query


@pytest.fixture
def five_items(dynamodb, sorted_table):
    for number in (10, 9, -1, 2.5, 100):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "big": {"BOOL": number > 9}}
        dynamodb.put_item(TableName=sorted_table, Item=item)
    dynamodb.put_item(TableName=sorted_table, Item={"pk": {"S": "b"}, "sk": {"N": "1"}})


def sort_keys(answer):
    return [item["sk"]["N"] for item in answer["Items"]]


def test_items_come_in_the_order_of_numbers_not_of_text(five_items, query):
    assert sort_keys(query()) == ["-1", "2.5", "9", "10", "100"]


def test_items_come_backwards_when_asked(five_items, query):
    assert sort_keys(query(ScanIndexForward=False)) == ["100", "10", "9", "2.5", "-1"]


@pytest.mark.parametrize(
    ("condition", "values", "expected"),
    [
        ("AND sk = :0", [9], ["9"]),
        ("AND sk < :0", [9], ["-1", "2.5"]),
        ("AND sk <= :0", [9], ["-1", "2.5", "9"]),
        ("AND sk > :0", [9], ["10", "100"]),
        ("AND sk >= :0", [9], ["9", "10", "100"]),
        ("AND sk BETWEEN :0 AND :1", [2, 10], ["2.5", "9", "10"]),
        ("AND sk > :0", [100], []),
    ],
)
@pytest.mark.parametrize("forward", [True, False])
def test_conditions_on_the_sort_key(five_items, query, condition, values, expected, forward):
    answer = query(condition, values=values, ScanIndexForward=forward)

    assert sort_keys(answer) == (expected if forward else expected[::-1])


def test_the_limit_counts_what_is_read_before_the_filter(five_items, query):
    answer = query(
        Limit=3, FilterExpression="big = :yes", more_values={":yes": {"BOOL": True}}, Select="ALL_ATTRIBUTES"
    )

    assert (answer["Items"], answer["Count"], answer["ScannedCount"]) == ([], 0, 3)
    assert answer["LastEvaluatedKey"] == {"pk": {"S": "a"}, "sk": {"N": "9"}}


@pytest.mark.parametrize("forward", [True, False])
def test_pages_go_on_where_the_last_one_ended(five_items, query, forward):
    pages, start = [], {}
    while True:
        answer = query(Limit=2, ScanIndexForward=forward, **start)
        pages.append(sort_keys(answer))
        if "LastEvaluatedKey" not in answer:
            break
        start = {"ExclusiveStartKey": answer["LastEvaluatedKey"]}

    order = ["-1", "2.5", "9", "10", "100"] if forward else ["100", "10", "9", "2.5", "-1"]
    assert pages == [order[:2], order[2:4], order[4:]]


def test_a_page_that_ends_at_its_limit_has_a_last_key_even_where_nothing_follows(five_items, query):
    answer = query(Limit=5)
    rest = query(ExclusiveStartKey=answer["LastEvaluatedKey"])

    assert (rest["Items"], "LastEvaluatedKey" in rest) == ([], False)


def test_a_starting_key_need_not_be_there_any_more(dynamodb, sorted_table, five_items, query):
    start = {"pk": {"S": "a"}, "sk": {"N": "9"}}
    dynamodb.delete_item(TableName=sorted_table, Key=start)

    assert sort_keys(query(ExclusiveStartKey=start)) == ["10", "100"]


@pytest.mark.serverless(throttling=False)
def test_a_page_ends_at_one_megabyte(dynamodb, sorted_table, query):
    for number in range(4):
        item = {"pk": {"S": "a"}, "sk": {"N": str(number)}, "v": {"S": "x" * 400_000}}
        dynamodb.put_item(TableName=sorted_table, Item=item)

    first = query()
    rest = query(ExclusiveStartKey=first["LastEvaluatedKey"])
    assert (sort_keys(first), sort_keys(rest)) == (["0", "1", "2"], ["3"])


def test_select_count_answers_no_items(five_items, query):
    answer = query(Select="COUNT")

    assert (answer["Count"], answer["ScannedCount"], "Items" in answer) == (5, 5, False)


def test_a_projection_keeps_what_it_names(five_items, query):
    answer = query("AND sk = :0", values=[9], ProjectionExpression="sk")

    assert answer["Items"] == [{"sk": {"N": "9"}}]


def test_key_conditions_and_query_filter_do_the_same(dynamodb, sorted_table, five_items):
    answer = dynamodb.query(
        TableName=sorted_table,
        KeyConditions={
            "pk": {"ComparisonOperator": "EQ", "AttributeValueList": [{"S": "a"}]},
            "sk": {"ComparisonOperator": "GT", "AttributeValueList": [{"N": "2"}]},
        },
        QueryFilter={"big": {"ComparisonOperator": "EQ", "AttributeValueList": [{"BOOL": True}]}},
    )

    assert (sort_keys(answer), answer["ScannedCount"]) == (["10", "100"], 4)


def test_a_table_without_sort_key_answers_its_one_item(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    ask = {
        "TableName": table,
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    }

    first = dynamodb.query(**ask, Limit=1)
    assert first["Items"] == [{"pk": {"S": "a"}}]
    assert dynamodb.query(**ask, ExclusiveStartKey=first["LastEvaluatedKey"])["Items"] == []


@pytest.mark.parametrize("prefix", [b"\x01", b"\xff", b"\x01\xff"])
def test_binary_sort_keys_are_ordered_by_bytes(dynamodb, prefix):
    create_table(dynamodb, "binary", sort="sk:B")
    keys = [b"\x01", b"\x01\xff", b"\x01\xff\x00", b"\x02", b"\x7f", b"\x80", b"\xff", b"\xff\xff"]
    for key in reversed(keys):
        dynamodb.put_item(TableName="binary", Item={"pk": {"S": "a"}, "sk": {"B": key}})

    answer = dynamodb.query(
        TableName="binary",
        KeyConditionExpression="pk = :p AND begins_with(sk, :x)",
        ExpressionAttributeValues={":p": {"S": "a"}, ":x": {"B": prefix}},
    )
    assert [item["sk"]["B"] for item in answer["Items"]] == [key for key in keys if key.startswith(prefix)]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {},
            "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.",
        ),
        (
            {"KeyConditionExpression": "sk = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
            "Query condition missed key schema element: pk",
        ),
        (
            {"KeyConditionExpression": "pk = :n", "ExpressionAttributeValues": {":n": {"N": "1"}}},
            "One or more parameter values were invalid: Condition parameter type does not match schema type",
        ),
        (
            {"KeyConditionExpression": "pk = :s", "ExpressionAttributeValues": {":s": {"S": ""}}},
            "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an "
            "empty string value. Key: pk",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "FilterExpression": "sk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
            },
            "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
                "Select": "SPECIFIC_ATTRIBUTES",
            },
            "1 validation error detected: "
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
                "Select": "ALL_ATTRIBUTES",
                "ProjectionExpression": "sk",
            },
            "1 validation error detected: "
            "Cannot specify the ProjectionExpression when choosing to get ALL_ATTRIBUTES",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
                "Select": "ALL_PROJECTED_ATTRIBUTES",
            },
            "1 validation error detected: "
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
                "IndexName": "ghost",
            },
            "The table does not have the specified index: ghost",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
                "ExclusiveStartKey": {"pk": {"S": "a"}},
            },
            "The provided starting key is invalid",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s",
                "ExpressionAttributeValues": {":s": {"S": "a"}},
                "ExclusiveStartKey": {"pk": {"S": "b"}, "sk": {"N": "1"}},
            },
            "The provided starting key is outside query boundaries based on provided conditions",
        ),
        (
            {
                "KeyConditionExpression": "pk = :s AND sk > :n",
                "ExpressionAttributeValues": {":s": {"S": "a"}, ":n": {"N": "1"}},
                "ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": "1"}},
            },
            "The provided starting key does not match the range key predicate",
        ),
    ],
)
def test_query_refuses(dynamodb, sorted_table, parameters, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.query(TableName=sorted_table, **parameters)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}
