"""From a model's input shape to its check. What states nothing gets none, and so costs nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.protocol.constraints import table_names
from skymock.protocol.constraints.checks import (
    NO_FAILURES,
    Check,
    Failure,
    Member,
    items_check,
    joined,
    structure_check,
    value_check,
    values_check,
    with_pattern_sentence,
)
from skymock.protocol.constraints.java import lower_first
from skymock.protocol.constraints.recorded import LIST_TEXTS, member_order
from skymock.protocol.constraints.stated import NOT_NULL, Constraint, constraints_on, test_of
from skymock.protocol.constraints.style import PLAIN, Style


def constraints_of(
    shape: StructureShape, *, opaque: frozenset[str] = frozenset(), style: Style = PLAIN
) -> Callable[[Mapping[str, Any]], list[str]]:
    """What tells which constraints of an operation's input some parameters fail. Compiled once, to be kept.

    opaque: names of shapes not descended into. Parameters are as parsed: strings, numbers, bytes, lists and
    dicts. The answer is a list of AWS's texts, empty for valid parameters, in the model's order of members
    where AWS's is not known (it is a hash's), and for each member the pattern before the lengths.
    """
    check = _Compiler(style, opaque | style.opaque).input_check(shape) if style.checks else None
    if check is None:
        return _nothing_fails

    def failures(parameters: Mapping[str, Any]) -> list[str]:
        failed = check(parameters)
        return [str(failure) for failure in failed] if failed else []

    return failures


def _nothing_fails(parameters: Mapping[str, Any]) -> list[str]:
    return []


def error_message(failures: Sequence[str]) -> str:
    """The message of the one error that tells all failures."""
    if len(failures) == 1 and not failures[0].startswith("Value"):
        return failures[0]
    errors = "error" if len(failures) == 1 else "errors"
    return f"{len(failures)} validation {errors} detected: {'; '.join(failures)}"


class _Compiler:
    def __init__(self, style: Style, opaque: frozenset[str]) -> None:
        self._style = style
        self._opaque = opaque
        self._structures: dict[str, Check | None] = {}
        self._open: set[str] = set()

    def input_check(self, shape: StructureShape) -> Check | None:
        if not self._style.input_prefix:
            return self._check_of(shape)
        # The name of API Gateway's own input class: PutIntegrationRequest in the model.
        prefix = lower_first(shape.name.removesuffix("Request")) + "Input"
        return self._structure(shape, "." + prefix)

    def _check_of(self, shape: Shape) -> Check | None:
        """The check of a value of its own, with all that lies in it; None where nothing is stated."""
        if shape.name in self._opaque:
            return None
        return joined(self._itself(shape), self._inside(shape))

    def _itself(self, shape: Shape) -> Check | None:
        if shape.name in self._style.tables:
            return value_check(shape, table_names.is_table, table_names.TABLE, self._shows(shape))
        constraints = constraints_on(shape)
        if not constraints:
            return None
        return value_check(shape, test_of(shape, constraints), constraints, self._shows(shape))

    def _inside(self, shape: Shape) -> Check | None:
        """The check of what lies in a value; what is stated of the value itself is told where it stands."""
        if shape.name in self._opaque:
            return None
        if isinstance(shape, StructureShape):
            return self._known_structure(shape)
        if isinstance(shape, ListShape):
            return joined(self._items(shape), _of_each(items_check, self._inside(shape.member)))
        if isinstance(shape, MapShape):
            inside = _of_each(values_check, self._inside(shape.value))
            return joined(self._keys(shape), self._values(shape), inside)
        return None

    def _known_structure(self, shape: StructureShape) -> Check | None:
        # Kept by name: all members of one structure's name have the same members, while those of one scalar's
        # may differ in their constraints.
        name = shape.name
        if name in self._open:
            return self._later(name)
        if name not in self._structures:
            self._open.add(name)
            self._structures[name] = self._structure(shape)
            self._open.discard(name)
        return self._structures[name]

    def _later(self, name: str) -> Check:
        """For a structure that contains itself: its check is known once it is compiled."""

        def check(value: Any) -> Sequence[Failure]:
            compiled = self._structures[name]
            return compiled(value) if compiled else NO_FAILURES

        return check

    def _structure(self, shape: StructureShape, input_prefix: str = "") -> Check | None:
        checks = {name: self._check_of_member(name, member) for name, member in shape.members.items()}
        if shape.name in self._style.new_tables:
            new_table = shape.members["TableName"]
            checks["TableName"] = value_check(
                new_table, table_names.is_new_table, table_names.NEW_TABLE, self._shows(new_table)
            )
        present = {name: check for name, check in checks.items() if check is not None}
        if not shape.required_members and not present:
            return None
        return structure_check(self._members(shape, input_prefix), tuple(shape.required_members), present)

    def _check_of_member(self, name: str, member: Shape) -> Check | None:
        check = self._check_of(member)
        sentence = self._style.pattern_sentences.get(name)
        return check if check is None or sentence is None else with_pattern_sentence(check, sentence)

    def _members(self, shape: StructureShape, input_prefix: str) -> dict[str, Member]:
        places = member_order(shape.name, shape.members)
        members = {}
        for name, member in shape.members.items():
            prefix = "" if member.serialization.get("location") else input_prefix
            secret = member.metadata.get("sensitive") or not self._style.shows_values
            members[name] = Member(
                name, places[name], f"{prefix}.{lower_first(name)}", "" if secret else " null"
            )
        return members

    def _items(self, shape: ListShape) -> Check | None:
        """Items of a list are told of at the list: one failure, however many items fail and whatever."""
        return self._each(shape, shape.member, "Member", lambda value: value, self._style.names_null_items)

    def _keys(self, shape: MapShape) -> Check | None:
        return self._each(shape, shape.key, "Map keys", lambda value: value, False)

    def _values(self, shape: MapShape) -> Check | None:
        names_null = self._style.names_null_items
        return self._each(shape, shape.value, "Map value", lambda value: value.values(), names_null)

    def _each(
        self,
        container: Shape,
        item: Shape,
        subject: str,
        items_of: Callable[[Any], Iterable[Any]],
        names_null: bool,
    ) -> Check | None:
        constraints = constraints_on(item)
        if not constraints or item.name in self._opaque:
            return None
        passes = test_of(item, constraints)
        if item.name in self._style.tables:
            passes, constraints = table_names.is_new_table, table_names.NEW_TABLE
        stated = [constraint.text for constraint in constraints] + ([NOT_NULL] if names_null else [])
        text = LIST_TEXTS.get(container.name) or f"{subject} must satisfy constraint: [{', '.join(stated)}]"

        def all_pass(value: Any) -> bool:
            return all(passes(each) for each in items_of(value) if each is not None)

        return value_check(container, all_pass, [Constraint(all_pass, text)], self._shows(container))

    def _shows(self, shape: Shape) -> bool:
        return self._style.shows_values and not _is_secret(shape)


def _of_each(check_of: Callable[[Check], Check], inside: Check | None) -> Check | None:
    return None if inside is None else check_of(inside)


def _is_secret(shape: Shape) -> bool:
    """Whether a value, or an item directly in it, is not to be repeated."""
    if shape.metadata.get("sensitive"):
        return True
    if isinstance(shape, ListShape):
        return _is_secret(shape.member)
    if isinstance(shape, MapShape):
        return _is_secret(shape.key) or _is_secret(shape.value)
    return False
