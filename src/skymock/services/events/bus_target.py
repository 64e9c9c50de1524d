"""A bus as the target of other services' events, and of other buses' rules."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.authorisation import authorise_sender
from skymock.cloud.targets import TargetAnswer
from skymock.errors import NotSupported
from skymock.services.events.bus_event import BusEvent
from skymock.services.events.errors import AccessDeniedException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.principals import Principal
    from skymock.services.events.bus import EventBus

PUT = "events:PutEvents"


class BusTarget:
    """A bus that whole events are sent to, if its policy or the sender's own lets them."""

    def __init__(self, cloud: Cloud, bus: EventBus) -> None:
        self.arn = bus.arn
        self._cloud = cloud
        self._bus = bus

    def authorise(self, sender: Principal, source_arn: str | None = None) -> None:
        """Raises AccessDeniedException."""
        refusal = authorise_sender(
            sender,
            PUT,
            self.arn,
            source_arn,
            clock=self._cloud.clock,
            resource_policy=self._bus.policy.compiled,
        )
        if refusal is not None:
            raise AccessDeniedException(refusal)

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

    def request(self, event: bytes, sender: Principal, source_arn: str | None = None) -> TargetAnswer:
        raise NotSupported(f"events: {self.arn} gives no answer")
