"""Hot keys: what one partition key can be asked for, whatever the table is provisioned with."""

from __future__ import annotations

from typing import Any

# Designing partition keys: each partition delivers 3,000 read units and 1,000 write units a second at most
KEY_READ_UNITS = 3000
KEY_WRITE_UNITS = 1000

MOST_KEYS = 10_000


class KeyRanges:
    """What each partition key owes of the units that it may use in a second; the debt is paid at that rate.

    All keys together owe at least as much as any one of them. As long as that is within the limit, nothing but the
    request is remembered; only then are keys looked at by themselves. Who owes nothing any more is forgotten.
    """

    __slots__ = ("_at_seconds", "_debts", "_owed", "_requests", "units_per_second")

    def __init__(self, units_per_second: int) -> None:
        self.units_per_second = units_per_second
        self._at_seconds = 0.0
        self._owed = 0.0
        self._requests: list[tuple[Any, float, float]] = []  # key, units, seconds: not yet in the debts
        self._debts: dict[Any, tuple[float, float]] = {}  # what a key owed at a time

    def holds(self, key: Any, units: float, now_seconds: float) -> bool:
        """Whether a key can be asked for so many units now. One that owes nothing can be for any number."""
        elapsed = now_seconds - self._at_seconds
        if elapsed > 0:
            self._at_seconds = now_seconds
            self._owed -= elapsed * self.units_per_second
            if self._owed <= 0:
                self._owed = 0.0
                self._requests.clear()
                self._debts.clear()
        if self._owed + units <= self.units_per_second:
            return True
        self._settle()
        debt = self._debt(key)
        return debt <= 0 or debt + units <= self.units_per_second

    def take(self, key: Any, units: float) -> None:
        self._owed += units
        self._requests.append((key, units, self._at_seconds))

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._debts) + len(self._requests)

    def _settle(self) -> None:
        """Put the requests into the debts of their keys."""
        debts, rate = self._debts, self.units_per_second
        for key, units, at_seconds in self._requests:
            owed, since_seconds = debts.get(key, (0.0, at_seconds))
            debts[key] = max(owed - (at_seconds - since_seconds) * rate, 0.0) + units, at_seconds
        self._requests.clear()
        if len(debts) > MOST_KEYS:
            self._forget()

    def _forget(self) -> None:
        """Forget the keys that owe the least: they are the furthest from being hot."""
        owed = sorted(
            ((self._debt(key), position, key) for position, key in enumerate(self._debts)), reverse=True
        )
        keep = [key for debt, _, key in owed[: MOST_KEYS // 2] if debt > 0]
        self._debts = {key: self._debts[key] for key in keep}

    def _debt(self, key: Any) -> float:
        owed, since_seconds = self._debts.get(key, (0.0, self._at_seconds))
        return max(owed - (self._at_seconds - since_seconds) * self.units_per_second, 0.0)
