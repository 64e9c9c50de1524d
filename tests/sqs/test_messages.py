"""Sending, receiving, hiding and deleting messages."""

import hashlib
import json

import pytest

from .conftest import bodies

FROZEN = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


def test_a_message_is_received_as_it_was_sent(sqs, queue, receive):
    attribute = {"colour": {"DataType": "String", "StringValue": "red"}}
    sent = sqs.send_message(QueueUrl=queue, MessageBody="hällo", MessageAttributes=attribute)

    (message,) = receive(MessageAttributeNames=["All"])

    assert (message["MessageId"], message["Body"]) == (sent["MessageId"], "hällo")
    assert message["MD5OfBody"] == sent["MD5OfMessageBody"] == hashlib.md5("hällo".encode()).hexdigest()
    assert message["MessageAttributes"] == attribute
    assert message["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]


def test_a_received_message_is_hidden_until_its_timeout(cloud, send, receive):
    send("one")

    first = bodies(receive())
    hidden = bodies(receive())
    cloud.clock.advance(seconds=30)

    assert (first, hidden, bodies(receive())) == (["one"], [], ["one"])


def test_a_deleted_message_comes_no_more(cloud, sqs, queue, send, receive):
    send("one")
    (message,) = receive()

    sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    cloud.clock.advance(hours=1)

    assert receive() == []


def test_its_visibility_can_be_changed(cloud, sqs, queue, send, receive):
    send("one")
    (message,) = receive()
    handle = {"QueueUrl": queue, "ReceiptHandle": message["ReceiptHandle"]}

    sqs.change_message_visibility(**handle, VisibilityTimeout=100)
    cloud.clock.advance(seconds=99)
    before = bodies(receive())
    cloud.clock.advance(seconds=1)

    assert (before, bodies(receive())) == ([], ["one"])


def test_a_timeout_of_nothing_gives_it_back_at_once(sqs, queue, send, receive):
    send("one")
    (message,) = receive()

    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)

    assert bodies(receive()) == ["one"]


@pytest.mark.parametrize("delay", [{"queue": "5"}, {"message": 5}])
def test_a_delayed_message_comes_later(cloud, create, send, receive, delay):
    url = create("slow", DelaySeconds=delay.get("queue", "0"))
    send("one", to=url, **({"DelaySeconds": delay["message"]} if "message" in delay else {}))

    before = bodies(receive(url))
    cloud.clock.advance(seconds=5)

    assert (before, bodies(receive(url))) == ([], ["one"])


def test_an_old_message_is_dropped(cloud, create, send, receive):
    url = create("short", MessageRetentionPeriod="60")
    send("one", to=url)

    cloud.clock.advance(seconds=61)

    assert receive(url) == []


@FROZEN
def test_a_wait_moves_the_frozen_clock_until_a_message_comes(cloud, send, receive):
    send("one", DelaySeconds=7)
    before = cloud.clock.time()

    messages = receive(WaitTimeSeconds=20)

    assert (bodies(messages), cloud.clock.time() - before) == (["one"], 7)


@FROZEN
def test_a_wait_for_nothing_takes_its_time(cloud, queue, receive):
    before = cloud.clock.time()

    assert receive(WaitTimeSeconds=20) == []
    assert cloud.clock.time() - before == 20


@FROZEN
def test_a_message_tells_how_it_was_received(cloud, send, receive):
    send("one")
    cloud.clock.advance(seconds=1)
    receive()
    cloud.clock.advance(seconds=30)

    (message,) = receive(MessageSystemAttributeNames=["All"])

    assert message["Attributes"] == {
        "SenderId": "123456789012",
        "SentTimestamp": "1767614400000",
        "ApproximateReceiveCount": "2",
        "ApproximateFirstReceiveTimestamp": "1767614401000",
    }


@pytest.mark.parametrize(
    ("names", "found"),
    [(["order.*"], ["order.id", "order.total"]), (["colour"], ["colour"]), ([], []), (["none"], [])],
)
def test_message_attributes_are_given_as_asked_for(send, receive, names, found):
    attributes = {
        name: {"DataType": "Number", "StringValue": "1"} for name in ("order.id", "order.total", "colour")
    }
    send("one", MessageAttributes=attributes)

    (message,) = receive(MessageAttributeNames=names)

    assert sorted(message.get("MessageAttributes", {})) == found


def test_what_was_received_too_often_goes_to_the_dead_letter_queue(cloud, create, arn_of, send, receive):
    dead = create("dead")
    policy = json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 2})
    source = create("source", RedrivePolicy=policy, VisibilityTimeout="1")
    send("bad", to=source)

    received = []
    for _ in range(3):
        received.append(bodies(receive(source)))
        cloud.clock.advance(seconds=1)
    (message,) = receive(dead, MessageSystemAttributeNames=["All"])

    assert received == [["bad"], ["bad"], []]
    assert message["Body"] == "bad"
    assert message["Attributes"]["DeadLetterQueueSourceArn"] == arn_of(source)


