"""Terms about a key attribute: what of a WHERE says where items lie, and not only which of them are wanted."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import AttributeCondition
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.conditions import StatementValues, in_candidates
from skymock.services.dynamodb.partiql.literals import is_value, value_of
from skymock.services.dynamodb.values import AttributeValue, Item, equal

_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_PREFIX_OPERANDS = 2


@dataclass(frozen=True, slots=True)
class KeyTerm:
    """A condition on one key attribute, as Query may have it."""

    name: str
    condition: AttributeCondition


class IncompleteKey(ValidationException):
    """The WHERE of a write does not say which item it is about. A transaction words it differently."""

    def __init__(self) -> None:
        super().__init__("Where clause does not contain a mandatory equality on all key attributes")

    @property
    def shape_name(self) -> str:
        return "ValidationException"


def conjuncts(where: nodes.Term | None) -> Iterator[nodes.Term]:
    """What must all be true for WHERE to be."""
    if isinstance(where, nodes.Logical) and where.operator == "and":
        for operand in where.operands:
            yield from conjuncts(operand)
    elif where is not None:
        yield where


def attribute_of(term: nodes.Term, names: Collection[str]) -> str | None:
    """The name of the key attribute that a term is."""
    if isinstance(term, nodes.Path) and len(term.elements) == 1 and term.elements[0] in names:
        return str(term.elements[0])
    return None


def key_term(term: nodes.Term, names: Collection[str], values: StatementValues) -> KeyTerm | None:
    """A term as a condition on one of the key attributes; None for any other."""
    if isinstance(term, nodes.Infix) and term.operator in _MIRRORED:
        name, operator, other = attribute_of(term.left, names), term.operator, term.right
        if name is None:
            name, operator, other = attribute_of(term.right, names), _MIRRORED[term.operator], term.left
        operands: tuple[nodes.Term, ...] = (other,)
    elif isinstance(term, nodes.Between):
        name, operator, operands = attribute_of(term.operand, names), "BETWEEN", (term.low, term.high)
    elif (
        isinstance(term, nodes.Call) and term.name == "begins_with" and len(term.operands) == _PREFIX_OPERANDS
    ):
        name, operator, operands = attribute_of(term.operands[0], names), term.name, term.operands[1:]
    else:
        return None
    if name is None or not all(map(is_value, operands)):
        return None
    found = tuple(value_of(operand, values.parameters) for operand in operands)
    return KeyTerm(name, AttributeCondition(operator, found))


def in_terms(term: nodes.Term, names: Collection[str], values: StatementValues) -> list[KeyTerm] | None:
    """`key IN [...]` as equalities, one of which holds; None for any other term."""
    if not isinstance(term, nodes.In):
        return None
    name = attribute_of(term.operand, names)
    if name is None:
        return None
    candidates = in_candidates(term)
    if not all(map(is_value, candidates)):
        return None
    return [
        KeyTerm(name, AttributeCondition("=", (value_of(candidate, values.parameters),)))
        for candidate in candidates
    ]


def mentions(term: nodes.Term, names: Collection[str]) -> bool:
    """Whether a key attribute, or a part of one, is anywhere in a term."""
    if isinstance(term, nodes.Path):
        return term.elements[0] in names
    return any(mentions(part, names) for part in parts_of(term))


def parts_of(term: nodes.Term) -> tuple[nodes.Term, ...]:
    """The terms that a term consists of."""
    if isinstance(term, nodes.Logical | nodes.Call):
        return term.operands
    if isinstance(term, nodes.Infix):
        return (term.left, term.right)
    if isinstance(term, nodes.Between):
        return (term.operand, term.low, term.high)
    if isinstance(term, nodes.In):
        return (term.operand, term.candidates)
    if isinstance(term, nodes.Sequence):
        return term.elements
    if isinstance(term, nodes.Not | nodes.Is | nodes.Negative):
        return (term.operand,)
    return ()


def names_in(term: nodes.Term) -> Iterator[str]:
    """The attributes that a term reads, in their order."""
    if isinstance(term, nodes.Path):
        yield str(term.elements[0])
    for part in parts_of(term):
        yield from names_in(part)


@dataclass(frozen=True, slots=True)
class SingleItem:
    """key: the first value that WHERE has for each key attribute. rest: what else it asks.

    conflicting: a key attribute that must equal two values, if there is one.
    """

    key: Item
    rest: tuple[nodes.Term, ...]
    conflicting: str | None


def single_item(where: nodes.Term | None, names: Collection[str], values: StatementValues) -> SingleItem:
    """The item that WHERE is about. The key lacks what WHERE does not say."""
    key: Item = {}
    rest: list[nodes.Term] = []
    conflicting = None
    for term in conjuncts(where):
        found = key_term(term, names, values)
        if found is None or found.condition.operator != "=":
            rest.append(term)
            continue
        (value,) = found.condition.operands
        if not equal(key.setdefault(found.name, value), value):
            conflicting = conflicting or found.name
            rest.append(term)
    return SingleItem(key, tuple(rest), conflicting)


def only_key(where: nodes.Term | None, names: Collection[str], values: StatementValues) -> Item | None:
    """The key, where WHERE says just that: equalities on all key attributes, or IN with one value."""
    key: dict[str, AttributeValue] = {}
    for term in conjuncts(where):
        found = key_term(term, names, values) or _single_in(term, names, values)
        if found is None or found.condition.operator != "=":
            return None
        (value,) = found.condition.operands
        if not equal(key.setdefault(found.name, value), value):
            return None
    return key if len(key) == len(names) else None


def _single_in(term: nodes.Term, names: Collection[str], values: StatementValues) -> KeyTerm | None:
    found = in_terms(term, names, values)
    return found[0] if found is not None and len(found) == 1 else None
