"""Queues as event sources: messages are handed over, and deleted if they were done."""

import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def map_queue(awslambda, function, queue_arn):
    def create(**parameters):
        request = {"FunctionName": "f", "EventSourceArn": queue_arn}
        return awslambda.create_event_source_mapping(**{**request, **parameters})

    return create


@pytest.fixture
def send(sqs, queue):
    def send(*bodies, **parameters):
        entries = [
            {"Id": str(number), "MessageBody": body, **parameters} for number, body in enumerate(bodies)
        ]
        sqs.send_message_batch(QueueUrl=queue, Entries=entries)

    return send


@pytest.fixture
def left(sqs, queue):
    """`left()`: how many messages the queue still has."""

    def count():
        attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])["Attributes"]
        return int(attributes["ApproximateNumberOfMessages"]) + int(
            attributes["ApproximateNumberOfMessagesNotVisible"]
        )

    return count


def test_a_mapping_is_described_as_aws_does(map_queue, queue_arn):
    mapping = map_queue()

    uuid = mapping.pop("UUID")
    del mapping["ResponseMetadata"], mapping["LastModified"]
    assert mapping == {
        "BatchSize": 10,
        "EventSourceArn": queue_arn,
        "EventSourceMappingArn": f"arn:aws:lambda:us-east-1:123456789012:event-source-mapping:{uuid}",
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "FunctionResponseTypes": [],
        "MaximumBatchingWindowInSeconds": 0,
        "State": "Creating",
        "StateTransitionReason": "USER_INITIATED",
    }


def test_a_message_must_stay_hidden_for_as_long_as_the_function_may_take(
    awslambda, function, map_queue, refused, queue_arn, sqs, queue
):
    awslambda.update_function_configuration(FunctionName="f", Timeout=31)

    answer = refused(awslambda.create_event_source_mapping, FunctionName="f", EventSourceArn=queue_arn)
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "31"})

    assert answer == (
        "InvalidParameterValueException",
        "Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
        400,
    )
    assert map_queue()["State"] == "Creating"


