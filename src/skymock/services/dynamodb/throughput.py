"""Throughput: what a table or a global secondary index is provisioned with, or takes on demand."""

from __future__ import annotations

from collections.abc import Mapping

from skymock.cloud.usage import IndexUsage
from skymock.services.dynamodb.capacity import ProvisionedUnits
from skymock.services.dynamodb.decreases import Decreases
from skymock.services.dynamodb.meter import Meter, Operation
from skymock.services.dynamodb.on_demand import OnDemandMaximum
from skymock.services.dynamodb.quotas import TABLE_UNITS
from skymock.services.dynamodb.warm_throughput import WarmThroughput


class Throughput:
    """The throughput of a table or a global secondary index, provisioned or on demand.

    kind: "Table" or "Index", as the throttling reasons call it. throttles: whether requests are held to it.
    """

    __slots__ = (
        "_throttles", "arn", "decreases", "increased_at_seconds", "kind", "maximum", "provisioned", "read",
        "warm", "write",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        arn: str,
        provisioned: ProvisionedUnits | None,
        now_seconds: float,
        throttles: bool = True,
        usage: IndexUsage | None = None,
    ) -> None:
        self.kind = kind
        self.arn = arn
        self.provisioned = provisioned
        self.warm = WarmThroughput(None if provisioned is None else provisioned.pair)
        self.maximum = OnDemandMaximum()
        self.increased_at_seconds: float | None = None
        self.decreases = Decreases()
        usage = IndexUsage() if usage is None else usage
        self.read = Meter(self, "Read", usage.read)
        self.write = Meter(self, "Write", usage.write)
        self._throttles = throttles
        self._provide(now_seconds)

    def meter(self, operation: Operation) -> Meter:
        return self.read if operation == "Read" else self.write

    def provision(self, provisioned: ProvisionedUnits | None, now_seconds: float) -> None:
        """Provision other rates, or none: on demand."""
        before, self.provisioned = self.provisioned, provisioned
        self.warm.follow(None if provisioned is None else provisioned.pair)
        if provisioned is not None:
            self.maximum.clear()
        self._provide(now_seconds)
        if before is None or provisioned is None:
            return
        if provisioned.read > before.read or provisioned.write > before.write:
            self.increased_at_seconds = now_seconds
        if provisioned.is_decrease_of(before):
            self.decreases.note(now_seconds)

    def check_may_become(self, wanted: ProvisionedUnits, now_seconds: float) -> None:
        """Raises LimitExceededException for a decrease where there have been too many."""
        before = self.provisioned
        if before is not None and wanted.is_decrease_of(before) and self._throttles:
            self.decreases.check_another(now_seconds)

    def limit(self, maximum: Mapping[str, int], now_seconds: float) -> None:
        """Set a maximum of on-demand throughput, the API's OnDemandThroughput."""
        self.maximum.change(maximum)
        self._provide(now_seconds)

    def grow(self, now_seconds: float) -> bool:
        """Let an on-demand table take twice its previous peak, and what has become warm; whether that is more."""
        if self.provisioned is not None or not self._throttles:
            return False
        before = self.read.units_per_second, self.write.units_per_second
        peaks = self.read.previous_peak(now_seconds), self.write.previous_peak(now_seconds)
        self.warm.follow((min(int(2 * peaks[0]), TABLE_UNITS), min(int(2 * peaks[1]), TABLE_UNITS)))
        self._provide(now_seconds)
        return before != (self.read.units_per_second, self.write.units_per_second)

    def _provide(self, now_seconds: float) -> None:
        provisioned, warm, maximum = self.provisioned, self.warm, self.maximum
        if not self._throttles:
            return
        if provisioned is not None:
            self.read.provision(provisioned.read, now_seconds)
            self.write.provision(provisioned.write, now_seconds)
        else:
            self.read.serve_on_demand(warm.read, maximum.read, now_seconds)
            self.write.serve_on_demand(warm.write, maximum.write, now_seconds)
