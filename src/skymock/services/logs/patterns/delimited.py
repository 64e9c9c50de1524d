"""Patterns of space-delimited fields: `[ip, user, ..., status=4*, bytes > 1000]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from skymock.services.logs.patterns.pattern import InvalidPattern, Match, Value, value_of

# A message's fields: in brackets, in quotes, or up to the next space.
_FIELD = re.compile(r'\[([^\]]*)\]|"([^"]*)"|(\S+)')
_NAME = re.compile(r"[A-Za-z0-9_$.\-]+")
_COMPARISON = re.compile(
    r'\s*([A-Za-z0-9_$.\-]+)\s*(!=|<=|>=|=|<|>)\s*(?:"((?:[^"\\]|\\.)*)"|(%[^%]*%)|([^\s,&|"\]]+))\s*'
)
_MARK = re.compile(r"\s*(&&|\|\|)")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a pattern. conditions: alternatives, each of them values that all have to hold."""

    name: str
    conditions: tuple[tuple[Value, ...], ...] = ()

    def holds(self, text: str) -> bool:
        return not self.conditions or any(
            all(value.holds(text) for value in alternative) for alternative in self.conditions
        )


@dataclass(frozen=True, slots=True)
class Delimited:
    """Fields in their order; `rest_at` is where `...` stands for any number of them, if it does."""

    fields: tuple[Field, ...]
    rest_at: int | None

    def match(self, message: str) -> Match | None:
        texts = [found[found.lastindex or 0] for found in _FIELD.finditer(message)]
        fields = self._spread(len(texts))
        if fields is None:
            return None
        pairs = list(zip(fields, texts, strict=True))
        if not all(field.holds(text) for field, text in pairs):
            return None
        return Match(_extracted(pairs))

    def _spread(self, count: int) -> Sequence[Field] | None:
        """A field for each of so many texts, `...` filled up; None where they are too many or too few."""
        if self.rest_at is None:
            return self.fields if len(self.fields) == count else None
        missing = count - len(self.fields)
        if missing < 0:
            return None
        rest = [Field("")] * missing
        return [*self.fields[: self.rest_at], *rest, *self.fields[self.rest_at :]]


def _extracted(pairs: Sequence[tuple[Field, str]]) -> Mapping[str, str]:
    """What the fields hold by their names, `$1` and so on where they have none."""
    return {f"${field.name or position}": text for position, (field, text) in enumerate(pairs, 1)}


def parse_delimited(text: str) -> Delimited:
    """Read `[...]`. Raises InvalidPattern."""
    if not text.endswith("]"):
        raise InvalidPattern(text)
    fields: list[Field] = []
    rest_at = None
    for part in _parts(text[1:-1]):
        if part.strip() == "...":
            if rest_at is not None:
                raise InvalidPattern(text)
            rest_at = len(fields)
        else:
            fields.append(_field(part))
    return Delimited(tuple(fields), rest_at)


def _parts(text: str) -> list[str]:
    """What stands between the commas that are not in quotes or regular expressions."""
    return re.findall(r'((?:"(?:[^"\\]|\\.)*"|%[^%]*%|[^,])*)(?:,|$)', text)[: text.count(",") + 1] or [""]


def _field(part: str) -> Field:
    bare = part.strip()
    if not bare or _NAME.fullmatch(bare):
        return Field(bare)
    names: set[str] = set()
    alternatives: list[list[Value]] = [[]]
    position = 0
    while True:
        found = _COMPARISON.match(part, position)
        if found is None:
            raise InvalidPattern(part)
        names.add(found[1])
        quoted = found[3] is not None
        right = re.sub(r"\\(.)", r"\1", found[3]) if quoted else found[4] or found[5]
        alternatives[-1].append(value_of(found[2], right, quoted=quoted))
        position = found.end()
        mark = _MARK.match(part, position)
        if mark is None:
            break
        if mark[1] == "||":
            alternatives.append([])
        position = mark.end()
    if part[position:].strip() or len(names) != 1:
        raise InvalidPattern(part)
    return Field(names.pop(), tuple(map(tuple, alternatives)))
