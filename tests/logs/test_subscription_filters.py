"""Subscription filters: what is written and matches comes to a function or a stream."""

import gzip
import io
import json
import zipfile

import boto3
import pytest

# Keeps what it is sent in a table.
RECEIVER = """
import base64, gzip, json, boto3

table = boto3.resource("dynamodb").Table("received")

def handler(event, context):
    document = gzip.decompress(base64.b64decode(event["awslogs"]["data"])).decode()
    table.put_item(Item={"id": context.aws_request_id, "document": document})
"""

TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.fixture
def receiver(cloud):
    """The ARN of a function that keeps what it is sent."""
    boto3.client("dynamodb").create_table(
        TableName="received",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    iam = boto3.client("iam")
    role = iam.create_role(RoleName="receiver", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    iam.put_role_policy(RoleName="receiver", PolicyName="all", PolicyDocument=json.dumps(EVERYTHING))
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", RECEIVER)
    return boto3.client("lambda").create_function(
        FunctionName="receiver",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]


@pytest.fixture
def permitted(receiver):
    """The same, which CloudWatch Logs may invoke."""
    boto3.client("lambda").add_permission(
        FunctionName="receiver",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
        SourceArn="arn:aws:logs:us-east-1:123456789012:log-group:/app/orders:*",
    )
    return receiver


@pytest.fixture
def subscribe(logs, group, permitted):
    def subscribe(pattern="", name="errors"):
        logs.put_subscription_filter(
            logGroupName=group, filterName=name, filterPattern=pattern, destinationArn=permitted
        )

    return subscribe


def received():
    items = boto3.resource("dynamodb").Table("received").scan()["Items"]
    return [json.loads(item["document"]) for item in items]


def test_what_matches_comes_to_the_function(subscribe, put):
    subscribe("ERROR")

    put("fine", "ERROR one", "ERROR two")

    (document,) = received()
    events = document.pop("logEvents")
    assert document == {
        "messageType": "DATA_MESSAGE",
        "owner": "123456789012",
        "logGroup": "/app/orders",
        "logStream": "web-1",
        "subscriptionFilters": ["errors"],
    }
    assert [event["message"] for event in events] == ["ERROR one", "ERROR two"]
    assert events[1]["timestamp"] - events[0]["timestamp"] == 1


def test_its_events_have_the_ids_that_filtering_shows(logs, subscribe, put, group):
    subscribe()

    put("hello")

    (found,) = logs.filter_log_events(logGroupName=group)["events"]
    assert received()[0]["logEvents"][0]["id"] == found["eventId"]


def test_fields_of_a_space_delimited_pattern_come_along(subscribe, put):
    subscribe("[level, code > 400]")

    put("WARN 404")

    assert received()[0]["logEvents"][0]["extractedFields"] == {"$level": "WARN", "$code": "404"}


def test_nothing_is_sent_where_nothing_matches(subscribe, put):
    subscribe("ERROR")

    put("fine")

    assert received() == []


def test_a_deleted_filter_sends_nothing_more(logs, subscribe, put, group):
    subscribe()
    logs.delete_subscription_filter(logGroupName=group, filterName="errors")

    put("hello")

    assert received() == []


def test_a_filter_put_again_is_replaced(logs, subscribe, put, group):
    subscribe("ERROR")
    subscribe("WARN")

    put("ERROR", "WARN")

    assert [event["message"] for document in received() for event in document["logEvents"]] == ["WARN"]
    assert len(logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]) == 1


def test_the_timeline_tells_who_sent_it(cloud, subscribe, put):
    subscribe()

    put("hello")

    (stored,) = cloud.timeline.calls("dynamodb", "PutItem")
    causes = []
    while stored is not None:
        causes.append(stored.operation)
        stored = stored.cause
    assert causes[-2:] == ["SubscriptionFilter", "PutLogEvents"]


def test_a_function_has_to_permit_it(logs, group, receiver, refused):
    assert refused(
        logs.put_subscription_filter,
        logGroupName=group,
        filterName="errors",
        filterPattern="",
        destinationArn=receiver,
    ) == (
        "InvalidParameterException",
        "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute your "
        "function.",
        400,
    )


def test_a_group_has_two_filters_at_most(logs, subscribe, group, permitted, refused):
    subscribe(name="one")
    subscribe(name="two")

    assert refused(
        logs.put_subscription_filter,
        logGroupName=group,
        filterName="three",
        filterPattern="",
        destinationArn=permitted,
    ) == ("LimitExceededException", "Resource limit exceeded.", 400)


def test_filters_are_described(logs, subscribe, group, permitted):
    subscribe("ERROR")

    (found,) = logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"]

    assert found.pop("creationTime") > 0
    assert found == {
        "filterName": "errors",
        "logGroupName": group,
        "filterPattern": "ERROR",
        "destinationArn": permitted,
        "distribution": "ByLogStream",
        "applyOnTransformedLogs": False,
    }


STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/app-logs"


@pytest.fixture
def kinesis(cloud):
    """Kinesis's client; there is a stream."""
    client = boto3.client("kinesis")
    client.create_stream(StreamName="app-logs", ShardCount=1)
    return client


def role_of(name, *statements, service="logs.amazonaws.com"):
    """The ARN of a new role that a service may assume and that allows so much."""
    iam = boto3.client("iam")
    trust = {**TRUST["Statement"][0], "Principal": {"Service": service}}
    document = {"Version": "2012-10-17", "Statement": [trust]}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))["Role"]["Arn"]
    if statements:
        policy = {"Version": "2012-10-17", "Statement": [*statements]}
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    return role


