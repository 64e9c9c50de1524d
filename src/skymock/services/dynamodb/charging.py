"""What transactions are charged: twice what their parts cost, and all of it or nothing."""

from __future__ import annotations

from collections.abc import Sequence

from skymock.services.dynamodb.capacity import TRANSACTION_FACTOR, Consumption, read_units
from skymock.services.dynamodb.contributor_insights import Changes
from skymock.services.dynamodb.errors import Throttled
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.meter import Demand, Operation, take_together
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.transaction import Costs, Named, Reason, refuse_failures


def charge_writes(writes: Sequence[Named], changes: Sequence[Change]) -> Costs:
    """Take the capacity for all writes. Raises TransactionCanceledException."""
    charges = Charges("Write")
    for (name, write), change in zip(writes, changes, strict=True):
        charges.add(name, write.table, change.consumption, write.place, change)
    return charges.taken()


def charge_reads(reads: Sequence[tuple[str, Table, Place, StoredItem | None]]) -> Costs:
    """Take the capacity for all reads. Raises TransactionCanceledException."""
    charges = Charges("Read")
    for name, table, place, stored in reads:
        size = stored.size if stored is not None else 0
        charges.add(name, table, Consumption(read_units(size, consistent=True)), place)
    return charges.taken()


class Charges:
    """What the parts of a transaction cost."""

    def __init__(self, operation: Operation) -> None:
        self._operation = operation
        self._costs: Costs = {}
        self._parts: list[list[Demand]] = []
        self._places: list[tuple[Table, Consumption, Place, Changes]] = []
        self._now_seconds = 0.0

    def add(
        self, name: str, table: Table, consumption: Consumption, place: Place, change: Change | None = None
    ) -> None:
        if name not in self._costs:
            self._costs[name] = table, Consumption()
            self._now_seconds = table.now_seconds
        self._costs[name][1].add(consumption)
        indexes = () if change is None else change.indexes
        self._places.append((table, consumption, place, indexes))
        self._parts.append(table.demands(consumption, self._operation, place[0], indexes, TRANSACTION_FACTOR))

    def taken(self) -> Costs:
        """The costs, once all is taken. Raises TransactionCanceledException with a reason for each part."""
        refusals = take_together(self._parts, self._now_seconds)
        self._note(refusals)
        if any(refusal is not None for refusal in refusals):
            refuse_failures([_reason_of(refusal) for refusal in refusals])
        return {name: (table, once.times(TRANSACTION_FACTOR)) for name, (table, once) in self._costs.items()}

    def _note(self, refusals: Sequence[Throttled | None]) -> None:
        """Tell the tables whose keys are counted. A transaction that is throttled has consumed nothing."""
        is_throttled = any(refusals)
        for (table, consumption, place, changes), refusal in zip(self._places, refusals, strict=True):
            if table.insights is None:
                continue
            if refusal is not None:
                table.insights.note_throttle(place, refusal)
            elif not is_throttled:
                table.insights.note_item(place, consumption, self._operation, changes, TRANSACTION_FACTOR)


def _reason_of(refusal: Throttled | None) -> Reason:
    if refusal is None:
        return {"Code": "None"}
    return {"Code": refusal.reason_code, "Message": refusal.message}
