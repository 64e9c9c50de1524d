"""A data stream's records, put and read back through boto3, as a ratio to moto's time in the same run."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Any

import boto3

from benchmarks.measuring import undisturbed
from benchmarks.report import Row
from skymock import mock_serverless

RECORDS = 10_000
AT_ONCE = 500  # what PutRecords takes
ROUNDS = 3


def rows(records: int = RECORDS) -> list[Row]:
    # Imported last: it adds a handler to all clients that come later.
    from moto import mock_aws  # noqa: PLC0415

    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_seconds(mock_serverless(throttling=False, region="us-east-1"), records))
        theirs.append(_seconds(mock_aws(), records))
    best, moto = min(ours), min(theirs)
    note = f"skymock {best:.2f} s, moto {moto:.2f} s"
    return [Row(f"{records:,} records put and read back", best / moto, "x moto", 0.5, note)]


def _seconds(mocked: AbstractContextManager[object], records: int) -> float:
    with mocked:
        client = boto3.client("kinesis", region_name="us-east-1")
        client.create_stream(StreamName="orders", ShardCount=1)
        with undisturbed():
            began = time.process_time()
            for batch in _batches(records):
                client.put_records(StreamName="orders", Records=batch)
            _read_all(client, records)
            return time.process_time() - began


def _batches(records: int) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, records, AT_ONCE):
        yield [
            {"Data": b"%d" % number + b"x" * 100, "PartitionKey": f"customer-{number}"}
            for number in range(first, min(first + AT_ONCE, records))
        ]


def _read_all(client: Any, records: int) -> None:
    place = {"StreamName": "orders", "ShardId": "shardId-000000000000"}
    iterator = client.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    number = 0
    while number < records:
        page = client.get_records(ShardIterator=iterator, Limit=1000)
        for record in page["Records"]:
            if not record["Data"].startswith(b"%dx" % number):
                raise AssertionError(f"record {number} is out of order")
            number += 1
        iterator = page["NextShardIterator"]
