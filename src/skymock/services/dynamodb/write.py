"""Writes to single items, as PutItem, UpdateItem, DeleteItem, batches and transactions make them.

A write is made in two steps, so that a transaction can look at all of its writes before it does any: `change`
works out what it does to the item that is there, `Table.apply` does it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from skymock.services.dynamodb.capacity import Consumption, write_units
from skymock.services.dynamodb.errors import ConditionalCheckFailedException
from skymock.services.dynamodb.expressions import Condition, Update
from skymock.services.dynamodb.item_collection import check_collection
from skymock.services.dynamodb.key import Place
from skymock.services.dynamodb.storage import StoredItem
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.values import (
    Item,
    check_item_size,
    check_updated_item_size,
    item_size,
    size_with_changes,
)

NewItem = Callable[["StoredItem | None"], "StoredItem | None"]

_NO_ITEM: Item = {}


class ItemWrite:
    """A write to the item at a place of a table.

    new_item: gives what is to be there, from what is there. A condition check gives the same.
    shows_item_on_failure: whether a failed condition sends the item back.
    """

    __slots__ = ("condition", "new_item", "place", "shows_item_on_failure", "table")

    def __init__(
        self,
        table: Table,
        place: Place,
        new_item: NewItem,
        condition: Condition | None = None,
        shows_item_on_failure: bool = False,
    ) -> None:
        self.table = table
        self.place = place
        self.new_item = new_item
        self.condition = condition
        self.shows_item_on_failure = shows_item_on_failure

    def change(self) -> Change:
        """What the write does to the item that is there now.

        Raises TransactionConflictException, ConditionalCheckFailedException, ValidationException where an update
        does not fit the item, and ItemCollectionSizeLimitExceededException.
        """
        conflicts = self.table.conflicts
        if conflicts.taken or conflicts.planted:
            conflicts.refuse(self.place)
        kept = self.table.items.get(self.place)
        old = None if kept is None else kept.opened()
        condition = self.condition
        if condition is not None and not condition.holds(_NO_ITEM if old is None else old.item):
            if self.shows_item_on_failure and old is not None:
                raise ConditionalCheckFailedException(Item=old.item)
            raise ConditionalCheckFailedException
        change = self.table.change(self.place, old, self.new_item(old))
        if self.table.local_indexes:
            check_collection(self.table, change)
        return change

    def perform(self) -> Change:
        """Do it, if the condition holds and there is capacity for it; a failed condition costs as well."""
        table = self.table
        try:
            change = self.change()
        except ConditionalCheckFailedException:
            table.charge_item(self.failure_cost(), "Write", self.place)
            raise
        table.charge_item(change.consumption, "Write", self.place, change.indexes)
        table.apply(change)
        return change

    def reason_of(self, failure: ConditionalCheckFailedException) -> dict[str, Any]:
        """Why a transaction is cancelled where the condition does not hold."""
        return {"Code": "ConditionalCheckFailed", "Message": failure.message, **failure.members}

    def failure_cost(self) -> Consumption:
        """What the write consumes when its condition does not hold: by the size of the item that is there."""
        old = self.table.items.get(self.place)
        return Consumption(write_units(old.size if old is not None else 0))


def put_of(item: Item, size: int) -> NewItem:
    """Puts a checked item of so many bytes in the old one's place. Raises ValidationException where it is too big."""
    check_item_size(size)
    stored = StoredItem(item, size)
    return lambda old: stored


def delete(old: StoredItem | None) -> None:
    """Leaves nothing."""


def keep(old: StoredItem | None) -> StoredItem | None:
    """Leaves what is there."""
    return old


def update_of(table: Table, key: Item, update: Update | None) -> NewItem:
    """Updates the item of a key, which is made where there is none. Raises ValidationException.

    But an update that only removes makes no item. (ScyllaDB, test_item.py: test_update_item_non_existent)
    """
    names: Collection[str] = ()
    if update is not None:
        names = update.plan.names
        update.refuse_keys(table.key.names)

    def updated(old: StoredItem | None) -> StoredItem | None:
        before = key if old is None else old.item
        item = before if update is None else update.apply(before, exists=old is not None)
        if old is not None and item is before:
            return old
        if old is None and update is not None and update.paths and item == key:
            return None
        table.check_index_keys(item, updated=True)
        size = item_size(item) if old is None else size_with_changes(old.size, before, item, names)
        check_updated_item_size(size)
        return StoredItem(item, size)

    return updated
