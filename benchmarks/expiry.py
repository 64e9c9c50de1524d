"""Time to live in a big table: an hour in which items expire, and whether it slows any request."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import boto3

from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from benchmarks.tables import create_table, fill, process_bytes
from skymock import Cloud, mock_serverless

ITEMS = 1_000_000
FEW_ITEMS = 1000
EXPIRING = 10_000
HOUR_SECONDS = 3600
START_SECONDS = 1_772_366_400

Item = dict[str, Any]


def rows(items: int = ITEMS) -> list[Row]:
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    client = boto3.client("dynamodb", **credentials)
    options: dict[str, Any] = {"throttling": False, "timeline_size": 10, "freeze_time": START_SECONDS}
    with mock_serverless(**options) as cloud:
        for name, size in (("few", FEW_ITEMS), ("many", items)):
            create_table(client, name, sort=None)
            _enable(client, name)
            fill(cloud, name, _items(size))
        return [_writing_row(client, items), *_hour_rows(cloud, client, items), _enabling_row(cloud, client)]


def _enable(client: Any, table: str, enabled: bool = True) -> None:
    specification = {"Enabled": enabled, "AttributeName": "ttl"}
    client.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def _items(count: int) -> Iterator[Item]:
    """All expire at some time within a month, some of them within an hour and a half."""
    chance = random.Random(1)
    expiring = min(EXPIRING, count // 10)
    for number in range(count):
        within = (0, HOUR_SECONDS) if number < expiring else (2 * HOUR_SECONDS, 30 * 24 * HOUR_SECONDS)
        expiry = START_SECONDS + 1 + chance.randrange(*within)
        yield {"pk": {"S": f"session-{number}"}, "ttl": {"N": str(expiry)}, "user": {"S": "x" * 40}}


def _writing_row(client: Any, items: int) -> Row:
    """Each put moves the expiry of an item that is there."""
    expiries = iter(range(START_SECONDS + 100 * 24 * HOUR_SECONDS, 2 * START_SECONDS))

    def put(table: str, number: int) -> None:
        item = {"pk": {"S": f"session-{number}"}, "ttl": {"N": str(next(expiries))}, "user": {"S": "x" * 40}}
        client.put_item(TableName=table, Item=item)

    contestants = [
        Contestant("few", partial(put, "few", FEW_ITEMS - 1)),
        Contestant("many", partial(put, "many", items - 1)),
    ]
    taken = compare(contestants, calls=20, rounds=15)
    return Row(
        f"PutItem with TTL, {items:,} items",
        taken.ratios["many"],
        "x a thousand",
        1.5,
        taken.in_microseconds(),
    )


def _hour_rows(cloud: Cloud, client: Any, items: int) -> list[Row]:
    before_items, before_bytes = _count(client), process_bytes()
    started = time.process_time()
    cloud.clock.advance(hours=1)
    seconds = time.process_time() - started
    expired = before_items - _count(client)
    growth = (process_bytes() - before_bytes) / 1024**2
    return [
        Row(f"an hour, {expired:,} of {items:,} items expiring", seconds, "seconds", 1.0),
        Row("memory that the hour adds", growth, "MB", 10.0),
    ]


def _count(client: Any) -> int:
    count: int = client.describe_table(TableName="many")["Table"]["ItemCount"]
    return count


def _enabling_row(cloud: Cloud, client: Any) -> Row:
    """Disabling needs an hour since the change before, and so does enabling."""
    _enable(client, "many", enabled=False)
    cloud.clock.advance(hours=1)
    started = time.process_time()
    _enable(client, "many")
    return Row("enabling TTL for all of them", time.process_time() - started, "seconds")
