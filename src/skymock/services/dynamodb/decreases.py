"""How often throughput may be lowered, and a table be switched to on-demand mode."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from skymock.services.dynamodb.errors import LimitExceededException
from skymock.services.dynamodb.stream import moment

DECREASES_AT_WILL = 4  # Quotas in DynamoDB: decreasing provisioned throughput, in a UTC day
SECONDS_BETWEEN_DECREASES = 3600  # after the first four
MOST_SWITCHES = 4  # Considerations when switching capacity modes: to on-demand, in 24 hours
DAY_SECONDS = 24 * 3600


class Decreases:
    """When the provisioned throughput of a table or an index was lowered."""

    __slots__ = ("_times",)

    def __init__(self) -> None:
        self._times: list[float] = []

    def note(self, now_seconds: float) -> None:
        self._times.append(now_seconds)

    @property
    def latest_at_seconds(self) -> float | None:
        return self._times[-1] if self._times else None

    def today(self, now_seconds: float) -> int:
        """How many there were since midnight (UTC)."""
        midnight = now_seconds - now_seconds % DAY_SECONDS
        return sum(at_seconds >= midnight for at_seconds in self._times)

    def check_another(self, now_seconds: float) -> None:
        """Raises LimitExceededException for a fifth one in a day less than an hour after the one before.

        Four at will and one an hour make the 27 of the documentation. The hour begins with the decrease before.
        (measured: ack-api-quirks, DDB-TABLE-184, 185, 326)
        """
        count = self.today(now_seconds)
        if count < DECREASES_AT_WILL:
            return
        latest = self._times[-1]
        midnight = now_seconds - now_seconds % DAY_SECONDS + DAY_SECONDS
        next_at = min(latest + SECONDS_BETWEEN_DECREASES, midnight)
        if now_seconds < next_at:
            raise LimitExceededException(
                "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. "
                f"After the first {DECREASES_AT_WILL} decreases, each subsequent decrease in the same UTC day can be "
                f"performed at most once every {SECONDS_BETWEEN_DECREASES} seconds. "
                f"Number of decreases today: {count}. Last decrease at {_spelt_out(moment(latest))}. "
                f"Next decrease can be made at {_spelt_out(moment(next_at))}"
            )


def check_another_switch(switch_times: Sequence[float], now_seconds: float) -> None:
    """Raises LimitExceededException for a fifth switch to on-demand mode within 24 hours.

    The text is the one that AWS had when one switch was allowed, with the figure of now.
    """
    recent = [at_seconds for at_seconds in switch_times if at_seconds > now_seconds - DAY_SECONDS]
    if len(recent) >= MOST_SWITCHES:
        raise LimitExceededException(
            f"Subscriber limit exceeded: Update to PayPerRequest mode are limited to {MOST_SWITCHES} times in "
            f"1 day(s). Last update at {_short(moment(recent[-1]))}. "
            f"Next update can be made at {_short(moment(recent[-MOST_SWITCHES] + DAY_SECONDS))}"
        )


# Names of days and months as AWS writes them, whatever the locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def _spelt_out(at: dt.datetime) -> str:
    """Friday, October 9, 2026 at 1:21:34 AM Coordinated Universal Time"""
    half = "AM" if at.hour < 12 else "PM"
    return (
        f"{_DAYS[at.weekday()]}, {_MONTHS[at.month - 1]} {at.day}, {at.year} at "
        f"{at.hour % 12 or 12}:{at:%M:%S} {half} Coordinated Universal Time"
    )


def _short(at: dt.datetime) -> str:
    """Sun Feb 24 03:07:45 UTC 2019"""
    return f"{_DAYS[at.weekday()][:3]} {_MONTHS[at.month - 1][:3]} {at:%d %H:%M:%S} UTC {at.year}"
