"""Whom policies let do what: buses, rules and all else by their ARNs."""

import json

import boto3
import pytest
from botocore import xform_name

from skymock.cloud.principals import root_of
from skymock.errors import NotSupported

from .conftest import ACCOUNT, PATTERN

PREFIX = f"arn:aws:events:us-east-1:{ACCOUNT}:"
ENTRY = {"Source": "s", "DetailType": "t", "Detail": "{}"}


@pytest.fixture
def user(cloud):
    """A function that gives the client of a user who may do one thing with one resource."""

    def make(action, resource):
        iam = boto3.client("iam")
        iam.create_user(UserName="u")
        allow = {"Effect": "Allow", "Action": f"events:{action}", "Resource": resource}
        iam.put_user_policy(
            UserName="u",
            PolicyName="p",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [allow]}),
        )
        key = iam.create_access_key(UserName="u")["AccessKey"]
        return boto3.client(
            "events",
            aws_access_key_id=key["AccessKeyId"],
            aws_secret_access_key=key["SecretAccessKey"],
        )

    return make


@pytest.fixture
def existing(events):
    """A bus `b` with a rule `r`, an archive `a`, a connection `c` and an API destination `d`."""
    bus = events.create_event_bus(Name="b")["EventBusArn"]
    for name in ("default", "b"):
        events.put_rule(Name="r", EventPattern=PATTERN, EventBusName=name)
    events.create_archive(ArchiveName="a", EventSourceArn=bus)
    connection = events.create_connection(
        Name="c",
        AuthorizationType="API_KEY",
        AuthParameters={"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
    )
    events.create_api_destination(
        Name="d",
        ConnectionArn=connection["ConnectionArn"],
        InvocationEndpoint="https://example.com",
        HttpMethod="POST",
    )


@pytest.mark.parametrize(
    ("operation", "resource", "parameters"),
    [
        ("DescribeEventBus", "event-bus/b", {"Name": "b"}),
        ("DescribeEventBus", "event-bus/default", {}),
        ("RemovePermission", "event-bus/b", {"EventBusName": "b", "RemoveAllPermissions": True}),
        ("PutEvents", "event-bus/b", {"Entries": [ENTRY | {"EventBusName": "b"}]}),
        ("DescribeRule", "rule/r", {"Name": "r"}),
        ("DescribeRule", "rule/b/r", {"Name": "r", "EventBusName": "b"}),
        ("ListTargetsByRule", "rule/b/r", {"Rule": "r", "EventBusName": PREFIX + "event-bus/b"}),
        ("ListTagsForResource", "rule/b/r", {"ResourceARN": PREFIX + "rule/b/r"}),
        ("DescribeArchive", "archive/a", {"ArchiveName": "a"}),
        ("DescribeConnection", "connection/c/*", {"Name": "c"}),
        ("DescribeApiDestination", "api-destination/d/*", {"Name": "d"}),
        ("ListConnections", "*", {}),
    ],
)  # fmt: skip
def test_a_policy_names_the_resource_of_a_call(existing, user, operation, resource, parameters):
    client = user(operation, PREFIX + resource if resource != "*" else "*")

    answer = getattr(client, xform_name(operation))(**parameters)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("operation", "resource", "parameters"),
    [
        ("describe_event_bus", "event-bus/b", {}),
        ("describe_rule", "rule/r", {"Name": "r", "EventBusName": "b"}),
        ("describe_archive", "archive/other", {"ArchiveName": "a"}),
        ("describe_connection", "connection/other/*", {"Name": "c"}),
        ("describe_connection", "connection/c/*", {"Name": "gone"}),
        ("put_events", "event-bus/b", {"Entries": [ENTRY | {"EventBusName": "b"}, ENTRY]}),
    ],
)
def test_what_a_policy_does_not_name_is_denied(existing, user, refused, operation, resource, parameters):
    client = user("*", PREFIX + resource)

    assert refused(getattr(client, operation), **parameters)[0] == "AccessDeniedException"


def test_a_bus_gives_no_answer(cloud):
    with pytest.raises(NotSupported, match="gives no answer"):
        cloud.target(PREFIX + "event-bus/default").request(b"{}", root_of(ACCOUNT))
