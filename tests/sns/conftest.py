"""SNS's client, topics, and queues that may be sent to."""

import json

import boto3
import pytest

ACCOUNT = "123456789012"


def arn_of(service, name):
    return f"arn:aws:{service}:us-east-1:{ACCOUNT}:{name}"


@pytest.fixture
def sns(cloud):
    return boto3.client("sns")


@pytest.fixture
def sqs(cloud):
    return boto3.client("sqs")


@pytest.fixture
def create(sns):
    """A function that makes a topic with attributes and gives its ARN."""

    def create(name, **attributes):
        return sns.create_topic(Name=name, Attributes=attributes)["TopicArn"]

    return create


@pytest.fixture
def topic(create):
    return create("orders")


@pytest.fixture
def fifo(create):
    return create("orders.fifo", FifoTopic="true", ContentBasedDeduplication="true")


def open_to_sns(name):
    """The policy of a queue that any topic may send to."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn_of("sqs", name),
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


class QueueForTests:
    """A queue: its ARN, and what it holds."""

    def __init__(self, sqs, name, **attributes):
        self.sqs = sqs
        self.arn = arn_of("sqs", name)
        self.url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def receive(self):
        """Ten messages, which are gone then."""
        found = self.sqs.receive_message(
            QueueUrl=self.url,
            MaxNumberOfMessages=10,
            AttributeNames=["All"],
            MessageAttributeNames=["All"],
        ).get("Messages", [])
        for message in found:
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def bodies(self):
        return [message["Body"] for message in self.receive()]

    def texts(self):
        """The messages within SNS's envelopes."""
        return [json.loads(body)["Message"] for body in self.bodies()]


@pytest.fixture
def make_queue(sqs):
    """`make_queue(name)`: a queue that topics may send to, `make_queue(name, policy=None)` one that lets nobody in."""

    def make(name="inbox", policy=open_to_sns, **attributes):
        if policy is not None:
            attributes["Policy"] = policy(name)
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        return QueueForTests(sqs, name, **attributes)

    return make


@pytest.fixture
def queue(make_queue):
    return make_queue()


@pytest.fixture
def subscribe(sns, topic):
    """`subscribe(queue, ...)`: subscribe a queue, with attributes; returns the subscription's ARN."""

    def subscribe(endpoint, to=topic, protocol="sqs", **attributes):
        return sns.subscribe(
            TopicArn=to,
            Protocol=protocol,
            Endpoint=getattr(endpoint, "arn", endpoint),
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    return subscribe


def deliveries(cloud):
    """The attempts in the timeline, as they read there."""
    return [str(event) for event in cloud.timeline if event.operation in ("Delivery", "DeadLetter")]
