"""The table class: what storage and throughput cost. It changes nothing that a caller sees."""

from __future__ import annotations

from typing import Any

from skymock.services.dynamodb.errors import LimitExceededException
from skymock.services.dynamodb.stream import moment

STANDARD = "STANDARD"
MOST_CHANGES = 2  # Considerations when choosing a table class: two updates in a 30-day trailing period
PERIOD_SECONDS = 30 * 24 * 3600


class TableClass:
    """A table's class, with the times at which it was changed. name: None if none was ever asked for."""

    __slots__ = ("_changed_at_seconds", "name")

    def __init__(self, name: str | None) -> None:
        self.name = None if name == STANDARD else name
        self._changed_at_seconds: list[float] = []

    def inherited(self, override: str | None) -> TableClass:
        """That of a new replica, which may have one of its own."""
        return TableClass(override or self.name)

    def is_changed_by(self, name: str) -> bool:
        return name != (self.name or STANDARD)

    def check_may_change(self, now_seconds: float) -> None:
        """Raises LimitExceededException for the third change within 30 days."""
        recent = [at for at in self._changed_at_seconds if at > now_seconds - PERIOD_SECONDS]
        if len(recent) >= MOST_CHANGES:
            raise LimitExceededException(
                "Subscriber limit exceeded: Updates to TableClass are limited to 2 times in 30 day(s)."
            )

    def change(self, name: str, now_seconds: float) -> None:
        self.name = name
        self._changed_at_seconds.append(now_seconds)

    @property
    def summary(self) -> dict[str, Any] | None:
        """The API's TableClassSummary; None for a class that was never asked for."""
        if self.name is None:
            return None
        if not self._changed_at_seconds:
            return {"TableClass": self.name}
        return {"TableClass": self.name, "LastUpdateDateTime": moment(self._changed_at_seconds[-1])}
