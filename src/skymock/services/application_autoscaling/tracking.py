"""Target tracking: the two alarms on a minute's consumption, and the capacity that they ask for.

A table is scaled out when its use was above the target for two minutes in a row, and in when it was 20 points
below it for fifteen. A minute without any use is missing data, which raises no alarm, so an idle table keeps its
capacity. (DynamoDB Developer Guide: Managing throughput capacity automatically with DynamoDB auto scaling; AWS
re:Post: Why isn't DynamoDB auto scaling working as expected?)
"""

from __future__ import annotations

import math
from dataclasses import dataclass

PERIOD_SECONDS = 60
HIGH_PERIODS = 2
LOW_PERIODS = 15
LOW_POINTS_BELOW_TARGET = 20


@dataclass(slots=True)
class Tracking:
    """The state of one policy's alarms.

    target_percent: of the provisioned units, 20 to 90.
    """

    target_percent: float
    high_in_a_row: int = 0
    low_in_a_row: int = 0

    def observe(self, units: float, provisioned: int) -> str | None:
        """Take in a minute's consumption. Returns the alarm that is on then: "AlarmHigh", "AlarmLow" or None."""
        percent = 100 * units / PERIOD_SECONDS / provisioned
        is_high = units > 0 and percent > self.target_percent
        is_low = units > 0 and percent < self.target_percent - LOW_POINTS_BELOW_TARGET
        self.high_in_a_row = self.high_in_a_row + 1 if is_high else 0
        self.low_in_a_row = self.low_in_a_row + 1 if is_low else 0
        if self.high_in_a_row >= HIGH_PERIODS:
            return "AlarmHigh"
        return "AlarmLow" if self.low_in_a_row >= LOW_PERIODS else None

    def wanted(self, units: float) -> int:
        """The units a second under which a minute's consumption is just the target."""
        return max(1, math.ceil(round(units / PERIOD_SECONDS * 100 / self.target_percent, 6)))
