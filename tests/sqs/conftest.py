"""SQS's client, queues, and short ways to send and receive."""

import boto3
import pytest


@pytest.fixture
def sqs(cloud):
    return boto3.client("sqs")


@pytest.fixture
def create(sqs):
    """A function that makes a queue with attributes and gives its URL."""

    def create(name, **attributes):
        return sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    return create


@pytest.fixture
def queue(create):
    return create("orders")


@pytest.fixture
def fifo(create):
    return create("orders.fifo", FifoQueue="true", ContentBasedDeduplication="true")


@pytest.fixture
def send(sqs, queue):
    def send(*bodies, to=queue, **parameters):
        for body in bodies:
            sqs.send_message(QueueUrl=to, MessageBody=body, **parameters)

    return send


@pytest.fixture
def receive(sqs, queue):
    """A function that receives up to ten messages."""

    def receive(source=queue, **parameters):
        request = {"QueueUrl": source, "MaxNumberOfMessages": 10, **parameters}
        return sqs.receive_message(**request).get("Messages", [])

    return receive


@pytest.fixture
def arn_of(sqs):
    def arn_of(url):
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    return arn_of


def bodies(messages):
    return [message["Body"] for message in messages]
