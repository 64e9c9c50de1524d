"""On-demand capacity: how much a table takes at once, and the maximum that its owner sets.

(DynamoDB on-demand capacity mode; DynamoDB maximum throughput for on-demand tables)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException

GROWTH_SECONDS = 30 * 60  # Initial throughput and scaling properties: twice the peak within 30 minutes
UNLIMITED = -1  # what takes a maximum away

_MEMBERS = {"MaxReadRequestUnits": "read", "MaxWriteRequestUnits": "write"}


class Peak:
    """The highest load of a second. It is a previous peak once 30 minutes have passed since the load rose.

    worth_noting: units a second from which on a load is higher than the previous peak.
    """

    __slots__ = ("_highest", "_rose_at_seconds", "_second_ends_at", "_units", "worth_noting")

    def __init__(self) -> None:
        self.worth_noting = 0.0
        self._units = 0.0
        self._second_ends_at = 0.0
        self._highest = 0.0
        self._rose_at_seconds: float | None = None

    def note(self, units: float, now_seconds: float) -> None:
        if now_seconds >= self._second_ends_at:
            self._end_second(now_seconds)
        self._units += units

    def previous(self, now_seconds: float) -> float:
        """The peak that has become a previous one, or 0."""
        self._end_second(now_seconds)
        rose = self._rose_at_seconds
        if rose is None or now_seconds < rose + GROWTH_SECONDS:
            return 0.0
        peak, self._highest, self._rose_at_seconds = self._highest, 0.0, None
        return peak

    def _end_second(self, now_seconds: float) -> None:
        if self._units > max(self._highest, self.worth_noting):
            self._highest = self._units
            if self._rose_at_seconds is None:
                self._rose_at_seconds = self._second_ends_at - 1
        if now_seconds >= self._second_ends_at:
            self._units = 0.0
            self._second_ends_at = now_seconds + 1


class OnDemandMaximum:
    """The most that an on-demand table or index is to take, in units a second; None for no maximum."""

    __slots__ = ("read", "write")

    def __init__(self) -> None:
        self.read: int | None = None
        self.write: int | None = None

    def change(self, wanted: Mapping[str, int]) -> None:
        """Set what was asked for and checked; what it does not name stays."""
        for member, name in _MEMBERS.items():
            if wanted.get(member) is not None:
                setattr(self, name, wanted[member])

    def clear(self) -> None:
        self.read = self.write = None

    def forget_unlimited(self) -> None:
        """Show no more what was taken away: UpdateTable's answer still does. (ack-api-quirks, DDB-TABLE-182)"""
        self.read = None if self.read == UNLIMITED else self.read
        self.write = None if self.write == UNLIMITED else self.write

    @property
    def description(self) -> dict[str, Any]:
        """The API's OnDemandThroughput; empty without a maximum."""
        named = {member: getattr(self, name) for member, name in _MEMBERS.items()}
        return {member: units for member, units in named.items() if units is not None}


def check_new_maximum(wanted: Mapping[str, int], is_provisioned: bool, index: str | None = None) -> None:
    """Raises ValidationException for what CreateTable cannot set."""
    if is_provisioned:
        _refuse(wanted, index, "table BillingMode is PROVISIONED.")
    _check_range(wanted, index, ())


def check_changed_maximum(wanted: Mapping[str, int], is_provisioned: bool, index: str | None = None) -> None:
    """Raises ValidationException for what UpdateTable cannot set; -1 takes a maximum away."""
    if is_provisioned:
        _refuse(wanted, index, "the table BillingMode is PROVISIONED")
    _check_range(wanted, index, (UNLIMITED,))


# The words differ between tables and indexes, and CreateTable and UpdateTable, as measured in October 2026.
# (ack-api-quirks, services/dynamodb: DDB-TABLE-038, 039, 051, 059)
def _refuse(wanted: Mapping[str, int], index: str | None, why: str) -> None:
    whose = "" if index is None else f" for index: {index}"
    for member in _MEMBERS:
        if wanted.get(member) is not None:
            raise ValidationException(
                f"{INVALID_PARAMETER}{member} for OnDemandThroughput{whose} cannot be specified when {why}"
            )


def _check_range(wanted: Mapping[str, int], index: str | None, others: Collection[int]) -> None:
    owner = "table" if index is None else f"index : {index}"
    for member in _MEMBERS:
        units = wanted.get(member)
        if units is not None and units < 1 and units not in others:
            raise ValidationException(
                f"{INVALID_PARAMETER}Requested {member} for OnDemandThroughput for {owner} is outside of valid range"
            )
