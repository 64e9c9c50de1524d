"""Scan on a table."""

import pytest
from botocore.exceptions import ClientError


@pytest.fixture
def hundred_items(dynamodb, sorted_table):
    for number in range(100):
        item = {"pk": {"S": f"p{number // 4}"}, "sk": {"N": str(number)}}
        dynamodb.put_item(TableName=sorted_table, Item=item)


def numbers(items):
    return [int(item["sk"]["N"]) for item in items]


def pages_of(dynamodb, **parameters):
    return dynamodb.get_paginator("scan").paginate(**parameters)


def test_scan_reads_every_item_once(dynamodb, sorted_table, hundred_items):
    assert sorted(numbers(dynamodb.scan(TableName=sorted_table)["Items"])) == list(range(100))


def test_scan_does_not_come_in_the_order_of_writing_but_is_stable(dynamodb, sorted_table, hundred_items):
    first = numbers(dynamodb.scan(TableName=sorted_table)["Items"])
    dynamodb.delete_item(TableName=sorted_table, Key={"pk": {"S": "p0"}, "sk": {"N": "0"}})
    dynamodb.put_item(TableName=sorted_table, Item={"pk": {"S": "p0"}, "sk": {"N": "0"}})

    assert first != sorted(first)
    assert numbers(dynamodb.scan(TableName=sorted_table)["Items"]) == first


def test_items_of_a_partition_come_together_and_in_order(dynamodb, sorted_table, hundred_items):
    found = numbers(dynamodb.scan(TableName=sorted_table)["Items"])

    assert all(
        found[start : start + 4] == list(range(found[start], found[start] + 4)) for start in range(0, 100, 4)
    )


@pytest.mark.parametrize("limit", [1, 3, 99])
def test_pages_of_a_scan_hold_every_item_once(dynamodb, sorted_table, hundred_items, limit):
    pages = [page["Items"] for page in pages_of(dynamodb, TableName=sorted_table, Limit=limit)]

    assert sorted(number for page in pages for number in numbers(page)) == list(range(100))
    assert all(len(page) == limit for page in pages[:-1])


def test_pages_hold_every_item_once_in_a_table_without_sort_key(dynamodb, table):
    for number in range(10):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": str(number)}})

    pages = pages_of(dynamodb, TableName=table, Limit=3)

    assert sorted(item["pk"]["S"] for page in pages for item in page["Items"]) == list("0123456789")


@pytest.mark.parametrize("total_segments", [1, 2, 7])
def test_segments_are_disjoint_and_hold_all(dynamodb, sorted_table, hundred_items, total_segments):
    segments = [
        [
            number
            for page in pages_of(
                dynamodb, TableName=sorted_table, Segment=segment, TotalSegments=total_segments, Limit=5
            )
            for number in numbers(page["Items"])
        ]
        for segment in range(total_segments)
    ]

    assert sorted(number for segment in segments for number in segment) == list(range(100))


def test_a_scan_goes_on_after_its_last_partition_was_deleted(dynamodb, table):
    for number in range(6):
        dynamodb.put_item(TableName=table, Item={"pk": {"S": str(number)}})
    everything = [item["pk"]["S"] for item in dynamodb.scan(TableName=table)["Items"]]
    first = dynamodb.scan(TableName=table, Limit=2)

    dynamodb.delete_item(TableName=table, Key=first["LastEvaluatedKey"])

    rest = dynamodb.scan(TableName=table, ExclusiveStartKey=first["LastEvaluatedKey"])
    assert [item["pk"]["S"] for item in rest["Items"]] == everything[2:]


def test_a_filter_counts_what_was_read(dynamodb, sorted_table, hundred_items):
    answer = dynamodb.scan(
        TableName=sorted_table,
        FilterExpression="sk < :n",
        ExpressionAttributeValues={":n": {"N": "10"}},
        ProjectionExpression="sk",
    )

    assert (sorted(numbers(answer["Items"])), answer["Count"], answer["ScannedCount"]) == (
        list(range(10)),
        10,
        100,
    )


def test_scan_filter_filters(dynamodb, sorted_table, hundred_items):
    operator = {"ComparisonOperator": "LT", "AttributeValueList": [{"N": "2"}]}
    answer = dynamodb.scan(TableName=sorted_table, ScanFilter={"sk": operator}, AttributesToGet=["sk"])

    assert sorted(numbers(answer["Items"])) == [0, 1]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"Segment": 0},
            "The TotalSegments parameter is required but was not present in the request when Segment parameter is "
            "present",
        ),
        (
            {"TotalSegments": 4},
            "The Segment parameter is required but was not present in the request when parameter TotalSegments is "
            "present",
        ),
        (
            {"Segment": 5, "TotalSegments": 5},
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            "Segment: 5 is not less than TotalSegments: 5",
        ),
        (
            {"Select": "COUNT", "ProjectionExpression": "sk"},
            "Cannot specify the ProjectionExpression when choosing to get only the Count",
        ),
        (
            {"ExclusiveStartKey": {"pk": {"S": "a"}, "sk": {"N": "one"}}},
            "The provided starting key is invalid: The parameter cannot be converted to a numeric value: one",
        ),
        (
            {"ExclusiveStartKey": {"other": {"S": "x"}}},
            "The provided starting key is invalid: The provided key element does not match the schema",
        ),
    ],
)
def test_scan_refuses(dynamodb, sorted_table, parameters, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.scan(TableName=sorted_table, **parameters)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_a_starting_key_belongs_to_its_segment(dynamodb, sorted_table, hundred_items, refused):
    first = dynamodb.scan(TableName=sorted_table, Segment=0, TotalSegments=2, Limit=1)

    code, message, _ = refused(
        dynamodb.scan,
        TableName=sorted_table,
        Segment=1,
        TotalSegments=2,
        ExclusiveStartKey=first["LastEvaluatedKey"],
    )
    assert (code, message) == (
        "ValidationException",
        "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
        "Segment. TotalSegments: 2 Segment: 1",
    )
