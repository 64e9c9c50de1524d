"""A function's execution role, assumed by Lambda for the function's sake."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skymock.cloud.principals import Principal, service_principal

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

LAMBDA = "lambda.amazonaws.com"


@dataclass(frozen=True, slots=True)
class RoleSession:
    """Temporary credentials of an execution role, and who calls with them."""

    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at_seconds: float
    principal: Principal


def assume(cloud: Cloud, role_arn: str, function_name: str, account_id: str, region: str) -> RoleSession:
    """Assume an execution role; its session has the function's name. Raises STS's AccessDenied."""
    answer = cloud.call(
        "sts",
        "AssumeRole",
        {"RoleArn": role_arn, "RoleSessionName": function_name.ljust(2, "-")},  # two characters at least
        account_id=account_id,
        region=region,
        principal=service_principal(LAMBDA, account_id),
    )
    credentials = answer["Credentials"]
    issued = cloud.principals.issued(credentials["AccessKeyId"])
    assert issued is not None  # STS has just issued them
    return RoleSession(
        credentials["AccessKeyId"],
        credentials["SecretAccessKey"],
        credentials["SessionToken"],
        credentials["Expiration"].timestamp(),
        issued.principal,
    )
