"""Archives: what a bus received, kept to be replayed."""

from __future__ import annotations

from skymock.services.events.bus_event import BusEvent


class Archive:
    def keep(self, event: BusEvent) -> None: ...
