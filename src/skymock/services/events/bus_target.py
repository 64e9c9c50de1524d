"""A bus as the target of other services' events, and of other buses' rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.guarded_target import GuardedTarget
from skymock.services.events.bus_event import BusEvent
from skymock.services.events.errors import AccessDeniedException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.policies import Policy
    from skymock.cloud.principals import Principal
    from skymock.services.events.bus import EventBus


class BusTarget(GuardedTarget):
    """A bus that whole events are sent to, if its policy or the sender's own lets them."""

    action, denied = "events:PutEvents", AccessDeniedException

    def __init__(self, cloud: Cloud, bus: EventBus) -> None:
        super().__init__(cloud, bus.arn)
        self._bus = bus

    @property
    def policy(self) -> Policy | None:
        return self._bus.policy.compiled

    def deliver(
        self,
        event: bytes,
        sender: Principal,
        source_arn: str | None = None,
        attributes: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        """Receive an event from another bus. It has a new id here and is otherwise the same.

        (recorded by LocalStack: test_event_bus_to_event_bus_cross_region) Raises AccessDeniedException.
        """
        self.authorise(sender, source_arn)
        cloud = self._cloud
        document = json.loads(event)
        with cloud.lock:
            document["id"] = cloud.ids.uuid()
            self._bus.receive(BusEvent(document, cloud.clock.time(), forwarded=True))
