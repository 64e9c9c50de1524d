"""Amazon EventBridge's operations."""

from __future__ import annotations

from skymock.services.events.operations.api_destinations import ApiDestinationOperations
from skymock.services.events.operations.buses import BusOperations
from skymock.services.events.operations.put_events import EventOperations
from skymock.services.events.operations.replays import ReplayOperations
from skymock.services.events.operations.rules import RuleOperations
from skymock.services.events.operations.tags import TagOperations
from skymock.services.events.operations.targets import TargetOperations


class EventBridge(
    ApiDestinationOperations,
    BusOperations,
    EventOperations,
    ReplayOperations,
    RuleOperations,
    TagOperations,
    TargetOperations,
):
    """Amazon EventBridge: event buses whose rules send what they match, and what is scheduled, to targets."""

    name = "events"
