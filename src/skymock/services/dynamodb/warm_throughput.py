"""Warm throughput: what a table or an index can serve at once. It only rises. (Understanding warm throughput)"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from skymock.services.dynamodb.errors import INVALID_PARAMETER, ValidationException

# On-demand capacity mode: initial throughput for on-demand tables
ON_DEMAND_READS = 12_000
ON_DEMAND_WRITES = 4_000

_INITIAL = (
    "initial throughput for OnDemand. See: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
    "on-demand-capacity-mode.html#on-demand-capacity-mode-initial"
)
_PROVISIONED = "{}CapacityUnits of ProvisionedThroughput"
_CURRENT = "current WarmThroughput, decreasing WarmThroughput is not supported"


class WarmThroughput:
    """Units a second that are ready: an on-demand table takes them at once.

    is_asked_for: whether the request that made the table named it; only then CreateTable's answer shows it.
    """

    __slots__ = ("is_asked_for", "read", "status", "write")

    def __init__(self, provisioned: tuple[int, int] | None) -> None:
        self.read, self.write = provisioned or (ON_DEMAND_READS, ON_DEMAND_WRITES)
        self.status = "ACTIVE"
        self.is_asked_for = False

    def follow(self, provisioned: tuple[int, int] | None) -> None:
        """Rise with what is provisioned or used, or to what an on-demand table begins with."""
        read, write = provisioned or (ON_DEMAND_READS, ON_DEMAND_WRITES)
        self.read, self.write = max(self.read, read), max(self.write, write)

    def rise(self, wanted: Mapping[str, int]) -> None:
        """Rise to what was asked for and checked."""
        self.read = wanted.get("ReadUnitsPerSecond", self.read)
        self.write = wanted.get("WriteUnitsPerSecond", self.write)

    def begin_with(self, wanted: Mapping[str, int] | None, owner: str, on_demand: bool) -> None:
        """Have what CreateTable asks for. owner: "table" or "index NAME". Raises ValidationException."""
        if wanted is None:
            return
        self._check(wanted, owner, _INITIAL if on_demand else _PROVISIONED)
        self.rise(wanted)
        self.is_asked_for = True

    def begin_rise(self, wanted: Mapping[str, int]) -> Callable[[], None]:
        """Be UPDATING until the returned function is called, which lets it have risen."""
        self.status = "UPDATING"

        def finish() -> None:
            self.rise(wanted)
            self.status = "ACTIVE"

        return finish

    def check_rise(self, wanted: Mapping[str, int], owner: str) -> None:
        """Raises ValidationException for what UpdateTable asks for, if it is less than there is."""
        self._check(wanted, owner, _CURRENT)

    def _check(self, wanted: Mapping[str, int], owner: str, floor: str) -> None:
        for kind, current in (("Read", self.read), ("Write", self.write)):
            if wanted.get(f"{kind}UnitsPerSecond", current) < current:
                raise ValidationException(
                    f"{INVALID_PARAMETER}Requested {kind}UnitsPerSecond for WarmThroughput for {owner} is lower "
                    f"than {floor.format(kind)}"
                )

    @property
    def description(self) -> dict[str, Any]:
        return {"ReadUnitsPerSecond": self.read, "WriteUnitsPerSecond": self.write, "Status": self.status}
