"""Parameters made from a model's shapes: valid ones, and for each constraint one that fails it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from functools import cache
from typing import Any

from botocore.model import Shape, StructureShape

from skymock.protocol.constraints.patterns import in_python, matcher
from skymock.protocol.constraints.recorded import LIST_TEXTS, enum_order

if sys.version_info >= (3, 11):
    from re import _parser as pattern_parser
else:
    import sre_parse as pattern_parser

NUMBERS = {"integer", "long", "float", "double"}

# For patterns that look ahead, where taking the first choice each time leads astray.
FALLBACKS = ("a", "a1", "abc", "us-east-1", "123456789012", "application/json")


@cache
def matching(pattern: str, low: int) -> str | None:
    """A string that matches a pattern and is no shorter than `low`; None where none is found."""
    matches = matcher(pattern)
    parsed = pattern_parser.parse(in_python(pattern, 0x7F))
    for repeats in (0, 1, low, low * 2):
        text = "".join(_characters(parsed, repeats))
        if len(text) >= low and matches(text):
            return text
    return next((text for text in FALLBACKS if len(text) >= low and matches(text)), None)


def _characters(parsed: Any, repeats: int) -> Iterator[str]:
    for operation, argument in parsed:
        match str(operation):
            case "LITERAL":
                yield chr(argument)
            case "NOT_LITERAL" | "ANY":
                yield "x"
            case "IN":
                yield _one_of(argument)
            case "BRANCH":
                yield from _characters(argument[1][0], repeats)
            case "SUBPATTERN":
                yield from _characters(argument[3], repeats)
            case "MAX_REPEAT" | "MIN_REPEAT":
                low, high, repeated = argument
                yield "".join(_characters(repeated, repeats)) * min(max(low, repeats), int(high))


def _one_of(choices: Any) -> str:
    taken = [_set_of(choice) for choice in choices if str(choice[0]) != "NEGATE"]
    negated = str(choices[0][0]) == "NEGATE"
    return next(
        (
            chr(code)
            for code in (*range(0x61, 0x7B), *range(0x20, 0x7F))
            if negated != any(code in s for s in taken)
        ),
        "a",
    )


def _set_of(choice: Any) -> Any:
    operation, argument = choice
    match str(operation):
        case "LITERAL":
            return {argument}
        case "RANGE":
            return range(argument[0], argument[1] + 1)
    classes = {"CATEGORY_DIGIT": "0123456789", "CATEGORY_SPACE": " \t", "CATEGORY_WORD": "abc0_"}
    name = str(argument)
    if name in classes:
        return {ord(character) for character in classes[name]}
    return set(range(0x21, 0x7F))  # CATEGORY_NOT_SPACE


def valid(shape: Shape, seen: frozenset[str] = frozenset()) -> Any:
    """A value that satisfies a shape, with required members only."""
    low = shape.metadata.get("min")
    match shape.type_name:
        case "structure":
            return {
                name: valid(shape.members[name], seen | {shape.name})
                for name in shape.required_members
                if shape.name not in seen
            }
        case "list":
            return [valid(shape.member, seen) for _ in range(low or 0)]
        case "map":
            return {f"{valid(shape.key, seen)}{n or ''}": valid(shape.value, seen) for n in range(low or 0)}
        case "string":
            return _valid_text(shape, low or 0)
        case "blob":
            return b"x" * (low or 0)
        case "boolean":
            return True
        case "timestamp":
            return datetime(2030, 1, 1, tzinfo=timezone.utc)
        case "float" | "double":
            return float(low or shape.metadata.get("max", 1))
    return int(low or 0)


def _valid_text(shape: Shape, low: int) -> str:
    if shape.enum:
        return shape.enum[0]
    pattern = shape.metadata.get("pattern")
    if pattern is None:
        return "x" * low
    text = matching(pattern, low)
    assert text is not None, f"no string found for {shape.name}: {pattern}"
    return text


@dataclass(frozen=True)
class Violation:
    """Parameters with one value that fails one constraint: where, the value as printed, and the constraint.

    printed: None for the value null. sensitive: whether AWS hides it.
    """

    parameters: Any
    path: str
    printed: str | None
    constraint: str
    sensitive: bool

    def inside(self, name: str, around: dict[str, Any]) -> Violation:
        path = name[0].lower() + name[1:] + (f".{self.path}" if self.path else "")
        return replace(self, parameters={**around, name: self.parameters}, path=path)

    @property
    def fails_pattern(self) -> bool:
        return self.constraint.startswith("Member must satisfy regular expression pattern")

    def message(self, prefix: str = "", shows_values: bool = True) -> str:
        shown = " null" if self.printed is None else f" '{self.printed}'"
        value = "" if self.sensitive or not shows_values else shown
        return f"Value{value} at '{prefix}{self.path}' failed to satisfy constraint: {self.constraint}"


def violations(
    shape: StructureShape, seen: frozenset[str] = frozenset(), null_items: bool = False
) -> Iterator[Violation]:
    """For each constraint of each member, down through structures and lists of them, one violation.

    null_items: as `Style.names_null_items`.
    """
    base = valid(shape)
    for name, member in shape.members.items():
        if name in shape.required_members:
            absent = {key: value for key, value in base.items() if key != name}
            sensitive = bool(member.metadata.get("sensitive"))
            missing = Violation(None, "", None, "Member must not be null", sensitive).inside(name, {})
            yield replace(missing, parameters=absent)
        if member.name not in seen:
            for violation in _of_value(member, seen | {member.name}, null_items):
                yield violation.inside(name, base)


def _of_value(shape: Shape, seen: frozenset[str], null_items: bool) -> Iterator[Violation]:
    inner = [getattr(shape, name) for name in ("member", "key", "value") if hasattr(shape, name)]
    sensitive = any(each.metadata.get("sensitive") for each in (shape, *inner))
    for value, printed, constraint in _wrong(shape, null_items):
        yield Violation(value, "", printed, constraint, sensitive)
    if shape.type_name == "structure":
        yield from violations(shape, seen, null_items)
    elif shape.type_name == "list" and shape.member.type_name == "structure":
        first = valid(shape.member)
        for violation in violations(shape.member, seen, null_items):
            items = [first] * max(shape.metadata.get("min", 0) - 1, 0)
            path = f"{len(items) + 1}.member.{violation.path}"
            yield replace(violation, parameters=[*items, violation.parameters], path=path)


def _wrong(shape: Shape, null_items: bool = False) -> Iterator[tuple[Any, str, str]]:
    """Values that fail what is stated of a shape itself: (value, as printed, the constraint)."""
    kind = shape.type_name
    if kind in NUMBERS:
        yield from _wrong_numbers(shape)
    elif kind == "string":
        yield from _wrong_texts(shape)
    elif kind == "list":
        yield from _wrong_lists(shape, null_items)
    elif kind == "map":
        yield from _wrong_maps(shape, null_items)


def _wrong_numbers(shape: Shape) -> Iterator[tuple[Any, str, str]]:
    number = float if shape.type_name in ("float", "double") else int
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    if low is not None:
        text = f"Member must have value greater than or equal to {number(low)}"
        yield number(low) - 1, str(number(low) - 1), text
    if high is not None:
        text = f"Member must have value less than or equal to {number(high)}"
        yield number(high) + 1, str(number(high) + 1), text


def _wrong_texts(shape: Shape) -> Iterator[tuple[str, str, str]]:
    low, high, pattern = (shape.metadata.get(key) for key in ("min", "max", "pattern"))
    if low:
        yield "x" * (low - 1), "x" * (low - 1), f"Member must have length greater than or equal to {low}"
    if high is not None and high < 10_000:
        yield "x" * (high + 1), "x" * (high + 1), f"Member must have length less than or equal to {high}"
    if pattern:
        text = next((text for text in ("\u00e9\n\x00", "", " ", "!") if not matcher(pattern)(text)), None)
        if text is not None:
            yield text, text, f"Member must satisfy regular expression pattern: {pattern}"
    if shape.enum:
        yield (
            "no such",
            "no such",
            f"Member must satisfy enum value set: [{', '.join(enum_order(shape.enum))}]",
        )


def _wrong_lists(shape: Shape, null_items: bool) -> Iterator[tuple[Any, str, str]]:
    low, high = shape.metadata.get("min"), shape.metadata.get("max")
    scalar = shape.member.type_name == "string"
    if low and scalar:
        yield [], "[]", f"Member must have length greater than or equal to {low}"
    if high is not None and high < 1000 and scalar:
        item = valid(shape.member)
        items = [item] * (high + 1)
        yield items, f"[{', '.join(items)}]", f"Member must have length less than or equal to {high}"
    for wrong, printed, _ in _wrong(shape.member) if scalar else ():
        items = [valid(shape.member)] * max((low or 0) - 1, 0)
        stated = f"Member must satisfy constraint: [{_stated(shape.member, null_items)}]"
        shown = ", ".join([*items, printed])
        yield [*items, wrong], f"[{shown}]", LIST_TEXTS.get(shape.name, stated)


def _wrong_maps(shape: Shape, null_items: bool) -> Iterator[tuple[Any, str, str]]:
    low = shape.metadata.get("min")
    if low:
        yield {}, "{}", f"Member must have length greater than or equal to {low}"
    if shape.value.type_name != "string" or (low or 0) > 1:
        return
    key, value = valid(shape.key), valid(shape.value)
    for wrong, printed, _ in _wrong(shape.key):
        yield (
            {wrong: value},
            f"{{{printed}={value}}}",
            f"Map keys must satisfy constraint: [{_stated(shape.key)}]",
        )
    for wrong, printed, _ in _wrong(shape.value):
        stated = _stated(shape.value, null_items)
        yield {key: wrong}, f"{{{key}={printed}}}", f"Map value must satisfy constraint: [{stated}]"


def _stated(shape: Shape, null_items: bool = False) -> str:
    low, high, pattern = (shape.metadata.get(key) for key in ("min", "max", "pattern"))
    texts = [
        f"Member must have length less than or equal to {high}" if high is not None else "",
        f"Member must have length greater than or equal to {low}" if low is not None else "",
        f"Member must satisfy regular expression pattern: {pattern}" if pattern else "",
        f"Member must satisfy enum value set: [{', '.join(enum_order(shape.enum))}]" if shape.enum else "",
        "Member must not be null" if null_items else "",
    ]
    return ", ".join(text for text in texts if text)
