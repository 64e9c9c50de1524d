"""Projection expressions: the part of an item that lies on some document paths."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.parser import ExpressionParser
from skymock.services.dynamodb.expressions.paths import Leaf, ResolvedPath, Tree, resolved, tree_of
from skymock.services.dynamodb.values import AttributeValue, Item


class Projection:
    """What a ProjectionExpression keeps of an item. `paths` are its document paths, in their order."""

    __slots__ = ("_names", "_tree", "paths")

    def __init__(self, paths: Iterable[ResolvedPath]) -> None:
        self.paths = tuple(paths)
        self._names = None
        if all(len(path) == 1 for path in self.paths):
            self._names = [path[0] for path in self.paths]
            if len(set(self._names)) == len(self._names):
                return
        self._tree = tree_of((path, None) for path in self.paths)

    def of(self, item: Item) -> Item:
        """A new item with what is there of the paths; list elements close ranks. The values are shared."""
        if self._names is not None:
            return {name: item[name] for name in self._names if name in item}
        return _projected_map(item, self._tree)


def parse_projection(text: str, context: ExpressionContext) -> Projection:
    """The projection of a ProjectionExpression. Raises ValidationException."""
    try:
        return Projection([resolved(path, context) for path in _parsed(text)])
    except ValidationException as error:
        raise ValidationException(f"Invalid ProjectionExpression: {error.message}") from None


@lru_cache(maxsize=1024)
def _parsed(text: str) -> tuple[nodes.Path, ...]:
    parser = ExpressionParser(text)
    paths = [parser.path()]
    while parser.take_if(","):
        paths.append(parser.path())
    parser.expect_end()
    if parser.reserved_word:
        raise ValidationException(
            f"Attribute name is a reserved keyword; reserved keyword: {parser.reserved_word}"
        )
    return tuple(paths)


def _projected_map(members: Item, tree: Tree) -> Item:
    found = {}
    for name, subtree in tree.items():
        value = members.get(name)  # type: ignore[arg-type]  # a list's tree has met a map, or the other way round
        if value is not None:
            part = _projected(value, subtree)
            if part is not None:
                found[name] = part
    return found  # type: ignore[return-value]


def _projected_list(elements: list[AttributeValue], tree: Tree) -> list[AttributeValue]:
    found = []
    for index in sorted(tree):
        if type(index) is int and index < len(elements):
            part = _projected(elements[index], tree[index])
            if part is not None:
                found.append(part)
    return found


def _projected(value: AttributeValue, tree: Any) -> AttributeValue | None:
    if type(tree) is Leaf:
        return value
    if "M" in value:
        members = _projected_map(value["M"], tree)
        return {"M": members} if members else None
    if "L" in value:
        elements = _projected_list(value["L"], tree)
        return {"L": elements} if elements else None
    return None