@pytest.mark.parametrize("missing", ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"])
def test_the_role_must_be_allowed_to_read_the_queue(
    awslambda, create_role, create_function, queue_arn, refused, missing
):
    needed = {"ReceiveMessage", "DeleteMessage", "GetQueueAttributes"} - {missing}
    role = create_role("reader", *((f"sqs:{operation}", queue_arn) for operation in sorted(needed)))
    create_function("g", "def handler(event, context): pass", Role=role)

    answer = refused(awslambda.create_event_source_mapping, FunctionName="g", EventSourceArn=queue_arn)

    assert answer == (
        "InvalidParameterValueException",
        f"The provided execution role does not have permissions to call {missing} on SQS",
        400,
    )


def test_what_the_role_is_no_longer_allowed_stays_in_the_queue(
    awslambda, create_role, create_function, queue_arn, send, left
):
    role = create_role("reader", ("sqs:*", queue_arn))
    create_function("g", "def handler(event, context): pass", Role=role)
    awslambda.create_event_source_mapping(FunctionName="g", EventSourceArn=queue_arn)
    boto3.client("iam").delete_role_policy(RoleName="reader", PolicyName="own")

    send("a")

    assert left() == 1


def test_messages_are_handed_over_and_deleted(map_queue, send, batches, left):
    map_queue()

    send("a", "b")

    assert (batches(), left()) == ([["a", "b"]], 0)


def test_messages_that_are_there_already_are_handed_over(map_queue, send, batches):
    send("a")

    map_queue()

    assert batches() == [["a"]]


def test_messages_of_an_event_have_at_most_six_megabytes(map_queue, send, batches, left):
    for number in range(7):
        send(f"{number}" + "x" * 1_000_000)

    map_queue()

    assert [[body[0] for body in batch] for batch in batches()] == [list("012345"), ["6"]]
    assert left() == 0


def test_a_message_has_the_form_that_lambda_gives_it(map_queue, sqs, queue, queue_arn, handed_over):
    map_queue()
    attribute = {"Title": {"DataType": "String", "StringValue": "The Whistler"}}

    sent = sqs.send_message(QueueUrl=queue, MessageBody='{"n": 1}', MessageAttributes=attribute)

    (record,) = handed_over()[0]["Records"]
    assert len(record.pop("receiptHandle")) > 20
    assert record == {
        "messageId": sent["MessageId"],
        "body": '{"n": 1}',
        "attributes": {
            "ApproximateReceiveCount": "1",
            "SentTimestamp": "1767614400000",
            "SenderId": "123456789012",
            "ApproximateFirstReceiveTimestamp": "1767614400000",
        },
        "messageAttributes": {
            "Title": {
                "stringValue": "The Whistler",
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            }
        },
        "md5OfMessageAttributes": sent["MD5OfMessageAttributes"],
        "md5OfBody": sent["MD5OfMessageBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": "us-east-1",
    }


def test_a_failed_batch_comes_again_after_its_visibility_timeout(cloud, map_queue, send, batches, left):
    map_queue()
    send("a!")

    cloud.clock.advance(seconds=29)
    before = batches()
    cloud.clock.advance(seconds=1)

    assert (before, batches(), left()) == ([["a!"]], [["a!"], ["a!"]], 1)


def test_only_what_was_not_done_comes_again(cloud, map_queue, send, batches):
    map_queue(FunctionResponseTypes=["ReportBatchItemFailures"])

    send("a", "b?", "c")
    cloud.clock.advance(seconds=30)

    assert batches() == [["a", "b?", "c"], ["b?"]]


def test_what_fails_too_often_goes_to_the_dead_letter_queue(cloud, sqs, map_queue, queue, send, batches):
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    map_queue()

    send("a!")
    cloud.clock.advance(minutes=5)

    assert batches() == [["a!"], ["a!"]]
    assert [message["Body"] for message in sqs.receive_message(QueueUrl=dead)["Messages"]] == ["a!"]


def test_a_window_gathers_more_than_ten(cloud, map_queue, send, batches):
    map_queue(BatchSize=25, MaximumBatchingWindowInSeconds=5)
    for _ in range(3):
        send(*"abcdefghij")
    full = batches()

    cloud.clock.advance(seconds=5)

    assert [len(batch) for batch in full] == [25]
    assert [len(batch) for batch in batches()] == [25, 5]


def test_what_no_filter_wants_is_deleted(map_queue, send, batches, left):
    map_queue(FilterCriteria={"Filters": [{"Pattern": json.dumps({"body": {"n": [{"numeric": [">", 1]}]}})}]})

    send('{"n": 1}', '{"n": 2}', "no JSON")

    assert (batches(), left()) == ([['{"n": 2}']], 0)


def test_a_fifo_queue_keeps_its_order_through_failures(cloud, sqs, awslambda, function, batches):
    url = sqs.create_queue(
        QueueName="orders.fifo", Attributes={"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    )["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    awslambda.create_event_source_mapping(FunctionName="f", EventSourceArn=arn, BatchSize=1)

    for body in ("a", "b!", "c"):
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId="g")
    cloud.clock.advance(seconds=30)

    assert batches() == [["a"], ["b!"], ["b!"]]


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"BatchSize": 11},
            "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10",
        ),
        (
            {"DestinationConfig": {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:q"}}},
            "Unsupported DestinationConfig parameter for given event source mapping type.",
        ),
        (
            {"EventSourceArn": "arn:aws:sqs:us-east-1:123456789012:none"},
            "Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error "
            "Message: The specified queue does not exist.",
        ),
    ],
)
def test_a_mapping_that_cannot_be_is_refused(awslambda, function, queue_arn, refused, parameters, message):
    request = {"FunctionName": "f", "EventSourceArn": queue_arn, **parameters}

    assert refused(awslambda.create_event_source_mapping, **request) == (
        "InvalidParameterValueException",
        message,
        400,
    )


def test_the_role_needs_permission_to_read_the_queue(
    awslambda, create_role, create_function, queue_arn, refused
):
    role = create_role("nothing")
    create_function("g", "def handler(event, context): pass", Role=role)

    code, _, _ = refused(awslambda.create_event_source_mapping, FunctionName="g", EventSourceArn=queue_arn)

    assert code == "InvalidParameterValueException"
