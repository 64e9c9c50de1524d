"""What copies of tables cost the writes to them: a history, a replica, counts of keys. And how long a restore takes."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

import boto3

from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from benchmarks.tables import create_table, fill
from skymock import mock_serverless

RESTORED_ITEMS = 20_000

RECOVERY = {"PointInTimeRecoveryEnabled": True}


def rows(items: int = RESTORED_ITEMS) -> list[Row]:
    credentials = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
    client = boto3.client("dynamodb", **credentials)
    with mock_serverless(region="us-east-1", throttling=False, timeline_size=10) as cloud:
        measured = _write_rows(client)
        create_table(client, "restored", sort="sk")
        client.update_continuous_backups(TableName="restored", PointInTimeRecoverySpecification=RECOVERY)
        fill(cloud, "restored", _items(items))
        return [*measured, _restore_row(client, items)]


def _write_rows(client: Any) -> list[Row]:
    for name in ("plain", "history", "replica", "insights"):
        create_table(client, name, sort=None)
    client.update_continuous_backups(TableName="history", PointInTimeRecoverySpecification=RECOVERY)
    client.update_table(TableName="replica", ReplicaUpdates=[{"Create": {"RegionName": "eu-west-1"}}])
    client.update_contributor_insights(TableName="insights", ContributorInsightsAction="ENABLE")
    limits = {"history": 1.2, "replica": 1.6, "insights": 1.2}
    contestants = [Contestant(name, partial(_put, client, name)) for name in ("plain", *limits)]
    taken = compare(contestants, calls=20, rounds=25)
    note = taken.in_microseconds()
    return [
        Row(f"PutItem with {name}", taken.ratios[name], "x without", limit, note)
        for name, limit in limits.items()
    ]


def _put(client: Any, table: str) -> object:
    return client.put_item(TableName=table, Item={"pk": {"S": "a"}, "note": {"S": "x" * 200}})


def _restore_row(client: Any, items: int) -> Row:
    arn = client.create_backup(TableName="restored", BackupName="all")["BackupDetails"]["BackupArn"]
    begun = time.process_time()
    client.restore_table_from_backup(TargetTableName="again", BackupArn=arn)
    each = (time.process_time() - begun) / items * 1e6
    return Row("restore, with an index", each, "µs an item", 60, f"{items:,} items")


def _items(count: int) -> Any:
    return (
        {"pk": {"S": f"c-{number}"}, "sk": {"N": str(number)}, "status": {"S": "open"}}
        for number in range(count)
    )