def test_a_batch_is_done_entry_by_entry(sqs, queue, receive):
    answer = sqs.send_message_batch(
        QueueUrl=queue,
        Entries=[{"Id": "a", "MessageBody": "one"}, {"Id": "b", "MessageBody": "two", "DelaySeconds": 901}],
    )

    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert answer["Failed"] == [
        {
            "Id": "b",
            "SenderFault": True,
            "Code": "InvalidParameterValue",
            "Message": "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
        }
    ]
    messages = receive()
    handles = [{"Id": "x", "ReceiptHandle": messages[0]["ReceiptHandle"]}, {"Id": "y", "ReceiptHandle": "no"}]
    deleted = sqs.delete_message_batch(QueueUrl=queue, Entries=handles)
    assert [entry["Id"] for entry in deleted["Successful"]] == ["x"]
    assert [entry["Code"] for entry in deleted["Failed"]] == ["ReceiptHandleIsInvalid"]


@pytest.mark.parametrize(
    ("ids", "code", "message"),
    [
        ([], "EmptyBatchRequest", "There should be at least one entry in the request."),
        (
            [str(number) for number in range(11)],
            "TooManyEntriesInBatchRequest",
            "Maximum number of entries per request are 10. You have sent 11.",
        ),
        (["a", "a"], "BatchEntryIdsNotDistinct", "Id a repeated."),
        (
            ["a b"],
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 "
            "letters long.",
        ),
    ],
)
def test_a_wrong_batch_is_refused_as_a_whole(sqs, queue, refused, ids, code, message):
    entries = [{"Id": entry_id, "MessageBody": "m"} for entry_id in ids]

    answer = refused(sqs.send_message_batch, QueueUrl=queue, Entries=entries)

    assert answer == (f"AWS.SimpleQueueService.{code}", message, 400)


def test_a_batch_is_at_most_a_megabyte(sqs, queue, refused):
    entries = [{"Id": str(number), "MessageBody": "x" * 600_000} for number in range(2)]

    assert refused(sqs.send_message_batch, QueueUrl=queue, Entries=entries) == (
        "AWS.SimpleQueueService.BatchRequestTooLong",
        "Batch requests cannot be longer than 1048576 bytes. You have sent 1200000 bytes.",
        400,
    )


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({"MessageBody": ""}, "MissingParameter", "The request must contain the parameter MessageBody."),
        (
            {"MessageBody": "\x01"},
            "InvalidMessageContents",
            "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to "
            "#xFFFD | #x10000 to #x10FFFF",
        ),
        (
            {"MessageBody": "x" * 1025},
            "InvalidParameterValue",
            "One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
        ),
        (
            {"MessageDeduplicationId": "d"},
            "InvalidParameterValue",
            "Value d for parameter MessageDeduplicationId is invalid. Reason: The request includes a parameter that is "
            "not valid for this queue type.",
        ),
        (
            {"MessageAttributes": {"a": {"DataType": "Text", "StringValue": "x"}}},
            "InvalidParameterValue",
            "The type of message (user) attribute 'a' is invalid. You must use only the following supported type "
            "prefixes: Binary, Number, String.",
        ),
        (
            {"MessageAttributes": {"a": {"DataType": "Number", "StringValue": "x"}}},
            "InvalidParameterValue",
            "Can't cast the value of message (user) attribute 'a' to a number.",
        ),
        (
            {"MessageAttributes": {"a": {"DataType": "String"}}},
            "InvalidParameterValue",
            "The message (user) attribute 'a' must contain a non-empty value of type 'String'.",
        ),
        (
            {"MessageAttributes": {"AWS.a": {"DataType": "String", "StringValue": "x"}}},
            "InvalidParameterValue",
            "Message (user) attribute name 'AWS.a' is invalid.",
        ),
    ],
)
def test_a_message_that_cannot_be_is_refused(sqs, create, receive, refused, parameters, code, message):
    url = create("small", MaximumMessageSize="1024")

    assert refused(sqs.send_message, QueueUrl=url, **{"MessageBody": "m", **parameters}) == (
        code,
        message,
        400,
    )
    assert receive(url) == []


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"MaxNumberOfMessages": 11},
            "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
        ),
        (
            {"WaitTimeSeconds": 21},
            "Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.",
        ),
    ],
)
def test_a_receive_that_cannot_be_is_refused(sqs, queue, refused, parameters, message):
    assert refused(sqs.receive_message, QueueUrl=queue, **parameters) == (
        "InvalidParameterValue",
        message,
        400,
    )


def test_an_unknown_handle_is_refused(sqs, queue, refused):
    assert refused(sqs.delete_message, QueueUrl=queue, ReceiptHandle="no") == (
        "ReceiptHandleIsInvalid",
        'The input receipt handle "no" is not a valid receipt handle.',
        404,
    )


def test_a_visible_message_has_no_visibility_to_change(cloud, sqs, queue, send, receive, refused):
    send("one")
    (message,) = receive()
    cloud.clock.advance(seconds=31)

    code, _, _ = refused(
        sqs.change_message_visibility,
        QueueUrl=queue,
        ReceiptHandle=message["ReceiptHandle"],
        VisibilityTimeout=10,
    )

    assert code == "AWS.SimpleQueueService.MessageNotInflight"
