"""What a statement is read as. Parameters are still open, so it can be kept.

`token` is where a node begins: AWS's messages point there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from skymock.services.dynamodb.partiql.lexer import Token


@dataclass(frozen=True, slots=True)
class Literal:
    """tag: S, N, BOOL, NULL, MISSING, or ION for what stands in backticks."""

    tag: str
    payload: str | bool
    token: Token


@dataclass(frozen=True, slots=True)
class Parameter:
    """A `?`; position counts them from 0."""

    position: int
    token: Token


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: attribute names and list indexes, a name first."""

    elements: tuple[str | int, ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Sequence:
    """kind: "List", "Bag", or "Parentheses" for a list of values that IN may have."""

    kind: str
    elements: tuple[Term, ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Struct:
    members: tuple[tuple[Term, Term], ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Call:
    """name: in lower case."""

    name: str
    operands: tuple[Term, ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Infix:
    """A comparison or a calculation. Its token is the operator's."""

    operator: str
    left: Term
    right: Term
    token: Token


@dataclass(frozen=True, slots=True)
class Negative:
    """A sign before anything but a number. operator: + or -."""

    operator: str
    operand: Term
    token: Token


@dataclass(frozen=True, slots=True)
class Not:
    operand: Term
    token: Token


@dataclass(frozen=True, slots=True)
class Logical:
    """operator: "and" or "or", between two or more."""

    operator: str
    operands: tuple[Term, ...]
    token: Token


@dataclass(frozen=True, slots=True)
class Between:
    operand: Term
    low: Term
    high: Term
    token: Token


@dataclass(frozen=True, slots=True)
class In:
    operand: Term
    candidates: Term
    token: Token


@dataclass(frozen=True, slots=True)
class Is:
    """type_name: in lower case."""

    operand: Term
    type_name: str
    token: Token


Term: TypeAlias = (
    Literal
    | Parameter
    | Path
    | Sequence
    | Struct
    | Call
    | Infix
    | Negative
    | Not
    | Logical
    | Between
    | In
    | Is
)


@dataclass(frozen=True, slots=True)
class Source:
    """A table, or an index of it, by their names. A table's ARN may stand for its name."""

    table: str
    index: str | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One of what SELECT lists; `name` is what the answer calls it."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Ordering:
    path: Path
    descending: bool


@dataclass(frozen=True, slots=True)
class Select:
    """columns: None for `*`."""

    source: Source
    columns: tuple[Column, ...] | None
    where: Term | None = None
    order_by: tuple[Ordering, ...] = ()


@dataclass(frozen=True, slots=True)
class Exists:
    """The condition that ExecuteTransaction may check."""

    select: Select

    @property
    def source(self) -> Source:
        return self.select.source


@dataclass(frozen=True, slots=True)
class Insert:
    source: Source
    item: Term


@dataclass(frozen=True, slots=True)
class Returning:
    """scope: ALL or MODIFIED. image: OLD or NEW."""

    scope: str
    image: str

    def __str__(self) -> str:
        return f"{self.scope} {self.image} *"


@dataclass(frozen=True, slots=True)
class SetAction:
    path: Path
    value: Term


@dataclass(frozen=True, slots=True)
class RemoveAction:
    path: Path


@dataclass(frozen=True, slots=True)
class Update:
    source: Source
    actions: tuple[SetAction | RemoveAction, ...]
    where: Term | None = None
    returning: Returning | None = None


@dataclass(frozen=True, slots=True)
class Delete:
    source: Source
    where: Term | None = None
    returning: Returning | None = None


Write: TypeAlias = Insert | Update | Delete
Statement: TypeAlias = Select | Exists | Insert | Update | Delete


# PartiQL's own names of what a term is. (partiql-lang-kotlin, its syntax tree)
TERM_NAMES: dict[type, str] = {
    Literal: "Literal",
    Parameter: "Parameter",
    Path: "VariableReference",
    Sequence: "Seq",
    Struct: "Struct",
    Call: "NAry",
    Infix: "NAry",
    Negative: "NAry",
    Not: "NAry",
    Logical: "NAry",
    Between: "NAry",
    In: "NAry",
    Is: "IsType",
}
