"""Update expressions, bound to a request's names and values, applied to an item, which stays as it is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import nodes
from skymock.services.dynamodb.expressions.changes import (
    Addition,
    Assignment,
    Change,
    Deletion,
    Removal,
    changed,
)
from skymock.services.dynamodb.expressions.context import ExpressionContext
from skymock.services.dynamodb.expressions.paths import ResolvedPath, resolved, tree_of
from skymock.services.dynamodb.expressions.update_operands import ValueReader, bound_operand
from skymock.services.dynamodb.expressions.update_parser import ParsedUpdate, parsed_update
from skymock.services.dynamodb.values import (
    INVALID_PARAMETER,
    MAX_NESTING,
    TOO_DEEP,
    Item,
    depth_of,
    type_of,
)


class Update:
    """What an UpdateExpression does to an item. `paths` are the document paths it changes, in their order."""

    __slots__ = ("_deepens", "_only_removes", "_readers", "_tree", "paths")

    def __init__(
        self, changes: Sequence[tuple[ResolvedPath, Change]], readers: Sequence[ValueReader] = ()
    ) -> None:
        self.paths = tuple(path for path, _ in changes)
        self._tree = tree_of(changes)
        self._readers = readers
        self._only_removes = all(isinstance(change, Removal) for _, change in changes)
        self._deepens = any(len(path) > 1 and isinstance(change, Assignment) for path, change in changes)

    def apply(self, item: Item, *, exists: bool = True) -> Item:
        """A new item; what does not change is shared with the old one. Raises ValidationException.

        All operands are read from the item as it was. exists: False for one that is not there yet: then
        `item` is its key.
        """
        assigned = [read(item) for read in self._readers]
        if not exists and self._only_removes:
            # There AWS takes any path for a removal. (ScyllaDB, test_update_expression.py)
            return item
        result = changed(item, self._tree, assigned)
        if self._deepens:
            self._check_depth(result)
        return result

    def _check_depth(self, item: Item) -> None:
        for path in self.paths:
            value = item.get(str(path[0]))
            if value is not None and depth_of(value) > MAX_NESTING:
                raise ValidationException(TOO_DEEP)

    def refuse_keys(self, key_names: Iterable[str]) -> None:
        """Raises ValidationException when a key attribute, or a part of one, would change."""
        keys = frozenset(key_names)
        for path in self.paths:
            if path[0] in keys:
                raise ValidationException(
                    f"{INVALID_PARAMETER}Cannot update attribute {path[0]}. This attribute is part of the key"
                )


def parse_update(text: str, context: ExpressionContext) -> Update:
    """The update of an UpdateExpression. Raises ValidationException."""
    try:
        return _bound(parsed_update(text), context)
    except ValidationException as error:
        raise ValidationException(f"Invalid UpdateExpression: {error.message}") from None


def _bound(parsed: ParsedUpdate, context: ExpressionContext) -> Update:
    # AWS reports undefined names, then undefined values, then paths that meet, then wrong operands of ADD and
    # DELETE, then those of functions. (dynalite, test/updateItem.js)
    for name in parsed.names:
        context.name(name)
    for value in parsed.values:
        context.value(value)
    paths = [resolved(action.path, context) for action in parsed.actions]
    if len(paths) > 1:
        tree_of((path, None) for path in paths)
    for action in parsed.actions:
        _check_operand(action, context)
    readers: list[ValueReader] = []
    changes = [
        (path, _change(action, context, readers)) for path, action in zip(paths, parsed.actions, strict=True)
    ]
    return Update(changes, readers)


_SET_TYPES = frozenset({"SS", "NS", "BS"})
_ADDABLE_TYPES = _SET_TYPES | {"N"}
# AWS's words for types in this one message. (dynalite, test/updateItem.js)
_TYPE_WORDS = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "NULL": "NULL",
    "BOOL": "BOOLEAN",
    "L": "LIST",
    "M": "MAP",
}


def _change(action: nodes.UpdateAction, context: ExpressionContext, readers: list[ValueReader]) -> Change:
    if type(action) is nodes.SetAction:
        readers.append(bound_operand(action.operand, context))
        return Assignment(len(readers) - 1)
    if type(action) is nodes.RemoveAction:
        return Removal()
    if type(action) is nodes.AddAction:
        return Addition(context.value(action.value.placeholder))
    assert type(action) is nodes.DeleteAction
    return Deletion(context.value(action.value.placeholder))


def _check_operand(action: nodes.UpdateAction, context: ExpressionContext) -> None:
    if type(action) is nodes.AddAction:
        operator, allowed = "ADD", _ADDABLE_TYPES
    elif type(action) is nodes.DeleteAction:
        operator, allowed = "DELETE", _SET_TYPES
    else:
        return
    tag = type_of(context.value(action.value.placeholder))
    if tag not in allowed:
        raise ValidationException(
            "Incorrect operand type for operator or function; "
            f"operator: {operator}, operand type: {_TYPE_WORDS[tag]}, "
            f"typeSet: ALLOWED_FOR_{operator}_OPERAND"
        )
