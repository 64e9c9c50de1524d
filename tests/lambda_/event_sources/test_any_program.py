"""Over any program of writes, failures and clock moves, no record is lost, doubled or out of its order."""

import json

import boto3
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless

from ..conftest import TRUST, zipped

# Fails for a record as often as its item says, by raising or by naming it.
STUBBORN = """
attempts = {}

def handler(event, context):
    failing = []
    for record in event["Records"]:
        number = record["dynamodb"]["SequenceNumber"]
        attempts[number] = attempts.get(number, 0) + 1
        if attempts[number] <= int(record["dynamodb"]["NewImage"]["fails"]["N"]):
            failing.append(record["dynamodb"])
    if any(record["NewImage"]["raises"]["BOOL"] for record in failing):
        raise ValueError("told to fail")
    return {"batchItemFailures": [{"itemIdentifier": record["SequenceNumber"]} for record in failing]}
"""

_WRITE = st.tuples(
    st.just("write"), st.sampled_from("abc"), st.sampled_from([0, 0, 0, 1, 3, 9]), st.booleans()
)
_MOVE = st.tuples(st.just("move"), st.sampled_from([1, 5, 70]))
_PROGRAMS = st.lists(_WRITE | _MOVE | st.just(("split",)), min_size=1, max_size=14)
_SETTINGS = st.fixed_dictionaries(
    {
        "BatchSize": st.sampled_from([1, 2, 5]),
        "MaximumRetryAttempts": st.sampled_from([0, 2, 4]),
        "BisectBatchOnFunctionError": st.booleans(),
        "ParallelizationFactor": st.sampled_from([1, 3]),
        "MaximumBatchingWindowInSeconds": st.sampled_from([0, 3]),
    }
)


@settings(max_examples=10, deadline=None)
@given(_PROGRAMS, _SETTINGS)
def test_every_record_is_done_once_or_told_of_once_and_in_order(program, mapping):
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        queue = _build(mapping)
        _run(program, cloud)
        cloud.clock.advance(hours=2)
        seen, done = _outcome(cloud)
        told = _told(queue)

    writes = [step for step in program if step[0] == "write"]
    assert sorted(number for _, number in seen) == list(range(len(writes)))
    assert all(numbers == sorted(numbers) for numbers in _by_key(seen).values())
    assert len(done) == len(set(done))
    assert len(set(done)) + told == len(writes)


def _by_key(seen):
    return {key: [number for found, number in seen if found == key] for key in "abc"}


def _build(mapping):
    iam, awslambda, sqs = boto3.client("iam"), boto3.client("lambda"), boto3.client("sqs")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="r", PolicyName="all", PolicyDocument=json.dumps(allowed))
    stream = boto3.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    )["TableDescription"]["LatestStreamArn"]
    queue = sqs.create_queue(QueueName="failures")["QueueUrl"]
    awslambda.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": zipped({"app.py": STUBBORN})},
    )
    awslambda.create_event_source_mapping(
        FunctionName="f",
        EventSourceArn=stream,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        DestinationConfig={"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failures"}},
        **mapping,
    )
    return queue


def _run(program, cloud):
    dynamodb = boto3.client("dynamodb")
    count = 0
    for step in program:
        if step[0] == "move":
            cloud.clock.advance(seconds=step[1])
        elif step[0] == "split":
            cloud.service("dynamodb").split_stream("orders")
        else:
            _, key, fails, raises = step
            item = {"pk": {"S": key}, "number": {"N": str(count)}, "fails": {"N": str(fails)}}
            dynamodb.put_item(TableName="orders", Item={**item, "raises": {"BOOL": raises}})
            count += 1


def _outcome(cloud):
    """(key, number) of each record when it was first handed over; and the numbers of those done, in order."""
    attempts, seen, done = {}, [], []
    for event in cloud.timeline:
        if event.operation != "Invocation":
            continue
        batch = [
            record["dynamodb"]["NewImage"] for record in json.loads(event.parameters["Payload"])["Records"]
        ]
        failing, raises = [], False
        for position, image in enumerate(batch):
            entry = (image["pk"]["S"], int(image["number"]["N"]))
            if entry not in attempts:
                seen.append(entry)
            attempts[entry] = attempts.get(entry, 0) + 1
            if attempts[entry] <= int(image["fails"]["N"]):
                failing.append(position)
                raises = raises or image["raises"]["BOOL"]
        end = 0 if raises else min(failing, default=len(batch))
        done += [int(image["number"]["N"]) for image in batch[:end]]
    return seen, done


def _told(queue):
    """How many records the destination was told of."""
    sqs, told = boto3.client("sqs"), 0
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            told += json.loads(message["Body"])["DDBStreamBatchInfo"]["batchSize"]
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return told
