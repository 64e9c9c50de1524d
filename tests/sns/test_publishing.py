"""Publishing: what topics take and what they refuse."""

import json

import pytest

from tests.sns.conftest import arn_of

LARGEST = 262_144


def text(value):
    return {"DataType": "String", "StringValue": value}


def test_a_message_gets_an_id(sns, topic):
    first = sns.publish(TopicArn=topic, Message="a")
    second = sns.publish(TopicArn=topic, Message="a")

    assert first["MessageId"] != second["MessageId"]
    assert "SequenceNumber" not in first


def test_a_topic_may_be_named_as_the_target(sns, topic, subscribe, queue):
    subscribe(queue)

    sns.publish(TargetArn=topic, Message="a")

    assert queue.texts() == ["a"]


def test_nobody_subscribed_before_hears_of_it(sns, topic, subscribe, queue):
    sns.publish(TopicArn=topic, Message="before")
    subscribe(queue)

    sns.publish(TopicArn=topic, Message="after")

    assert queue.texts() == ["after"]


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        ({"Message": ""}, "Invalid parameter: Empty message"),
        ({"Message": "a" * (LARGEST + 1)}, "Invalid parameter: Message too long"),
        (
            {"Message": "a" * (LARGEST - 1), "MessageAttributes": {"n": text("v")}},
            "Invalid parameter: Message too long",
        ),
        ({"Message": "a", "Subject": ""}, "Invalid parameter: Subject"),
        ({"Message": "a", "Subject": "a" * 100}, "Invalid parameter: Subject"),
        ({"Message": "a", "Subject": "two\nlines"}, "Invalid parameter: Subject"),
        ({"Message": "a", "Subject": " a"}, "Invalid parameter: Subject"),
        ({"Message": "a", "MessageStructure": "xml"}, "Invalid parameter: MessageStructure"),
        (
            {"Message": "a", "MessageStructure": "json"},
            "Invalid parameter: Message Structure - JSON message body failed to parse",
        ),
        (
            {"Message": '{"sqs": "a"}', "MessageStructure": "json"},
            "Invalid parameter: Message Structure - No default entry in JSON message body",
        ),
        (
            {"Message": '{"default": {"a": 1}}', "MessageStructure": "json"},
            "Invalid parameter: Message Structure - No default entry in JSON message body",
        ),
        (
            {"Message": "a", "MessageDeduplicationId": "1"},
            "Invalid parameter: MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter "
            "that is not valid for this topic type",
        ),
    ],
)
def test_what_publish_refuses(sns, topic, subscribe, queue, refused, request_, message):
    subscribe(queue)

    assert refused(sns.publish, TopicArn=topic, **request_) == ("InvalidParameter", message, 400)
    assert queue.bodies() == []


def test_a_message_needs_somewhere_to_go(sns, refused):
    assert refused(sns.publish, Message="a") == (
        "InvalidParameter",
        "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
        400,
    )


def test_a_topic_that_is_not_there_takes_nothing(sns, refused):
    answer = refused(sns.publish, TopicArn=arn_of("sns", "other"), Message="a")

    assert answer == ("NotFound", "Topic does not exist", 404)


EMPTY = "must contain non-empty message attribute value for message attribute type"
TYPES = (
    "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
)


@pytest.mark.parametrize(
    ("name", "attribute", "message"),
    [
        (
            "attr1",
            {"DataType": "String", "StringValue": ""},
            f"The message attribute 'attr1' {EMPTY} 'String'.",
        ),
        (
            "attr1",
            {"DataType": "Binary", "BinaryValue": b""},
            f"The message attribute 'attr1' {EMPTY} 'Binary'.",
        ),
        (
            "attr1",
            {"DataType": "String", "BinaryValue": b"\x02"},
            "The message attribute 'attr1' with type 'String' must use field 'String'.",
        ),
        (
            "attr1",
            {"DataType": "Number", "BinaryValue": b"\x02"},
            "The message attribute 'attr1' with type 'Number' must use field 'String'.",
        ),
        (
            "attr1",
            {"DataType": "Binary", "StringValue": "123"},
            "The message attribute 'attr1' with type 'Binary' must use field 'Binary'.",
        ),
        ("attr1", {"DataType": "InvalidType", "StringValue": "a"}, f"The message attribute 'attr1' {TYPES}"),
        ("attr1", {"DataType": "Stringprefix", "StringValue": "a"}, f"The message attribute 'attr1' {TYPES}"),
        (
            "attr1",
            {"DataType": "Number", "StringValue": "a"},
            "Could not cast message attribute 'attr1' value to number.",
        ),
        (
            "attr1",
            {"DataType": "Number", "StringValue": "1_000"},
            "Could not cast message attribute 'attr1' value to number.",
        ),
        ("", text("a"), "The message attribute name can not be empty."),
        ("a" * 257, text("a"), "Length of message attribute name must be less than 256 bytes."),
        (
            "a^b",
            text("a"),
            "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can only include "
            "alphanumeric characters, hyphens, underscores, or dots.",
        ),
        (".a", text("a"), "Invalid message attribute name starting with character '.' was found."),
        ("a.", text("a"), "Invalid message attribute name ending with character '.' was found."),
        ("a..b", text("a"), "Message attribute name can not have successive '.' character."),
    ],
)
def test_attributes_that_are_refused(sns, topic, refused, name, attribute, message):
    answer = refused(sns.publish, TopicArn=topic, Message="a", MessageAttributes={name: attribute})

    assert answer == ("ParameterValueInvalid", message, 400)


