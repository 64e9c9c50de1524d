"""DynamoDB's client, and the tables that most tests stand on."""

import json

import boto3
import pytest
from botocore.config import Config

from .tables import create_table


@pytest.fixture
def dynamodb(cloud):
    return boto3.client("dynamodb")


@pytest.fixture
def table(dynamodb):
    """An on-demand table with the partition key `pk`."""
    create_table(dynamodb)
    return "orders"


@pytest.fixture
def sorted_table(dynamodb):
    """An on-demand table with the partition key `pk` and the number `sk` as sort key."""
    create_table(dynamodb, sort="sk:N")
    return "orders"


@pytest.fixture
def impatient(cloud):
    """A client that does not retry."""
    return boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def alice(cloud):
    """`alice(allowed)`: a client of a user who may do that, as {action: resources}; actions are DynamoDB's or named."""

    def client(allowed):
        iam = boto3.client("iam")
        iam.create_user(UserName="alice")
        statements = [
            {
                "Effect": "Allow",
                "Action": action if ":" in action else f"dynamodb:{action}",
                "Resource": resources,
            }
            for action, resources in allowed.items()
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        iam.put_user_policy(UserName="alice", PolicyName="allowed", PolicyDocument=policy)
        key = iam.create_access_key(UserName="alice")["AccessKey"]
        session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
        return session.client("dynamodb")

    return client
