"""Functions that cause each other to run without end are stopped."""

import json

import boto3
import pytest

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

ITSELF = """
import boto3
client = boto3.client("lambda")

def handler(event, context):
    print("turn")
    client.invoke(FunctionName=context.function_name, InvocationType="Event")
"""
QUEUE = """
import boto3
sqs = boto3.client("sqs")

def handler(event, context):
    print("turn")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="loop")["QueueUrl"], MessageBody="again")
"""
TABLE = """
import boto3
table = boto3.resource("dynamodb").Table("loop")

def handler(event, context):
    print("turn")
    table.update_item(Key={"pk": "a"}, UpdateExpression="ADD n :one", ExpressionAttributeValues={":one": 1})
"""


@pytest.fixture
def turns(cloud):
    return lambda name="f": cloud.functions[name].log.count("turn\n")


def stopped(cloud):
    return [str(event) for event in cloud.timeline if event.operation == "RecursiveLoop"]


def queue(name="loop", **attributes):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return sqs, url, f"arn:aws:sqs:us-east-1:123456789012:{name}"


@frozen
def test_a_function_that_invokes_itself_is_stopped_after_16_turns(create_function, awslambda, turns, cloud):
    create_function("f", ITSELF)

    awslambda.invoke(FunctionName="f", InvocationType="Event")

    assert turns() == 16
    assert stopped(cloud) == ["lambda RecursiveLoop f → stopped after 16 turns"]


@frozen
def test_a_loop_through_a_queue_is_stopped(create_function, awslambda, turns, cloud):
    sqs, url, arn = queue()
    create_function("f", QUEUE)
    awslambda.create_event_source_mapping(FunctionName="f", EventSourceArn=arn)

    sqs.send_message(QueueUrl=url, MessageBody="first")

    assert turns() == 16
    assert stopped(cloud) == ["lambda RecursiveLoop f → stopped after 16 turns"]


@frozen
def test_the_message_of_a_stopped_loop_goes_to_the_queues_dead_letter_queue(
    create_function, awslambda, cloud
):
    sqs, dead_url, dead_arn = queue("dead")
    policy = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 1})
    _, url, arn = queue(RedrivePolicy=policy)
    create_function("f", QUEUE)
    awslambda.create_event_source_mapping(FunctionName="f", EventSourceArn=arn)

    sqs.send_message(QueueUrl=url, MessageBody="first")
    cloud.clock.advance(minutes=1)
    sqs.receive_message(QueueUrl=url)

    assert [found["Body"] for found in sqs.receive_message(QueueUrl=dead_url)["Messages"]] == ["again"]


@frozen
def test_a_loop_through_a_stream_is_stopped(create_function, awslambda, turns, cloud):
    table = boto3.resource("dynamodb").create_table(
        TableName="loop",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
    )
    create_function("f", TABLE)
    awslambda.create_event_source_mapping(
        FunctionName="f", EventSourceArn=table.latest_stream_arn, StartingPosition="LATEST"
    )

    table.put_item(Item={"pk": "a"})

    assert turns() == 16
    assert stopped(cloud)


@frozen
def test_an_event_of_a_stopped_loop_goes_to_the_failure_destination(create_function, awslambda):
    sqs, url, arn = queue("told")
    create_function("f", ITSELF)
    awslambda.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnFailure": {"Destination": arn}}
    )

    awslambda.invoke(FunctionName="f", InvocationType="Event")

    (message,) = sqs.receive_message(QueueUrl=url)["Messages"]
    context = json.loads(message["Body"])["requestContext"]
    assert context["condition"] == "RecursiveInvocation"


def test_a_synchronous_loop_is_refused(create_function, invoke):
    source = """
import json, boto3
client = boto3.client("lambda")

def handler(depth, context):
    try:
        answer = client.invoke(FunctionName="f", Payload=str(depth + 1))
    except client.exceptions.RecursiveInvocationException as error:
        return [depth, error.response["ResponseMetadata"]["HTTPStatusCode"]]
    return json.load(answer["Payload"])
"""
    create_function("f", source)

    assert invoke("f", 1) == [16, 400]


@frozen
def test_two_functions_that_take_turns_are_stopped(create_function, awslambda, turns):
    create_function("f", ITSELF.replace("context.function_name", "'g'"))
    create_function("g", ITSELF.replace("context.function_name", "'f'"))

    awslambda.invoke(FunctionName="f", InvocationType="Event")

    assert (turns("f"), turns("g")) == (16, 16)


@frozen
def test_a_loop_that_is_allowed_goes_on(create_function, awslambda, turns):
    create_function(
        "f",
        ITSELF.replace('print("turn")', 'print("turn")\n    if event == 30: return').replace(
            'InvocationType="Event")', 'InvocationType="Event", Payload=str(event + 1))'
        ),
    )
    awslambda.put_function_recursion_config(FunctionName="f", RecursiveLoop="Allow")

    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload="1")

    assert turns() == 30


@frozen
def test_many_events_of_one_function_are_no_loop(create_function, awslambda, turns):
    create_function(
        "f",
        "import boto3\nclient = boto3.client('lambda')\ndef handler(event, context):\n"
        "    for each in range(20):\n        client.invoke(FunctionName='g', InvocationType='Event')\n",
    )
    create_function("g", "def handler(event, context):\n    print('turn')\n")

    awslambda.invoke(FunctionName="f")

    assert turns("g") == 20
