"""The statements that AddPermission of queues and topics puts into their policies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def labelled_statement(
    label: str, account_ids: Sequence[str], actions: Sequence[str], resource: str
) -> dict[str, Any]:
    """Accounts may take actions ("SQS:SendMessage") on a resource (an ARN). One of a kind stands without a list."""
    partition = resource.split(":")[1]
    principals = [f"arn:{partition}:iam::{account_id}:root" for account_id in account_ids]
    return {
        "Sid": label,
        "Effect": "Allow",
        "Principal": {"AWS": principals if len(principals) > 1 else principals[0]},
        "Action": actions if len(actions) > 1 else actions[0],
        "Resource": resource,
    }
