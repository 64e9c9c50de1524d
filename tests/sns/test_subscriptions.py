"""Subscriptions and their attributes."""

import json

import pytest

from tests.sns.conftest import ACCOUNT, arn_of

NO_SUBSCRIPTION = ("NotFound", "Subscription does not exist", 404)


@pytest.fixture
def attributes(sns):
    return lambda arn: sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]


@pytest.fixture
def set_attribute(sns):
    def set_attribute(arn, name, value):
        sns.set_subscription_attributes(SubscriptionArn=arn, AttributeName=name, AttributeValue=value)

    return set_attribute


def test_a_subscription_has_attributes(subscribe, queue, topic, attributes):
    arn = subscribe(queue)

    assert attributes(arn) == {
        "SubscriptionArn": arn,
        "TopicArn": topic,
        "Protocol": "sqs",
        "Endpoint": queue.arn,
        "Owner": ACCOUNT,
        "SubscriptionPrincipal": f"arn:aws:iam::{ACCOUNT}:root",
        "PendingConfirmation": "false",
        "ConfirmationWasAuthenticated": "true",
        "RawMessageDelivery": "false",
    }


def test_a_subscription_has_the_attributes_that_it_was_given(subscribe, make_queue, queue, attributes):
    given = {
        "RawMessageDelivery": "true",
        "FilterPolicy": '{"a": ["b"]}',
        "FilterPolicyScope": "MessageBody",
        "RedrivePolicy": json.dumps({"deadLetterTargetArn": make_queue("dead").arn}),
    }

    shown = attributes(subscribe(queue, **given))

    assert {name: shown[name] for name in given} == given


def test_a_scope_shows_once_there_is_a_policy(subscribe, queue, attributes, set_attribute):
    arn = subscribe(queue)
    set_attribute(arn, "FilterPolicyScope", "MessageBody")
    before = attributes(arn)

    set_attribute(arn, "FilterPolicy", '{"a": ["b"]}')

    assert "FilterPolicyScope" not in before
    assert attributes(arn)["FilterPolicyScope"] == "MessageBody"


@pytest.mark.parametrize("empty", ["", "{}"])
def test_documents_are_taken_away_by_empty_ones(subscribe, queue, attributes, set_attribute, empty):
    redrive = json.dumps({"deadLetterTargetArn": arn_of("sqs", "dead")})
    arn = subscribe(queue, FilterPolicy='{"a": ["b"]}', RedrivePolicy=redrive)

    set_attribute(arn, "FilterPolicy", empty)
    set_attribute(arn, "RedrivePolicy", empty)

    assert not attributes(arn).keys() & {"FilterPolicy", "FilterPolicyScope", "RedrivePolicy"}


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Colour", "red", "AttributeName"),
        (
            "RawMessageDelivery",
            "test-ValUe",
            "RawMessageDelivery: Invalid value [test-ValUe]. Must be true or false.",
        ),
        ("RawMessageDelivery", "", "RawMessageDelivery: Invalid value []. Must be true or false."),
        (
            "FilterPolicyScope",
            "RandomValue",
            "FilterPolicyScope: Invalid value [RandomValue]. Please use either MessageBody or MessageAttributes",
        ),
        (
            "RedrivePolicy",
            '{"deadLetterTargetArn": "fake-arn"}',
            "RedrivePolicy: deadLetterTargetArn is an invalid arn",
        ),
        ("RedrivePolicy", "[]", "RedrivePolicy: deadLetterTargetArn is an invalid arn"),
        (
            "DeliveryPolicy",
            '{"requestPolicy": {}}',
            "DeliveryPolicy: protocol [sqs] does not support delivery policies.",
        ),
    ],
)
def test_attributes_that_are_refused(sns, topic, subscribe, queue, refused, name, value, reason):
    arn = subscribe(queue)

    later = refused(
        sns.set_subscription_attributes, SubscriptionArn=arn, AttributeName=name, AttributeValue=value
    )
    at_once = refused(
        sns.subscribe,
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn_of("sqs", "other"),
        Attributes={name: value},
    )

    assert later == ("InvalidParameter", f"Invalid parameter: {reason}", 400)
    assert at_once == ("InvalidParameter", f"Invalid parameter: Attributes Reason: {reason}", 400)
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1


def test_mail_is_never_raw(sns, topic, refused):
    answer = refused(
        sns.subscribe,
        TopicArn=topic,
        Protocol="email",
        Endpoint="a@example.com",
        Attributes={"RawMessageDelivery": "true"},
    )

    assert answer == (
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: Delivery protocol [email] does not support raw message delivery.",
        400,
    )


def test_a_delivery_policy_can_be_taken_away(subscribe, attributes, set_attribute):
    policy = '{"requestPolicy": {"headerContentType": "text/csv"}}'
    arn = subscribe("https://example.com", protocol="https", DeliveryPolicy=policy)

    set_attribute(arn, "DeliveryPolicy", "{}")

    assert "DeliveryPolicy" not in attributes(arn)


def test_what_is_not_json_is_no_redrive_policy(sns, subscribe, queue, refused):
    code, message, _ = refused(
        sns.set_subscription_attributes,
        SubscriptionArn=subscribe(queue),
        AttributeName="RedrivePolicy",
        AttributeValue="{invalidjson}",
    )

    assert code == "InvalidParameter"
    assert message.startswith("Invalid parameter: RedrivePolicy: failed to parse JSON. ")


