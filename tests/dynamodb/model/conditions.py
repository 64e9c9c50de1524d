"""Conditions of the model: they write themselves as an expression, and hold for an item or not.

(Condition and filter expressions, operators, and functions in DynamoDB)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .paths import Path
from .values import ORDERED, SETS, frozen, sort_key, tag_of


@dataclass
class Literal:
    value: dict[str, Any]

    def text(self, placeholders):
        return placeholders.value(self.value)

    def read(self, _item):
        return self.value


@dataclass
class Size:
    path: Path

    def text(self, placeholders):
        return f"size({self.path.text(placeholders)})"

    def read(self, item):
        value = self.path.read(item)
        if value is None or tag_of(value) in {"N", "BOOL", "NULL"}:
            return None
        (payload,) = value.values()
        return {"N": str(len(payload))}


def paths_in(operand):
    return [operand] if isinstance(operand, Path) else [operand.path] if isinstance(operand, Size) else []


def _same_path(first, other):
    return isinstance(first, Path) and isinstance(other, Path) and first.elements == other.elements


def _is_unordered_literal(operand):
    return isinstance(operand, Literal) and tag_of(operand.value) not in ORDERED


def _equal(one, other):
    return one is not None and other is not None and frozen(one) == frozen(other)


def _ordered(test, one, other):
    if one is None or other is None or tag_of(one) != tag_of(other) or tag_of(one) not in ORDERED:
        return False
    return test(sort_key(one), sort_key(other))


_ORDERINGS = {
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}


@dataclass
class Comparison:
    operator: str
    left: Any
    right: Any

    @property
    def paths(self):
        return paths_in(self.left) + paths_in(self.right)

    def text(self, placeholders):
        return f"{self.left.text(placeholders)} {self.operator} {self.right.text(placeholders)}"

    def is_refused(self):
        if _same_path(self.left, self.right):
            return True
        return self.operator in _ORDERINGS and any(map(_is_unordered_literal, (self.left, self.right)))

    def holds(self, item):
        one, other = self.left.read(item), self.right.read(item)
        if self.operator == "=":
            return _equal(one, other)
        if self.operator == "<>":
            return not _equal(one, other)
        return _ordered(_ORDERINGS[self.operator], one, other)


@dataclass
class Between:
    operand: Any
    low: Any
    high: Any

    @property
    def paths(self):
        return paths_in(self.operand) + paths_in(self.low) + paths_in(self.high)

    def text(self, placeholders):
        operand, low, high = (part.text(placeholders) for part in (self.operand, self.low, self.high))
        return f"{operand} BETWEEN {low} AND {high}"

    def is_refused(self):
        if _same_path(self.operand, self.low) or _same_path(self.operand, self.high):
            return True
        if any(map(_is_unordered_literal, (self.operand, self.low, self.high))):
            return True
        if isinstance(self.low, Literal) and isinstance(self.high, Literal):
            low, high = self.low.value, self.high.value
            return tag_of(low) != tag_of(high) or sort_key(low) > sort_key(high)
        return False

    def holds(self, item):
        value = self.operand.read(item)
        return _ordered(_ORDERINGS[">="], value, self.low.read(item)) and _ordered(
            _ORDERINGS["<="], value, self.high.read(item)
        )


@dataclass
class In:
    operand: Any
    candidates: list[Any]

    @property
    def paths(self):
        return [path for operand in (self.operand, *self.candidates) for path in paths_in(operand)]

    def text(self, placeholders):
        operand = self.operand.text(placeholders)
        return f"{operand} IN ({', '.join(candidate.text(placeholders) for candidate in self.candidates)})"

    def is_refused(self):
        return any(_same_path(self.operand, candidate) for candidate in self.candidates)

    def holds(self, item):
        return any(_equal(self.operand.read(item), candidate.read(item)) for candidate in self.candidates)


@dataclass
class Exists:
    path: Path
    wanted: bool

    @property
    def paths(self):
        return [self.path]

    def text(self, placeholders):
        return f"attribute_{'' if self.wanted else 'not_'}exists({self.path.text(placeholders)})"

    def is_refused(self):
        return False

    def holds(self, item):
        return (self.path.read(item) is not None) == self.wanted


@dataclass
class HasType:
    path: Path
    tag: str

    @property
    def paths(self):
        return [self.path]

    def text(self, placeholders):
        return f"attribute_type({self.path.text(placeholders)}, {placeholders.value({'S': self.tag})})"

    def is_refused(self):
        return False

    def holds(self, item):
        value = self.path.read(item)
        return value is not None and tag_of(value) == self.tag


@dataclass
class BeginsWith:
    path: Path
    prefix: Literal

    @property
    def paths(self):
        return [self.path]

    def text(self, placeholders):
        return f"begins_with({self.path.text(placeholders)}, {self.prefix.text(placeholders)})"

    def is_refused(self):
        return tag_of(self.prefix.value) not in {"S", "B"}

    def holds(self, item):
        value, tag = self.path.read(item), tag_of(self.prefix.value)
        return value is not None and tag in value and value[tag].startswith(self.prefix.value[tag])


@dataclass
class Contains:
    path: Path
    content: Any

    @property
    def paths(self):
        return [self.path, *paths_in(self.content)]

    def text(self, placeholders):
        return f"contains({self.path.text(placeholders)}, {self.content.text(placeholders)})"

    def is_refused(self):
        return _same_path(self.path, self.content)

    def holds(self, item):
        value, content = self.path.read(item), self.content.read(item)
        if value is None or content is None:
            return False
        ((tag, payload),) = value.items()
        if tag in {"S", "B"}:
            return tag in content and content[tag] in payload
        if tag in SETS:
            return SETS[tag] in content and content[SETS[tag]] in payload
        return tag == "L" and any(_equal(element, content) for element in payload)


@dataclass
class Junction:
    """AND or OR."""

    word: str
    conditions: list[Any]

    @property
    def paths(self):
        return [path for condition in self.conditions for path in condition.paths]

    def text(self, placeholders):
        return f" {self.word} ".join(_grouped(part, placeholders) for part in self.conditions)

    def is_refused(self):
        return any(condition.is_refused() for condition in self.conditions)

    def holds(self, item):
        answers = [condition.holds(item) for condition in self.conditions]
        return all(answers) if self.word == "AND" else any(answers)


@dataclass
class Not:
    condition: Any

    @property
    def paths(self):
        return self.condition.paths

    def text(self, placeholders):
        return f"NOT {_grouped(self.condition, placeholders)}"

    def is_refused(self):
        return self.condition.is_refused()

    def holds(self, item):
        return not self.condition.holds(item)


def _grouped(condition, placeholders):
    text = condition.text(placeholders)
    return f"({text})" if isinstance(condition, Junction | Not) else text
