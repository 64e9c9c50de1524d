"""Sessions: temporary credentials, and the principal that calls with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from skymock.cloud.clock import Clock
from skymock.cloud.identifiers import Identifiers
from skymock.cloud.policies import Policy
from skymock.cloud.principals import IssuedCredentials, Principal
from skymock.cloud.query_errors import ValidationError
from skymock.cloud.roles import AssumableRole
from skymock.cloud.targets import Arn
from skymock.services.sts.session_tags import overlaid

# (STS API: AssumeRole, GetSessionToken)
DEFAULT_ROLE_SECONDS = 3600
DEFAULT_TOKEN_SECONDS = 43_200
MOST_CHAINED_SECONDS = 3600
MOST_ROOT_TOKEN_SECONDS = 3600

SECRET_LENGTH = 40
TOKEN_LENGTH = 356


def role_arn(text: str) -> Arn:
    """The ARN of a role, in its parts. Raises ValidationError."""
    try:
        arn = Arn.parse(text)
    except ValueError:
        raise ValidationError(f"{text} is invalid") from None
    if arn.service != "iam" or not arn.resource.startswith("role/"):
        raise ValidationError("Request ARN is invalid")
    return arn


def check_role_duration(role: AssumableRole, caller: Principal, seconds: int) -> None:
    """A session may last as long as the role says; one made from another role's session an hour."""
    if caller.role_arn and seconds > MOST_CHAINED_SECONDS:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit "
            "for roles assumed by role chaining."
        )
    if seconds > role.max_session_seconds:
        raise ValidationError(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )


def role_session(
    role: AssumableRole,
    session_name: str,
    *,
    limits: Sequence[Policy] | None,
    tags: Mapping[str, str],
    transitive_tags: Mapping[str, str],
) -> Principal:
    """Who calls with a role's temporary credentials; it acts in the role's account.

    limits: session policies, which have to allow what is done as well.
    """
    arn = Arn.parse(role.arn)
    return Principal(
        "assumed-role",
        arn.account_id,
        f"arn:{arn.partition}:sts::{arn.account_id}:assumed-role/{role.name}/{session_name}",
        f"{role.unique_id}:{session_name}",
        role.policies,
        role_arn=role.arn,
        session_policies=limits,
        tags=lambda: overlaid(role.tag_values(), tags),
        transitive_tags=transitive_tags,
    )


def temporary_credentials(
    principal: Principal, ids: Identifiers, clock: Clock, seconds: int
) -> IssuedCredentials:
    """Credentials with which a principal calls for so long."""
    now = int(clock.time())
    access_key_id = ids.access_key_id(temporary=True)
    return IssuedCredentials(
        replace(principal, access_key_id=access_key_id, issued_at_seconds=now),
        access_key_id,
        ids.alphanumeric(SECRET_LENGTH),
        ids.alphanumeric(TOKEN_LENGTH),
        now + seconds,
    )


def shown(credentials: IssuedCredentials) -> dict[str, Any]:
    """Temporary credentials as STS's answers have them."""
    expires_at_seconds = credentials.expires_at_seconds or 0
    return {
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "SessionToken": credentials.session_token,
        "Expiration": dt.datetime.fromtimestamp(expires_at_seconds, dt.timezone.utc),
    }
