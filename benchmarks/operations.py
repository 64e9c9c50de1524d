"""What a call costs, as a ratio to botocore answering itself with the same reply through the same layer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from benchmarks.canned import RecordedReplies
from benchmarks.functions import create_function
from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from skymock import mock_serverless

CALLS, ROUNDS = 15, 40
TABLE = "orders"
ITEM = {"pk": {"S": "customer-1"}, "sk": {"N": "1"}, "amount": {"N": "42.5"}, "note": {"S": "x" * 200}}
BATCH = [{"PutRequest": {"Item": {**ITEM, "pk": {"S": "batch"}, "sk": {"N": str(n)}}}} for n in range(25)]
TRANSACTION = [
    {"Put": {"TableName": TABLE, "Item": {**ITEM, "pk": {"S": "transaction"}, "sk": {"N": str(number)}}}}
    for number in range(10)
]

Call = Callable[[Any], object]

# The calls, each on a client, and how many times the canned reply it may cost.
DYNAMODB: dict[str, tuple[Call, float | None]] = {
    "PutItem": (lambda client: client.put_item(TableName=TABLE, Item=ITEM), 1.2),
    "GetItem": (
        lambda client: client.get_item(TableName=TABLE, Key={"pk": {"S": "customer-1"}, "sk": {"N": "1"}}),
        1.2,
    ),
    "UpdateItem": (
        lambda client: client.update_item(
            TableName=TABLE,
            Key={"pk": {"S": "customer-1"}, "sk": {"N": "1"}},
            UpdateExpression="SET amount = amount + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        ),
        1.2,
    ),
    "Query": (
        lambda client: client.query(
            TableName=TABLE,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "customer-2"}},
        ),
        1.2,
    ),
    "Scan": (lambda client: client.scan(TableName=TABLE, Limit=20), None),
    "BatchWriteItem": (lambda client: client.batch_write_item(RequestItems={TABLE: BATCH}), 1.5),
    "TransactWriteItems": (lambda client: client.transact_write_items(TransactItems=TRANSACTION), 1.5),
}


def rows() -> list[Row]:
    # Clients of our own before moto is imported, for it adds a handler to all that come later.
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    dynamodb = boto3.client("dynamodb", **credentials)
    awslambda = boto3.client("lambda", **credentials)
    mock = mock_serverless(throttling=False)
    mock.start()
    try:
        create_table(dynamodb)
        create_function("empty", "def handler(event, context):\n    return {}\n")
        measured = [row for name in DYNAMODB for row in _dynamodb_rows(name, dynamodb)]
        return measured + _invoke_rows(awslambda)
    finally:
        mock.stop()


def _dynamodb_rows(name: str, client: Any) -> list[Row]:
    call, at_most = DYNAMODB[name]
    replies = _recorded(lambda: call(client))
    contestants = [
        Contestant("canned", lambda: call(client), replies.answering),
        Contestant("skymock", lambda: call(client)),
        _moto(call),
    ]
    measured = compare(contestants, calls=CALLS, rounds=ROUNDS)
    note = measured.in_microseconds()
    return [
        Row(f"{name} on skymock", measured.ratios["skymock"], "x canned", at_most, note),
        Row(f"{name} on moto", measured.ratios["moto"], "x canned"),
    ]


def _invoke_rows(client: Any) -> list[Row]:
    def call() -> object:
        return client.invoke(FunctionName="empty", Payload=b"{}")["Payload"].read()

    replies = _recorded(call)
    contestants = [Contestant("canned", call, replies.answering), Contestant("skymock", call)]
    measured = compare(contestants, calls=CALLS, rounds=ROUNDS)
    note = f"{measured.in_microseconds()}; moto needs Docker for it"
    return [Row("Invoke, warm, on skymock", measured.ratios["skymock"], "x canned", 1.5, note)]


def _recorded(call: Callable[[], object]) -> RecordedReplies:
    replies = RecordedReplies()
    with replies.recording():
        call()
    return replies


def _moto(call: Call) -> Contestant:
    from moto import mock_aws  # noqa: PLC0415 - see rows()

    clients: list[Any] = []

    @contextmanager
    def mocked() -> Iterator[None]:
        with mock_aws():
            client = boto3.client("dynamodb", region_name="us-east-1")
            create_table(client)
            clients.append(client)
            yield

    return Contestant("moto", lambda: call(clients[-1]), mocked)


def create_table(client: Any) -> None:
    """A table with one item under one key, and twenty under another."""
    client.create_table(
        TableName=TABLE,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName=TABLE, Item=ITEM)
    for number in range(20):
        client.put_item(TableName=TABLE, Item={**ITEM, "pk": {"S": "customer-2"}, "sk": {"N": str(number)}})
