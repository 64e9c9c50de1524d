"""Callers that wait for all of a response, and read it as JSON, get it from runtimes that write what they like."""

import json

import boto3
import pytest
import requests

QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:told"


@pytest.fixture
def told(awslambda):
    """`told()`: the body of the one message that function f's destination got for an event."""

    def invoke():
        sqs = boto3.client("sqs")
        url = sqs.create_queue(QueueName="told")["QueueUrl"]
        awslambda.put_function_event_invoke_config(
            FunctionName="f",
            MaximumRetryAttempts=0,
            DestinationConfig={name: {"Destination": QUEUE_ARN} for name in ("OnSuccess", "OnFailure")},
        )
        awslambda.invoke(FunctionName="f", InvocationType="Event", Payload=b"1")
        (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
        return json.loads(message["Body"])

    return invoke


@pytest.mark.parametrize(
    ("chunks", "payload"),
    [([b'{"a":', b" 1}"], {"a": 1}), ([b"no ", b"JSON"], "no JSON"), ([b"\xff"], "\ufffd"), ([], None)],
)
def test_a_destination_is_told_all_of_a_stream(runtime, told, chunks, payload):
    runtime(f"Response.whole(request_id, *{chunks!r})")

    record = told()

    assert (record["requestContext"]["condition"], record["responsePayload"]) == ("Success", payload)


@pytest.mark.parametrize(("body", "payload"), [(b"no JSON", "no JSON"), (b"", None), (b"[]", [])])
def test_a_destination_is_told_of_an_error_that_is_described_otherwise(runtime, told, body, payload):
    runtime(f"post(f'{{request_id}}/error', {body!r})")

    record = told()

    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert (record["responseContext"]["functionError"], record["responsePayload"]) == ("Unhandled", payload)


@pytest.mark.parametrize(
    ("chunks", "status", "text"),
    [
        ([b'{"statusCode": 201,', b'"body": "all"}'], 201, "all"),
        ([b"no JSON"], 500, '{"message":"Internal Server Error"}'),
    ],
)
def test_an_http_api_waits_for_all_of_a_stream(runtime, awslambda, chunks, status, text):
    runtime(f"Response.whole(request_id, *{chunks!r})")
    function_arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
    api = boto3.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP", Target=function_arn)
    awslambda.add_permission(
        FunctionName="f",
        StatementId="api",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )

    response = requests.get(api["ApiEndpoint"])

    assert (response.status_code, response.text) == (status, text)
