"""What an update does at the end of a document path, and how an item with such changes comes about.

An item is copied only along the paths that change. All changes of one update see the item as it was: list
indexes mean the old list, whatever is removed from it or appended. (ScyllaDB, test_update_expression.py)
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions.paths import Leaf, Tree
from skymock.services.dynamodb.numbers import added
from skymock.services.dynamodb.values import AttributeValue, Item

INVALID_PATH = "The document path provided in the update expression is invalid for update"
WRONG_OPERAND = "An operand in the update expression has an incorrect data type"


class Change(Protocol):
    def result(self, old: AttributeValue | None, assigned: Sequence[AttributeValue]) -> AttributeValue | None:
        """The value in the old one's place; None removes it. `assigned` are the operands of all changes."""


class Assignment:
    """SET, or legacy PUT: the value at `position` of those that were read before anything changed."""

    __slots__ = ("position",)

    def __init__(self, position: int) -> None:
        self.position = position

    def result(self, old: AttributeValue | None, assigned: Sequence[AttributeValue]) -> AttributeValue:
        return assigned[self.position]


class Removal:
    __slots__ = ()

    def result(self, old: AttributeValue | None, assigned: Sequence[AttributeValue]) -> None:
        return None


class Addition:
    """ADD: a number to a number, members to a set, legacy: elements to a list. What is not there is made."""

    __slots__ = ("_mismatch", "_position")

    def __init__(self, position: int, mismatch: str = WRONG_OPERAND) -> None:
        self._position = position
        self._mismatch = mismatch

    def result(self, old: AttributeValue | None, assigned: Sequence[AttributeValue]) -> AttributeValue:
        value = assigned[self._position]
        if old is None:
            return value
        ((tag, payload),) = value.items()
        if tag not in old:
            raise ValidationException(self._mismatch)
        if tag == "N":
            return {tag: added(old[tag], payload)}
        if tag == "L":
            return {tag: [*old[tag], *payload]}
        present = set(old[tag])
        return {tag: [*old[tag], *(member for member in payload if member not in present)]}


class Deletion:
    """DELETE: members from a set. The attribute goes with its last member."""

    __slots__ = ("_mismatch", "_position")

    def __init__(self, position: int, mismatch: str = WRONG_OPERAND) -> None:
        self._position = position
        self._mismatch = mismatch

    def result(self, old: AttributeValue | None, assigned: Sequence[AttributeValue]) -> AttributeValue | None:
        if old is None:
            return None
        ((tag, payload),) = assigned[self._position].items()
        if tag not in old:
            raise ValidationException(self._mismatch)
        members = frozenset(payload)
        left = [member for member in old[tag] if member not in members]
        return {tag: left} if left else None


def changed(members: Item, tree: Tree, changes: Sequence[Change], assigned: Sequence[AttributeValue]) -> Item:
    """The item, or a map in it, changed as the tree says, at whose ends are positions in `changes`.

    Raises ValidationException.
    """
    result = dict(members)
    for name, node in tree.items():
        old = members.get(name)  # type: ignore[arg-type]  # the caller has seen that these are names
        if type(node) is Leaf:
            new = changes[node.content].result(old, assigned)
        else:
            new = _changed_value(old, node, changes, assigned)
        if new is None:
            result.pop(name, None)  # type: ignore[arg-type]
        else:
            result[name] = new  # type: ignore[index]
    return result


def _changed_value(
    old: AttributeValue | None, node: Tree, changes: Sequence[Change], assigned: Sequence[AttributeValue]
) -> AttributeValue:
    if old is None:
        raise ValidationException(INVALID_PATH)
    if type(next(iter(node))) is int:
        if "L" not in old:
            raise ValidationException(INVALID_PATH)
        return {"L": _changed_list(old["L"], node, changes, assigned)}
    if "M" not in old:
        raise ValidationException(INVALID_PATH)
    return {"M": changed(old["M"], node, changes, assigned)}


def _changed_list(
    elements: list[AttributeValue],
    tree: Tree,
    changes: Sequence[Change],
    assigned: Sequence[AttributeValue],
) -> list[AttributeValue]:
    result: list[AttributeValue | None] = list(elements)
    for index in sorted(tree):
        assert type(index) is int
        old = elements[index] if index < len(elements) else None
        node = tree[index]
        if type(node) is Leaf:
            new = changes[node.content].result(old, assigned)
        else:
            new = _changed_value(old, node, changes, assigned)
        if index < len(elements):
            result[index] = new
        else:
            # Beyond the end an element is appended, whatever its index.
            result.append(new)
    return [element for element in result if element is not None]
