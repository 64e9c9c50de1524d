"""What functions get of a topic."""

import json

import boto3
import pytest
from aws_lambda_powertools.utilities.data_classes import SNSEvent

from tests.sns.conftest import deliveries

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00.250Z")
FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:on-order"


@pytest.fixture
def awslambda(cloud):
    return boto3.client("lambda")


@pytest.fixture
def events(cloud):
    """What the function `on-order` was invoked with."""
    seen = []
    cloud.functions.create("on-order", lambda event, context: seen.append(event))
    return seen


@pytest.fixture
def permit(awslambda):
    def permit(topic_arn=None):
        further = {} if topic_arn is None else {"SourceArn": topic_arn}
        awslambda.add_permission(
            FunctionName="on-order",
            StatementId="sns",
            Action="lambda:InvokeFunction",
            Principal="sns.amazonaws.com",
            **further,
        )

    return permit


@frozen
def test_a_function_gets_a_record(sns, topic, subscribe, events, permit):
    permit(topic)
    subscription = subscribe(FUNCTION, protocol="lambda")

    attributes = {
        "s": {"DataType": "String", "StringValue": "v"},
        "b": {"DataType": "Binary", "BinaryValue": b"\x02\x03"},
    }
    message_id = sns.publish(
        TopicArn=topic, Message="hello", Subject="greeting", MessageAttributes=attributes
    )["MessageId"]

    ((record,),) = [event["Records"] for event in events]
    assert record["Sns"].pop("Signature")
    assert record["Sns"].pop("SigningCertUrl").endswith(".pem")
    assert record == {
        "EventSource": "aws:sns",
        "EventVersion": "1.0",
        "EventSubscriptionArn": subscription,
        "Sns": {
            "Type": "Notification",
            "MessageId": message_id,
            "TopicArn": topic,
            "Subject": "greeting",
            "Message": "hello",
            "Timestamp": "2026-01-05T12:00:00.250Z",
            "SignatureVersion": "1",
            "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="
            + subscription,
            "MessageAttributes": {
                "s": {"Type": "String", "Value": "v"},
                "b": {"Type": "Binary", "Value": "AgM="},
            },
        },
    }


def test_a_message_without_a_subject_has_none(sns, topic, subscribe, events, permit):
    permit()
    subscribe(FUNCTION, protocol="lambda")

    sns.publish(TopicArn=topic, Message="hello")

    assert events[0]["Records"][0]["Sns"]["Subject"] is None
    assert events[0]["Records"][0]["Sns"]["MessageAttributes"] == {}


def test_powertools_reads_the_event(sns, topic, subscribe, events, permit):
    permit()
    subscribe(FUNCTION, protocol="lambda")

    sns.publish(TopicArn=topic, Message="hello", Subject="greeting")

    event = SNSEvent(events[0])
    assert event.sns_message == "hello"
    assert (event.record.sns.subject, event.record.sns.topic_arn) == ("greeting", topic)


def test_a_function_that_lets_nobody_in_is_not_invoked(sns, topic, subscribe, events, cloud):
    subscribe(FUNCTION, protocol="lambda")

    sns.publish(TopicArn=topic, Message="hello")

    assert events == []
    (attempt,) = deliveries(cloud)
    assert "✗ AccessDeniedException: User: sns.amazonaws.com is not authorized to perform" in attempt


def test_a_function_may_let_only_one_topic_in(sns, topic, create, subscribe, events, permit):
    permit(topic)
    other = create("other")
    subscribe(FUNCTION, protocol="lambda")
    subscribe(FUNCTION, other, "lambda")

    sns.publish(TopicArn=other, Message="not mine")
    sns.publish(TopicArn=topic, Message="mine")

    assert [event["Records"][0]["Sns"]["Message"] for event in events] == ["mine"]


@frozen
def test_a_failing_function_is_tried_again_by_lambda(sns, topic, subscribe, permit, cloud):
    seen = []

    def fail(event, context):
        seen.append(cloud.clock.time())
        raise ValueError("no")

    cloud.functions.create("on-order", fail)
    permit()
    subscribe(FUNCTION, protocol="lambda")

    sns.publish(TopicArn=topic, Message="hello")
    cloud.clock.advance(hours=1)

    assert len(seen) == 3
    assert len(deliveries(cloud)) == 1


@frozen
def test_what_no_function_takes_goes_to_the_dead_letter_queue(sns, topic, subscribe, make_queue):
    dead = make_queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead.arn})
    subscribe(FUNCTION, protocol="lambda", RedrivePolicy=policy)

    attributes = {"attr1": {"DataType": "Number", "StringValue": "1"}}
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)

    (body,) = dead.bodies()
    assert json.loads(body)["Message"] == "hello"
    assert json.loads(body)["MessageAttributes"] == {"attr1": {"Type": "Number", "Value": "1"}}


def test_an_alias_may_be_subscribed(sns, topic, subscribe, events, awslambda):
    version = awslambda.publish_version(FunctionName="on-order")["Version"]
    awslambda.create_alias(FunctionName="on-order", Name="live", FunctionVersion=version)
    awslambda.add_permission(
        FunctionName="on-order",
        Qualifier="live",
        StatementId="sns",
        Action="lambda:InvokeFunction",
        Principal="sns.amazonaws.com",
    )
    subscribe(FUNCTION + ":live", protocol="lambda")

    sns.publish(TopicArn=topic, Message="hello")

    assert [event["Records"][0]["Sns"]["Message"] for event in events] == ["hello"]
