"""What runs on every call: checks, each answering with the failures found in a value, mostly none.

Failures carry their path from that value on; each level puts its own part in front. Whether a value passes is
decided first, by one call wherever possible; texts are made only for one that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from botocore.model import Shape

from skymock.protocol.constraints.java import printed
from skymock.protocol.constraints.stated import NOT_NULL, PATTERN, Constraint, Test


class Failure(NamedTuple):
    """value: as the text has it, None where `constraint` is the whole text."""

    path: str
    value: str | None
    constraint: str

    def under(self, path: str) -> Failure:
        return Failure(path + self.path, self.value, self.constraint)

    def __str__(self) -> str:
        if self.value is None:
            return self.constraint
        return f"Value{self.value} at '{self.path[1:]}' failed to satisfy constraint: {self.constraint}"


Check = Callable[[Any], Sequence[Failure]]

NO_FAILURES: tuple[Failure, ...] = ()


class Member(NamedTuple):
    """place: of its failures among those of the structure. null: how an absent value is told."""

    name: str
    place: int
    path: str
    null: str


def value_check(shape: Shape, passes: Test, constraints: Sequence[Constraint], shows: bool) -> Check:
    """The check of what is stated of a value itself. AWS mostly tells of a pattern before lengths."""

    def check(value: Any) -> Sequence[Failure]:
        if passes(value):
            return NO_FAILURES
        shown = f" '{printed(shape, value)}'" if shows else ""
        return [Failure("", shown, text) for holds, text in reversed(constraints) if not holds(value)]

    return check


def with_pattern_sentence(inner: Check, sentence: str) -> Check:
    """A check that tells of a failed pattern in a sentence of its own."""

    def check(value: Any) -> Sequence[Failure]:
        return [
            Failure("", None, sentence) if failure.constraint.startswith(PATTERN) else failure
            for failure in inner(value)
        ]

    return check


def structure_check(
    members: Mapping[str, Member], required: Sequence[str], checks: Mapping[str, Check]
) -> Check:
    """The check of a structure: `required` members, and those present that have a check."""
    check_of = checks.get

    def check(value: Any) -> Sequence[Failure]:
        failed: list[tuple[Member, Sequence[Failure]]] = []
        for name in required:
            if value.get(name) is None:
                member = members[name]
                failed.append((member, [Failure("", member.null, NOT_NULL)]))
        for name, item in value.items():
            member_check = check_of(name)
            if member_check is not None and item is not None and (failures := member_check(item)):
                failed.append((members[name], failures))
        return _in_order(failed) if failed else NO_FAILURES

    return check


def _in_order(failed: list[tuple[Member, Sequence[Failure]]]) -> list[Failure]:
    failed.sort(key=lambda each: each[0].place)
    return [failure.under(member.path) for member, failures in failed for failure in failures]


def items_check(inside: Check) -> Check:
    """The check of what lies in the items of a list."""

    def check(value: Any) -> Sequence[Failure]:
        failures: list[Failure] = []
        for index, item in enumerate(value, 1):
            if item is not None and (found := inside(item)):
                failures += [failure.under(f".{index}.member") for failure in found]
        return failures

    return check


def values_check(inside: Check) -> Check:
    """The check of what lies in the values of a map."""

    def check(value: Any) -> Sequence[Failure]:
        failures: list[Failure] = []
        for key, item in value.items():
            if item is not None and (found := inside(item)):
                failures += [failure.under(f".{key}.member") for failure in found]
        return failures

    return check


def joined(*checks: Check | None) -> Check | None:
    """The checks that there are, as one."""
    present = [check for check in checks if check is not None]
    if len(present) <= 1:
        return present[0] if present else None

    def check(value: Any) -> Sequence[Failure]:
        failures: list[Failure] = []
        for part in present:
            failures += part(value)
        return failures

    return check
