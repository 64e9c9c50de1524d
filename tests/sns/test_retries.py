"""Deliveries that fail: retries on the clock, and dead-letter queues."""

import itertools
import json

import pytest

from skymock.services.sns.delivery_policy import (
    DEFAULT_RETRY,
    customer_delays,
    http_delays,
    managed_delays,
)
from tests.sns.conftest import deliveries

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


def attempts(cloud, start):
    """When the attempts were made, in seconds from the start."""
    return [event.at_seconds - start for event in cloud.timeline if event.operation == "Delivery"]


@pytest.fixture
def dead(make_queue):
    return make_queue("dead")


@pytest.fixture
def redrive(dead):
    return json.dumps({"deadLetterTargetArn": dead.arn})


@frozen
def test_a_queue_that_fails_is_tried_again(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    start = cloud.clock.time()
    with cloud.faults.error("sqs", "SendMessage", times=6):
        sns.publish(TopicArn=topic, Message="hello")
        cloud.clock.advance(seconds=10)

    assert attempts(cloud, start) == [0, 0, 0, 0, 1, 2, 3]
    assert queue.texts() == ["hello"]


@frozen
def test_a_throttled_queue_is_tried_again(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    with cloud.faults.error("sqs", "SendMessage", code="RequestThrottled", status=403, times=1):
        sns.publish(TopicArn=topic, Message="hello")

    assert queue.texts() == ["hello"]


@frozen
def test_a_queue_that_does_not_answer_is_tried_again(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    with cloud.faults.timeout("sqs", "SendMessage", times=1):
        sns.publish(TopicArn=topic, Message="hello")

    assert queue.texts() == ["hello"]


@frozen
@pytest.mark.parametrize(("seconds", "texts"), [(19, []), (20, ["hello"])])
def test_a_phone_that_fails_is_tried_again(sns, topic, subscribe, cloud, seconds, texts):
    subscribe("+15550100", protocol="sms")
    with cloud.faults.error("sns", "Delivery", resource="+15550100", times=2):
        sns.publish(TopicArn=topic, Message="hello")
        cloud.clock.advance(seconds=seconds)

    assert [sent.body for sent in cloud.sns.outbox.to("+15550100")] == texts


@frozen
def test_a_phone_is_given_up_after_six_hours(sns, topic, subscribe, dead, redrive, cloud):
    subscribe("+15550100", protocol="sms", RedrivePolicy=redrive)
    cloud.faults.error("sns", "Delivery")

    sns.publish(TopicArn=topic, Message="hello")
    cloud.clock.advance(hours=6)
    before = dead.texts()
    cloud.clock.advance(hours=2)

    assert (before, dead.texts()) == ([], ["hello"])
    assert len([line for line in deliveries(cloud) if "Delivery" in line]) == 51


@frozen
def test_a_slow_delivery_takes_its_time(sns, topic, subscribe, cloud):
    subscribe("+15550100", protocol="sms")
    cloud.faults.slow("sns", "Delivery", seconds=7)
    start = cloud.clock.time()

    sns.publish(TopicArn=topic, Message="hello")

    assert cloud.clock.time() - start == 7


@frozen
def test_a_deleted_queue_is_not_tried_again(sns, sqs, topic, subscribe, queue, dead, redrive, cloud):
    subscribe(queue, RedrivePolicy=redrive)
    sqs.delete_queue(QueueUrl=queue.url)

    sns.publish(TopicArn=topic, Message="hello", Subject="greeting")

    (body,) = dead.bodies()
    assert (json.loads(body)["Message"], json.loads(body)["Subject"]) == ("hello", "greeting")
    assert [line.split(" ✗ ")[0] for line in deliveries(cloud)] == [
        f"sns Delivery orders to {queue.arn}",
        f"sns DeadLetter orders to {dead.arn}",
    ]


@frozen
def test_a_raw_dead_letter_is_raw(sns, topic, subscribe, make_queue, dead, redrive):
    subscribe(make_queue("closed", policy=None), RedrivePolicy=redrive, RawMessageDelivery="true")

    attributes = {"b": {"DataType": "Binary", "BinaryValue": b"\x02"}}
    sns.publish(TopicArn=topic, Message="hello", MessageAttributes=attributes)

    (message,) = dead.receive()
    assert (message["Body"], message["MessageAttributes"]) == ("hello", attributes)


@frozen
def test_a_dead_letter_queue_has_to_let_the_topic_in(sns, topic, subscribe, make_queue, cloud):
    dead = make_queue("dead", policy=None)
    policy = json.dumps({"deadLetterTargetArn": dead.arn})
    subscribe(make_queue("closed", policy=None), RedrivePolicy=policy)

    sns.publish(TopicArn=topic, Message="hello")

    assert dead.bodies() == []
    assert "sns DeadLetter orders to" in deliveries(cloud)[1]
    assert "✗ AccessDenied" in deliveries(cloud)[1]


@frozen
def test_a_dead_letter_queue_that_fails_is_tried_again(
    sns, topic, subscribe, make_queue, dead, redrive, cloud
):
    subscribe(make_queue("closed", policy=None), RedrivePolicy=redrive)
    with cloud.faults.error("sqs", "SendMessage", times=5):
        sns.publish(TopicArn=topic, Message="hello")
        cloud.clock.advance(seconds=2)

    assert dead.texts() == ["hello"]
    assert [line.split(" ")[1] for line in deliveries(cloud)] == ["Delivery"] + ["DeadLetter"] * 6


@frozen
def test_a_subscription_that_ends_meanwhile_gets_nothing(sns, topic, subscribe, queue, cloud):
    arn = subscribe(queue)
    with cloud.faults.error("sqs", "SendMessage", times=5):
        sns.publish(TopicArn=topic, Message="hello")
        sns.unsubscribe(SubscriptionArn=arn)
        cloud.clock.advance(minutes=1)

    assert queue.bodies() == []


@frozen
def test_a_topic_that_is_deleted_meanwhile_delivers_nothing(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    with cloud.faults.error("sqs", "SendMessage", times=5):
        sns.publish(TopicArn=topic, Message="hello")
        sns.delete_topic(TopicArn=topic)
        cloud.clock.advance(minutes=1)

    assert queue.bodies() == []


@pytest.mark.serverless(delivery="manual")
def test_deliveries_can_be_held(sns, topic, subscribe, queue, cloud):
    subscribe(queue)
    sns.publish(TopicArn=topic, Message="hello")
    before = queue.texts()

    cloud.settle()

    assert (before, queue.texts()) == ([], ["hello"])


def test_queues_and_functions_are_tried_for_23_days():
    delays = list(managed_delays())

    assert len(delays) == 100_015
    assert delays[:6] == [0, 0, 0, 1, 1, 1]
    assert delays[14] == pytest.approx(20)
    assert set(delays[15:]) == {20}


def test_people_are_tried_for_six_hours():
    delays = list(customer_delays())

    assert len(delays) == 50
    assert delays[:3] == [10, 10, 10]
    assert delays[11] == pytest.approx(600)
    assert 6 * 3600 < sum(delays) < 8 * 3600


@pytest.mark.parametrize("function", ["linear", "arithmetic", "geometric", "exponential"])
def test_waits_for_http_endpoints_grow_as_the_policy_says(function):
    policy = {
        **DEFAULT_RETRY,
        "minDelayTarget": 1,
        "maxDelayTarget": 60,
        "numRetries": 50,
        "numNoDelayRetries": 3,
        "numMinDelayRetries": 2,
        "numMaxDelayRetries": 35,
        "backoffFunction": function,
    }

    delays = list(http_delays(policy))

    assert len(delays) == 50
    assert delays[:6] == [0, 0, 0, 1, 1, 1]
    assert delays[14] == pytest.approx(60)
    assert set(delays[15:]) == {60}
    assert all(first <= second for first, second in itertools.pairwise(delays))
