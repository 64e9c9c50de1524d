"""Updates against a model that knows an item only as a table of paths and scalars."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, parse_update

MAP, LIST = "a map", "a list"

scalars = st.one_of(
    st.integers(-9, 9).map(lambda number: {"N": str(number)}), st.sampled_from("xy").map(lambda s: {"S": s})
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda elements: {"L": elements}),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=8,
)
items = st.dictionaries(st.sampled_from("abc"), values, max_size=3)
elements = st.one_of(st.sampled_from("abc"), st.integers(0, 5))
paths = st.tuples(st.sampled_from("abc"), st.lists(elements, max_size=2)).map(
    lambda parts: (parts[0], *parts[1])
)
actions = st.lists(
    st.tuples(st.sampled_from(["SET", "REMOVE", "ADD"]), paths, values), min_size=1, max_size=4
)


class UnfitError(Exception):
    """The path does not fit the item."""


def flat(value: dict[str, Any], path: tuple[Any, ...]) -> dict[tuple[Any, ...], Any]:
    if "M" in value:
        table = {path: MAP}
        for name, member in value["M"].items():
            table.update(flat(member, (*path, name)))
        return table
    if "L" in value:
        table = {path: LIST}
        for index, element in enumerate(value["L"]):
            table.update(flat(element, (*path, index)))
        return table
    return {path: value}


def value_at(table: dict[tuple[Any, ...], Any], path: tuple[Any, ...]) -> dict[str, Any]:
    kind = table[path]
    if kind not in (MAP, LIST):
        return kind
    children = sorted(key for key in table if len(key) == len(path) + 1 and key[:-1] == path)
    if kind == LIST:
        return {"L": [value_at(table, child) for child in children]}
    return {"M": {child[-1]: value_at(table, child) for child in children}}


def modelled(item: dict[str, Any], chosen: list[tuple[str, tuple[Any, ...], Any]]) -> dict[str, Any]:
    before = flat({"M": item}, ())
    table = dict(before)
    for action, path, value in chosen:
        if before.get(path[:-1]) != (LIST if isinstance(path[-1], int) else MAP):
            raise UnfitError
        old = before.get(path)
        for key in [key for key in table if key[: len(path)] == path]:
            del table[key]
        if action == "SET" or (action == "ADD" and old is None):
            table.update(flat(value, path))
        elif action == "ADD":
            if old in (MAP, LIST) or "N" not in old:
                raise UnfitError
            table[path] = {"N": str(int(old["N"]) + int(value["N"]))}
    return value_at(table, ())["M"]


def written(path: tuple[Any, ...]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)[1:]


def apart(chosen: list[tuple[str, tuple[Any, ...], Any]]) -> bool:
    """Whether no path begins with another, and no place is both a map and a list."""
    taken = [path for _, path, _ in chosen]
    for index, path in enumerate(taken):
        for other in taken[:index]:
            shared = next(
                (n for n, pair in enumerate(zip(path, other, strict=False)) if pair[0] != pair[1]), None
            )
            if shared is None or type(path[shared]) is not type(other[shared]):
                return False
    return True


def expression(chosen: list[tuple[str, tuple[Any, ...], Any]]) -> tuple[str, dict[str, Any]]:
    sections: dict[str, list[str]] = {}
    placeholders = {}
    for number, (action, path, value) in enumerate(chosen):
        text = written(path)
        if action != "REMOVE":
            placeholders[f":{number}"] = value
            text += f" = :{number}" if action == "SET" else f" :{number}"
        sections.setdefault(action, []).append(text)
    return " ".join(f"{action} {', '.join(texts)}" for action, texts in sections.items()), placeholders


@settings(max_examples=300)
@given(items, actions)
def test_an_update_does_what_the_model_does(item, chosen):
    chosen = [
        (action, path, value if action != "ADD" or "N" in value else {"N": "1"})
        for action, path, value in chosen
    ]
    if not apart(chosen):
        return
    text, placeholders = expression(chosen)
    update = parse_update(text, ExpressionContext(None, placeholders or None))
    try:
        expected = modelled(item, chosen)
    except UnfitError:
        expected = None
    try:
        after = update.apply(item)
    except ValidationException:
        after = None
    assert after == expected
