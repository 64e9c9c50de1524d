"""Topics as destinations and dead-letter targets of functions, and functions that topics and they keep going."""

import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

TOPIC = "arn:aws:sns:us-east-1:123456789012:told"
FAILING = """
def handler(event, context):
    raise ValueError("no " + event["order"])
"""
WORKING = """
def handler(event, context):
    return {"done": event["order"]}
"""
PUBLISHING = """
import boto3
sns = boto3.client("sns")

def handler(event, context):
    print("turn")
    sns.publish(TopicArn="arn:aws:sns:us-east-1:123456789012:told", Message="again")
"""
EVENT = b'{"order": "a"}'


@pytest.fixture
def told(cloud):
    """`told()`: the messages that a subscriber of the topic got."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    statement = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:*"}
    policy = {
        "Version": "2012-10-17",
        "Statement": [{**statement, "Resource": "arn:aws:sqs:us-east-1:123456789012:told"}],
    }
    url = sqs.create_queue(QueueName="told", Attributes={"Policy": json.dumps(policy)})["QueueUrl"]
    sns.create_topic(Name="told")
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint="arn:aws:sqs:us-east-1:123456789012:told")

    def messages():
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    return messages


@pytest.fixture
def send(awslambda):
    return lambda: awslambda.invoke(FunctionName="f", InvocationType="Event", Payload=EVENT)[
        "ResponseMetadata"
    ]["RequestId"]


@pytest.fixture
def configure(awslambda):
    def configure(**destinations):
        return awslambda.put_function_event_invoke_config(
            FunctionName="f",
            MaximumRetryAttempts=0,
            DestinationConfig={kind: {"Destination": arn} for kind, arn in destinations.items()},
        )

    return configure


def test_a_topic_is_told_of_a_success(create_function, configure, send, told):
    create_function("f", WORKING)
    configure(OnSuccess=TOPIC)

    request_id = send()

    (message,) = told()
    record = json.loads(message["Message"])
    assert (message["Type"], message["TopicArn"]) == ("Notification", TOPIC)
    assert record["requestContext"]["requestId"] == request_id
    assert record["requestContext"]["condition"] == "Success"
    assert record["responsePayload"] == {"done": "a"}


def test_a_topic_is_told_of_a_failure(create_function, configure, send, told):
    create_function("f", FAILING)
    configure(OnFailure=TOPIC)

    send()

    (message,) = told()
    record = json.loads(message["Message"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorMessage"] == "no a"


def test_a_dead_letter_topic_gets_the_event_and_what_was_wrong_with_it(create_function, send, told, cloud):
    create_function("f", FAILING, DeadLetterConfig={"TargetArn": TOPIC})

    request_id = send()
    cloud.clock.advance(minutes=3)

    (message,) = told()
    assert message["Message"] == EVENT.decode()
    assert "Subject" not in message
    assert message["MessageAttributes"] == {
        "RequestID": {"Type": "String", "Value": request_id},
        "ErrorCode": {"Type": "Number", "Value": "200"},
        "ErrorMessage": {"Type": "String", "Value": "no a"},
    }


def test_a_role_that_may_not_publish_is_refused(create_function, create_role, awslambda, told, refused):
    create_function("f", WORKING, Role=create_role("powerless"))

    assert refused(
        awslambda.put_function_event_invoke_config,
        FunctionName="f",
        DestinationConfig={"OnSuccess": {"Destination": TOPIC}},
    )[:2] == (
        "InvalidParameterValueException",
        f"The function's execution role does not have permissions to call Publish on {TOPIC}",
    )
    assert refused(
        awslambda.update_function_configuration,
        FunctionName="f",
        DeadLetterConfig={"TargetArn": TOPIC},
    )[:2] == (
        "InvalidParameterValueException",
        "The provided execution role does not have permissions to call Publish on SNS",
    )


def test_a_topic_that_is_not_there_is_no_destination(create_function, configure, told, refused, awslambda):
    create_function("f", WORKING)

    assert refused(
        awslambda.put_function_event_invoke_config,
        FunctionName="f",
        DestinationConfig={"OnSuccess": {"Destination": TOPIC + "s"}},
    )[:2] == (
        "InvalidParameterValueException",
        f"The destination ARN {TOPIC}s is invalid.",
    )


def test_a_topic_is_told_nothing_by_a_role_that_may_not_publish_any_more(
    create_function, create_role, configure, send, told, cloud
):
    create_function("f", WORKING, Role=create_role("sender", ("sns:Publish", TOPIC)))
    configure(OnSuccess=TOPIC)
    boto3.client("iam").delete_role_policy(RoleName="sender", PolicyName="own")

    send()

    (sent,) = [event for event in cloud.timeline if event.operation == "OnSuccess"]
    assert str(sent).startswith("lambda OnSuccess f to arn:aws:sns:us-east-1:123456789012:told ✗ ")
    assert "SNS:Publish" in str(sent)
    assert told() == []


@pytest.fixture
def loop(create_function, awslambda, told):
    """A function that publishes to the topic that invokes it."""
    create_function("f", PUBLISHING)
    awslambda.add_permission(
        FunctionName="f", StatementId="sns", Action="lambda:InvokeFunction", Principal="sns.amazonaws.com"
    )
    boto3.client("sns").subscribe(
        TopicArn=TOPIC, Protocol="lambda", Endpoint="arn:aws:lambda:us-east-1:123456789012:function:f"
    )


def test_a_loop_through_a_topic_is_stopped(loop, cloud):
    boto3.client("sns").publish(TopicArn=TOPIC, Message="first")

    assert cloud.functions["f"].log.count("turn\n") == 16
    assert [str(event) for event in cloud.timeline if event.operation == "RecursiveLoop"] == [
        "lambda RecursiveLoop f → stopped after 16 turns"
    ]


def test_the_message_of_a_stopped_loop_goes_to_the_failure_destination(loop, awslambda):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="stopped")["QueueUrl"]
    awslambda.put_function_event_invoke_config(
        FunctionName="f",
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:stopped"}},
    )

    boto3.client("sns").publish(TopicArn=TOPIC, Message="first")

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RecursiveInvocation"
    assert record["requestPayload"]["Records"][0]["Sns"]["Message"] == "again"


def test_a_loop_through_a_topic_and_a_queue_is_stopped(create_function, awslambda, told, cloud):
    create_function("f", PUBLISHING)
    awslambda.create_event_source_mapping(
        FunctionName="f", EventSourceArn="arn:aws:sqs:us-east-1:123456789012:told"
    )

    boto3.client("sns").publish(TopicArn=TOPIC, Message="first")

    assert cloud.functions["f"].log.count("turn\n") == 16
    assert [event.operation for event in cloud.timeline if event.operation == "RecursiveLoop"]
