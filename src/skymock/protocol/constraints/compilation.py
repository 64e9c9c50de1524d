"""Constraints of a model's shapes, compiled into closures that cost nothing where nothing is stated.

A check answers with the failures found in a value, mostly none. Failures carry their path from that value on;
each level puts its own part in front. Whether a value passes is decided first, by one call wherever possible;
texts are made only for one that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from botocore.model import ListShape, MapShape, Shape, StructureShape

from skymock.protocol.constraints.java import lower_first, printed
from skymock.protocol.constraints.recorded import LIST_TEXTS, member_order
from skymock.protocol.constraints.stated import NOT_NULL, Constraint, Test, constraints_on, test_of
from skymock.protocol.constraints.style import PLAIN, Style


class _Failure(NamedTuple):
    path: str
    value: str
    constraint: str

    def under(self, path: str) -> _Failure:
        return _Failure(path + self.path, self.value, self.constraint)

    def __str__(self) -> str:
        return f"Value{self.value} at '{self.path[1:]}' failed to satisfy constraint: {self.constraint}"


_Check = Callable[[Any], Sequence[_Failure]]

_NONE: tuple[_Failure, ...] = ()


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
        return [str(failure) for failure in check(parameters)]

    return failures


def error_message(failures: Sequence[str]) -> str:
    """The message of the one error that tells all failures."""
    errors = "error" if len(failures) == 1 else "errors"
    return f"{len(failures)} validation {errors} detected: {'; '.join(failures)}"


def _nothing_fails(parameters: Mapping[str, Any]) -> list[str]:
    return []


@dataclass(frozen=True, slots=True)
class _Member:
    place: int
    path: str
    null: str
    check: _Check | None


class _Compiler:
    def __init__(self, style: Style, opaque: frozenset[str]) -> None:
        self._style = style
        self._opaque = opaque
        self._structures: dict[str, _Check | None] = {}
        self._open: set[str] = set()

    def input_check(self, shape: StructureShape) -> _Check | None:
        if not self._style.input_prefix:
            return self._check_of(shape)
        # The name of API Gateway's own input class: PutIntegrationRequest in the model.
        prefix = lower_first(shape.name.removesuffix("Request")) + "Input"
        return self._structure(shape, "." + prefix)

    def _check_of(self, shape: Shape) -> _Check | None:
        """The check of a value of its own, with all that lies in it; None where nothing is stated."""
        if shape.name in self._opaque:
            return None
        if isinstance(shape, StructureShape):
            return self._known_structure(shape)
        return _joined(self._itself(shape), self._inside(shape))

    def _known_structure(self, shape: StructureShape) -> _Check | None:
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

    def _later(self, name: str) -> _Check:
        """For a structure that contains itself: its check is known once it is compiled."""

        def check(value: Any) -> Sequence[_Failure]:
            compiled = self._structures[name]
            return compiled(value) if compiled else _NONE

        return check

    def _structure(self, shape: StructureShape, input_prefix: str = "") -> _Check | None:
        members = self._members(shape, input_prefix)
        required = tuple((name, members[name]) for name in shape.required_members)
        checked = {name: member for name, member in members.items() if member.check is not None}
        if not required and not checked:
            return None
        return _structure_check(required, checked)

    def _members(self, shape: StructureShape, input_prefix: str) -> dict[str, _Member]:
        places = member_order(shape.name, shape.members)
        members = {}
        for name, member in shape.members.items():
            in_body = not member.serialization.get("location")
            path = f"{input_prefix if in_body else ''}.{lower_first(name)}"
            secret = member.metadata.get("sensitive") or not self._style.shows_values
            null = "" if secret else " null"
            members[name] = _Member(places[name], path, null, self._check_of(member))
        return members

    def _itself(self, shape: Shape) -> _Check | None:
        constraints = constraints_on(shape)
        if not constraints:
            return None
        return _told_at(shape, test_of(shape, constraints), constraints, self._shows(shape))

    def _items(self, shape: ListShape) -> _Check | None:
        """Items of a list are told of at the list: one failure, however many items fail and whatever."""
        null = (NOT_NULL,) if self._style.names_null_items else ()
        return self._each(shape, shape.member, "Member", lambda value: value, null)

    def _keys(self, shape: MapShape) -> _Check | None:
        return self._each(shape, shape.key, "Map keys", lambda value: value, ())

    def _values(self, shape: MapShape) -> _Check | None:
        null = (NOT_NULL,) if self._style.names_null_items else ()
        return self._each(shape, shape.value, "Map value", lambda value: value.values(), null)

    def _each(
        self,
        container: Shape,
        item: Shape,
        subject: str,
        items_of: Callable[[Any], Any],
        further: tuple[str, ...],
    ) -> _Check | None:
        constraints = constraints_on(item)
        if not constraints or item.name in self._opaque:
            return None
        passes = test_of(item, constraints)
        stated = ", ".join([constraint.text for constraint in constraints] + list(further))
        text = LIST_TEXTS.get(container.name) or f"{subject} must satisfy constraint: [{stated}]"

        def all_pass(value: Any) -> bool:
            return all(passes(each) for each in items_of(value) if each is not None)

        return _told_at(container, all_pass, [Constraint(all_pass, text)], self._shows(container))

    def _inside_items(self, shape: ListShape) -> _Check | None:
        inside = self._inside(shape.member)
        if inside is None:
            return None

        def check(value: Any) -> Sequence[_Failure]:
            failures: list[_Failure] = []
            for index, item in enumerate(value, 1):
                if item is not None and (found := inside(item)):
                    failures += [failure.under(f".{index}.member") for failure in found]
            return failures

        return check

    def _inside_values(self, shape: MapShape) -> _Check | None:
        inside = self._inside(shape.value)
        if inside is None:
            return None

        def check(value: Any) -> Sequence[_Failure]:
            failures: list[_Failure] = []
            for key, item in value.items():
                if item is not None and (found := inside(item)):
                    failures += [failure.under(f".{key}.member") for failure in found]
            return failures

        return check

    def _inside(self, shape: Shape) -> _Check | None:
        """The check of what lies in a value; what is stated of the value itself is told where it stands."""
        if shape.name in self._opaque:
            return None
        if isinstance(shape, StructureShape):
            return self._known_structure(shape)
        if isinstance(shape, ListShape):
            return _joined(self._items(shape), self._inside_items(shape))
        if isinstance(shape, MapShape):
            return _joined(self._keys(shape), self._values(shape), self._inside_values(shape))
        return None

    def _shows(self, shape: Shape) -> bool:
        return self._style.shows_values and not _is_secret(shape)


def _is_secret(shape: Shape) -> bool:
    """Whether a value, or an item directly in it, is not to be repeated."""
    if shape.metadata.get("sensitive"):
        return True
    if isinstance(shape, ListShape):
        return _is_secret(shape.member)
    if isinstance(shape, MapShape):
        return _is_secret(shape.key) or _is_secret(shape.value)
    return False


def _told_at(shape: Shape, passes: Test, constraints: Sequence[Constraint], shows: bool) -> _Check:
    """The check of a value's own constraints. AWS tells of a pattern before it tells of lengths, mostly."""

    def check(value: Any) -> Sequence[_Failure]:
        if passes(value):
            return _NONE
        shown = f" '{printed(shape, value)}'" if shows else ""
        return [_Failure("", shown, text) for holds, text in reversed(constraints) if not holds(value)]

    return check


def _structure_check(required: Sequence[tuple[str, _Member]], checked: Mapping[str, _Member]) -> _Check:
    find = checked.get

    def check(value: Any) -> Sequence[_Failure]:
        failures: list[tuple[int, _Failure]] | None = None
        for name, member in required:
            if value.get(name) is None:
                failures = failures or []
                failures.append((member.place, _Failure(member.path, member.null, NOT_NULL)))
        for name, item in value.items():
            known = find(name)
            if known is None or item is None:
                continue
            found = known.check(item)  # type: ignore[misc]  # `checked` has members with a check only
            if found:
                failures = failures or []
                below = known.path
                failures += [(known.place, failure.under(below)) for failure in found]
        if failures is None:
            return _NONE
        failures.sort(key=lambda failure: failure[0])
        return [failure for _, failure in failures]

    return check


def _joined(*checks: _Check | None) -> _Check | None:
    present = [check for check in checks if check is not None]
    if len(present) <= 1:
        return present[0] if present else None

    def check(value: Any) -> Sequence[_Failure]:
        failures: list[_Failure] = []
        for part in present:
            failures += part(value)
        return failures

    return check
