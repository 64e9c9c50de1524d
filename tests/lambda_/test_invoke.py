"""Invoking: synchronously, asynchronously, and not at all."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

RECORDING = """
import time
import boto3

iam = boto3.client("iam")

def handler(event, context):
    iam.create_user(UserName=f"{event}-{int(time.time())}-{context.aws_request_id[:4]}")
    if event == "fail":
        raise ValueError(event)
"""


def recorded():
    return [user["UserName"].rpartition("-")[0] for user in boto3.client("iam").list_users()["Users"]]


@frozen
def test_an_event_invocation_has_run_when_the_call_returns(create_function, awslambda):
    create_function("f", RECORDING)

    answer = awslambda.invoke(FunctionName="f", InvocationType="Event", Payload='"once"')

    assert (answer["StatusCode"], answer["Payload"].read()) == (202, b"")
    assert "ExecutedVersion" not in answer
    assert recorded() == ["once-1767614400"]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", delivery="manual")
def test_an_event_invocation_waits_where_the_test_delivers(create_function, awslambda, cloud):
    create_function("f", RECORDING)
    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload='"once"')
    assert recorded() == []

    cloud.settle()

    assert recorded() == ["once-1767614400"]


@frozen
def test_a_failing_event_is_tried_again_after_one_and_after_two_minutes(create_function, awslambda, cloud):
    create_function("f", RECORDING)
    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload='"fail"')

    cloud.clock.advance(hours=6)

    assert recorded() == ["fail-1767614400", "fail-1767614460", "fail-1767614580"]


@frozen
def test_all_attempts_have_the_same_request_id(create_function, awslambda, cloud):
    create_function("f", RECORDING)
    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload='"fail"')

    cloud.clock.advance(hours=6)

    users = boto3.client("iam").list_users()["Users"]
    assert len({user["UserName"].rpartition("-")[2] for user in users}) == 1


@frozen
def test_a_deleted_function_is_not_tried_again(create_function, awslambda, cloud):
    create_function("f", RECORDING)
    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload='"fail"')
    awslambda.delete_function(FunctionName="f")

    cloud.clock.advance(hours=6)

    assert len(recorded()) == 1


@frozen
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_old_operation_invokes_asynchronously(create_function, awslambda):
    create_function("f", RECORDING)

    answer = awslambda.invoke_async(FunctionName="f", InvokeArgs=b'"once"')

    assert answer["Status"] == 202
    assert recorded() == ["once-1767614400"]


def test_a_dry_run_runs_nothing(create_function, awslambda):
    create_function("f", RECORDING)

    answer = awslambda.invoke(FunctionName="f", InvocationType="DryRun", Payload='"once"')

    assert (answer["StatusCode"], answer["Payload"].read()) == (204, b"")
    assert recorded() == []


ARN = "arn:aws:lambda:us-east-1:123456789012:function:missing"


@pytest.mark.parametrize(
    ("parameters", "code", "status", "message"),
    [
        ({"FunctionName": "missing"}, "ResourceNotFoundException", 404, f"Function not found: {ARN}:$LATEST"),
        (
            {"FunctionName": "missing", "Qualifier": "live"},
            "ResourceNotFoundException",
            404,
            f"Function not found: {ARN}:live",
        ),
        (
            {"FunctionName": "f", "Payload": b"x" * (6 * 1024 * 1024 + 1)},
            "RequestEntityTooLargeException",
            413,
            "6291457 byte payload is too large for the RequestResponse invocation type (limit 6291456 bytes)",
        ),
        (
            {"FunctionName": "f", "Payload": b"x" * (1024 * 1024 + 1), "InvocationType": "Event"},
            "RequestEntityTooLargeException",
            413,
            "1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)",
        ),
        (
            {"FunctionName": "f", "Payload": b"{no json"},
            "InvalidRequestContentException",
            400,
            "Could not parse request body into json: Could not parse payload into json: Expecting property name "
            "enclosed in double quotes: line 1 column 2 (char 1)",
        ),
        (
            {"FunctionName": "f", "ClientContext": "no base64!"},
            "InvalidRequestContentException",
            400,
            "Client context must be a valid Base64-encoded JSON object.",
        ),
        (
            {"FunctionName": "f", "ClientContext": "W10="},
            "InvalidRequestContentException",
            400,
            "Client context must be a valid Base64-encoded JSON object.",
        ),
    ],
)
def test_invoke_refuses_in_aws_words(create_function, awslambda, parameters, code, status, message):
    create_function("f", RECORDING)

    with pytest.raises(ClientError) as caught:
        awslambda.invoke(**parameters)

    error = caught.value.response
    assert (error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"]) == (code, status)
    assert error["Error"]["Message"] == message
    assert error.get("Type", "User") == "User"


def test_a_payload_may_have_six_megabytes(create_function, awslambda):
    create_function("f", "def handler(event, context):\n    return len(event)\n")

    payload = json.dumps("x" * (6 * 1024 * 1024 - 2))

    assert json.load(awslambda.invoke(FunctionName="f", Payload=payload)["Payload"]) == 6291454
