"""CloudWatch Logs' operations."""

from __future__ import annotations

from skymock.services.logs.operations.events import EventOperations
from skymock.services.logs.operations.groups import GroupOperations
from skymock.services.logs.operations.streams import StreamOperations
from skymock.services.logs.operations.subscriptions import SubscriptionOperations


class CloudWatchLogs(EventOperations, GroupOperations, StreamOperations, SubscriptionOperations):
    """Amazon CloudWatch Logs: what services and tests log, searched and sent on."""

    name = "logs"
