"""A stream's records on their way through an event source mapping to a function."""

from __future__ import annotations

import time

import boto3

from benchmarks.functions import create_function
from benchmarks.measuring import undisturbed
from benchmarks.report import Row
from benchmarks.tables import create_table, fill
from skymock import mock_serverless

RECORDS = 10_000
BATCH_SIZE = 100

# Looks at every record, as a real function would.
COUNTING = """
def handler(event, context):
    return {"count": sum(record["dynamodb"]["NewImage"]["status"]["S"] == "open" for record in event["Records"])}
"""


def rows(records: int = RECORDS) -> list[Row]:
    """The records are there before the mapping is; creating it hands all of them over."""
    with mock_serverless(throttling=False, timeline_size=10, region="us-east-1") as cloud:
        dynamodb, awslambda = boto3.client("dynamodb"), boto3.client("lambda")
        create_table(dynamodb, "orders", sort=None)
        stream = dynamodb.update_table(
            TableName="orders",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )["TableDescription"]["LatestStreamArn"]
        items = (
            {"pk": {"S": f"order-{number}"}, "status": {"S": "open"}, "note": {"S": "x" * 100}}
            for number in range(records)
        )
        fill(cloud, "orders", items)
        create_function("counting", COUNTING)
        with undisturbed():
            began = time.process_time()
            awslambda.create_event_source_mapping(
                FunctionName="counting",
                EventSourceArn=stream,
                StartingPosition="TRIM_HORIZON",
                BatchSize=BATCH_SIZE,
            )
            seconds = time.process_time() - began
    limit = 2.0 * records / RECORDS
    return [Row(f"{records:,} records through a mapping, {BATCH_SIZE} at a time", seconds, "seconds", limit)]
