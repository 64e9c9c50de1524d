"""Powertools' batch processor with the records of a Kinesis data stream."""

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

STREAM = """
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

processor = BatchProcessor(event_type=EventType.KinesisDataStreams)

def handle(record):
    order = record.kinesis.data_as_json()["order"]
    print("saw", order)
    if order == "bad":
        raise ValueError(order)

def handler(event, context):
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
"""


def test_what_follows_a_failed_record_is_tried_again(cloud, create_function, awslambda):
    kinesis = boto3.client("kinesis")
    kinesis.create_stream(StreamName="orders", ShardCount=1)
    for order in ("a", "bad", "c"):
        kinesis.put_record(StreamName="orders", Data=b'{"order": "%s"}' % order.encode(), PartitionKey="k")
    create_function("f", STREAM)
    awslambda.create_event_source_mapping(
        FunctionName="f",
        EventSourceArn="arn:aws:kinesis:us-east-1:123456789012:stream/orders",
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
    )
    cloud.clock.advance(seconds=1)

    log = cloud.functions["f"].log
    assert [line for line in log.splitlines() if line.startswith("saw")] == [
        "saw a",
        "saw bad",
        "saw c",
        "saw bad",
        "saw c",
    ]
