"""FIFO queues: order by group, and no message twice."""

import pytest

from .conftest import bodies


@pytest.fixture
def put(sqs, fifo):
    def put(body, group="g", **parameters):
        return sqs.send_message(QueueUrl=fifo, MessageBody=body, MessageGroupId=group, **parameters)

    return put


def test_messages_of_a_group_come_in_their_order(put, fifo, receive):
    for body in "abc":
        put(body)

    assert bodies(receive(fifo)) == ["a", "b", "c"]


def test_a_message_in_flight_holds_back_its_group_alone(put, fifo, receive):
    put("a1", "a")
    put("a2", "a")
    put("b1", "b")

    assert bodies(receive(fifo, MaxNumberOfMessages=1)) == ["a1"]
    assert bodies(receive(fifo)) == ["b1"]


def test_a_group_goes_on_once_its_message_is_deleted(sqs, put, fifo, receive):
    put("a1")
    put("a2")
    (message,) = receive(fifo, MaxNumberOfMessages=1)

    sqs.delete_message(QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])

    assert bodies(receive(fifo)) == ["a2"]


def test_a_failed_message_comes_again_before_the_next(cloud, put, fifo, receive):
    put("a1")
    put("a2")
    receive(fifo, MaxNumberOfMessages=1)

    cloud.clock.advance(seconds=30)

    assert bodies(receive(fifo)) == ["a1", "a2"]


def test_the_same_content_is_taken_once_in_five_minutes(cloud, put, fifo, receive):
    first = put("a")["MessageId"]
    second = put("a")["MessageId"]
    cloud.clock.advance(minutes=5)
    third = put("a")["MessageId"]

    assert (second == first, third == first) == (True, False)
    assert bodies(receive(fifo)) == ["a", "a"]


def test_a_deduplication_id_stands_before_the_content(put, fifo, receive):
    put("a", MessageDeduplicationId="1")
    put("a", MessageDeduplicationId="2")
    put("b", MessageDeduplicationId="2")

    assert bodies(receive(fifo)) == ["a", "a"]


def test_duplicates_may_be_told_by_group(sqs, create, receive):
    url = create(
        "by-group.fifo", FifoQueue="true", ContentBasedDeduplication="true", DeduplicationScope="messageGroup"
    )
    for group in ("a", "b", "a"):
        sqs.send_message(QueueUrl=url, MessageBody="same", MessageGroupId=group)

    assert bodies(receive(url)) == ["same", "same"]


def test_sequence_numbers_rise(put):
    numbers = [put(body)["SequenceNumber"] for body in "abc"]

    assert numbers == sorted(numbers)
    assert {len(number) for number in numbers} == {20}


def test_a_handle_is_of_no_use_after_its_timeout(cloud, sqs, put, fifo, receive, refused):
    put("a")
    (message,) = receive(fifo)
    cloud.clock.advance(seconds=30)

    code, text, _ = refused(sqs.delete_message, QueueUrl=fifo, ReceiptHandle=message["ReceiptHandle"])

    assert code == "InvalidParameterValue"
    assert text.endswith("is invalid. Reason: The receipt handle has expired.")


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({}, "MissingParameter", "The request must contain the parameter MessageGroupId."),
        (
            {"MessageGroupId": "g", "DelaySeconds": 5},
            "InvalidParameterValue",
            "Value 5 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid "
            "for this queue type.",
        ),
    ],
)
def test_what_a_fifo_queue_does_not_take_is_refused(sqs, fifo, refused, parameters, code, message):
    assert refused(sqs.send_message, QueueUrl=fifo, MessageBody="m", **parameters) == (code, message, 400)


def test_without_content_based_deduplication_an_id_is_needed(sqs, create, refused):
    url = create("plain.fifo", FifoQueue="true")

    assert refused(sqs.send_message, QueueUrl=url, MessageBody="m", MessageGroupId="g") == (
        "InvalidParameterValue",
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
        400,
    )