@pytest.mark.parametrize(
    ("protocol", "endpoint", "message"),
    [
        (
            "test-protocol",
            "a",
            "Invalid parameter: Amazon SNS does not support this protocol string: test-protocol",
        ),
        ("sqs", "https://sqs.us-east-1.amazonaws.com/1/a", "Invalid parameter: SQS endpoint ARN"),
        ("lambda", "f", "Invalid parameter: Lambda endpoint ARN"),
        ("http", "https://example.com", "Invalid parameter: Endpoint must match the specified protocol"),
        ("https", "http://example.com", "Invalid parameter: Endpoint must match the specified protocol"),
        ("email", "this is not an email", "Invalid parameter: Email address"),
        ("sms", "NAA+15551234567", "Invalid SMS endpoint: NAA+15551234567"),
        ("application", "invalid arn", "Invalid parameter: Application endpoint arn invalid:invalid arn"),
    ],
)
def test_endpoints_that_are_refused(sns, topic, refused, protocol, endpoint, message):
    answer = refused(sns.subscribe, TopicArn=topic, Protocol=protocol, Endpoint=endpoint)

    assert answer == ("InvalidParameter", message, 400)


def test_nobody_subscribes_to_a_topic_that_is_not_there(sns, refused):
    answer = refused(sns.subscribe, TopicArn=arn_of("sns", "other"), Protocol="sms", Endpoint="+15550100")

    assert answer == ("NotFound", "Topic does not exist", 404)


def test_an_endpoint_is_subscribed_once(sns, subscribe, queue):
    arn = subscribe(queue, RawMessageDelivery="true")

    assert subscribe(queue, RawMessageDelivery="true") == arn
    assert subscribe(queue) == arn
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1


def test_a_subscription_of_other_attributes_is_in_the_way(sns, topic, subscribe, queue, refused):
    subscribe(queue, RawMessageDelivery="true")

    answer = refused(
        sns.subscribe,
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=queue.arn,
        Attributes={"RawMessageDelivery": "false"},
    )

    assert answer == (
        "InvalidParameter",
        "Invalid parameter: Attributes Reason: Subscription already exists with different attributes",
        400,
    )


def test_subscriptions_are_listed(sns, topic, create, subscribe, queue):
    other = create("other")
    first, second = subscribe(queue), subscribe("+15550100", other, "sms")

    listed = sns.list_subscriptions()["Subscriptions"]

    assert listed == [
        {
            "SubscriptionArn": first,
            "Owner": ACCOUNT,
            "Protocol": "sqs",
            "Endpoint": queue.arn,
            "TopicArn": topic,
        },
        {
            "SubscriptionArn": second,
            "Owner": ACCOUNT,
            "Protocol": "sms",
            "Endpoint": "+15550100",
            "TopicArn": other,
        },
    ]
    assert sns.list_subscriptions_by_topic(TopicArn=other)["Subscriptions"] == listed[1:]


def test_subscriptions_are_listed_by_the_hundred(sns, topic, subscribe):
    arns = [subscribe(f"+1555{number:07}", protocol="sms") for number in range(101)]

    first = sns.list_subscriptions_by_topic(TopicArn=topic)
    second = sns.list_subscriptions_by_topic(TopicArn=topic, NextToken=first["NextToken"])

    listed = first["Subscriptions"] + second["Subscriptions"]
    assert [one["SubscriptionArn"] for one in listed] == arns
    assert len(first["Subscriptions"]) == 100


def test_an_ended_subscription_is_gone(sns, subscribe, queue, refused):
    arn = subscribe(queue)

    sns.unsubscribe(SubscriptionArn=arn)
    sns.unsubscribe(SubscriptionArn=arn)

    assert refused(sns.get_subscription_attributes, SubscriptionArn=arn) == NO_SUBSCRIPTION


@pytest.mark.parametrize(
    ("arn", "message"),
    [
        ("a", "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 1"),
        (
            "arn:aws:sns:us-east-1:1",
            "Invalid parameter: SubscriptionArn Reason: An ARN must have at least 6 elements, not 5",
        ),
        ("arn:aws:sns:us-east-1:123456789012:orders:a", "Invalid parameter: SubscriptionId"),
    ],
)
def test_arns_of_no_subscription_are_refused(sns, refused, arn, message):
    assert refused(sns.unsubscribe, SubscriptionArn=arn) == ("InvalidParameter", message, 400)


def test_a_topic_has_200_filter_policies_at_most(sns, topic, subscribe, refused):
    for number in range(200):
        subscribe(f"+1555{number:07}", protocol="sms", FilterPolicy='{"a": ["b"]}')

    code, _, status = refused(
        sns.subscribe,
        TopicArn=topic,
        Protocol="sms",
        Endpoint="+15550100",
        Attributes={"FilterPolicy": '{"a": ["b"]}'},
    )

    assert (code, status) == ("FilterPolicyLimitExceeded", 403)


@pytest.mark.parametrize("name", ["ReplayPolicy", "SubscriptionRoleArn"])
def test_replays_and_delivery_streams_are_not_there(sns, subscribe, queue, name):
    with pytest.raises(NotImplementedError, match=f"sns: {name} is not supported yet"):
        sns.set_subscription_attributes(
            SubscriptionArn=subscribe(queue), AttributeName=name, AttributeValue="{}"
        )
