"""InvokeWithResponseStream: the answer as a stream of events."""

import base64
import json

import pytest


@pytest.fixture
def stream(awslambda):
    """`stream(...)`: the answer of the call, and all of its events."""

    def call(**parameters):
        answer = awslambda.invoke_with_response_stream(FunctionName="f", **parameters)
        return answer, list(answer["EventStream"])

    return call


def test_an_answer_comes_in_a_chunk_and_is_complete(create_function, stream):
    create_function("f", "def handler(event, context):\n    return {'got': event}\n")

    answer, events = stream(Payload='"é"')

    assert (answer["StatusCode"], answer["ExecutedVersion"]) == (200, "$LATEST")
    assert [list(event) for event in events] == [["PayloadChunk"], ["InvokeComplete"]]
    assert json.loads(events[0]["PayloadChunk"]["Payload"]) == {"got": "é"}
    assert events[1]["InvokeComplete"] == {}


def test_a_failure_is_named_at_the_end(create_function, stream):
    create_function("f", "def handler(event, context):\n    raise ValueError('no')\n")

    _, events = stream()

    assert json.loads(events[0]["PayloadChunk"]["Payload"])["errorMessage"] == "no"
    assert events[1]["InvokeComplete"] == {"ErrorCode": "Unhandled", "ErrorDetails": "ValueError: no"}


def test_the_log_comes_at_the_end(create_function, stream):
    create_function("f", "def handler(event, context):\n    print('hello')\n")

    _, events = stream(LogType="Tail")

    assert "hello\n" in base64.b64decode(events[-1]["InvokeComplete"]["LogResult"]).decode()


def test_a_dry_run_runs_nothing(create_function, stream, cloud):
    create_function("f", "def handler(event, context):\n    print('hello')\n")

    answer, events = stream(InvocationType="DryRun")

    assert (answer["StatusCode"], events) == (204, [])
    assert cloud.functions["f"].log == ""


def test_a_missing_function_is_no_stream(awslambda, refused):
    assert refused(awslambda.invoke_with_response_stream, FunctionName="f") == (
        "ResourceNotFoundException",
        "Function not found: arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST",
        404,
    )
