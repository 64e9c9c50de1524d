"""Functions' logs in CloudWatch Logs."""

import base64
import gzip
import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

HELLO = "def handler(event, context):\n    print('hello', event)\n    return context.log_stream_name\n"
GROUP = "/aws/lambda/f"


@pytest.fixture
def logs(cloud):
    return boto3.client("logs")


def test_lines_are_events_of_the_environments_stream(create_function, invoke, logs):
    create_function("f", HELLO)

    stream = invoke("f", 1)

    events = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)["events"]
    kinds = [event["message"].split()[0] for event in events]
    assert kinds == ["INIT_START", "START", "hello", "END", "REPORT"]
    assert events[2]["message"] == "hello 1\n"
    assert {event["timestamp"] for event in events} == {1767614400000}


def test_what_somebody_has_written_for_later_stands_after_the_lines(create_function, invoke, logs):
    create_function("f", HELLO)
    stream = invoke("f", 1)
    later = {"timestamp": 1767614400000 + 60_000, "message": "later"}
    logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=[later])

    invoke("f", 2)

    events = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)["events"]
    kinds = [event["message"].split()[0] for event in events]
    assert kinds[-5:] == ["START", "hello", "END", "REPORT", "later"]


def test_lines_can_be_filtered(create_function, invoke, logs):
    create_function("f", HELLO)
    for number in range(3):
        invoke("f", number)

    found = logs.filter_log_events(logGroupName=GROUP, filterPattern="hello")["events"]

    assert [event["message"] for event in found] == ["hello 0\n", "hello 1\n", "hello 2\n"]


def test_the_group_of_the_logging_config_is_used(create_function, invoke, logs):
    create_function("f", HELLO, LoggingConfig={"LogGroup": "ours"})

    invoke("f", 1)

    assert [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]] == ["ours"]


WRITE = [("logs:CreateLogStream", "*"), ("logs:PutLogEvents", "*")]


@pytest.mark.parametrize(
    ("allowed", "is_there"),
    [
        ([], False),
        (WRITE[:1], False),
        (WRITE[1:], False),
        (WRITE, True),
    ],
)
def test_the_role_must_be_allowed_to_write(
    create_function, create_role, invoke, logs, cloud, allowed, is_there
):
    logs.create_log_group(logGroupName=GROUP)
    create_function("f", HELLO, Role=create_role("writer", *allowed))

    invoke("f", 1)

    assert bool(logs.describe_log_streams(logGroupName=GROUP)["logStreams"]) == is_there
    assert "hello 1" in cloud.functions["f"].log


def test_the_role_must_be_allowed_to_make_the_group(create_function, create_role, invoke, logs):
    create_function("f", HELLO, Role=create_role("writer", *WRITE))

    invoke("f", 1)

    assert logs.describe_log_groups()["logGroups"] == []


def test_a_group_that_is_deleted_comes_again_with_the_next_line(create_function, invoke, logs):
    create_function("f", HELLO)
    invoke("f", 1)
    logs.delete_log_group(logGroupName=GROUP)

    invoke("f", 2)

    found = logs.filter_log_events(logGroupName=GROUP, filterPattern="hello")["events"]
    assert [event["message"] for event in found] == ["hello 2\n"]


def test_a_stream_that_is_deleted_comes_again_with_the_next_line(create_function, invoke, logs):
    create_function("f", HELLO)
    logs.delete_log_stream(logGroupName=GROUP, logStreamName=invoke("f", 1))

    stream = invoke("f", 2)

    events = logs.get_log_events(logGroupName=GROUP, logStreamName=stream, startFromHead=True)["events"]
    assert [event["message"].split()[0] for event in events] == ["START", "hello", "END", "REPORT"]


def test_a_subscription_sees_the_lines(create_function, invoke, awslambda, logs, cloud):
    create_function("f", HELLO)
    create_function("reader", "def handler(event, context):\n    print(event['awslogs']['data'])\n")
    awslambda.add_permission(
        FunctionName="reader",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
    )
    logs.create_log_group(logGroupName=GROUP)
    logs.put_subscription_filter(
        logGroupName=GROUP,
        filterName="all",
        filterPattern="hello",
        destinationArn="arn:aws:lambda:us-east-1:123456789012:function:reader",
    )

    invoke("f", 1)

    printed = [line for line in cloud.functions["reader"].log.splitlines() if line.startswith("H4s")]
    document = json.loads(gzip.decompress(base64.b64decode(printed[-1])))
    assert [event["message"] for event in document["logEvents"]] == ["hello 1\n"]
