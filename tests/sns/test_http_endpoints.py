"""HTTP endpoints: those in the cloud are called, others' messages lie in the outbox."""

import json
from urllib.parse import urlsplit

import boto3
import pytest
import requests

from tests.sns.conftest import deliveries

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


class Site:
    """A function URL that keeps what it is sent, and answers with `status`."""

    def __init__(self, cloud):
        self.requests = []
        self.status = 200
        cloud.functions.create("site", self._answer)
        awslambda = boto3.client("lambda")
        self.url = awslambda.create_function_url_config(FunctionName="site", AuthType="NONE")["FunctionUrl"]
        for action in ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction"):
            awslambda.add_permission(
                FunctionName="site", StatementId=action.partition(":")[2], Action=action, Principal="*"
            )

    def _answer(self, event, context):
        self.requests.append(event)
        return {"statusCode": self.status}

    @property
    def bodies(self):
        return [request["body"] for request in self.requests]


@pytest.fixture
def site(cloud):
    return Site(cloud)


@pytest.fixture
def subscribe_site(subscribe, site):
    """Subscribe the site and confirm; its requests are forgotten."""

    def subscribe_site(**attributes):
        arn = subscribe(site.url, protocol="https", **attributes)
        requests.get(json.loads(site.bodies[0])["SubscribeURL"])
        site.requests.clear()
        return arn

    return subscribe_site


@frozen
def test_an_endpoint_is_asked_first(subscribe, site, topic):
    subscribe(site.url, protocol="https")

    (request,) = site.requests
    headers = request["headers"]
    assert request["requestContext"]["http"]["method"] == "POST"
    assert headers["x-amz-sns-message-type"] == "SubscriptionConfirmation"
    assert headers["x-amz-sns-topic-arn"] == topic
    assert headers["content-type"] == "text/plain; charset=UTF-8"
    assert headers["user-agent"] == "Amazon Simple Notification Service Agent"
    body = json.loads(request["body"])
    assert headers["x-amz-sns-message-id"] == body["MessageId"]
    assert body.pop("Signature")
    assert {**body, "Token": "", "MessageId": "", "SigningCertURL": "", "SubscribeURL": ""} == {
        "Type": "SubscriptionConfirmation",
        "MessageId": "",
        "Token": "",
        "TopicArn": topic,
        "Message": f"You have chosen to subscribe to the topic {topic}.\nTo confirm the subscription, visit the "
        "SubscribeURL included in this message.",
        "SubscribeURL": "",
        "Timestamp": "2026-01-05T12:00:00.000Z",
        "SignatureVersion": "1",
        "SigningCertURL": "",
    }
    assert body["SubscribeURL"] == (
        f"https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn={topic}&Token={body['Token']}"
    )


def test_an_endpoint_that_cannot_be_asked_shows_in_the_timeline(subscribe, site, cloud):
    site.status = 500
    subscribe(site.url, protocol="https")

    (asked,) = [event for event in cloud.timeline if event.operation == "SubscriptionConfirmation"]
    assert str(asked) == (
        f"sns SubscriptionConfirmation orders to {site.url} ✗ DeliveryFailed: {site.url} answered 500"
    )


def test_another_name_than_the_certificates_is_not_found(cloud):
    answer = requests.get("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0.pem")

    assert answer.status_code == 404


def test_visiting_the_url_confirms(sns, topic, subscribe, site):
    arn = subscribe(site.url, protocol="https")

    answer = requests.get(json.loads(site.bodies[0])["SubscribeURL"])

    assert answer.status_code == 200
    assert f"<SubscriptionArn>{arn}</SubscriptionArn>" in answer.text
    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (shown["PendingConfirmation"], shown["ConfirmationWasAuthenticated"]) == ("false", "false")


def test_an_endpoint_gets_messages(sns, topic, subscribe_site, site):
    arn = subscribe_site()

    message_id = sns.publish(TopicArn=topic, Message="hello")["MessageId"]

    (request,) = site.requests
    headers = {name: value for name, value in request["headers"].items() if name.startswith("x-amz-sns")}
    assert headers == {
        "x-amz-sns-message-type": "Notification",
        "x-amz-sns-message-id": message_id,
        "x-amz-sns-topic-arn": topic,
        "x-amz-sns-subscription-arn": arn,
    }
    assert json.loads(request["body"])["Message"] == "hello"


