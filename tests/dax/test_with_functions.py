"""DAX between functions and tables: a function reads through it, and its writes feed streams."""

import io
import json
import zipfile

import boto3
import pytest

KEY = {"pk": {"S": "a"}}
READER = """
import os
from amazondax import AmazonDaxClient

def handler(event, context):
    with AmazonDaxClient(endpoint_url=os.environ["DAX"], region_name="us-east-1") as dax:
        return dax.get_item(TableName="orders", Key={"pk": {"S": event["pk"]}}).get("Item")
"""
COUNTER = """
import boto3

def handler(event, context):
    boto3.client("dynamodb").put_item(TableName="seen", Item={"pk": {"S": event["Records"][0]["eventName"]}})
"""


@pytest.fixture
def create_function(cloud):
    """Make a function whose role may do what is named, from the text of its handler."""

    def create(name, source, *actions, variables=None):
        iam = boto3.client("iam")
        service = {"Service": "lambda.amazonaws.com"}
        role = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=document("Principal", service, ["sts:AssumeRole"]),
        )["Role"]
        iam.put_role_policy(
            RoleName=name, PolicyName="own", PolicyDocument=document("Resource", "*", list(actions))
        )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("app.py", source)
        boto3.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.12",
            Handler="app.handler",
            Role=role["Arn"],
            Code={"ZipFile": packed.getvalue()},
            Timeout=30,
            Environment={"Variables": variables or {}},
        )

    return create


def document(member, value, actions):
    statement = {"Effect": "Allow", "Action": actions, member: value}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def invoke(name, payload):
    answer = boto3.client("lambda").invoke(FunctionName=name, Payload=json.dumps(payload))
    return json.loads(answer["Payload"].read())


def test_a_function_reads_through_it_with_its_role(cloud, cluster, table, dynamodb, create_function):
    dynamodb.put_item(TableName=table, Item=KEY)
    create_function("reader", READER, "dax:GetItem", variables={"DAX": cluster.endpoint_url})

    assert invoke("reader", {"pk": "a"}) == KEY

    (read,) = cloud.timeline.calls("dynamodb", "GetItem")
    assert (read.cause.service, read.cause.operation) == ("dax", "GetItem")
    assert read.cause.principal.role_arn.endswith(":role/reader")
    assert "Invo" in read.cause.cause.operation


def test_a_function_whose_role_may_not_use_the_cluster_is_refused(cluster, table, create_function):
    create_function("reader", READER, "dynamodb:*", variables={"DAX": cluster.endpoint_url})

    failed = invoke("reader", {"pk": "a"})

    assert "is not authorized to perform: dax:GetItem" in failed["errorMessage"]


def test_a_write_through_it_has_reached_the_streams_reader_when_it_returns(
    cloud, dax, table, dynamodb, create_function
):
    dynamodb.create_table(
        TableName="seen",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    stream = dynamodb.update_table(
        TableName=table, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    )["TableDescription"]["LatestStreamArn"]
    create_function("counter", COUNTER, "dynamodb:*")
    boto3.client("lambda").create_event_source_mapping(
        EventSourceArn=stream, FunctionName="counter", StartingPosition="TRIM_HORIZON"
    )

    dax.put_item(TableName=table, Item=KEY)

    assert dynamodb.scan(TableName="seen")["Items"] == [{"pk": {"S": "INSERT"}}]
    seen = cloud.timeline.calls("dynamodb", "PutItem")[-1]
    way = []
    while seen is not None:
        way.append((seen.service, seen.operation))
        seen = seen.cause
    assert way[-2:] == [("dynamodb", "PutItem"), ("dax", "PutItem")]
