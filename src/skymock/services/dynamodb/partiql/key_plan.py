"""Which ranges of which partitions a SELECT reads; a WHERE that does not name all its partitions is a Scan's filter.

AWS takes WHERE apart into reads, one for each way in which it can be true: `pk IN ['a', 'b']` is two. It refuses
reads that meet, as one item would come twice. (PartiQL select statements; dynamodb-conformance, whereOverlap)
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cmp_to_key
from itertools import groupby
from typing import Any

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import AttributeCondition, Bounds, KeyConditions
from skymock.services.dynamodb.key import KeyAttribute
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues
from skymock.services.dynamodb.partiql.key_terms import (
    KeyTerm,
    in_terms,
    key_term,
    mentions,
)
from skymock.services.dynamodb.values import AttributeValue, equal, order_key, type_of

MAX_READS = 50  # as recorded from AWS: 51 are refused


@dataclass(frozen=True, slots=True)
class SortRange(AttributeCondition):
    """Several conditions on a sort key, as the range that meets them all."""

    range: Bounds

    def bounds(self) -> Bounds:
        return self.range


@dataclass(frozen=True, slots=True)
class Branch:
    """One read. sort: the range of the sort key, if there is one. filters: what else is asked of its items."""

    partition: AttributeValue
    sort: SortRange | None
    filters: tuple[nodes.Term, ...]
    is_empty: bool
    negates_sort: bool

    def key_conditions(self, partition: KeyAttribute, sort: KeyAttribute | None) -> KeyConditions:
        conditions: dict[str, AttributeCondition] = {
            partition.name: AttributeCondition("=", (self.partition,))
        }
        if sort is not None and self.sort is not None:
            conditions[sort.name] = self.sort
        return KeyConditions(conditions)


class KeyPlanner:
    """Takes WHERE apart for the key of a table or an index."""

    def __init__(self, partition: KeyAttribute, sort: KeyAttribute | None, values: StatementValues) -> None:
        self.partition = partition
        self.sort = sort
        self._types = dict([partition, sort]) if sort else dict([partition])
        self._names: Collection[str] = self._types.keys()
        self._values = values

    def branches(self, where: nodes.Term | None) -> list[Branch] | None:
        """The reads, in the order of their keys; None for a Scan. Raises ValidationException."""
        if where is None or not self.names_partitions(where):
            return None
        branches = [self._branch(terms) for terms in self._alternatives(where)]
        if len(branches) > 1 and any(branch.negates_sort for branch in branches):
            return None
        branches.sort(key=cmp_to_key(_compared))
        _refuse_overlap(branches)
        return branches

    def names_partitions(self, where: nodes.Term) -> bool:
        """Whether WHERE can only be true of items in partitions that it names."""
        if isinstance(where, nodes.Logical):
            checks = map(self.names_partitions, where.operands)
            return any(checks) if where.operator == "and" else all(checks)
        if isinstance(where, nodes.In):
            return in_terms(where, (self.partition.name,), self._values) is not None
        found = key_term(where, (self.partition.name,), self._values)
        return found is not None and found.condition.operator == "="

    def _alternatives(self, term: nodes.Term) -> list[tuple[nodes.Term | KeyTerm, ...]]:
        """The ways in which a term can be true: each a list of what must hold."""
        if isinstance(term, nodes.Logical) and mentions(term, self._names):
            if term.operator == "or":
                return _limited([way for part in term.operands for way in self._alternatives(part)])
            ways: list[tuple[nodes.Term | KeyTerm, ...]] = [()]
            for part in term.operands:
                further = self._alternatives(part)
                if len(ways) * len(further) > MAX_READS:
                    raise _too_many()
                ways = [(*way, *other) for way in ways for other in further]
            return ways
        equalities = in_terms(term, self._names, self._values)
        if equalities is not None:
            return _limited([(equality,) for equality in equalities])
        found = key_term(term, self._names, self._values)
        return [(term if found is None else found,)]

    def _branch(self, terms: tuple[nodes.Term | KeyTerm, ...]) -> Branch:
        partitions: list[AttributeValue] = []
        sort_conditions: list[AttributeCondition] = []
        filters: list[nodes.Term] = []
        negates_sort = False
        for term in terms:
            if not isinstance(term, KeyTerm):
                filters.append(term)
                negates_sort = negates_sort or self._negates_sort(term)
                continue
            self._check_type(term)
            if term.name != self.partition.name:
                sort_conditions.append(term.condition)
            elif term.condition.operator == "=":
                partitions.append(term.condition.operands[0])
        contradicts = any(not equal(partitions[0], other) for other in partitions)
        sort = _intersected(sort_conditions)
        is_empty = contradicts or (sort is not None and _is_empty(sort.range))
        return Branch(partitions[0], sort, tuple(filters), is_empty, negates_sort)

    def _negates_sort(self, term: nodes.Term) -> bool:
        negates = isinstance(term, nodes.Not) or (isinstance(term, nodes.Infix) and term.operator == "<>")
        return negates and self.sort is not None and mentions(term, (self.sort.name,))

    def _check_type(self, term: KeyTerm) -> None:
        tag = self._types[term.name]
        if any(type_of(operand) != tag for operand in term.condition.operands):
            raise ValidationException(
                f"Key attribute's data type should match its data type in table's schema: Key {term.name}"
            )


def _limited(ways: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    if len(ways) > MAX_READS:
        raise _too_many()
    return ways


def _too_many() -> ValidationException:
    return ValidationException("Too many decomposed read operations for a given query.")


def _intersected(conditions: list[AttributeCondition]) -> SortRange | None:
    if not conditions:
        return None
    bounds = conditions[0].bounds()
    for condition in conditions[1:]:
        bounds = _intersection(bounds, condition.bounds())
    return SortRange("BETWEEN", conditions[0].operands, bounds)


def _intersection(one: Bounds, two: Bounds) -> Bounds:
    low, high = one, one
    if _low_rank(two) > _low_rank(one):
        low = two
    if _high_rank(two) < _high_rank(one):
        high = two
    return Bounds(low=low.low, low_open=low.low_open, high=high.high, high_open=high.high_open)


def _low_rank(bounds: Bounds) -> tuple[Any, ...]:
    """Lower bounds in order: none, then by key, an open one above a closed one."""
    return (0,) if bounds.low is None else (1, bounds.low, bounds.low_open)


def _high_rank(bounds: Bounds) -> tuple[Any, ...]:
    """Upper bounds in order: by key, an open one below a closed one, then none."""
    return (1,) if bounds.high is None else (0, bounds.high, not bounds.high_open)


def _is_empty(bounds: Bounds) -> bool:
    if bounds.low is None or bounds.high is None:
        return False
    is_open = bounds.low_open or bounds.high_open
    return bool(bounds.low > bounds.high or (is_open and bounds.low == bounds.high))


def _range_of(branch: Branch) -> Bounds:
    return Bounds() if branch.sort is None else branch.sort.range


def _compared(one: Branch, two: Branch) -> int:
    first, second = order_key(one.partition), order_key(two.partition)
    if first == second:
        first, second = _low_rank(_range_of(one)), _low_rank(_range_of(two))
    return int(first > second) - int(first < second)


def _refuse_overlap(branches: list[Branch]) -> None:
    read = [branch for branch in branches if not branch.is_empty]
    for _, same_partition in groupby(read, key=lambda branch: order_key(branch.partition)):
        if _overlap(same_partition):
            raise ValidationException(
                "Overlapping conditions with range keys are not supported in where clause"
            )


def _overlap(branches: Iterator[Branch]) -> bool:
    """Whether two of the ranges meet; they come in the order of their lower bounds."""
    reach: Bounds | None = None
    for branch in branches:
        bounds = _range_of(branch)
        if reach is not None and not _is_empty(_intersection(reach, bounds)):
            return True
        if reach is None or _high_rank(bounds) > _high_rank(reach):
            reach = bounds
    return False
