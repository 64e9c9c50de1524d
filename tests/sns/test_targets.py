"""Topics as what other services send events to."""

import json

import boto3
import pytest

from skymock.cloud.principals import root_of
from skymock.errors import AwsError
from tests.sns.conftest import arn_of

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def send_by_rule(cloud):
    """Have EventBridge send an event to a topic."""

    def send(topic_arn):
        events = boto3.client("events")
        events.put_rule(Name="paid", EventPattern='{"source": ["shop"]}')
        events.put_targets(Rule="paid", Targets=[{"Id": "topic", "Arn": topic_arn, "Input": '{"id": 7}'}])
        events.put_events(Entries=[{"Source": "shop", "DetailType": "Order paid", "Detail": "{}"}])

    return send


@pytest.fixture
def open_to(sns, topic):
    """Let a service publish to the topic, for one of its resources if it is named."""

    def open_to(service, source_arn=None):
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sns:Publish",
            "Resource": topic,
        }
        if source_arn is not None:
            statement["Condition"] = {"ArnEquals": {"aws:SourceArn": source_arn}}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document)

    return open_to


@pytest.fixture
def refused_delivery(cloud):
    """The text with which a target refuses an event of the account's own."""

    def refused_delivery(arn):
        with pytest.raises(AwsError) as caught:
            cloud.target(arn).deliver(b"{}", root_of(cloud.account_id))
        return caught.value.message

    return refused_delivery


def test_a_rule_sends_to_a_topic_that_lets_it(send_by_rule, open_to, topic, subscribe, queue):
    open_to("events.amazonaws.com")
    subscribe(queue)

    send_by_rule(topic)

    assert queue.texts() == ['{"id": 7}']


def test_a_topic_may_let_only_one_rule_in(send_by_rule, open_to, topic, subscribe, queue):
    open_to("events.amazonaws.com", "arn:aws:events:us-east-1:123456789012:rule/other")
    subscribe(queue)

    send_by_rule(topic)

    assert queue.texts() == []


def test_no_service_publishes_by_the_default_policy(send_by_rule, topic, subscribe, queue, cloud):
    subscribe(queue)

    send_by_rule(topic)

    assert queue.texts() == []
    refused = [str(event.error) for event in cloud.timeline if event.error is not None]
    assert any(
        f"User: events.amazonaws.com is not authorized to perform: SNS:Publish on resource: {topic}" in text
        for text in refused
    )


@frozen
def test_what_is_too_long_for_a_topic_is_not_sent(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    cloud.functions.create("f", lambda event, context: "a" * 2000)
    sns.set_topic_attributes(TopicArn=topic, AttributeName="MaximumMessageSize", AttributeValue="1024")
    boto3.client("lambda").put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnSuccess": {"Destination": topic}}
    )

    boto3.client("lambda").invoke(FunctionName="f", InvocationType="Event")

    (told,) = [event for event in cloud.timeline if event.operation == "OnSuccess"]
    assert str(told.error) == "Invalid parameter: Message too long"
    assert queue.texts() == []


def test_a_fifo_topic_takes_no_events_without_a_group(cloud, fifo, subscribe, make_queue, refused_delivery):
    queue = make_queue("ordered.fifo")
    subscribe(queue, fifo)

    assert (
        refused_delivery(fifo)
        == "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"
    )
    assert queue.texts() == []


def test_a_topic_answers_nothing(cloud, topic):
    with pytest.raises(NotImplementedError, match="gives no answer"):
        cloud.target(topic).request(b"{}", cloud.principals.anonymous)


def test_a_topic_that_is_not_there_is_no_target(refused_delivery):
    assert refused_delivery(arn_of("sns", "other")) == "Topic does not exist"
