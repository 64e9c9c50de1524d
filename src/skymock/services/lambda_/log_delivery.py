"""What functions log goes to CloudWatch Logs, if their execution role may write there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from skymock.addressing.address import partition_of
from skymock.cloud.policies import CallKeys, refusal

if TYPE_CHECKING:
    from skymock.cloud import log_groups
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.principals import Principal
    from skymock.services.lambda_.log import LogEvent, LogStream


def deliver(cloud: Cloud, log: LogStream, role: Principal, account_id: str, region: str) -> None:
    """Have an environment's log written to its group from now on.

    Whether the role may is asked once, when the environment starts: for the stream and its events, and for the group
    if it is not there yet. (Lambda Developer Guide: Sending Lambda function logs to CloudWatch Logs)
    """
    groups = cloud.log_groups(account_id, region)
    group_arn = f"arn:{partition_of(region)}:logs:{region}:{account_id}:log-group:{log.group}"
    stream_arn = f"{group_arn}:log-stream:{log.name}"
    needed = [("logs:CreateLogStream", stream_arn), ("logs:PutLogEvents", stream_arn)]
    if groups.get(log.group) is None:
        needed.append(("logs:CreateLogGroup", group_arn))
    if all(_may(cloud, role, action, arn, region) for action, arn in needed):
        log.on_events = _writer(cloud, log, account_id, region)


def _may(cloud: Cloud, role: Principal, action: str, arn: str, region: str) -> bool:
    return refusal(role, action, arn, CallKeys(role, region, arn, cloud.clock)) is None


def _writer(cloud: Cloud, log: LogStream, account_id: str, region: str) -> Callable[[list[LogEvent]], object]:
    groups, group, name = cloud.log_groups(account_id, region), log.group, log.name
    stream: log_groups.LogStream | None = None

    def write(events: list[LogEvent]) -> None:
        nonlocal stream
        if stream is None or stream.is_deleted:
            stream = groups.group(group).stream(name)
        stream.log(int(events[0].at_seconds * 1000), [event.message for event in events])

    return write
