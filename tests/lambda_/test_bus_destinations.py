"""Event buses as destinations of asynchronous invocations."""

import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

BUS_ARN = "arn:aws:events:us-east-1:123456789012:event-bus/results"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:told"
ARN = "arn:aws:lambda:us-east-1:123456789012:function:f:$LATEST"
SOURCE = """
def handler(event, context):
    if event["order"] == "bad":
        raise ValueError("no")
    return {"done": event["order"]}
"""


@pytest.fixture
def told(cloud):
    """`told()`: the events that came to the bus `results`, by way of a rule and a queue."""
    sqs, events = boto3.client("sqs"), boto3.client("events")
    allow = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE_ARN}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    sqs.create_queue(QueueName="told", Attributes={"Policy": policy})
    events.create_event_bus(Name="results")
    events.put_rule(Name="r", EventPattern='{"source": ["lambda"]}', EventBusName="results")
    events.put_targets(Rule="r", EventBusName="results", Targets=[{"Id": "q", "Arn": QUEUE_ARN}])

    def received():
        messages = sqs.receive_message(QueueUrl="told", MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return received


def configuration(arn=BUS_ARN):
    destinations = {"OnSuccess": {"Destination": arn}, "OnFailure": {"Destination": arn}}
    return {"FunctionName": "f", "DestinationConfig": destinations, "MaximumRetryAttempts": 0}


@pytest.mark.parametrize(
    ("order", "result", "condition", "response"),
    [
        ("good", "Success", "Success", {"done": "good"}),
        ("bad", "Failure", "RetriesExhausted", None),
    ],
)
def test_a_bus_is_told_what_came_of_an_event(
    create_function, awslambda, told, order, result, condition, response
):
    """Recorded: test_invoke_lambda_eventbridge."""
    create_function("f", SOURCE)
    awslambda.put_function_event_invoke_config(**configuration())

    payload = json.dumps({"order": order})
    sent = awslambda.invoke(FunctionName="f", InvocationType="Event", Payload=payload)

    (event,) = told()
    detail = event.pop("detail")
    assert event.pop("id")
    assert event == {
        "version": "0",
        "detail-type": f"Lambda Function Invocation Result - {result}",
        "source": "lambda",
        "account": "123456789012",
        "time": "2026-01-05T12:00:00Z",
        "region": "us-east-1",
        "resources": [BUS_ARN, ARN],
    }
    assert detail["requestContext"] == {
        "requestId": sent["ResponseMetadata"]["RequestId"],
        "functionArn": ARN,
        "condition": condition,
        "approximateInvokeCount": 1,
    }
    assert detail["requestPayload"] == {"order": order}
    assert response in (None, detail["responsePayload"])


def test_the_role_has_to_be_allowed_to_put_events(create_function, create_role, awslambda, told, refused):
    create_function("f", SOURCE, Role=create_role("none"))

    assert refused(awslambda.put_function_event_invoke_config, **configuration()) == (
        "InvalidParameterValueException",
        f"The function's execution role does not have permissions to call PutEvents on {BUS_ARN}",
        400,
    )


def test_the_bus_has_to_be_there(create_function, awslambda, cloud, refused):
    create_function("f", SOURCE)

    assert refused(awslambda.put_function_event_invoke_config, **configuration()) == (
        "InvalidParameterValueException",
        f"The destination ARN {BUS_ARN} is invalid.",
        400,
    )