@pytest.fixture
def writer():
    """The ARN of a role with which CloudWatch Logs may put records into the stream."""
    return role_of("writer", {"Effect": "Allow", "Action": "kinesis:PutRecord", "Resource": STREAM})


def taken(kinesis):
    """The stream's records: their keys and documents."""
    iterator = kinesis.get_shard_iterator(
        StreamName="app-logs", ShardId="shardId-000000000000", ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    records = kinesis.get_records(ShardIterator=iterator)["Records"]
    return [(record["PartitionKey"], json.loads(gzip.decompress(record["Data"]))) for record in records]


def test_what_matches_comes_to_a_stream_after_a_control_message(cloud, logs, group, put, kinesis, writer):
    logs.put_subscription_filter(
        logGroupName=group,
        filterName="errors",
        filterPattern="ERROR",
        destinationArn=STREAM,
        roleArn=writer,
    )
    put("fine", "ERROR one")

    (_, control), (key, document) = taken(kinesis)
    assert control["logEvents"][0].pop("timestamp") <= cloud.clock.time() * 1000
    assert control == {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [
            {"id": "", "message": "CWL CONTROL MESSAGE: Checking health of destination Kinesis stream."}
        ],
    }
    assert (key, document["messageType"], document["logGroup"]) == ("web-1", "DATA_MESSAGE", group)
    assert [event["message"] for event in document["logEvents"]] == ["ERROR one"]


def test_records_have_keys_of_their_own_where_they_are_to_be_spread(logs, group, put, kinesis, writer):
    logs.put_subscription_filter(
        logGroupName=group,
        filterName="all",
        filterPattern="",
        destinationArn=STREAM,
        roleArn=writer,
        distribution="Random",
    )
    put("one")
    put("two")

    assert len({key for key, _ in taken(kinesis)}) == 3


@pytest.mark.parametrize(
    ("service", "statements", "exists", "why"),
    [
        (
            "lambda.amazonaws.com",
            [EVERYTHING["Statement"][0]],
            True,
            "Make sure you have given CloudWatch Logs permission to assume the provided role.",
        ),
        (
            "logs.amazonaws.com",
            [],
            True,
            "Check if the given kinesis stream is in ACTIVE state.",
        ),
        (
            "logs.amazonaws.com",
            [EVERYTHING["Statement"][0]],
            False,
            "Check if the given kinesis stream is in ACTIVE state.",
        ),
    ],
)
def test_a_stream_has_to_take_the_control_message(
    logs, group, kinesis, refused, service, statements, exists, why
):
    if not exists:
        kinesis.delete_stream(StreamName="app-logs")
    answer = refused(
        logs.put_subscription_filter,
        logGroupName=group,
        filterName="errors",
        filterPattern="",
        destinationArn=STREAM,
        roleArn=role_of("other", *statements, service=service),
    )
    assert answer == (
        "InvalidParameterException",
        f"Could not deliver test message to specified Kinesis stream. {why}",
        400,
    )
    assert logs.describe_subscription_filters(logGroupName=group)["subscriptionFilters"] == []


def test_a_stream_needs_a_role(logs, group, kinesis, refused):
    answer = refused(
        logs.put_subscription_filter,
        logGroupName=group,
        filterName="errors",
        filterPattern="",
        destinationArn=STREAM,
    )
    assert answer[0] == "InvalidParameterException"
