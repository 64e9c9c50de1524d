"""Powertools' batch processor says which records of a stream or a queue failed; the others are not tried again."""

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

STREAM = """
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

processor = BatchProcessor(event_type=EventType.DynamoDBStreams)

def handle(record):
    key = record.dynamodb.new_image["pk"]
    print("saw", record.event_name.name, key)
    if key == "bad":
        raise ValueError(key)

def handler(event, context):
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
"""
QUEUE = """
from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

processor = BatchProcessor(event_type=EventType.SQS)

def handle(record):
    print("saw", record.body, record.message_attributes["kind"].string_value)
    if record.body == "bad":
        raise ValueError(record.body)

def handler(event, context):
    return process_partial_response(event=event, record_handler=handle, processor=processor, context=context)
"""


@pytest.fixture
def seen(cloud):
    return lambda: [
        line.removeprefix("saw ") for line in cloud.functions["f"].log.splitlines() if line.startswith("saw")
    ]


def test_records_of_a_stream_are_tried_again_from_the_failed_one_on(create_function, awslambda, seen, cloud):
    create_function("f", STREAM)
    dynamodb = boto3.resource("dynamodb")
    table = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )
    for key in ("good", "bad", "later"):
        table.put_item(Item={"pk": key})
    awslambda.create_event_source_mapping(
        FunctionName="f",
        EventSourceArn=table.latest_stream_arn,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=1,
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )

    cloud.clock.advance(minutes=5)

    assert seen() == ["INSERT good", "INSERT bad", "INSERT later", "INSERT bad", "INSERT later"]


def test_only_failed_messages_come_again(create_function, awslambda, seen, cloud):
    create_function("f", QUEUE)
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders", Attributes={"VisibilityTimeout": "30"})["QueueUrl"]
    awslambda.create_event_source_mapping(
        FunctionName="f",
        EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders",
        FunctionResponseTypes=["ReportBatchItemFailures"],
    )
    kind = {"kind": {"DataType": "String", "StringValue": "k"}}
    sqs.send_message_batch(
        QueueUrl=url,
        Entries=[{"Id": body, "MessageBody": body, "MessageAttributes": kind} for body in ("good", "bad")],
    )

    cloud.clock.advance(seconds=31)

    assert seen() == ["good k", "bad k", "bad k"]
