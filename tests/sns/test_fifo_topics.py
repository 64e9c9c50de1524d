"""FIFO topics: order, groups, and messages that are published twice."""

import hashlib
import json

import pytest

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def ordered(make_queue):
    return make_queue("ordered.fifo")


@pytest.fixture
def publish(sns, fifo):
    def publish(message, group="g", to=fifo, **more):
        return sns.publish(TopicArn=to, Message=message, MessageGroupId=group, **more)

    return publish


@frozen
def test_a_fifo_queue_gets_messages_in_their_groups(publish, subscribe, ordered, fifo):
    subscription = subscribe(ordered, fifo)

    answer = publish("hello")

    (message,) = ordered.receive()
    assert message["Attributes"]["MessageGroupId"] == "g"
    assert message["Attributes"]["MessageDeduplicationId"] == hashlib.sha256(b"hello").hexdigest()
    assert json.loads(message["Body"]) == {
        "Type": "Notification",
        "MessageId": answer["MessageId"],
        "SequenceNumber": answer["SequenceNumber"],
        "TopicArn": fifo,
        "Message": "hello",
        "Timestamp": "2026-01-05T12:00:00.000Z",
        "UnsubscribeURL": "https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe&SubscriptionArn="
        + subscription,
    }


def test_sequence_numbers_grow(publish):
    numbers = [publish(str(number))["SequenceNumber"] for number in range(3)]

    assert numbers == sorted(numbers)
    assert {len(number) for number in numbers} == {20}


@frozen
def test_a_message_is_delivered_once_in_five_minutes(publish, subscribe, ordered, fifo, cloud):
    subscribe(ordered, fifo)
    first = publish("hello")
    cloud.clock.advance(seconds=299)

    second = publish("hello")
    ordered_texts = ordered.texts()
    cloud.clock.advance(seconds=1)
    third = publish("hello")

    ids = [(answer["MessageId"], answer["SequenceNumber"]) for answer in (first, second, third)]
    assert ids[0] == ids[1] != ids[2]
    assert ordered_texts + ordered.texts() == ["hello", "hello"]


def test_a_deduplication_id_goes_before_the_content(publish, subscribe, ordered, fifo):
    subscribe(ordered, fifo)

    publish("a", MessageDeduplicationId="1")
    publish("b", MessageDeduplicationId="1")
    publish("a", MessageDeduplicationId="2")

    assert ordered.texts() == ["a", "a"]


def test_groups_may_each_have_a_message_of_an_id(publish, subscribe, ordered, create):
    topic = create(
        "each.fifo", FifoTopic="true", ContentBasedDeduplication="true", FifoThroughputScope="MessageGroup"
    )
    subscribe(ordered, topic, RawMessageDelivery="true")

    first, second = publish("a", "1", topic), publish("a", "2", topic)

    assert first["MessageId"] != second["MessageId"]


def test_a_batch_is_deduplicated_within_itself(sns, subscribe, ordered, fifo):
    subscribe(ordered, fifo)

    answer = sns.publish_batch(
        TopicArn=fifo,
        PublishBatchRequestEntries=[
            {"Id": str(number), "Message": "same", "MessageGroupId": "g"} for number in range(2)
        ],
    )

    first, second = answer["Successful"]
    assert (first["MessageId"], first["SequenceNumber"]) == (second["MessageId"], second["SequenceNumber"])
    assert ordered.texts() == ["same"]


def test_a_standard_queue_gets_them_without_their_groups(publish, subscribe, queue, fifo):
    subscribe(queue, fifo)

    publish("hello")

    (message,) = queue.receive()
    assert json.loads(message["Body"])["Message"] == "hello"
    assert "MessageGroupId" not in message["Attributes"]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({}, "Invalid parameter: The MessageGroupId parameter is required for FIFO topics"),
        (
            {"MessageGroupId": "a b"},
            "Invalid parameter: The MessageGroupId parameter can only include alphanumeric and punctuation "
            "characters. 1 to 128 in length",
        ),
        (
            {"MessageGroupId": "g"},
            "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
            "MessageDeduplicationId provided explicitly",
        ),
    ],
)
def test_what_a_fifo_topic_asks_for(sns, create, refused, more, message):
    topic = create("strict.fifo", FifoTopic="true")

    assert refused(sns.publish, TopicArn=topic, Message="a", **more) == ("InvalidParameter", message, 400)
    assert refused(
        sns.publish_batch,
        TopicArn=topic,
        PublishBatchRequestEntries=[{"Id": "1", "Message": "a", **more}],
    ) == ("InvalidParameter", message, 400)


def test_a_standard_topic_has_no_fifo_queues(sns, topic, ordered, refused):
    assert refused(sns.subscribe, TopicArn=topic, Protocol="sqs", Endpoint=ordered.arn) == (
        "InvalidParameter",
        "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS "
        "topics",
        400,
    )


def test_a_fifo_topic_has_only_queues(sns, fifo, refused):
    assert refused(sns.subscribe, TopicArn=fifo, Protocol="sms", Endpoint="+15550100") == (
        "InvalidParameter",
        "Invalid parameter: Invalid parameter: Endpoint Reason: Please use FIFO SQS queue",
        400,
    )


def test_a_fifo_queues_dead_letters_go_to_a_fifo_queue(sns, subscribe, ordered, fifo, queue, refused):
    arn = subscribe(ordered, fifo)

    answer = refused(
        sns.set_subscription_attributes,
        SubscriptionArn=arn,
        AttributeName="RedrivePolicy",
        AttributeValue=json.dumps({"deadLetterTargetArn": queue.arn}),
    )

    assert answer == (
        "InvalidParameter",
        "Invalid parameter: RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.",
        400,
    )


@frozen
def test_a_group_waits_for_its_message_that_is_tried_again(publish, subscribe, ordered, fifo, cloud):
    subscribe(ordered, fifo)
    with cloud.faults.error("sqs", "SendMessage", times=5):
        for text in ("1", "2", "3"):
            publish(text)
        assert ordered.texts() == []

        cloud.clock.advance(seconds=2)

    assert ordered.texts() == ["1", "2", "3"]


@frozen
def test_another_group_does_not_wait(publish, subscribe, ordered, fifo, cloud):
    subscribe(ordered, fifo)
    with cloud.faults.error("sqs", "SendMessage", times=4):
        publish("1", "slow")
        publish("2", "quick")

    assert ordered.texts() == ["2"]
    cloud.clock.advance(seconds=1)
    assert ordered.texts() == ["1"]


@pytest.mark.serverless(shuffle=True, seed=3)
def test_a_group_is_in_order_however_the_cloud_shuffles(publish, subscribe, ordered, fifo, cloud):
    subscribe(ordered, fifo)

    for number in range(10):
        publish(str(number))

    assert ordered.texts() == [str(number) for number in range(10)]


@frozen
def test_dead_letters_keep_their_group(publish, subscribe, make_queue, fifo):
    closed, dead = make_queue("closed.fifo", policy=None), make_queue("dead.fifo")
    policy = json.dumps({"deadLetterTargetArn": dead.arn})
    subscribe(closed, fifo, RedrivePolicy=policy, RawMessageDelivery="true")

    publish("hello", MessageDeduplicationId="1")

    (message,) = dead.receive()
    assert message["Body"] == "hello"
    assert message["Attributes"]["MessageGroupId"] == "g"
    assert message["Attributes"]["MessageDeduplicationId"] == "1"
