"""Token buckets: units a second, of which those that nobody uses are kept for a while."""

from __future__ import annotations

BURST_SECONDS = 300  # Burst and adaptive capacity: up to five minutes of unused capacity are kept


class TokenBucket:
    """Units a second, with up to `burst_seconds` of unused ones kept. It starts full.

    A request that needs more than the full bucket holds could never be served: it goes through when the
    bucket is full, and the debt is paid before the next.
    """

    __slots__ = ("_burst_seconds", "_filled_at_seconds", "_units", "most", "units_per_second")

    def __init__(self, units_per_second: int, now_seconds: float, burst_seconds: int = BURST_SECONDS) -> None:
        self.units_per_second = units_per_second
        self._burst_seconds = burst_seconds
        self.most = float(units_per_second * burst_seconds)
        self._units = self.most
        self._filled_at_seconds = now_seconds

    def holds(self, units: float, now_seconds: float) -> bool:
        """Whether so many units can be taken now."""
        most = self.most
        elapsed = now_seconds - self._filled_at_seconds
        if elapsed > 0:
            held = self._units + elapsed * self.units_per_second
            self._units = held if held < most else most
            self._filled_at_seconds = now_seconds
        return self._units >= (units if units < most else most)

    def take(self, units: float) -> None:
        self._units -= units

    def change_rate(self, units_per_second: int, now_seconds: float) -> None:
        """Have another rate; what was kept is kept, as far as the new rate allows."""
        self._change(units_per_second, now_seconds)
        self._units = min(self._units, self.most)

    def change_limit(self, units_per_second: int, now_seconds: float) -> None:
        """Have another rate; what was used is used."""
        before = self.most
        self._change(units_per_second, now_seconds)
        self._units += self.most - before

    def _change(self, units_per_second: int, now_seconds: float) -> None:
        self.holds(0, now_seconds)
        self.units_per_second = units_per_second
        self.most = float(units_per_second * self._burst_seconds)
