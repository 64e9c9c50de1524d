"""Asynchronous invocations: retries, the age of events, destinations, and dead-letter queues."""

import json
import re

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

FAILING = """
import time
def handler(event, context):
    print("ran at", int(time.time()) - 1767614400)
    raise ValueError("no " + event["order"])
"""
WORKING = """
def handler(event, context):
    return {"done": event["order"]}
"""
EVENT = b'{"order": "a"}'
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
BUCKET_ARN = "arn:aws:s3:::discarded"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:told"


@pytest.fixture
def queue(cloud):
    """`queue()`: the messages that are in the queue now."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]

    def messages():
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"])
        return answer.get("Messages", [])

    return messages


@pytest.fixture
def send(awslambda):
    return lambda name="f", payload=EVENT: awslambda.invoke(
        FunctionName=name, InvocationType="Event", Payload=payload
    )["ResponseMetadata"]["RequestId"]


@pytest.fixture
def configure(awslambda):
    def put(on_success=None, on_failure=None, **settings):
        destinations = {}
        if on_success:
            destinations["OnSuccess"] = {"Destination": on_success}
        if on_failure:
            destinations["OnFailure"] = {"Destination": on_failure}
        if destinations:
            settings["DestinationConfig"] = destinations
        return awslambda.put_function_event_invoke_config(FunctionName="f", **settings)

    return put


@pytest.fixture
def ran_at(cloud):
    """`ran_at()`: the seconds after the start at which the function ran."""
    return lambda: [
        int(line.rpartition(" ")[2])
        for line in cloud.functions["f"].log.splitlines()
        if line.startswith("ran at")
    ]


@pytest.mark.parametrize(("retries", "times"), [(0, [0]), (1, [0, 60]), (2, [0, 60, 180])])
def test_a_failing_function_is_tried_again_as_often_as_its_settings_say(
    create_function, configure, send, ran_at, cloud, retries, times
):
    create_function("f", FAILING)
    configure(MaximumRetryAttempts=retries)

    send()
    cloud.clock.advance(hours=7)

    assert ran_at() == times


def test_each_attempt_gets_the_event_as_it_was_sent(create_function, send, cloud):
    create_function(
        "f", "def handler(event, context):\n    print(event.pop('order'))\n    raise ValueError\n"
    )

    send()
    cloud.clock.advance(minutes=1)

    assert cloud.functions["f"].log.count("a\n") == 2


def test_an_event_that_would_be_too_old_is_not_tried_again(
    create_function, configure, send, ran_at, queue, cloud
):
    create_function("f", FAILING)
    configure(MaximumEventAgeInSeconds=100, on_failure=QUEUE_ARN)

    send()
    cloud.clock.advance(seconds=99)
    assert queue() == []
    cloud.clock.advance(seconds=1)

    assert ran_at() == [0, 60]
    (message,) = queue()
    context = json.loads(message["Body"])["requestContext"]
    assert (context["condition"], context["approximateInvokeCount"]) == ("EventAgeExceeded", 2)


def test_settings_hold_for_events_that_wait_already(create_function, configure, send, ran_at, queue, cloud):
    create_function("f", FAILING)
    configure(on_failure=QUEUE_ARN)
    send()

    configure(MaximumEventAgeInSeconds=60, on_failure=QUEUE_ARN)
    cloud.clock.advance(seconds=60)

    assert ran_at() == [0]
    (message,) = queue()
    assert json.loads(message["Body"])["requestContext"]["condition"] == "EventAgeExceeded"


def test_a_destination_is_told_of_a_success(create_function, configure, send, queue):
    create_function("f", WORKING)
    configure(on_success=QUEUE_ARN)

    request_id = send()

    (message,) = queue()
    assert json.loads(message["Body"]) == {
        "version": "1.0",
        "timestamp": "2026-01-05T12:00:00.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{ARN}:$LATEST",
            "condition": "Success",
            "approximateInvokeCount": 1,
        },
        "requestPayload": {"order": "a"},
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST"},
        "responsePayload": {"done": "a"},
    }
    assert "MessageAttributes" not in message


def test_a_destination_is_told_of_a_failure_once_all_retries_have_failed(
    create_function, configure, send, queue, cloud
):
    create_function("f", FAILING)
    configure(on_failure=QUEUE_ARN, on_success=QUEUE_ARN)

    request_id = send()
    cloud.clock.advance(seconds=179)
    assert queue() == []
    cloud.clock.advance(seconds=1)

    (message,) = queue()
    told = json.loads(message["Body"])
    payload = told.pop("responsePayload")
    assert told == {
        "version": "1.0",
        "timestamp": "2026-01-05T12:03:00.000Z",
        "requestContext": {
            "requestId": request_id,
            "functionArn": f"{ARN}:$LATEST",
            "condition": "RetriesExhausted",
            "approximateInvokeCount": 3,
        },
        "requestPayload": {"order": "a"},
        "responseContext": {
            "statusCode": 200,
            "executedVersion": "$LATEST",
            "functionError": "Unhandled",
        },
    }
    assert (payload["errorType"], payload["errorMessage"]) == ("ValueError", "no a")
    assert payload["requestId"] == request_id


def test_a_function_can_be_the_destination(create_function, configure, send, cloud):
    create_function("f", WORKING)
    create_function("g", "def handler(event, context):\n    print('told', event['responsePayload'])\n")
    configure(on_success=f"{ARN[:-1]}g")

    send()

    assert "told {'done': 'a'}" in cloud.functions["g"].log


@pytest.fixture
def bucket(cloud):
    """`bucket()`: the objects of the bucket, read from JSON, by their keys."""
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="discarded")

    def objects():
        found = s3.list_objects_v2(Bucket="discarded").get("Contents", [])
        return {
            each["Key"]: json.load(s3.get_object(Bucket="discarded", Key=each["Key"])["Body"])
            for each in found
        }

    return objects


def test_a_failure_becomes_an_object_in_a_bucket(create_function, configure, send, bucket, cloud):
    create_function("f", FAILING)
    configure(on_failure=BUCKET_ARN, MaximumRetryAttempts=1)

    request_id = send()
    cloud.clock.advance(minutes=1)

    ((key, record),) = bucket().items()
    assert re.fullmatch(r"aws/lambda/async/f/2026/01/05/2026-01-05T12\.01\.00-[0-9a-f-]{36}", key)
    assert record["requestContext"] == {
        "requestId": request_id,
        "functionArn": f"{ARN}:$LATEST",
        "condition": "RetriesExhausted",
        "approximateInvokeCount": 2,
    }
    assert (record["requestPayload"], record["responsePayload"]["errorMessage"]) == ({"order": "a"}, "no a")


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ListBucket"])
def test_a_bucket_needs_both_permissions(create_function, create_role, awslambda, bucket, refused, action):
    create_function("f", FAILING, Role=create_role("half", (action, "*")))

    assert refused(awslambda.put_function_event_invoke_config, **destination(BUCKET_ARN, "OnFailure"))[
        :2
    ] == (
        "InvalidParameterValueException",
        f"The function's execution role does not have permissions to call PutObject on {BUCKET_ARN}",
    )


def test_a_bucket_that_is_gone_is_told_nothing(create_function, configure, send, bucket, cloud):
    create_function("f", FAILING)
    configure(on_failure=BUCKET_ARN, MaximumRetryAttempts=0)
    boto3.client("s3").delete_bucket(Bucket="discarded")

    send()

    (told,) = [event for event in cloud.timeline if event.operation == "OnFailure"]
    assert told.error.code == "NoSuchBucket"


def test_a_fifo_queue_is_told_nothing(create_function, configure, send, cloud):
    sqs = boto3.client("sqs")
    attributes = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    url = sqs.create_queue(QueueName="told.fifo", Attributes=attributes)["QueueUrl"]
    create_function("f", WORKING)
    configure(on_success=f"{QUEUE_ARN}.fifo")

    send()

    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    (told,) = [event for event in cloud.timeline if event.operation == "OnSuccess"]
    assert str(told.error).endswith(f"FIFO queues and topics get no events: {QUEUE_ARN}.fifo")


def test_what_a_destination_causes_stands_below_the_invocation_in_the_timeline(
    create_function, configure, send, queue, cloud
):
    create_function("f", WORKING)
    configure(on_success=QUEUE_ARN)

    send()

    (told,) = [event for event in cloud.timeline if event.operation == "OnSuccess"]
    assert told.cause.operation == "Invocation"
    assert str(told) == f"lambda OnSuccess f to {QUEUE_ARN}"


def test_a_dead_letter_queue_gets_the_event_and_what_was_wrong_with_it(create_function, send, queue, cloud):
    create_function("f", FAILING, DeadLetterConfig={"TargetArn": QUEUE_ARN})

    request_id = send()
    assert queue() == []
    cloud.clock.advance(minutes=3)

    (message,) = queue()
    assert message["Body"] == EVENT.decode()
    assert {
        name: (found["DataType"], found["StringValue"])
        for name, found in message["MessageAttributes"].items()
    } == {
        "RequestID": ("String", request_id),
        "ErrorCode": ("Number", "200"),
        "ErrorMessage": ("String", "no a"),
    }


def test_a_dead_letter_queue_gets_a_kilobyte_of_the_message(create_function, configure, send, queue):
    create_function("f", FAILING, DeadLetterConfig={"TargetArn": QUEUE_ARN})
    configure(MaximumRetryAttempts=0)

    send(payload=json.dumps({"order": "é" * 1000}))

    (message,) = queue()
    assert message["MessageAttributes"]["ErrorMessage"]["StringValue"] == "no " + "é" * 510


def test_versions_have_the_dead_letter_queue_of_the_latest(
    create_function, awslambda, configure, send, queue, cloud
):
    create_function("f", FAILING, Publish=True)
    awslambda.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": QUEUE_ARN})

    send("f:1")
    cloud.clock.advance(minutes=3)

    assert [message["Body"] for message in queue()] == [EVENT.decode()]


def test_a_dead_letter_queue_is_taken_away_with_an_empty_arn(
    create_function, awslambda, configure, send, queue
):
    create_function("f", FAILING, DeadLetterConfig={"TargetArn": QUEUE_ARN})
    assert awslambda.get_function_configuration(FunctionName="f")["DeadLetterConfig"] == {
        "TargetArn": QUEUE_ARN
    }
    configure(MaximumRetryAttempts=0)

    awslambda.update_function_configuration(FunctionName="f", DeadLetterConfig={"TargetArn": ""})
    send()

    assert "DeadLetterConfig" not in awslambda.get_function_configuration(FunctionName="f")
    assert queue() == []


def test_the_execution_role_must_be_allowed_to_send(
    create_function, create_role, configure, send, queue, cloud
):
    role = create_role("sender", ("sqs:SendMessage", QUEUE_ARN))
    create_function("f", WORKING, Role=role)
    configure(on_success=QUEUE_ARN)
    boto3.client("iam").delete_role_policy(RoleName="sender", PolicyName="own")

    send()

    assert queue() == []
    (told,) = [event for event in cloud.timeline if event.operation == "OnSuccess"]
    assert told.error.code == "AccessDenied"


def test_a_role_that_cannot_be_assumed_at_the_moment_is_no_error_of_the_function(
    create_function, create_role, send, ran_at, cloud
):
    iam = boto3.client("iam")
    role = create_role("late", ("*", "*"))
    create_function(
        "f",
        "import time\ndef handler(event, context):\n    print('ran at', int(time.time()) - 1767614400)\n",
        Role=role,
    )
    trust = iam.get_role(RoleName="late")["Role"]["AssumeRolePolicyDocument"]
    iam.update_assume_role_policy(
        RoleName="late",
        PolicyDocument=json.dumps({**trust, "Statement": [{**trust["Statement"][0], "Effect": "Deny"}]}),
    )
    send()

    iam.update_assume_role_policy(RoleName="late", PolicyDocument=json.dumps(trust))
    cloud.clock.advance(seconds=1)

    assert ran_at() == [1]


def test_settings_are_shown_as_they_were_made(create_function, queue, configure, awslambda):
    create_function("f", WORKING)

    made = configure(MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60, on_failure=QUEUE_ARN)
    shown = awslambda.get_function_event_invoke_config(FunctionName="f", Qualifier="$LATEST")

    for answer in (made, shown):
        del answer["ResponseMetadata"]
        assert answer.pop("LastModified").isoformat() == "2026-01-05T12:00:00+00:00"
        assert answer == {
            "FunctionArn": f"{ARN}:$LATEST",
            "MaximumRetryAttempts": 0,
            "MaximumEventAgeInSeconds": 60,
            "DestinationConfig": {"OnSuccess": {}, "OnFailure": {"Destination": QUEUE_ARN}},
        }


def test_put_replaces_all_settings_and_update_those_that_are_given(create_function, configure, awslambda):
    create_function("f", WORKING)
    configure(MaximumRetryAttempts=1, MaximumEventAgeInSeconds=60)

    updated = awslambda.update_function_event_invoke_config(FunctionName="f", MaximumRetryAttempts=0)
    put = configure(MaximumRetryAttempts=2)

    assert (updated["MaximumRetryAttempts"], updated["MaximumEventAgeInSeconds"]) == (0, 60)
    assert put["MaximumRetryAttempts"] == 2
    assert "MaximumEventAgeInSeconds" not in put


def test_settings_are_listed_until_they_are_deleted(create_function, configure, awslambda):
    create_function("f", WORKING)
    configure(MaximumRetryAttempts=1)
    listed = awslambda.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"]
    assert [config["FunctionArn"] for config in listed] == [f"{ARN}:$LATEST"]

    awslambda.delete_function_event_invoke_config(FunctionName="f")

    assert awslambda.list_function_event_invoke_configs(FunctionName="f")["FunctionEventInvokeConfigs"] == []


def destination(arn, kind="OnSuccess"):
    return {"FunctionName": "f", "DestinationConfig": {kind: {"Destination": arn}}}


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "put",
            {"FunctionName": "missing", "MaximumRetryAttempts": 1},
            "ResourceNotFoundException",
            "The function doesn't exist.",
        ),
        (
            "put",
            {"FunctionName": "f"},
            "InvalidParameterValueException",
            "You must specify at least one of error handling or destination setting.",
        ),
        (
            "put",
            destination("arn:aws:lambda:us-east-1:123456789012:function:missing"),
            "InvalidParameterValueException",
            "The destination ARN arn:aws:lambda:us-east-1:123456789012:function:missing is invalid.",
        ),
        (
            "put",
            destination(ARN),
            "InvalidParameterValueException",
            "You can't specify the function as a destination for itself.",
        ),
        (
            "put",
            destination("arn:aws:iam:us-east-1:123456789012:function:f"),
            "InvalidParameterValueException",
            "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
            "arn:aws:iam:us-east-1:123456789012:function:f), onFailure=null) is invalid.",
        ),
        (
            "put",
            destination("arn:aws:s3:::bucket"),
            "InvalidParameterValueException",
            "The provided destination config DestinationConfig(onSuccess=OnSuccess(destination="
            "arn:aws:s3:::bucket), onFailure=null) is invalid.",
        ),
        (
            "put",
            destination("arn:aws:s3:::missing", "OnFailure"),
            "InvalidParameterValueException",
            "The destination ARN arn:aws:s3:::missing is invalid.",
        ),
        (
            "put",
            {"FunctionName": "f", "MaximumRetryAttempts": 1, "Qualifier": "nobody"},
            "ResourceNotFoundException",
            "The function doesn't exist.",
        ),
        (
            "update",
            {"FunctionName": "f", "MaximumRetryAttempts": 1},
            "ResourceNotFoundException",
            f"The function {ARN}:$LATEST doesn't have an EventInvokeConfig",
        ),
        (
            "get",
            {"FunctionName": "f", "Qualifier": "nobody"},
            "ResourceNotFoundException",
            f"The function {ARN}:nobody doesn't have an EventInvokeConfig",
        ),
        (
            "get",
            {"FunctionName": "missing"},
            "ResourceNotFoundException",
            "The function arn:aws:lambda:us-east-1:123456789012:function:missing:$LATEST doesn't have an "
            "EventInvokeConfig",
        ),
        (
            "delete",
            {"FunctionName": "f"},
            "ResourceNotFoundException",
            f"The function {ARN}:$LATEST doesn't have an EventInvokeConfig",
        ),
    ],
)
def test_settings_are_refused_in_aws_words(
    create_function, awslambda, refused, operation, parameters, code, message
):
    create_function("f", WORKING)

    called = getattr(awslambda, f"{operation}_function_event_invoke_config")

    assert refused(called, **parameters)[:2] == (code, message)


def test_a_role_that_may_not_send_is_refused(create_function, create_role, awslambda, queue, refused):
    role = create_role("powerless")
    create_function("f", WORKING, Role=role)

    assert refused(awslambda.put_function_event_invoke_config, **destination(QUEUE_ARN))[:2] == (
        "InvalidParameterValueException",
        f"The function's execution role does not have permissions to call SendMessage on {QUEUE_ARN}",
    )
    assert refused(
        awslambda.update_function_configuration,
        FunctionName="f",
        DeadLetterConfig={"TargetArn": QUEUE_ARN},
    )[:2] == (
        "InvalidParameterValueException",
        "The provided execution role does not have permissions to call SendMessage on SQS",
    )
