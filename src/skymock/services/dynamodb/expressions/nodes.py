"""What the parsers make of a text: names and values are still placeholders, so it can be kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Path:
    """A document path. Its elements are list indexes, attribute names, or `#placeholders` of these."""

    elements: tuple[str | int, ...]
    has_placeholders: bool


@dataclass(frozen=True, slots=True)
class Value:
    placeholder: str


@dataclass(frozen=True, slots=True)
class Function:
    """A call, as an operand or as a condition. In an update `+` and `-` are functions, too."""

    name: str
    operands: tuple[Operand, ...]


Operand: TypeAlias = Path | Value | Function


@dataclass(frozen=True, slots=True)
class Comparison:
    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    operand: Operand
    low: Operand
    high: Operand


@dataclass(frozen=True, slots=True)
class In:
    operand: Operand
    candidates: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Not:
    condition: ConditionNode


@dataclass(frozen=True, slots=True)
class And:
    conditions: tuple[ConditionNode, ...]


@dataclass(frozen=True, slots=True)
class Or:
    conditions: tuple[ConditionNode, ...]


ConditionNode: TypeAlias = Comparison | Between | In | Function | Not | And | Or


@dataclass(frozen=True, slots=True)
class SetAction:
    path: Path
    operand: Operand


@dataclass(frozen=True, slots=True)
class RemoveAction:
    path: Path


@dataclass(frozen=True, slots=True)
class AddAction:
    path: Path
    value: Value


@dataclass(frozen=True, slots=True)
class DeleteAction:
    path: Path
    value: Value


UpdateAction: TypeAlias = SetAction | RemoveAction | AddAction | DeleteAction
