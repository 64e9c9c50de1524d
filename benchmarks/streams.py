"""A stream's records, written and read back in their order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import boto3

from benchmarks.measuring import undisturbed
from benchmarks.report import Row
from benchmarks.tables import create_table, fill
from skymock import Cloud, mock_serverless

RECORDS = 100_000
PAGE_RECORDS = 1000

Page = Mapping[str, Any]
GetRecords = Callable[[str], Page]


def rows(records: int = RECORDS) -> list[Row]:
    """Writing and reading go without botocore, whose parser takes three times as long as all the rest."""
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    table, streams = boto3.client("dynamodb", **credentials), boto3.client("dynamodbstreams", **credentials)
    with mock_serverless(throttling=False, timeline_size=10) as cloud:
        create_table(table, "orders", sort=None)
        specification = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        table.update_table(TableName="orders", StreamSpecification=specification)

        def get_records(iterator: str) -> Page:
            return cloud.call("dynamodbstreams", "GetRecords", {"ShardIterator": iterator})

        writing = _seconds(lambda: fill(cloud, "orders", _items(records)))
        reading = _seconds(lambda: _read_all(cloud, get_records, records))
        iterator = _first_iterator(cloud)
        page = _seconds(lambda: streams.get_records(ShardIterator=iterator))
    return [
        Row(
            f"{records:,} records written and read",
            writing + reading,
            "seconds",
            3.0 * records / RECORDS,
            f"writing {writing:.2f} s, reading {reading:.2f} s",
        ),
        Row(f"GetRecords of {PAGE_RECORDS:,} through boto3", page * 1e3, "ms"),
    ]


def _items(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        yield {
            "pk": {"S": f"customer-{number:09d}"},
            "amount": {"N": str(number)},
            "status": {"S": "open"},
            "note": {"S": "x" * 100},
        }


def _seconds(work: Callable[[], object]) -> float:
    with undisturbed():
        started = time.process_time()
        work()
        return time.process_time() - started


def _first_iterator(cloud: Cloud) -> str:
    stream = cloud.call("dynamodbstreams", "ListStreams", {"TableName": "orders"})["Streams"][0]["StreamArn"]
    description = cloud.call("dynamodbstreams", "DescribeStream", {"StreamArn": stream})["StreamDescription"]
    place = {"StreamArn": stream, "ShardId": description["Shards"][0]["ShardId"]}
    answer = cloud.call("dynamodbstreams", "GetShardIterator", {**place, "ShardIteratorType": "TRIM_HORIZON"})
    iterator: str = answer["ShardIterator"]
    return iterator


def _read_all(cloud: Cloud, get_records: GetRecords, count: int) -> None:
    iterator, number = _first_iterator(cloud), 0
    while number < count:
        page = get_records(iterator)
        for record in page["Records"]:
            if record["dynamodb"]["NewImage"]["amount"]["N"] != str(number):
                raise AssertionError(f"record {number} is out of order")
            number += 1
        iterator = page["NextShardIterator"]
