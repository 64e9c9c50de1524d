"""INSERT, UPDATE and DELETE, as writes to single items."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from skymock.services.dynamodb.errors import (
    ConditionalCheckFailedException,
    DuplicateItemException,
    ValidationException,
)
from skymock.services.dynamodb.expressions import Condition, Projection, Update
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues, condition_of
from skymock.services.dynamodb.partiql.key_terms import IncompleteKey, SingleItem, single_item
from skymock.services.dynamodb.partiql.literals import item_of
from skymock.services.dynamodb.partiql.update import update_of_actions
from skymock.services.dynamodb.table import Change, Table
from skymock.services.dynamodb.values import TOO_DEEP, Item, item_size
from skymock.services.dynamodb.write import ItemWrite, NewItem, delete, keep, put_of, update_of

DUPLICATE_ITEM = "Duplicate primary key exists in table"


class StatementWrite:
    """A write of PartiQL, and what it returns. Made, it has checked all but which item it is about."""

    returning: nodes.Returning | None = None

    def item_write(self) -> ItemWrite:
        """The write. Raises ValidationException where its key is none of the table."""
        raise NotImplementedError

    def returned(self, change: Change) -> Item | None:
        """What RETURNING gives back: nothing where the image has nothing of it."""
        return None


class Insertion(StatementWrite):
    def __init__(self, table: Table, insert: nodes.Insert, values: StatementValues) -> None:
        self._table = table
        self._item = item_of(insert.item, values.parameters)

    def item_write(self) -> ItemWrite:
        place = self._table.checked_place(self._item)
        return InsertWrite(
            self._table, place, put_of(self._item, item_size(self._item)), Condition(lambda item: not item)
        )


class InsertWrite(ItemWrite):
    """A put that does not replace an item."""

    def perform(self) -> Change:
        try:
            return super().perform()
        except ConditionalCheckFailedException:
            raise DuplicateItemException(DUPLICATE_ITEM) from None

    def reason_of(self, failure: ConditionalCheckFailedException) -> dict[str, Any]:
        return {"Code": "DuplicateItem", "Message": DUPLICATE_ITEM}


class Deletion(StatementWrite):
    """Deleting what is not there is no failure, whatever is asked of it."""

    def __init__(self, table: Table, statement: nodes.Delete, values: StatementValues) -> None:
        self.returning = statement.returning
        self._table = table
        self._target = Target(table, statement.where, values)

    def item_write(self) -> ItemWrite:
        condition = self._target.condition
        guarded = None
        if condition is not None:
            holds = condition.holds
            guarded = Condition(lambda item: not item or holds(item), condition.paths)
        return ItemWrite(self._table, self._table.key.place_of_key(self._target.key()), delete, guarded)

    def returned(self, change: Change) -> Item | None:
        return None if self.returning is None or change.old is None else change.old.item


class Updating(StatementWrite):
    """An update makes no item: one that is not there fails the condition."""

    def __init__(self, table: Table, statement: nodes.Update, values: StatementValues) -> None:
        self.returning = statement.returning
        self._table = table
        self._target = Target(table, statement.where, values)
        self._update = update_of_actions(statement.actions, values)

    def item_write(self) -> ItemWrite:
        key = self._target.key()
        place = self._table.key.place_of_key(key)
        holds = None if self._target.condition is None else self._target.condition.holds
        condition = Condition(lambda item: bool(item) and (holds is None or holds(item)))
        return ItemWrite(self._table, place, self._new_item(key, self._update), condition)

    def _new_item(self, key: Item, update: Update) -> NewItem:
        updated = update_of(self._table, key, update)

        def new_item(old: Any) -> Any:
            try:
                return updated(old)
            except ValidationException as error:
                if error.message == TOO_DEEP:
                    raise ValidationException("Nesting Levels have exceeded supported limits") from None
                raise

        return new_item

    def returned(self, change: Change) -> Item | None:
        returning = self.returning
        if returning is None:
            return None
        stored = change.old if returning.image == "OLD" else change.new
        if stored is None or returning.scope == "ALL":
            return None if stored is None else stored.item
        return Projection(self._update.paths).of(stored.item) or None


class ExistenceCheck(StatementWrite):
    """EXISTS(SELECT ...): a condition on an item, which must be there."""

    def __init__(self, table: Table, statement: nodes.Exists, values: StatementValues) -> None:
        self._table = table
        if statement.source.index is not None:
            raise ValidationException("Operations on indices are not supported in transactions")
        self._target = Target(table, statement.select.where, values)
        if self._target.condition is None or not self._target.is_complete:
            raise ValidationException("EXISTS() must contain a single item read with additional condition")

    def item_write(self) -> ItemWrite:
        place = self._table.key.place_of_key(self._target.first_key)
        condition = self._target.condition
        assert condition is not None
        holds = condition.holds
        return ItemWrite(self._table, place, keep, Condition(lambda item: bool(item) and holds(item)))


class Target:
    """The item that the WHERE of a write is about, and what else it asks of it."""

    def __init__(self, table: Table, where: nodes.Term | None, values: StatementValues) -> None:
        self._found: SingleItem = single_item(where, table.key.names, values)
        self._count = len(table.key.names)
        rest = self._found.rest
        self.condition: Condition | None = None
        if len(rest) == 1:
            self.condition = condition_of(rest[0], values)
        elif rest:
            self.condition = condition_of(nodes.Logical("and", rest, rest[0].token), values)

    @property
    def is_complete(self) -> bool:
        return len(self._found.key) == self._count

    @property
    def first_key(self) -> Item:
        """With the first value that WHERE has for each key attribute."""
        return self._found.key

    def key(self) -> Item:
        """The key. Raises ValidationException where WHERE lacks a part of it, or has two values for one."""
        if not self.is_complete:
            raise IncompleteKey
        if self._found.conflicting is not None:
            raise ValidationException(
                f"Multiple conditions on same key {self._found.conflicting}. "
                "Only single item Update/Insert/Delete are supported"
            )
        return self._found.key


_KINDS: dict[type, Callable[[Table, Any, StatementValues], StatementWrite]] = {
    nodes.Insert: Insertion,
    nodes.Update: Updating,
    nodes.Delete: Deletion,
    nodes.Exists: ExistenceCheck,
}


def statement_write(
    table: Table, statement: nodes.Write | nodes.Exists, values: StatementValues
) -> StatementWrite:
    """A statement bound to its table and parameters. Raises ValidationException."""
    return _KINDS[type(statement)](table, statement, values)
