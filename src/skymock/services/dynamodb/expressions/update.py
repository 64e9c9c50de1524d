"""Update expressions, bound to a request's names and values, applied to an item, which stays as it is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import lru_cache, partial

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
from skymock.services.dynamodb.expressions.update_operands import (
    ValueReader,
    Values,
    ValuesCheck,
    compiled_operand,
    value_reader,
)
from skymock.services.dynamodb.expressions.update_parser import parsed_update
from skymock.services.dynamodb.values import (
    INVALID_PARAMETER,
    MAX_NESTING,
    TOO_DEEP,
    Item,
    depth_of,
    type_of,
)


class Plan:
    """An update but for the request's values: where it changes an item, to what, and what the values must be.

    paths: the document paths that change, in their order. changes: one for each. readers: give their operands, from
    the item and the values. checks: what the values have to pass, in AWS's order. names: of the attributes that
    change, or that something changes in. assignments: for an update that only sets whole attributes, as most do, these
    and the readers of what they are set to. Raises ValidationException where paths meet.
    """

    __slots__ = (
        "assignments",
        "changes",
        "checks",
        "is_nested",
        "names",
        "only_removes",
        "paths",
        "readers",
        "tree",
    )

    def __init__(
        self,
        paths: Sequence[ResolvedPath],
        changes: Sequence[Change],
        readers: Sequence[ValueReader],
        checks: Sequence[ValuesCheck] = (),
    ) -> None:
        self.paths = tuple(paths)
        self.tree = tree_of((path, position) for position, path in enumerate(paths))
        self.names = frozenset(str(path[0]) for path in paths)
        self.is_nested = any(len(path) > 1 for path in paths)
        self.only_removes = all(isinstance(change, Removal) for change in changes)
        self.changes = changes
        self.readers = readers
        self.checks = checks
        self.assignments = None if self.is_nested else _assignments(self.paths, changes, readers)


def _assignments(
    paths: Sequence[ResolvedPath], changes: Sequence[Change], readers: Sequence[ValueReader]
) -> list[tuple[str, ValueReader]] | None:
    if not all(isinstance(change, Assignment) for change in changes):
        return None
    return [(str(name), reader) for (name,), reader in zip(paths, readers, strict=True)]


class Update:
    """What an UpdateExpression does to an item."""

    __slots__ = ("_values", "plan")

    def __init__(self, plan: Plan, values: Values) -> None:
        self.plan = plan
        self._values = values

    @property
    def paths(self) -> tuple[ResolvedPath, ...]:
        """The document paths that it changes, in their order."""
        return self.plan.paths

    def apply(self, item: Item, *, exists: bool = True) -> Item:
        """A new item; what does not change is shared with the old one. Raises ValidationException.

        All operands are read from the item as it was. exists: False for one that is not there yet: then
        `item` is its key.
        """
        plan, values = self.plan, self._values
        if plan.assignments is not None:
            result = dict(item)
            for name, read in plan.assignments:
                result[name] = read(item, values)
            return result
        assigned = [read(item, values) for read in plan.readers]
        if not exists and plan.only_removes:
            # There AWS takes any path for a removal. (ScyllaDB, test_update_expression.py)
            return item
        result = changed(item, plan.tree, plan.changes, assigned)
        if plan.is_nested:
            self._check_depth(result)
        return result

    def _check_depth(self, item: Item) -> None:
        for path in self.paths:
            value = item.get(str(path[0]))
            if value is not None and depth_of(value) > MAX_NESTING:
                raise ValidationException(TOO_DEEP)

    def refuse_keys(self, key_names: Collection[str]) -> None:
        """Raises ValidationException when a key attribute, or a part of one, would change."""
        if self.plan.names.isdisjoint(key_names):
            return
        for path in self.paths:
            if path[0] in key_names:
                raise ValidationException(
                    f"{INVALID_PARAMETER}Cannot update attribute {path[0]}. This attribute is part of the key"
                )


def parse_update(text: str, context: ExpressionContext) -> Update:
    """The update of an UpdateExpression. Raises ValidationException."""
    try:
        parsed = parsed_update(text)
        # AWS reports undefined names, then undefined values, then paths that meet, then wrong operands of ADD and
        # DELETE, then those of functions. (dynalite, test/updateItem.js)
        plan = _planned(text, context.use(parsed.names, parsed.values))
        values = context.values
        for check in plan.checks:
            check(values)
    except ValidationException as error:
        raise ValidationException(f"Invalid UpdateExpression: {error.message}") from None
    return Update(plan, values)


@lru_cache(maxsize=1024)
def _planned(text: str, names: tuple[str, ...]) -> Plan:
    """names: what the text's placeholders of names stand for, in their order."""
    parsed = parsed_update(text)
    context = ExpressionContext(dict(zip(parsed.names, names, strict=True)) or None)
    paths = [resolved(action.path, context) for action in parsed.actions]
    checks: list[ValuesCheck] = [
        partial(_check_operand, action.value.placeholder, *_OPERANDS[type(action)])
        for action in parsed.actions
        if isinstance(action, nodes.AddAction | nodes.DeleteAction)
    ]
    readers: list[ValueReader] = []
    changes = [_change(action, context, readers, checks) for action in parsed.actions]
    return Plan(paths, changes, readers, checks)


_SET_TYPES = frozenset({"SS", "NS", "BS"})
# The operator, and what it takes.
_OPERANDS: dict[type, tuple[str, frozenset[str]]] = {
    nodes.AddAction: ("ADD", _SET_TYPES | {"N"}),
    nodes.DeleteAction: ("DELETE", _SET_TYPES),
}
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


def _change(
    action: nodes.UpdateAction,
    context: ExpressionContext,
    readers: list[ValueReader],
    checks: list[ValuesCheck],
) -> Change:
    position = len(readers)
    if type(action) is nodes.SetAction:
        readers.append(compiled_operand(action.operand, context, checks))
        return Assignment(position)
    if type(action) is nodes.RemoveAction:
        return Removal()
    assert isinstance(action, nodes.AddAction | nodes.DeleteAction)
    readers.append(value_reader(action.value))
    return Addition(position) if type(action) is nodes.AddAction else Deletion(position)


def _check_operand(placeholder: str, operator: str, allowed: frozenset[str], values: Values) -> None:
    tag = type_of(values[placeholder])
    if tag not in allowed:
        raise ValidationException(
            "Incorrect operand type for operator or function; "
            f"operator: {operator}, operand type: {_TYPE_WORDS[tag]}, "
            f"typeSet: ALLOWED_FOR_{operator}_OPERAND"
        )
