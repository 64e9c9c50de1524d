"""What CloudWatch Logs itself keeps of a log group, beside what is logged in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from skymock.cloud.log_groups import LogGroup, LogStream
from skymock.services.logs.subscription import SubscriptionFilter

# PutRetentionPolicy: the days that can be chosen.
RETENTION_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip


@dataclass(slots=True)
class GroupSettings:
    """Settings of one group. log_group_class: STANDARD, INFREQUENT_ACCESS or DELIVERY."""

    tags: dict[str, str] = field(default_factory=dict)
    kms_key_id: str | None = None
    log_group_class: str = "STANDARD"
    deletion_protection: bool = False
    subscriptions: dict[str, SubscriptionFilter] = field(default_factory=dict)


def described_group(group: LogGroup, settings: GroupSettings) -> dict[str, Any]:
    """A group as DescribeLogGroups shows it."""
    shown: dict[str, Any] = {
        "logGroupName": group.name,
        "creationTime": group.created_at,
        "retentionInDays": group.retention_days,
        "metricFilterCount": 0,
        "arn": f"{group.arn}:*",
        "storedBytes": group.stored_bytes,
        "kmsKeyId": settings.kms_key_id,
        "logGroupClass": settings.log_group_class,
        "logGroupArn": group.arn,
        "deletionProtectionEnabled": settings.deletion_protection,
    }
    return {member: value for member, value in shown.items() if value is not None}


def described_stream(stream: LogStream) -> dict[str, Any]:
    """A stream as DescribeLogStreams shows it. `storedBytes` of a stream is always 0. (LogStream)"""
    shown: dict[str, Any] = {
        "logStreamName": stream.name,
        "creationTime": stream.created_at,
        "arn": stream.arn,
        "storedBytes": 0,
    }
    events = stream.kept()
    if stream.last_ingested_at is not None:
        shown["lastIngestionTime"] = stream.last_ingested_at
        shown["uploadSequenceToken"] = sequence_token(stream)
    if events:
        shown["firstEventTimestamp"] = events[0].timestamp
        shown["lastEventTimestamp"] = events[-1].timestamp
    return shown


def sequence_token(stream: LogStream) -> str:
    """A token that looks like AWS's; none is asked for any more. (PutLogEvents)"""
    last = stream.events[-1].order if stream.events else 0
    return f"{stream.created_at * 10**42 + last:056d}"
