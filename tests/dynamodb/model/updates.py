"""Updates of the model: they write themselves as an expression, and make a new item of an old one.

(Update expressions in DynamoDB)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from typing import Any

from .conditions import Literal
from .paths import Path, child, meet
from .values import SETS, number, tag_of

_exact = Context(prec=38, traps=[Inexact])


class DoesNotFitError(Exception):
    """The update does not fit the item: a ValidationException."""


@dataclass
class IfNotExists:
    path: Path
    default: Any

    def text(self, placeholders):
        return f"if_not_exists({self.path.text(placeholders)}, {self.default.text(placeholders)})"

    def is_refused(self):
        return refused_operand(self.default)

    def value(self, item):
        found = self.path.read(item)
        return value_of(self.default, item) if found is None else found


@dataclass
class ListAppend:
    first: Any
    second: Any

    def text(self, placeholders):
        return f"list_append({self.first.text(placeholders)}, {self.second.text(placeholders)})"

    def is_refused(self):
        operands = (self.first, self.second)
        return any(_is_literal_but(operand, "L") or refused_operand(operand) for operand in operands)

    def value(self, item):
        one, other = value_of(self.first, item), value_of(self.second, item)
        if "L" not in one or "L" not in other:
            raise DoesNotFitError
        return {"L": one["L"] + other["L"]}


@dataclass
class Sum:
    sign: str
    left: Any
    right: Any

    def text(self, placeholders):
        return f"{self.left.text(placeholders)} {self.sign} {self.right.text(placeholders)}"

    def is_refused(self):
        operands = (self.left, self.right)
        return any(_is_literal_but(operand, "N") or refused_operand(operand) for operand in operands)

    def value(self, item):
        return _sum(self.sign, value_of(self.left, item), value_of(self.right, item))


def _sum(sign, one, other):
    if "N" not in one or "N" not in other:
        raise DoesNotFitError
    left, right = Decimal(one["N"]), Decimal(other["N"])
    try:
        return number(_exact.add(left, right if sign == "+" else -right))
    except Inexact:
        raise DoesNotFitError from None


def _is_literal_but(operand, tag):
    return isinstance(operand, Literal) and tag not in operand.value


def refused_operand(operand):
    return not isinstance(operand, Literal | Path) and operand.is_refused()


def value_of(operand, item):
    if isinstance(operand, Literal):
        return operand.value
    if isinstance(operand, Path):
        found = operand.read(item)
        if found is None:
            raise DoesNotFitError
        return found
    return operand.value(item)


@dataclass
class Set:
    path: Path
    operand: Any
    section = "SET"

    def text(self, placeholders):
        return f"{self.path.text(placeholders)} = {self.operand.text(placeholders)}"

    def is_refused(self):
        return refused_operand(self.operand)

    def result(self, _old, item):
        return value_of(self.operand, item)


@dataclass
class Remove:
    path: Path
    section = "REMOVE"

    def text(self, placeholders):
        return self.path.text(placeholders)

    def is_refused(self):
        return False

    def result(self, _old, _item):
        return None


@dataclass
class Add:
    path: Path
    value: dict[str, Any]
    section = "ADD"

    def text(self, placeholders):
        return f"{self.path.text(placeholders)} {placeholders.value(self.value)}"

    def is_refused(self):
        return tag_of(self.value) not in {"N", *SETS}

    def result(self, old, _item):
        if old is None:
            return self.value
        tag = tag_of(self.value)
        if tag not in old:
            raise DoesNotFitError
        if tag == "N":
            return _sum("+", old, self.value)
        return {tag: list(dict.fromkeys(old[tag] + self.value[tag]))}


@dataclass
class Delete:
    path: Path
    value: dict[str, Any]
    section = "DELETE"

    def text(self, placeholders):
        return f"{self.path.text(placeholders)} {placeholders.value(self.value)}"

    def is_refused(self):
        return tag_of(self.value) not in SETS

    def result(self, old, _item):
        if old is None:
            return None
        tag = tag_of(self.value)
        if tag not in old:
            raise DoesNotFitError
        left = [member for member in old[tag] if member not in self.value[tag]]
        return {tag: left} if left else None


class Update:
    def __init__(self, actions):
        self.actions = actions

    def __repr__(self):
        return f"Update({self.actions})"

    @property
    def paths(self):
        return [action.path for action in self.actions]

    def text(self, placeholders):
        sections = {}
        for action in self.actions:
            sections.setdefault(action.section, []).append(action.text(placeholders))
        return " ".join(f"{section} {', '.join(texts)}" for section, texts in sections.items())

    def is_refused(self):
        return meet(self.paths) or any(action.is_refused() for action in self.actions)

    def changes_any(self, names):
        return any(path.top in names for path in self.paths)

    def result(self, item):
        """The item afterwards. All actions see it as it was before. Raises DoesNotFitError."""
        results = []
        for action in self.actions:
            parent = (
                Path(action.path.elements[:-1]).read(item) if len(action.path.elements) > 1 else {"M": item}
            )
            last = action.path.elements[-1]
            if parent is None or tag_of(parent) != ("L" if isinstance(last, int) else "M"):
                raise DoesNotFitError
            results.append((action.path.elements, action.result(child(parent, last), item)))
        return _changed({"M": item}, results)["M"]

    def makes_nothing(self, key):
        """Whether of an item that is not there it makes none: it only removes."""
        if all(isinstance(action, Remove) for action in self.actions):
            return True
        return self.result(key) == key


def _changed(value, results):
    """The value with the results put in at the ends of their paths."""
    ((tag, payload),) = value.items()
    heads = {}
    for path, result in results:
        heads.setdefault(path[0], []).append((path[1:], result))
    members = dict(enumerate(payload)) if tag == "L" else dict(payload)
    for head, inner in heads.items():
        new = inner[0][1] if inner[0][0] == () else _changed(members[head], inner)
        if new is None:
            members.pop(head, None)
        else:
            members[head] = new
    return {tag: [members[index] for index in sorted(members)]} if tag == "L" else {tag: members}
