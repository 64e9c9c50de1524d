"""Topics from several threads."""

import json
from concurrent.futures import ThreadPoolExecutor

import boto3


def test_threads_that_publish_lose_nothing(sns, topic, subscribe, make_queue, cloud):
    queues = [make_queue(name) for name in ("a", "b")]
    for queue in queues:
        subscribe(queue, RawMessageDelivery="true")

    def publish(thread):
        client = boto3.client("sns")
        return [
            client.publish(TopicArn=topic, Message=f"{thread}-{number}")["MessageId"] for number in range(15)
        ]

    with ThreadPoolExecutor(4) as threads:
        ids = [message_id for found in threads.map(publish, range(4)) for message_id in found]

    expected = sorted(f"{thread}-{number}" for thread in range(4) for number in range(15))
    assert len(set(ids)) == 60
    for queue in queues:
        assert sorted(drained(queue)) == expected


def test_threads_that_publish_keep_each_groups_order(subscribe, make_queue, fifo, cloud):
    ordered = make_queue("ordered.fifo")
    subscribe(ordered, fifo, RawMessageDelivery="true")

    def publish(thread):
        client = boto3.client("sns")
        return [
            client.publish(TopicArn=fifo, Message=f"{thread}-{number}", MessageGroupId=f"group-{thread}")[
                "SequenceNumber"
            ]
            for number in range(15)
        ]

    with ThreadPoolExecutor(4) as threads:
        numbers = list(threads.map(publish, range(4)))

    came = drained(ordered)
    assert len({number for found in numbers for number in found}) == 60
    for thread in range(4):
        in_group = [text for text in came if text.startswith(f"{thread}-")]
        assert in_group == [f"{thread}-{number}" for number in range(15)]


def test_threads_that_subscribe_the_same_endpoint_share_a_subscription(sns, topic, queue, cloud):
    def subscribe(thread):
        client = boto3.client("sns")
        return client.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queue.arn)["SubscriptionArn"]

    with ThreadPoolExecutor(4) as threads:
        arns = set(threads.map(subscribe, range(12)))

    sns.publish(TopicArn=topic, Message="hello")
    assert len(arns) == 1
    assert [json.loads(body)["Message"] for body in queue.bodies()] == ["hello"]


def drained(queue):
    found = []
    while bodies := queue.bodies():
        found += bodies
    return found
