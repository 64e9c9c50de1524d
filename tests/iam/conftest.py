"""What IAM's tests share."""

import json

import boto3
import pytest

ALLOW_ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST_LAMBDA = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}


@pytest.fixture
def iam(cloud):
    return boto3.client("iam")


@pytest.fixture
def role(iam):
    """The name of a role without policies."""
    iam.create_role(RoleName="worker", AssumeRolePolicyDocument=json.dumps(TRUST_LAMBDA))
    return "worker"


@pytest.fixture
def user(iam):
    """The name of a user without policies."""
    iam.create_user(UserName="alice")
    return "alice"


@pytest.fixture
def policy(iam):
    """The ARN of a managed policy of the account's that allows everything."""
    answer = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(ALLOW_ALL))
    return answer["Policy"]["Arn"]
