"""What an item costs in memory, and whether calls cost more in a big table than in a small one."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import boto3

from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from skymock import Cloud, mock_serverless

ITEMS = 200_000
FEW_ITEMS = 1000
PAGE = 20

Item = dict[str, Any]
Call = Callable[[Any, str, int], object]


def rows(items: int = ITEMS) -> list[Row]:
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    client = boto3.client("dynamodb", **credentials)
    with mock_serverless(throttling=False, timeline_size=10) as cloud:
        return [_memory_row(cloud, client, items), *_size_rows(cloud, client, items)]


def _memory_row(cloud: Cloud, client: Any, items: int) -> Row:
    create_table(client, "memory", sort=None)
    fill(cloud, "memory", (_item_of_400_bytes(number) for number in range(FEW_ITEMS)))
    before = process_bytes()
    fill(cloud, "memory", (_item_of_400_bytes(number) for number in range(FEW_ITEMS, items)))
    each = (process_bytes() - before) / (items - FEW_ITEMS)
    client.delete_table(TableName="memory")
    return Row("memory for an item of 400 bytes", each, "bytes", 1024, f"{items:,} items")


def _item_of_400_bytes(number: int) -> Item:
    item = {
        "pk": {"S": f"customer-{number:09d}"},
        "amount": {"N": str(number)},
        "open": {"BOOL": True},
        "tags": {"SS": ["red", "green"]},
        "lines": {"L": [{"M": {"sku": {"S": "a-1"}, "count": {"N": "2"}}}]},
    }
    return {**item, "note": {"S": f"{number:09d}".ljust(318, "x")}}


def process_bytes() -> int:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _size_rows(cloud: Cloud, client: Any, items: int) -> list[Row]:
    sizes = {"few": FEW_ITEMS, "many": items}
    for name, size in sizes.items():
        create_table(client, name, sort="sk")
        fill(cloud, name, _items(size))
    measured = []
    for what, call in CALLS.items():
        contestants = [Contestant(name, partial(call, client, name, size)) for name, size in sizes.items()]
        taken = compare(contestants, calls=20, rounds=15)
        ratio, note = taken.ratios["many"], taken.in_microseconds()
        measured.append(Row(f"{what}, {items:,} items", ratio, "x a thousand", 1.5, note))
    return [*measured, _deleting_row(client)]


def _deleting_row(client: Any) -> Row:
    """Each delete follows a put that it undoes, so puts are measured in pairs."""
    key = {"pk": {"S": "crowd"}, "sk": {"N": "0.5"}}

    def put() -> None:
        client.put_item(TableName="many", Item={**key, "status": {"S": "open"}})

    def delete() -> None:
        client.delete_item(TableName="many", Key=key)

    def put_twice() -> None:
        put()
        put()

    def put_and_delete() -> None:
        put()
        delete()

    contestants = [Contestant("puts", put_twice), Contestant("deletes", put_and_delete)]
    taken = compare(contestants, calls=20, rounds=15)
    return Row("DeleteItem in a big partition", 2 * taken.ratios["deletes"] - 1, "x PutItem", 1.2)


def _items(count: int) -> Iterator[Item]:
    """Half of them under one key, the others ten to a key; all of them in one partition of the index."""
    for number in range(count):
        partition = "crowd" if number % 2 else f"customer-{number // 20}"
        yield {
            "pk": {"S": partition},
            "sk": {"N": str(number)},
            "status": {"S": "open"},
            "note": {"S": "x" * 200},
        }


def _query(client: Any, table: str, partition: str, first: int) -> object:
    return client.query(
        TableName=table,
        KeyConditionExpression="pk = :pk AND sk >= :first",
        ExpressionAttributeValues={":pk": {"S": partition}, ":first": {"N": str(first)}},
        Limit=PAGE,
    )


def _query_index(client: Any, table: str, size: int) -> object:
    return client.query(
        TableName=table,
        IndexName="by_status",
        KeyConditionExpression="#status = :open AND sk >= :first",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":open": {"S": "open"}, ":first": {"N": str(size // 2)}},
        Limit=PAGE,
    )


def _put_if_there(client: Any, table: str, size: int) -> object:
    return client.put_item(
        TableName=table,
        Item={**_key(size // 2), "status": {"S": "open"}, "note": {"S": "y" * 200}},
        ConditionExpression="attribute_exists(note)",
    )


def _scan(client: Any, table: str, size: int) -> object:
    return client.scan(TableName=table, Limit=PAGE, ExclusiveStartKey=_key(size // 2))


def _key(number: int) -> Item:
    """The key of an item with an even number."""
    number -= number % 2
    return {"pk": {"S": f"customer-{number // 20}"}, "sk": {"N": str(number)}}


CALLS: dict[str, Call] = {
    "GetItem": lambda client, table, size: client.get_item(TableName=table, Key=_key(size // 2)),
    "conditional PutItem": _put_if_there,
    "Query": lambda client, table, size: _query(client, table, f"customer-{size // 40}", 0),
    "Query of a big partition": lambda client, table, size: _query(client, table, "crowd", size // 2),
    "Query of an index": _query_index,
    "Scan page": _scan,
}


def create_table(client: Any, name: str, sort: str | None) -> None:
    schema = [{"AttributeName": "pk", "KeyType": "HASH"}]
    definitions = [{"AttributeName": "pk", "AttributeType": "S"}]
    options: dict[str, Any] = {}
    if sort is not None:
        schema.append({"AttributeName": sort, "KeyType": "RANGE"})
        definitions.append({"AttributeName": sort, "AttributeType": "N"})
        definitions.append({"AttributeName": "status", "AttributeType": "S"})
        index = {
            "IndexName": "by_status",
            "KeySchema": [
                {"AttributeName": "status", "KeyType": "HASH"},
                {"AttributeName": sort, "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "ALL"},
        }
        options["GlobalSecondaryIndexes"] = [index]
    client.create_table(
        TableName=name,
        KeySchema=schema,
        AttributeDefinitions=definitions,
        BillingMode="PAY_PER_REQUEST",
        **options,
    )


def fill(cloud: Cloud, table: str, items: Iterable[Item]) -> None:
    """Put items without botocore, which would take most of the time."""
    left = iter(items)
    while batch := list(islice(left, 25)):
        requests = [{"PutRequest": {"Item": item}} for item in batch]
        cloud.call("dynamodb", "BatchWriteItem", {"RequestItems": {table: requests}})
