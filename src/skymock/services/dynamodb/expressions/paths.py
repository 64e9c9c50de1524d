"""Document paths whose placeholders are resolved: reading an item along them, and keeping them apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeAlias

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.parser import MAX_PATH_DEPTH
from skymock.services.dynamodb.values import AttributeValue, Item

ResolvedPath: TypeAlias = tuple[str | int, ...]
Reader: TypeAlias = Callable[[Item], AttributeValue | None]
Tree: TypeAlias = dict[str | int, Any]


def resolved(path: nodes.Path, context: ExpressionContext) -> ResolvedPath:
    """The path with its names put in. Raises ValidationException for an undefined name or a path too deep."""
    elements = path.elements
    if len(elements) > MAX_PATH_DEPTH:
        raise ValidationException(
            f"The document path has too many nesting levels; nesting levels: {len(elements)}"
        )
    if not path.has_placeholders:
        return elements
    if len(elements) == 1:
        return (context.name(str(elements[0])),)
    return tuple(
        context.name(element) if type(element) is str and element[0] == "#" else element
        for element in elements
    )


def shown(path: ResolvedPath) -> str:
    """The path as AWS shows it in messages: [a, b, [1]]."""
    return f"[{', '.join(f'[{e}]' if type(e) is int else str(e) for e in path)}]"


def reader(path: ResolvedPath) -> Reader:
    """A function that takes an item and gives the value at the path, or None."""
    if len(path) == 1:
        name = path[0]

        def read_attribute(item: Item) -> AttributeValue | None:
            return item.get(name)  # type: ignore[arg-type]  # a path starts with a name

        return read_attribute

    head, rest = path[0], path[1:]

    def read_nested(item: Item) -> AttributeValue | None:
        value = item.get(head)  # type: ignore[arg-type]  # a path starts with a name
        for element in rest:
            if value is None:
                return None
            value = child(value, element)
        return value

    return read_nested


def child(value: AttributeValue, element: str | int) -> AttributeValue | None:
    """The value below a map's name or a list's index, or None."""
    if type(element) is int:
        elements = value.get("L")
        return elements[element] if elements is not None and element < len(elements) else None
    members = value.get("M")
    return None if members is None else members.get(element)


def tree_of(paths_and_leaves: Iterable[tuple[ResolvedPath, object]]) -> Tree:
    """Paths as nested dicts with the given leaves. Raises ValidationException when two of them meet.

    One path may not be another's beginning (overlap), and one place may not be both map and list (conflict);
    AWS looks for all overlaps first. (dynalite, test/updateItem.js)
    """
    pairs = list(paths_and_leaves)
    tree: Tree = {}
    for path, leaf in pairs:
        if not _insert(tree, path, leaf):
            _refuse_meeting([path for path, _ in pairs])
    return tree


class Leaf:
    """A tree's end. Anything else in a tree is a dict."""

    __slots__ = ("content",)

    def __init__(self, content: Any) -> None:
        self.content = content


def _insert(tree: Tree, path: ResolvedPath, content: object) -> bool:
    node = tree
    for element in path[:-1]:
        if not _fits(node, element):
            return False
        node = node.setdefault(element, {})
        if type(node) is Leaf:
            return False
    if path[-1] in node or not _fits(node, path[-1]):
        return False
    node[path[-1]] = Leaf(content)
    return True


def _fits(node: Tree, element: str | int) -> bool:
    for present in node:
        return type(present) is type(element)
    return True


def _refuse_meeting(paths: list[ResolvedPath]) -> NoReturn:
    later = _first_overlapping(paths)
    meeting = "overlap" if later is not None else "conflict"
    candidates = range(len(paths)) if later is None else (later,)
    pairs = ((paths[earlier], paths[index]) for index in candidates for earlier in range(index))
    one, two = next(pair for pair in pairs if _meeting(*pair) == meeting)
    raise ValidationException(
        f"Two document paths {meeting} with each other; must remove or rewrite one of these paths; "
        f"path one: {shown(one)}, path two: {shown(two)}"
    )


def _first_overlapping(paths: list[ResolvedPath]) -> int | None:
    """The index of the first path that begins with an earlier one, or that an earlier one begins with."""
    whole: set[ResolvedPath] = set()
    beginnings: set[ResolvedPath] = set()
    for index, path in enumerate(paths):
        heads = [path[:length] for length in range(1, len(path) + 1)]
        if path in beginnings or any(head in whole for head in heads):
            return index
        whole.add(path)
        beginnings.update(heads)
    return None


def _meeting(one: ResolvedPath, two: ResolvedPath) -> str | None:
    for left, right in zip(one, two, strict=False):
        if type(left) is not type(right):
            return "conflict"
        if left != right:
            return None
    return "overlap"
