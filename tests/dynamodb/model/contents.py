"""Items to begin with, so that reads find some: in every index, of equal and of different sort keys."""

from __future__ import annotations

from itertools import product

from .requests import BatchWrite, Write


def stocked(tables):
    """A BatchWriteItem that fills the tables "sorted" and "plain"."""
    ordered, plain = tables
    sorted_keys = product("ab", ["1", "2", "10", "-1", "0.5"])
    items = [(ordered, {"pk": {"S": pk}, "sk": {"N": sk}}) for pk, sk in sorted_keys]
    items += [(plain, {"id": {"B": key}}) for key in (b"a", b"\xff", b"\xff\xff")]
    return BatchWrite(
        [
            Write("Put", table, key, {**_attributes(position), **key})
            for position, (table, key) in enumerate(items)
        ]
    )


def _attributes(position):
    attributes = {
        "t": {"S": ["a", "ab", "é"][position % 3]},
        "n": {"N": ["1", "10"][position % 2]},
        "b": {"B": [b"a", b"ab", b"\xff", b"\xff\x01"][position % 4]},
        "x": [{"N": str(position)}, {"S": "a"}, {"M": {"x": {"N": "1"}, "y": {"L": [{"S": "a"}]}}}][
            position % 3
        ],
        "y": [{"SS": ["a", "b"]}, {"L": [{"N": "1"}, {"M": {"x": {"S": "b"}}}]}][position % 2],
        "z": [{"BOOL": True}, {"NS": ["1", "2"]}, {"B": b"ab"}][position % 3],
        "w": {"S": "w" * (1500 * (position % 3))},
    }
    left_out = "tnbxyzw"[position % 7]
    return {name: value for name, value in attributes.items() if name != left_out}
