"""What queues get of a topic."""

import base64
import json

import boto3
import pytest
import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from tests.sns.conftest import QueueForTests, arn_of, deliveries, open_to_sns

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00.250Z")


@frozen
def test_a_queue_gets_an_envelope(sns, topic, subscribe, queue):
    subscription = subscribe(queue)

    message_id = sns.publish(TopicArn=topic, Message="hello", Subject="greeting")["MessageId"]

    (body,) = queue.bodies()
    envelope = json.loads(body)
    assert envelope.pop("Signature")
    assert envelope.pop("SigningCertURL").startswith(
        "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-"
    )
    assert envelope == {
        "Type": "Notification",
        "MessageId": message_id,
        "TopicArn": topic,
        "Subject": "greeting",
        "Message": "hello",
        "Timestamp": "2026-01-05T12:00:00.250Z",
        "SignatureVersion": "1",
        "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="
        + subscription,
    }


def test_an_envelope_is_written_as_aws_writes_it(sns, topic, subscribe, queue):
    subscribe(queue)

    attributes = {"a": {"DataType": "Binary", "BinaryValue": b"\x02\x03\x04"}}
    sns.publish(TopicArn=topic, Message='"ö"', MessageAttributes=attributes)

    (body,) = queue.bodies()
    lines = body.splitlines()
    assert lines[:2] == ["{", '  "Type" : "Notification",']
    assert '  "Message" : "\\"ö\\"",' in lines
    assert lines[-4:] == [
        '  "MessageAttributes" : {',
        '    "a" : {"Type":"Binary","Value":"AgME"}',
        "  }",
        "}",
    ]


@pytest.mark.parametrize(("version", "algorithm"), [("1", hashes.SHA1()), ("2", hashes.SHA256())])
def test_signatures_can_be_verified(sns, create, subscribe, queue, version, algorithm):
    topic = create("signed", SignatureVersion=version)
    subscribe(queue, topic)
    sns.publish(TopicArn=topic, Message="hello\nyou", Subject="greeting")

    (body,) = queue.bodies()
    envelope = json.loads(body)

    certificate = x509.load_pem_x509_certificate(requests.get(envelope["SigningCertURL"]).content)
    signed = "".join(
        f"{name}\n{envelope[name]}\n"
        for name in ("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type")
    )
    certificate.public_key().verify(
        base64.b64decode(envelope["Signature"]), signed.encode(), padding.PKCS1v15(), algorithm
    )
    assert envelope["SignatureVersion"] == version


def test_each_protocol_may_have_a_text_of_its_own(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    subscribe("+15550100", protocol="sms")

    message = json.dumps({"default": "for all", "sqs": '{"for": "queues"}'})
    sns.publish(TopicArn=topic, Message=message, MessageStructure="json")

    assert queue.texts() == ['{"for": "queues"}']
    assert [sent.body for sent in cloud.sns.outbox.to("+15550100")] == ["for all"]


def test_a_raw_message_comes_with_its_attributes(sns, topic, subscribe, queue):
    subscribe(queue, RawMessageDelivery="true")

    attributes = {
        "n": {"DataType": "Number", "StringValue": "99.12"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x02\x03"},
    }
    sns.publish(TopicArn=topic, Message="hello", Subject="lost", MessageAttributes=attributes)

    (message,) = queue.receive()
    assert message["Body"] == "hello"
    assert message["MessageAttributes"] == attributes


def test_a_raw_message_with_eleven_attributes_is_dropped(sns, topic, subscribe, queue):
    subscribe(queue, RawMessageDelivery="true")

    attributes = {str(number): {"DataType": "String", "StringValue": "v"} for number in range(11)}
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)

    assert queue.bodies() == []


def test_each_subscription_gets_each_message(sns, topic, subscribe, make_queue):
    queues = [make_queue(name) for name in ("a", "b")]
    for queue in queues:
        subscribe(queue)

    for message in ("1", "2", "3"):
        sns.publish(TopicArn=topic, Message=message)

    assert [queue.texts() for queue in queues] == [["1", "2", "3"], ["1", "2", "3"]]


def test_a_queue_that_lets_nobody_in_gets_nothing(sns, topic, subscribe, make_queue, cloud):
    closed = make_queue("closed", policy=None)
    subscribe(closed)

    sns.publish(TopicArn=topic, Message="hello")

    assert closed.bodies() == []
    assert deliveries(cloud) == [
        "sns Delivery orders to arn:aws:sqs:us-east-1:123456789012:closed ✗ AccessDenied: User: sns.amazonaws.com is "
        "not authorized to perform: sqs:SendMessage on resource: arn:aws:sqs:us-east-1:123456789012:closed because no "
        "resource-based policy allows the sqs:SendMessage action"
    ]


def only_from(topic_arn):
    def policy(name):
        document = json.loads(open_to_sns(name))
        document["Statement"][0]["Condition"] = {"ArnEquals": {"aws:SourceArn": topic_arn}}
        return json.dumps(document)

    return policy


def test_a_queue_may_let_only_one_topic_in(sns, topic, create, subscribe, make_queue):
    queue = make_queue(policy=only_from(topic))
    other = create("other")
    subscribe(queue)
    subscribe(queue, other)

    sns.publish(TopicArn=topic, Message="mine")
    sns.publish(TopicArn=other, Message="not mine")

    assert queue.texts() == ["mine"]


def test_the_timeline_tells_how_a_message_came_to_a_queue(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    cloud.timeline.clear()

    sns.publish(TopicArn=topic, Message="hello")

    assert [line.partition("  ")[2] for line in cloud.timeline.tree().splitlines()] == [
        f"sns Publish {topic}",
        f"   └─ sns Delivery orders to {queue.arn}",
        f"      └─ sqs SendMessage {queue.url}",
    ]


def test_a_queue_of_another_account_confirms_by_a_message(sns, topic, subscribe):
    theirs = boto3.client("sqs", aws_access_key_id="111111111111", aws_secret_access_key="x")
    policy = open_to_sns("theirs").replace("123456789012", "111111111111")
    queue = QueueForTests(theirs, "theirs", Policy=policy)
    queue.arn = "arn:aws:sqs:us-east-1:111111111111:theirs"
    subscribe(queue)
    sns.publish(TopicArn=topic, Message="too early")

    (body,) = queue.bodies()
    asked = json.loads(body)
    sns.confirm_subscription(TopicArn=topic, Token=asked["Token"])
    sns.publish(TopicArn=topic, Message="hello")

    assert asked["Type"] == "SubscriptionConfirmation"
    assert queue.texts() == ["hello"]


def test_a_group_makes_a_standard_queue_fair(sns, topic, subscribe, queue):
    subscribe(queue)

    sns.publish(TopicArn=topic, Message="hello", MessageGroupId="customer-1")

    (message,) = queue.receive()
    assert message["Attributes"]["MessageGroupId"] == "customer-1"


def test_a_deleted_subscription_gets_nothing(sns, topic, subscribe, queue):
    sns.unsubscribe(SubscriptionArn=subscribe(queue))

    sns.publish(TopicArn=topic, Message="hello")

    assert queue.bodies() == []


def test_a_queue_in_another_region_gets_messages(sns, topic, subscribe):
    sqs = boto3.client("sqs", region_name="eu-west-1")
    policy = open_to_sns("far").replace("us-east-1", "eu-west-1")
    queue = QueueForTests(sqs, "far", Policy=policy)
    queue.arn = arn_of("sqs", "far").replace("us-east-1", "eu-west-1")
    subscribe(queue)

    sns.publish(TopicArn=topic, Message="hello")

    assert queue.texts() == ["hello"]
