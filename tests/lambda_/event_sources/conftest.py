"""A table with a stream, a function that does what its records say, and a mapping between them."""

import json

import boto3
import pytest

# Does what the last character of a record's key or a message's body says: "!" fails the batch, "?" is reported as
# failed.
OBEDIENT = """
import json

def name(record):
    return record["dynamodb"]["Keys"]["pk"]["S"] if "dynamodb" in record else record["body"]

def identifier(record):
    return record["dynamodb"]["SequenceNumber"] if "dynamodb" in record else record["messageId"]

def handler(event, context):
    records = event["Records"]
    if any(name(record).endswith("!") for record in records):
        raise ValueError("told to fail")
    return {"batchItemFailures": [{"itemIdentifier": identifier(r)} for r in records if name(r).endswith("?")]}
"""


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def sqs(cloud):
    return boto3.client("sqs")


@pytest.fixture
def stream_arn(dynamodb):
    return dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]["LatestStreamArn"]


@pytest.fixture
def function(create_function):
    return create_function("f", OBEDIENT)


@pytest.fixture
def map_stream(awslambda, function, stream_arn):
    """A function that maps the table's stream to the function."""

    def create(**parameters):
        request = {"FunctionName": "f", "EventSourceArn": stream_arn, "StartingPosition": "TRIM_HORIZON"}
        return awslambda.create_event_source_mapping(**{**request, **parameters})

    return create


@pytest.fixture
def put(dynamodb, stream_arn):
    """A function that writes items of these keys, with further attributes."""

    def put(*keys, **attributes):
        for key in keys:
            dynamodb.put_item(TableName="orders", Item={"pk": {"S": key}, **attributes})

    return put


@pytest.fixture
def handed_over(cloud):
    """`handed_over()`: the events that the function got, in order."""

    def events():
        invocations = [event for event in cloud.timeline if event.operation == "Invocation"]
        return [json.loads(event.parameters["Payload"]) for event in invocations]

    return events


@pytest.fixture
def batches(handed_over):
    """`batches()`: the keys or bodies of each batch that the function got, in order."""
    return lambda: [[name(record) for record in event["Records"]] for event in handed_over()]


def name(record):
    return record["dynamodb"]["Keys"]["pk"]["S"] if "dynamodb" in record else record["body"]


@pytest.fixture
def queue(sqs):
    return sqs.create_queue(QueueName="orders-queue")["QueueUrl"]


@pytest.fixture
def queue_arn(sqs, queue):
    return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]


@pytest.fixture
def received(sqs, queue):
    """`received()`: the bodies of all messages that are visible in the queue, which are deleted."""

    def receive():
        found = []
        while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(message["Body"])
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    return receive
