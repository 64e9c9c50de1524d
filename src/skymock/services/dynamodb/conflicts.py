"""The items that somebody is at work on: those of transactions in progress, and those that a planted fault names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import current_event
from skymock.services.dynamodb.errors import (
    ReplicatedWriteConflictException,
    TransactionConflictException,
    ValidationException,
)
from skymock.services.dynamodb.key import Place, PrimaryKey
from skymock.services.dynamodb.values import checked_item

if TYPE_CHECKING:
    from skymock.cloud.faults import Faults
    from skymock.services.dynamodb.write import ItemWrite


class Conflicts:
    """Those of one table.

    taken: places of transactions in progress, and of items that another region is writing with strong consistency.
    planted: all planted conflicts, if any.
    """

    __slots__ = ("_arn", "_faults", "_key", "_replicating", "planted", "taken")

    def __init__(self, arn: str, key: PrimaryKey, faults: Faults) -> None:
        self._arn = arn
        self._key = key
        self._faults = faults
        self.taken: set[Place] = set()
        self.planted: Sequence[object] = faults.conflicts
        self._replicating: dict[Place, int] = {}

    def refuse(self, place: Place) -> None:
        """Raises TransactionConflictException for an item that somebody is at work on.

        Raises ReplicatedWriteConflictException where that is another region.
        """
        if place in self._replicating:
            raise ReplicatedWriteConflictException
        if place in self.taken or self._is_struck(place):
            raise TransactionConflictException

    def hold(self, place: Place) -> None:
        """Let an item be written by another region, until it is released as often."""
        self._replicating[place] = self._replicating.get(place, 0) + 1
        self.taken.add(place)

    def release(self, place: Place) -> None:
        self._replicating[place] -= 1
        if not self._replicating[place]:
            del self._replicating[place]
            self.taken.discard(place)

    def _is_struck(self, place: Place) -> bool:
        call = current_event()
        if call is None or not self.planted:
            return False
        return self._faults.conflicting(call, self._arn, lambda key: self._place_of(key) == place)

    def _place_of(self, key: Mapping[str, Any]) -> Place | None:
        try:
            return self._key.place_of_key(checked_item(dict(key)))
        except ValidationException:
            return None  # of another table


@contextmanager
def taken(writes: Sequence[ItemWrite]) -> Iterator[None]:
    """Let the items of a transaction be taken by it."""
    for write in writes:
        write.table.conflicts.taken.add(write.place)
    try:
        yield
    finally:
        for write in writes:
            write.table.conflicts.taken.discard(write.place)