def test_an_endpoint_may_get_raw_messages_of_a_type(sns, topic, subscribe_site, site):
    policy = {"requestPolicy": {"headerContentType": "text/csv"}}
    subscribe_site(RawMessageDelivery="true", DeliveryPolicy=json.dumps(policy))

    sns.publish(TopicArn=topic, Message="a,b")

    (request,) = site.requests
    assert request["body"] == "a,b"
    assert request["headers"]["content-type"] == "text/csv"
    assert request["headers"]["x-amz-sns-rawdelivery"] == "true"


def test_an_http_api_is_an_endpoint_too(sns, topic, subscribe, cloud):
    bodies = []
    hook = cloud.functions.create("hook", lambda event, context: bodies.append(event["body"]))
    boto3.client("lambda").add_permission(
        FunctionName="hook",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    api = boto3.client("apigatewayv2").create_api(Name="hooks", ProtocolType="HTTP", Target=hook.arn)
    subscribe(api["ApiEndpoint"] + "/orders", protocol="https")
    requests.get(json.loads(bodies[0])["SubscribeURL"])

    sns.publish(TopicArn=topic, Message="hello")

    assert [json.loads(body)["Type"] for body in bodies] == ["SubscriptionConfirmation", "Notification"]


@frozen
@pytest.mark.parametrize("status", [500, 503, 429])
def test_an_endpoint_that_fails_is_tried_again(sns, topic, subscribe_site, site, cloud, make_queue, status):
    dead = make_queue("dead")
    subscribe_site(RedrivePolicy=json.dumps({"deadLetterTargetArn": dead.arn}))
    site.status = status
    start = cloud.clock.time()

    sns.publish(TopicArn=topic, Message="hello")
    cloud.clock.advance(minutes=5)

    tries = [event.at_seconds - start for event in cloud.timeline if event.operation == "Delivery"]
    assert tries == [0, 20, 40, 60]
    assert dead.texts() == ["hello"]


@frozen
def test_an_endpoint_that_refuses_is_not_tried_again(sns, topic, subscribe_site, site, cloud):
    subscribe_site()
    site.status = 403

    sns.publish(TopicArn=topic, Message="hello")
    cloud.clock.advance(minutes=5)

    assert deliveries(cloud) == [
        f"sns Delivery orders to {site.url} ✗ DeliveryFailed: {site.url} answered 403"
    ]


@frozen
def test_a_policy_says_how_often_an_endpoint_is_tried(sns, topic, subscribe_site, site, cloud):
    retry = {"minDelayTarget": 1, "maxDelayTarget": 5, "numRetries": 3}
    subscribe_site(DeliveryPolicy=json.dumps({"healthyRetryPolicy": retry}))
    site.status = 500
    start = cloud.clock.time()

    sns.publish(TopicArn=topic, Message="hello")
    cloud.clock.advance(minutes=5)

    tries = [event.at_seconds - start for event in cloud.timeline if event.operation == "Delivery"]
    assert tries == [0, 1, 4, 9]


@frozen
def test_a_host_that_is_gone_is_tried_again(sns, topic, subscribe_site, site, cloud):
    subscribe_site()
    boto3.client("lambda").delete_function_url_config(FunctionName="site")

    sns.publish(TopicArn=topic, Message="hello")
    cloud.clock.advance(minutes=5)

    assert len(deliveries(cloud)) == 4
    assert deliveries(cloud)[0].endswith(f"✗ DeliveryFailed: There is no host {urlsplit(site.url).hostname}")


def test_who_visits_the_unsubscribe_url_gets_nothing_more(sns, topic, subscribe_site, site):
    arn = subscribe_site()
    sns.publish(TopicArn=topic, Message="hello")

    answer = requests.get(json.loads(site.bodies[0])["UnsubscribeURL"])
    site.requests.clear()
    sns.publish(TopicArn=topic, Message="again")

    assert answer.status_code == 200
    assert sns.list_subscriptions()["Subscriptions"] == []
    assert [request["headers"]["x-amz-sns-message-type"] for request in site.requests] == []
    assert arn


def test_who_unsubscribed_by_its_url_is_told_and_may_take_it_back(sns, topic, subscribe_site, site):
    arn = subscribe_site()
    sns.publish(TopicArn=topic, Message="hello")
    requests.get(json.loads(site.bodies[0])["UnsubscribeURL"])
    told = json.loads(site.bodies[1])
    site.requests.clear()

    requests.get(told["SubscribeURL"])
    sns.publish(TopicArn=topic, Message="again")

    assert told["Type"] == "UnsubscribeConfirmation"
    assert told["Message"] == (
        f"You have chosen to deactivate subscription {arn}.\nTo cancel this operation and restore the subscription, "
        "visit the SubscribeURL included in this message."
    )
    assert [json.loads(body)["Message"] for body in site.bodies] == ["again"]


def test_what_was_taken_back_once_stays_ended_the_next_time(sns, topic, subscribe_site, site, refused):
    arn = subscribe_site()
    sns.publish(TopicArn=topic, Message="hello")
    requests.get(json.loads(site.bodies[0])["UnsubscribeURL"])
    token = json.loads(site.bodies[1])["Token"]
    sns.confirm_subscription(TopicArn=topic, Token=token)

    sns.unsubscribe(SubscriptionArn=arn)

    assert refused(sns.confirm_subscription, TopicArn=topic, Token=token) == (
        "InvalidParameter",
        "Invalid parameter: Token",
        400,
    )
    assert sns.list_subscriptions()["Subscriptions"] == []


def test_a_subscription_may_ask_for_a_signature_to_be_ended(sns, topic, subscribe, site):
    arn = subscribe(site.url, protocol="https")
    sns.confirm_subscription(
        TopicArn=topic, Token=json.loads(site.bodies[0])["Token"], AuthenticateOnUnsubscribe="true"
    )

    answer = requests.get(f"https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={arn}")

    assert answer.status_code == 403
    assert "<Code>AuthorizationError</Code>" in answer.text
    assert len(sns.list_subscriptions()["Subscriptions"]) == 1


def test_messages_for_hosts_outside_of_the_cloud_lie_in_the_outbox(sns, topic, subscribe, cloud):
    url = "https://hooks.example.com/orders"
    subscribe(url, protocol="https")
    (asked,) = cloud.sns.outbox.to(url)
    sns.confirm_subscription(TopicArn=topic, Token=asked.token)

    sns.publish(TopicArn=topic, Message="hello")

    assert json.loads(cloud.sns.outbox.to(url)[1].body)["Message"] == "hello"


def test_policies_of_an_http_subscription_are_shown_whole(sns, subscribe):
    policy = {"requestPolicy": {"headerContentType": "text/csv"}}
    arn = subscribe("https://example.com", protocol="https", DeliveryPolicy=json.dumps(policy))

    shown = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]

    assert json.loads(shown["DeliveryPolicy"]) == {
        "healthyRetryPolicy": None,
        "sicklyRetryPolicy": None,
        "throttlePolicy": None,
        "requestPolicy": {"headerContentType": "text/csv"},
        "guaranteed": False,
    }
    assert json.loads(shown["EffectiveDeliveryPolicy"]) == {
        "healthyRetryPolicy": {
            "minDelayTarget": 20,
            "maxDelayTarget": 20,
            "numRetries": 3,
            "numMaxDelayRetries": 0,
            "numNoDelayRetries": 0,
            "numMinDelayRetries": 0,
            "backoffFunction": "linear",
        },
        "sicklyRetryPolicy": None,
        "throttlePolicy": None,
        "requestPolicy": {"headerContentType": "text/csv"},
        "guaranteed": False,
    }


@pytest.mark.parametrize(
    "retry",
    [
        {"numRetries": 101},
        {"minDelayTarget": 30},
        {"maxDelayTarget": 3601},
        {"numRetries": -1},
        {"backoffFunction": "random"},
        {"numRetries": 100, "minDelayTarget": 60, "maxDelayTarget": 60},
    ],
)
def test_retries_without_measure_are_refused(sns, topic, refused, retry):
    code, message, _ = refused(
        sns.subscribe,
        TopicArn=topic,
        Protocol="https",
        Endpoint="https://example.com",
        Attributes={"DeliveryPolicy": json.dumps({"healthyRetryPolicy": retry})},
    )

    assert code == "InvalidParameter"
    assert message.startswith("Invalid parameter: Attributes Reason: DeliveryPolicy: ")
