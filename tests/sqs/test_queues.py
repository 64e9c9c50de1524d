"""Queues and their attributes."""

import json

import boto3
import pytest

UNKNOWN = ("AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.", 400)


def attributes(sqs, url, *names):
    return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(names) or ["All"])["Attributes"]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_queue_has_attributes(sqs, queue):
    assert queue == "https://sqs.us-east-1.amazonaws.com/123456789012/orders"
    assert attributes(sqs, queue) == {
        "QueueArn": "arn:aws:sqs:us-east-1:123456789012:orders",
        "ApproximateNumberOfMessages": "0",
        "ApproximateNumberOfMessagesNotVisible": "0",
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": "1767614400",
        "LastModifiedTimestamp": "1767614400",
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "1048576",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "0",
        "SqsManagedSseEnabled": "true",
    }


def test_a_queue_counts_its_messages(sqs, queue, send, receive):
    send("a", "b", "c")
    send("later", DelaySeconds=60)
    receive(MaxNumberOfMessages=1)

    counts = attributes(
        sqs,
        queue,
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    )

    assert list(counts.values()) == ["2", "1", "1"]


def test_creating_it_again_gives_the_same_queue(sqs, queue):
    assert sqs.create_queue(QueueName="orders", Attributes={"DelaySeconds": "0"})["QueueUrl"] == queue


def test_a_name_is_taken_with_other_attributes(sqs, queue, refused):
    assert refused(sqs.create_queue, QueueName="orders", Attributes={"DelaySeconds": "5"}) == (
        "QueueAlreadyExists",
        "A queue already exists with the same name and a different value for attribute DelaySeconds",
        400,
    )


def test_attributes_can_be_changed(cloud, sqs, queue, send, receive):
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "5"})
    send("a")
    receive()

    cloud.clock.advance(seconds=5)

    assert len(receive()) == 1


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        (
            {"VisibilityTimeout": "43201"},
            "InvalidAttributeValue",
            "Invalid value for the parameter VisibilityTimeout.",
        ),
        ({"DelaySeconds": "soon"}, "InvalidAttributeValue", "Invalid value for the parameter DelaySeconds."),
        ({"Colour": "red"}, "InvalidAttributeName", "Unknown Attribute Colour."),
        ({"FifoQueue": "true"}, "InvalidAttributeName", "Unknown Attribute FifoQueue."),
        ({"Policy": "{}"}, "InvalidAttributeValue", "Invalid value for the parameter Policy."),
        (
            {"RedrivePolicy": "no"},
            "InvalidAttributeValue",
            "Value no for parameter RedrivePolicy is invalid. Reason: Redrive policy is not a valid JSON map.",
        ),
    ],
)
def test_attributes_that_cannot_be_are_refused(sqs, queue, refused, wrong, code, message):
    before = attributes(sqs, queue)

    assert refused(sqs.set_queue_attributes, QueueUrl=queue, Attributes=wrong) == (code, message, 400)
    assert attributes(sqs, queue) == before


def test_a_dead_letter_queue_has_to_exist(sqs, refused):
    policy = '{"deadLetterTargetArn": "arn:aws:sqs:us-east-1:123456789012:none", "maxReceiveCount": 1}'

    assert refused(sqs.create_queue, QueueName="q", Attributes={"RedrivePolicy": policy}) == (
        "InvalidParameterValue",
        f"Value {policy} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.",
        400,
    )


@pytest.mark.parametrize("name", ["a b", "x" * 81, "a.b", ".fifo"])
def test_a_name_has_certain_characters(sqs, refused, name):
    assert refused(sqs.create_queue, QueueName=name) == (
        "InvalidParameterValue",
        "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length",
        400,
    )


def test_queues_are_found_by_name(sqs, create):
    urls = [create(name) for name in ("a-2", "b-1", "a-1")]

    assert sqs.list_queues(QueueNamePrefix="a-")["QueueUrls"] == [urls[2], urls[0]]
    assert sqs.get_queue_url(QueueName="b-1")["QueueUrl"] == urls[1]
    assert "QueueUrls" not in sqs.list_queues(QueueNamePrefix="c")


def test_listings_have_pages(sqs, create):
    for number in range(5):
        create(f"q{number}")

    pages = sqs.get_paginator("list_queues").paginate(PaginationConfig={"PageSize": 2})

    assert [len(page["QueueUrls"]) for page in pages] == [2, 2, 1]


@pytest.mark.parametrize(
    ("method", "parameters"),
    [
        ("send_message", {"MessageBody": "m"}),
        ("receive_message", {}),
        ("delete_message", {"ReceiptHandle": "h"}),
        ("get_queue_attributes", {}),
        ("purge_queue", {}),
        ("delete_queue", {}),
    ],
)
def test_an_unknown_queue_does_not_exist(sqs, refused, method, parameters):
    url = "https://sqs.us-east-1.amazonaws.com/123456789012/none"

    assert refused(getattr(sqs, method), QueueUrl=url, **parameters) == UNKNOWN


def test_its_error_is_caught_by_its_name(sqs):
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="none")


def test_a_deleted_queues_name_is_free_after_a_minute(cloud, sqs, queue, create, refused):
    sqs.delete_queue(QueueUrl=queue)

    soon = refused(sqs.create_queue, QueueName="orders")[0]
    cloud.clock.advance(seconds=60)

    assert soon == "AWS.SimpleQueueService.QueueDeletedRecently"
    assert create("orders") == queue


def test_a_purged_queue_is_empty(cloud, sqs, queue, send, receive, refused):
    send("a", "b")
    sqs.purge_queue(QueueUrl=queue)

    again = refused(sqs.purge_queue, QueueUrl=queue)

    assert receive() == []
    assert again == (
        "AWS.SimpleQueueService.PurgeQueueInProgress",
        "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
        403,
    )


def test_sources_of_dead_letters_are_listed(sqs, create, arn_of):
    dead = create("dead")
    policy = json.dumps({"deadLetterTargetArn": arn_of(dead), "maxReceiveCount": 1})
    source = create("source", RedrivePolicy=policy)

    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [source]


def test_queues_have_tags(sqs, queue):
    sqs.tag_queue(QueueUrl=queue, Tags={"team": "shop", "stage": "test"})
    sqs.untag_queue(QueueUrl=queue, TagKeys=["stage"])

    assert sqs.list_queue_tags(QueueUrl=queue)["Tags"] == {"team": "shop"}


def test_another_account_needs_permission(cloud, sqs, queue, refused):
    other = boto3.client("sqs", aws_access_key_id="210987654321", aws_secret_access_key="x")

    before = refused(other.send_message, QueueUrl=queue, MessageBody="m")[0]
    sqs.add_permission(QueueUrl=queue, Label="x", AWSAccountIds=["210987654321"], Actions=["SendMessage"])
    other.send_message(QueueUrl=queue, MessageBody="m")
    sqs.remove_permission(QueueUrl=queue, Label="x")

    assert before == "AccessDenied"
    assert refused(other.send_message, QueueUrl=queue, MessageBody="m")[0] == "AccessDenied"