def test_types_may_have_endings_of_ones_own(sns, topic, subscribe, queue):
    subscribe(queue)

    attribute = {"DataType": "String.colour", "StringValue": "red"}
    sns.publish(TopicArn=topic, Message="a", MessageAttributes={"c": attribute})

    (body,) = queue.bodies()
    assert json.loads(body)["MessageAttributes"] == {"c": {"Type": "String.colour", "Value": "red"}}


def test_a_topic_may_take_larger_messages(sns, topic, subscribe, queue):
    subscribe(queue, RawMessageDelivery="true")
    sns.set_topic_attributes(
        TopicArn=topic, AttributeName="MaximumMessageSize", AttributeValue=str(1_048_576)
    )

    sns.publish(TopicArn=topic, Message="a" * 1_000_000)

    assert len(queue.bodies()[0]) == 1_000_000


def test_a_topic_with_mail_takes_no_larger_messages(sns, topic, subscribe, refused):
    subscribe("a@example.com", protocol="email")

    code, message, _ = refused(
        sns.set_topic_attributes,
        TopicArn=topic,
        AttributeName="MaximumMessageSize",
        AttributeValue="262145",
    )

    assert code == "InvalidParameter"
    assert message.startswith("Invalid parameter: MaximumMessageSize Reason: ")


def test_a_topic_of_large_messages_takes_no_mail(sns, create, refused):
    topic = create("large", MaximumMessageSize="262145")

    code, message, _ = refused(sns.subscribe, TopicArn=topic, Protocol="email", Endpoint="a@example.com")

    assert (code, message) == (
        "InvalidParameter",
        "Invalid parameter: Protocol Reason: the topic's MaximumMessageSize is above 256 KiB",
    )


def entry(entry_id, message="a", **more):
    return {"Id": entry_id, "Message": message, **more}


def test_a_batch_is_published_in_its_order(sns, topic, subscribe, queue):
    subscribe(queue)

    answer = sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[entry("1", "a"), entry("2", "b")])

    assert [one["Id"] for one in answer["Successful"]] == ["1", "2"]
    assert answer["Failed"] == []
    received = [json.loads(body) for body in queue.bodies()]
    assert [one["MessageId"] for one in received] == [one["MessageId"] for one in answer["Successful"]]
    assert [one["Message"] for one in received] == ["a", "b"]


@pytest.mark.parametrize(
    ("entries", "code", "message"),
    [
        ([], "EmptyBatchRequest", "The batch request doesn't contain any entries."),
        (
            [entry(str(number)) for number in range(11)],
            "TooManyEntriesInBatchRequest",
            "The batch request contains more entries than permissible.",
        ),
        (
            [entry("1"), entry("1")],
            "BatchEntryIdsNotDistinct",
            "Two or more batch entries in the request have the same Id.",
        ),
        (
            [entry("a b")],
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request doesn't abide by the specification.",
        ),
        (
            [entry("1", "a" * LARGEST), entry("2")],
            "BatchRequestTooLong",
            "The length of all the messages put together is more than the limit.",
        ),
        (
            [entry("1"), entry("2", "{}", MessageStructure="json")],
            "InvalidParameter",
            "Invalid parameter: Message Structure - No default entry in JSON message body",
        ),
    ],
)
def test_what_publish_batch_refuses(sns, topic, subscribe, queue, refused, entries, code, message):
    subscribe(queue)

    answer = refused(sns.publish_batch, TopicArn=topic, PublishBatchRequestEntries=entries)

    assert answer == (code, message, 400)
    assert queue.bodies() == []
