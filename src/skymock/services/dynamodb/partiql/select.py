"""SELECT: a Query for each partition that WHERE names, or else a Scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from skymock.services.dynamodb.capacity import Consumption
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import Condition, Projection
from skymock.services.dynamodb.expressions.paths import reader
from skymock.services.dynamodb.index import SecondaryIndex
from skymock.services.dynamodb.key import KeyAttribute
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues, condition_of
from skymock.services.dynamodb.partiql.key_plan import Branch, KeyPlanner
from skymock.services.dynamodb.partiql.key_terms import names_in
from skymock.services.dynamodb.read import (
    MAX_PAGE_BYTES,
    Page,
    Reading,
    filter_not_projected,
    not_projected,
    query_candidates,
    scan_candidates,
)
from skymock.services.dynamodb.table import Table
from skymock.services.dynamodb.values import Item, order_key

INVALID_NEXT_TOKEN = "Invalid NextToken"


class ColumnProjection(Projection):
    """What SELECT lists: each value stands by itself, under the last name of its path."""

    __slots__ = ("_readers",)

    def __init__(self, columns: Sequence[nodes.Column]) -> None:
        self.paths = tuple(column.path.elements for column in columns)
        self._readers = [(column.name, reader(column.path.elements)) for column in columns]

    def of(self, item: Item) -> Item:
        found = {}
        for name, read in self._readers:
            value = read(item)
            if value is not None:
                found[name] = value
        return found


@dataclass(frozen=True, slots=True)
class SelectedPage:
    """items: those that WHERE holds for. last_key: where the next page goes on, unless this is the last.

    partition: that which was read, if it was one.
    """

    items: list[Item]
    last_key: Item | None
    consumption: Consumption
    partition: Any = None


def columns_of(select: nodes.Select) -> ColumnProjection | None:
    return None if select.columns is None else ColumnProjection(select.columns)


class Selection:
    """A SELECT on a table that is there, checked in AWS's order. Raises ValidationException."""

    def __init__(
        self, table: Table, select: nodes.Select, values: StatementValues, consistent: bool = False
    ) -> None:
        self._table = table
        self._consistent = consistent
        self._index = _index_of(table, select.source)
        if consistent and self._index is not None and self._index.is_global:
            raise ValidationException("Strongly consistent read is not supported on Global Secondary Indexes")
        self._projection = columns_of(select)
        self._check_columns()
        self._partition, self._sort = _key_of(table, self._index)
        self._condition: Condition | None = None
        if select.where is not None:
            # The key's own conditions are in it as well: AWS's Query would not have them in a filter.
            self._condition = Condition(condition_of(select.where, values).holds)
        self._branches = KeyPlanner(self._partition, self._sort, values).branches(select.where)
        self._forward = self._order(select)
        self._check_filters()

    @property
    def reads_index(self) -> bool:
        return self._index is not None

    def _check_columns(self) -> None:
        index, projection = self._index, self._projection
        if index is None or projection is None or not index.is_global:
            return
        names = [str(path[0]) for path in projection.paths]
        missing = [name for name in dict.fromkeys(names) if not index.holds(name)]
        if missing:
            raise not_projected(index, missing)

    def _check_filters(self) -> None:
        """Refuse filters on what the index does not hold; AWS does so only where it does not scan."""
        index, branches = self._index, self._branches
        if index is None or not branches:
            return
        missing: set[str] = set()
        for branch in branches:
            names = {name for term in branch.filters for name in names_in(term)}
            missing = {name for name in names if not index.holds(name)}
            if branch.is_empty or not missing:
                return
        raise filter_not_projected(index, missing)

    def _order(self, select: nodes.Select) -> bool:
        """Put the reads in the order that ORDER BY wants; returns whether each of them goes forward."""
        if not select.order_by:
            return True
        if select.where is None:
            raise ValidationException("Must have WHERE clause in the statement when using ORDER BY clause.")
        directions = self._directions(select.order_by)
        branches = self._branches
        if branches is None:
            raise ValidationException(
                "Must have at least one non-optional hash key condition in WHERE clause when using ORDER BY clause."
            )
        partitions = {order_key(branch.partition) for branch in branches}
        if len(partitions) > 1 and self._partition.name not in directions:
            raise ValidationException(
                "Must have hash key in ORDER BY clause when more than one hash key condition specified in WHERE "
                "clause."
            )
        descending = self._sort is not None and directions.get(self._sort.name, False)
        if descending:
            branches.reverse()
        # Sorting is stable: within a partition the reads stay as they are.
        branches.sort(
            key=lambda branch: order_key(branch.partition),
            reverse=directions.get(self._partition.name, False),
        )
        return not descending

    def _directions(self, order_by: Sequence[nodes.Ordering]) -> dict[str, bool]:
        key_names = {self._partition.name, *((self._sort.name,) if self._sort else ())}
        directions = {}
        for ordering in order_by:
            name = str(ordering.path.elements[0])
            if len(ordering.path.elements) > 1 or name not in key_names:
                raise ValidationException(
                    f"Variable reference {name} in ORDER BY clause must be part of the primary key"
                )
            directions[name] = ordering.descending
        return directions

    def page(self, limit: int | None, start_key: Item | None) -> SelectedPage:
        """Read until the limit, 1 MB of all partitions together, or the end."""
        if self._branches is None:
            reading = self._reading(limit)
            return self._selected([reading.page(scan_candidates(reading, start_key, 0, 1))])
        pages: list[Page] = []
        space = MAX_PAGE_BYTES
        for branch in self._left(self._branches, start_key):
            reading = self._reading(limit, space)
            conditions = branch.key_conditions(self._partition, self._sort)
            page = reading.page(query_candidates(reading, conditions, self._forward, start_key))
            pages.append(page)
            if page.last_key is not None:
                break
            start_key = None
            space -= page.size
            limit = None if limit is None else limit - page.scanned_count
        return self._selected(pages)

    def _left(self, branches: list[Branch], start_key: Item | None) -> list[Branch]:
        """The reads that are not finished at a starting key."""
        left = [branch for branch in branches if not branch.is_empty]
        if start_key is None:
            return left
        partition = (self._partition,)
        sort = (self._sort,) if self._sort else ()
        for position, branch in enumerate(left):
            if start_key.get(self._partition.name) == branch.partition:
                condition = branch.key_conditions(self._partition, self._sort).of_key(partition, sort)
                if condition.in_range(start_key):
                    return left[position:]
        raise ValidationException(INVALID_NEXT_TOKEN)

    def _reading(self, limit: int | None, space: int = MAX_PAGE_BYTES) -> Reading:
        condition, projection = self._condition, self._projection
        return Reading(self._table, self._index, self._consistent, None, limit, condition, projection, space)

    def _selected(self, pages: list[Page]) -> SelectedPage:
        projection = self._projection
        consumption = Consumption()
        items: list[Item] = []
        for page in pages:
            consumption.add(page.consumption)
            items.extend(page.items if projection is None else map(projection.of, page.items))
        partition = pages[0].partition if len(pages) == 1 else None
        return SelectedPage(items, pages[-1].last_key if pages else None, consumption, partition)


def is_full_scan(table: Table, select: nodes.Select, values: StatementValues) -> bool:
    """Whether a SELECT names no partitions. Raises ValidationException where it cannot be done."""
    partition, sort = _key_of(table, _index_of(table, select.source))
    return select.where is None or not KeyPlanner(partition, sort, values).names_partitions(select.where)


def _key_of(table: Table, index: SecondaryIndex | None) -> tuple[KeyAttribute, KeyAttribute | None]:
    if index is None:
        return table.key.partition, table.key.sort
    return index.key.partition[0], index.key.sort[0] if index.key.sort else None


def _index_of(table: Table, source: nodes.Source) -> SecondaryIndex | None:
    if source.index is None:
        return None
    index = table.indexes.get(source.index)
    if index is None:
        raise ValidationException("The table does not have the specified index")
    if len(index.key.partition) > 1 or len(index.key.sort) > 1:
        raise ValidationException(
            "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or multi-attribute "
            "RANGE keys."
        )
    return index
