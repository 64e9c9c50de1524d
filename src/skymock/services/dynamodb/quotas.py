"""Quotas of capacity: what an account may have in a region. (Quotas in DynamoDB; DescribeLimits)

The texts are as measured in October 2026. (ack-api-quirks, services/dynamodb: DDB-TABLE-154, 171, 443)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from skymock.services.dynamodb.errors import LimitExceededException

if TYPE_CHECKING:
    from skymock.services.dynamodb.capacity import ProvisionedUnits

# Default throughput quotas of an account in a region, and of one table or index
ACCOUNT_UNITS = 80_000
TABLE_UNITS = 40_000

_REFER = "Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
_SUBSCRIBER = "Subscriber limit exceeded: "


class Quotas:
    """The quotas of a region. are_held: whether tables are held to them; without throttling they are not."""

    def __init__(self, region: str, are_held: bool = True) -> None:
        self._region = region
        self._are_held = are_held

    def check_provisioned(self, wanted: ProvisionedUnits | None, index: str | None = None) -> None:
        """Raises LimitExceededException for more than one table or index may have."""
        whose, what = ("", "table") if index is None else (f" for index {index}", "index")
        for name, units in _named(wanted):
            if units > TABLE_UNITS and self._are_held:
                raise LimitExceededException(
                    f"The requested {name}{whose}, {units}, is above the per {what} maximum for the account in "
                    f"{self._region}. Per {what} maximum: {TABLE_UNITS}. {_REFER}"
                )

    def check_account(
        self,
        others: Iterable[ProvisionedUnits],
        before: Iterable[ProvisionedUnits],
        after: Iterable[ProvisionedUnits],
    ) -> None:
        """Raises LimitExceededException for more than all tables and indexes of an account may have.

        others: what other tables have. before, after: what the one at hand has, and is to have.
        """
        reserved, now, wanted = map(_total, (others, before, after))
        for position, name in enumerate(("ReadCapacityUnits", "WriteCapacityUnits")):
            current = reserved[position] + now[position]
            requested = wanted[position] - now[position]
            if requested > 0 and current + requested > ACCOUNT_UNITS and self._are_held:
                raise LimitExceededException(
                    f"This request would have caused the {name} limit to be exceeded for the account in "
                    f"{self._region}. Current {name} reserved by the account: {current}. Limit: {ACCOUNT_UNITS}. "
                    f"Requested: {requested}. {_REFER}"
                )

    def check_on_demand(self, wanted: Mapping[str, int] | None, owner: str) -> None:
        """Raises LimitExceededException for a maximum above the quota. owner: "table" or "index : NAME"."""
        members = {"MaxReadRequestUnits": "Read", "MaxWriteRequestUnits": "Write"}
        self._check(wanted, "OnDemandThroughput", owner, members)

    def check_warm(self, wanted: Mapping[str, int] | None, owner: str) -> None:
        """Raises LimitExceededException for warm throughput above the quota. owner: "table" or "index NAME"."""
        members = {"ReadUnitsPerSecond": "Read", "WriteUnitsPerSecond": "Write"}
        self._check(wanted, "WarmThroughput", owner, members)

    def _check(
        self, wanted: Mapping[str, int] | None, what: str, owner: str, members: Mapping[str, str]
    ) -> None:
        for member, kind in members.items():
            units = None if wanted is None else wanted.get(member)
            if units is not None and units > TABLE_UNITS and self._are_held:
                raise LimitExceededException(
                    f"{_SUBSCRIBER}Requested {member} for {what} for {owner} exceeds TableMax{kind}CapacityUnits "
                    f"of the account in region {self._region}"
                )


def _named(units: ProvisionedUnits | None) -> list[tuple[str, int]]:
    if units is None:
        return []
    return [("ReadCapacityUnits", units.read), ("WriteCapacityUnits", units.write)]


def _total(units: Iterable[ProvisionedUnits]) -> tuple[int, int]:
    pairs = [provisioned.pair for provisioned in units]
    return sum(read for read, _ in pairs), sum(write for _, write in pairs)
