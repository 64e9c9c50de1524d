"""What it costs a call that a provisioned table obeys its throughput.

The same call on a table that throttles and on one that does not, within the process: without botocore, whose time
would hide some microseconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from skymock import Cloud, mock_serverless

CALLS, ROUNDS = 100, 60
ITEM = {"pk": {"S": "customer-1"}, "status": {"S": "open"}, "note": {"S": "x" * 200}}

Parameters = dict[str, Any]

CALLS_MADE: dict[str, Callable[[int], tuple[str, Parameters]]] = {
    "GetItem": lambda number: ("GetItem", {"Key": _key(number)}),
    "PutItem, with an index": lambda number: ("PutItem", {"Item": {**ITEM, **_key(number)}}),
    "Query": lambda number: (
        "Query",
        {
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": _key(number)["pk"]},
        },
    ),
}


def _key(number: int) -> Parameters:
    return {"pk": {"S": f"customer-{number}"}}


def rows() -> list[Row]:
    with mock_serverless(throttling=False, timeline_size=10) as cloud:
        _create_table(cloud, "unlimited")
        cloud.throttling = True
        _create_table(cloud, "limited")
        return [_row(cloud, what) for what in CALLS_MADE]


def _row(cloud: Cloud, what: str) -> Row:
    contestants = [
        Contestant(table, partial(_work, cloud, what, table)) for table in ("unlimited", "limited")
    ]
    taken = compare(contestants, calls=1, rounds=ROUNDS)
    each = taken.more_seconds["limited"] / CALLS * 1e6
    note = ", ".join(f"{name} {seconds / CALLS * 1e6:.1f} µs" for name, seconds in taken.seconds.items())
    return Row(f"obeying its throughput, {what}", each, "µs", 5, note)


def _work(cloud: Cloud, what: str, table: str) -> None:
    for number in range(CALLS):
        operation, parameters = CALLS_MADE[what](number)
        cloud.call("dynamodb", operation, {"TableName": table, **parameters})


def _create_table(cloud: Cloud, name: str) -> None:
    throughput = {"ReadCapacityUnits": 40_000, "WriteCapacityUnits": 40_000}
    index = {
        "IndexName": "by_status",
        "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
        "ProvisionedThroughput": throughput,
    }
    table = {
        "TableName": name,
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "status", "AttributeType": "S"},
        ],
        "ProvisionedThroughput": throughput,
        "GlobalSecondaryIndexes": [index],
    }
    cloud.call("dynamodb", "CreateTable", table)
