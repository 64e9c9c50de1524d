"""Values made from a model's shapes, the same every run: every member, every member of a union in turn."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

from botocore.model import Shape, StructureShape

TEXTS = (
    "",
    "a",
    "two words",
    "naïve café",
    "漢字 🎉",
    '<a href="x">&amp;\'</a>',
    "tab\tand\nnewline",
    "a/b?c=d&e%20+#",
)
HEADER_TEXTS = ("", "a", "two words", "text/plain; charset=utf-8", 'W/"etag"', "a=b&c=d")
BLOBS = (b"a", b"\x00\xff\xfe", bytes(range(256)))
INTEGERS = (0, 1, -1, 2**31 - 1)
FLOATS = (0.0, 1.5, -2.25, 1e21)
DOCUMENTS = ({"any": ["thing", 1, None, True]}, {})

MAXIMUM_DEPTH = 6
START = datetime(2024, 2, 29, 23, 59, 59, tzinfo=timezone.utc)


class ValueGenerator:
    """Makes values of shapes. turn: which of a union's members, of the texts and numbers, comes first.

    resolution: of timestamps. no_empty: make no empty list, map or text, for wires that cannot show them.
    """

    def __init__(self, turn: int, resolution: timedelta, no_empty: bool = False) -> None:
        self._turn = turn
        self._random = random.Random(turn)
        self._resolution = resolution
        self._no_empty = no_empty

    def structure(self, shape: StructureShape | None, depth: int = 0) -> dict[str, Any]:
        if shape is None:
            return {}
        members: Mapping[str, Shape] = shape.members
        if shape.is_tagged_union:
            names = list(members)
            # Deep down, the first member that does not lead back to the union itself.
            name = names[self._turn % len(names)] if depth < MAXIMUM_DEPTH else names[0]
            return {name: self.member(members[name], depth + 1)}
        return {
            name: self.member(member, depth + 1)
            for name, member in members.items()
            if depth < MAXIMUM_DEPTH or name in shape.required_members
        }

    def member(self, shape: Shape, depth: int) -> Any:
        match shape.serialization.get("location"):
            case "header":
                return self._header(shape)
            case "headers":
                return {"first": "one", "second-key": "two words"}
            case "uri":
                return self._label(shape)
            case "statusCode":
                return 200
            case "querystring" if shape.type_name == "map":
                return {"one": "1", "two": "zwei"}
        return self.value(shape, depth)

    def value(self, shape: Shape, depth: int) -> Any:
        match shape.type_name:
            case "structure" if shape.is_document_type:
                return self._one_of(DOCUMENTS)
            case "structure":
                return self.structure(shape, depth)
            case "list":
                return [self.value(shape.member, depth + 1) for _ in range(self._count(shape, depth))]
            case "map":
                keys = (
                    f"{self.value(shape.key, depth + 1)}{number or ''}"
                    for number in range(self._count(shape, depth))
                )
                return {key: self.value(shape.value, depth + 1) for key in keys}
            case "blob":
                return self._one_of(BLOBS)
            case "timestamp":
                whole = shape.serialization.get("timestampFormat") == "rfc822"
                return self._moment(timedelta(seconds=1) if whole else self._resolution)
            case "boolean":
                return self._one_of((True, False))
            case "integer" | "long":
                return self._within(shape, INTEGERS)
            case "float" | "double":
                return float(self._within(shape, FLOATS))
        return self._text(shape, TEXTS)

    def _header(self, shape: Shape) -> Any:
        match shape.type_name:
            case "list":
                return [self._text(shape.member, ("a", "b"))]
            case "timestamp":
                return self._moment(timedelta(seconds=1))
            case "string" if shape.serialization.get("jsonvalue"):
                return {"slots": {"text": self._one_of(TEXTS)}}
            case "string":
                return self._text(shape, HEADER_TEXTS)
        return self.value(shape, MAXIMUM_DEPTH)

    def _label(self, shape: Shape) -> Any:
        if shape.type_name != "string":
            return self.value(shape, MAXIMUM_DEPTH)
        return self._text(shape, TEXTS[1:-2]) or "a"

    def _text(self, shape: Shape, texts: tuple[str, ...]) -> str:
        if shape.enum:
            return str(self._one_of(tuple(shape.enum)))
        text = self._one_of(texts)
        if self._no_empty and not text:
            text = "x"
        text = text.ljust(min(shape.metadata.get("min", 0), 64), "x")
        return text[: shape.metadata.get("max", 64)].strip() or "x" * bool(text)

    def _count(self, shape: Shape, depth: int) -> int:
        most = shape.metadata.get("max", 2)
        least = shape.metadata.get("min", 0)
        if depth >= MAXIMUM_DEPTH:
            wished = 1 if self._no_empty else 0
        else:
            wished = self._one_of((1, 2) if self._no_empty else (1, 2, 0))
        return int(max(min(wished, most), min(least, 3)))

    def _within(self, shape: Shape, numbers: tuple[Any, ...]) -> Any:
        least, most = shape.metadata.get("min"), shape.metadata.get("max")
        number = self._one_of(numbers)
        if least is not None:
            number = max(number, least)
        return number if most is None else min(number, most)

    def _moment(self, resolution: timedelta) -> datetime:
        moment = START + timedelta(
            days=self._random.randrange(9000), microseconds=self._random.randrange(10**6)
        )
        return moment - timedelta(microseconds=moment.microsecond % (resolution // timedelta(microseconds=1)))

    def _one_of(self, choices: Any) -> Any:
        return choices[self._random.randrange(len(choices))]
