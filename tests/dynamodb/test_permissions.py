"""Which permissions a call needs."""

import pytest

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
OTHER = "arn:aws:dynamodb:us-east-1:123456789012:table/others"


@pytest.mark.parametrize(
    ("operation", "parameters", "needed"),
    [
        ("GetItem", {"TableName": "orders"}, [("dynamodb:GetItem", TABLE)]),
        ("PutItem", {"TableName": TABLE}, [("dynamodb:PutItem", TABLE)]),
        (
            "Query",
            {"TableName": "orders", "IndexName": "by-city"},
            [("dynamodb:Query", f"{TABLE}/index/by-city")],
        ),
        (
            "BatchGetItem",
            {"RequestItems": {"orders": {}, "others": {}}},
            [("dynamodb:BatchGetItem", TABLE), ("dynamodb:BatchGetItem", OTHER)],
        ),
        (
            "TransactWriteItems",
            {
                "TransactItems": [
                    {"Put": {"TableName": "orders"}},
                    {"Update": {"TableName": "others"}},
                    {"Delete": {"TableName": "orders"}},
                    {"ConditionCheck": {"TableName": "others"}},
                ]
            },
            [
                ("dynamodb:PutItem", TABLE),
                ("dynamodb:UpdateItem", OTHER),
                ("dynamodb:DeleteItem", TABLE),
                ("dynamodb:ConditionCheckItem", OTHER),
            ],
        ),
        (
            "TransactGetItems",
            {"TransactItems": [{"Get": {"TableName": "orders"}}]},
            [("dynamodb:GetItem", TABLE)],
        ),
        ("ListTables", {}, [("dynamodb:ListTables", "*")]),
        ("TagResource", {"ResourceArn": TABLE, "Tags": []}, [("dynamodb:TagResource", TABLE)]),
    ],
)
def test_a_call_needs_permission_for_what_it_touches(cloud, operation, parameters, needed):
    assert list(cloud.service("dynamodb").permissions(operation, parameters)) == needed


STREAM = f"{TABLE}/stream/2026-03-01T12:00:00.000"


@pytest.mark.parametrize(
    ("operation", "parameters", "needed"),
    [
        ("DescribeStream", {"StreamArn": STREAM}, [("dynamodb:DescribeStream", STREAM)]),
        ("GetRecords", {"ShardIterator": f"{STREAM}|1|abc"}, [("dynamodb:GetRecords", STREAM)]),
        ("ListStreams", {}, [("dynamodb:ListStreams", "*")]),
    ],
)
def test_reading_a_stream_needs_permission_for_it(cloud, operation, parameters, needed):
    assert list(cloud.service("dynamodbstreams").permissions(operation, parameters)) == needed
