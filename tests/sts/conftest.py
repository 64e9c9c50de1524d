"""What STS's tests share."""

import boto3
import pytest

from .documents import AWAY, HOME, client, trust


@pytest.fixture
def iam(cloud):
    return boto3.client("iam")


@pytest.fixture
def iam_away(cloud):
    """IAM of another account."""
    return boto3.client("iam", aws_access_key_id=AWAY, aws_secret_access_key="x")


@pytest.fixture
def sts(cloud):
    return boto3.client("sts")


@pytest.fixture
def role(iam):
    """The ARN of a role that everyone of the account may assume, if their policies allow it."""
    answer = iam.create_role(RoleName="reader", AssumeRolePolicyDocument=trust({"AWS": HOME}))
    return answer["Role"]["Arn"]


@pytest.fixture
def alice(iam):
    """STS as a user sees it that may do nothing."""
    iam.create_user(UserName="alice")
    return client("sts", iam.create_access_key(UserName="alice")["AccessKey"])
