"""The role on whose behalf a cluster calls DynamoDB."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skymock.cloud.principals import Principal, root_of, service_principal
from skymock.cloud.targets import Arn
from skymock.errors import AwsError
from skymock.services.dax.errors import InvalidParameterValueException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

DAX = "dax.amazonaws.com"

_ARN_COLONS = (
    "Second colon partition not found",
    "Third colon vendor not found",
    "Fourth colon (region/namespace delimiter) not found",
    "Fifth colon (namespace/relative-id delimiter) not found",
)


def check_role_arn(arn: str) -> None:
    """Raises InvalidParameterValueException."""
    if not arn.startswith("arn:"):
        raise InvalidParameterValueException(f"ARNs must start with 'arn:': {arn}")
    colons = arn.count(":")
    if colons < 5:
        raise InvalidParameterValueException(f"{_ARN_COLONS[colons - 1]}: {arn}")


def role_of(cloud: Cloud, role_arn: str, cluster_name: str, account_id: str, region: str) -> Principal:
    """The role as a cluster calls with it: the root where IAM does not have it, which is as good as made up.

    Raises InvalidParameterValueException where it does not trust DAX.
    """
    role = Arn.parse(role_arn)
    try:
        name = role.resource.rpartition("/")[2]
        cloud.call("iam", "GetRole", {"RoleName": name}, account_id=role.account_id)
    except AwsError:
        return root_of(account_id)
    try:
        answer = cloud.call(
            "sts",
            "AssumeRole",
            {"RoleArn": role_arn, "RoleSessionName": cluster_name.ljust(2, "-")},  # two characters at least
            account_id=account_id,
            region=region,
            principal=service_principal(DAX, account_id),
        )
    except AwsError:
        raise InvalidParameterValueException(f"No permission to assume role: {role_arn}") from None
    issued = cloud.principals.issued(answer["Credentials"]["AccessKeyId"])
    assert issued is not None  # STS has just issued them
    return issued.principal
