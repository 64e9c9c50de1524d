"""What the random tests draw: values of all ten types, items, expressions and requests, mostly ones that fit."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from .conditions import (
    BeginsWith,
    Between,
    Comparison,
    Contains,
    Exists,
    HasType,
    In,
    Junction,
    Literal,
    Not,
    Size,
)
from .paths import Path, Projection
from .requests import BatchGet, BatchWrite, Get, Read, SingleWrite, TransactGet, TransactWrite, Write
from .updates import Add, Delete, IfNotExists, ListAppend, Remove, Set, Sum, Update
from .values import number, sort_key

texts = st.sampled_from(["", "a", "ab", "b", "é", "\U0001f600", "zz"])
binaries = st.sampled_from([b"", b"a", b"ab", b"\x00", b"\xff", b"\xff\xff"])
numbers = st.one_of(
    st.integers(-3, 12).map(number),
    st.sampled_from(
        ["0.1", "-2.5", "1E+20", "1E-20", "1E+125", "-1.5E-130", "12345678901234567890123456789012345678"]
    ).map(number),
)
scalars = st.one_of(
    texts.map(lambda text: {"S": text}),
    numbers,
    binaries.map(lambda binary: {"B": binary}),
    st.booleans().map(lambda boolean: {"BOOL": boolean}),
    st.just({"NULL": True}),
)


def sets_of(tag, members):
    return st.lists(members, min_size=1, max_size=3, unique=True).map(lambda chosen: {tag: chosen})


sets = st.one_of(
    sets_of("SS", texts),
    sets_of("NS", numbers.map(lambda value: value["N"])),
    sets_of("BS", binaries),
)
names = st.sampled_from(["x", "y", "z"])
values = st.recursive(
    st.one_of(scalars, sets),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda elements: {"L": elements}),
        st.dictionaries(names, inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=6,
)
paddings = st.sampled_from([100, 1500, 4500]).map(lambda size: {"S": "p" * size})

KEY_VALUES = {
    "pk": st.sampled_from("ab").map(lambda text: {"S": text}),
    "sk": st.sampled_from(["1", "2", "10", "-1", "0.5"]).map(lambda text: {"N": text}),
    "id": st.sampled_from([b"a", b"\xff", b"\xff\xff"]).map(lambda binary: {"B": binary}),
    "t": st.sampled_from(["a", "ab", "b", "é"]).map(lambda text: {"S": text}),
    "n": st.sampled_from(["1", "2", "10", "-1"]).map(lambda text: {"N": text}),
    "b": st.sampled_from([b"a", b"ab", b"\xff", b"\xff\x01", b"\x00"]).map(lambda binary: {"B": binary}),
}
# The attributes that are keys of indexes: now and then of another type, or empty.
index_attributes = st.fixed_dictionaries(
    {},
    optional={
        name: st.integers(0, 19).flatmap(lambda die, name=name: KEY_VALUES[name] if die else scalars)
        for name in ("t", "n", "b")
    },
)
attributes = st.fixed_dictionaries({}, optional={"x": values, "y": values, "z": values, "w": paddings})


def keys_of(table):
    return st.fixed_dictionaries({name: KEY_VALUES[name] for name in table.keys})


def items_of(table):
    return st.tuples(keys_of(table), index_attributes, attributes).map(
        lambda parts: {**parts[1], **parts[2], **parts[0]}
    )


top_names = st.sampled_from(["x", "y", "z", "x", "y", "z", "t", "n", "b", "w", "pk", "sk", "id"])
plain_names = st.sampled_from(["x", "y", "z", "x", "y", "z", "t", "n", "b"])


def paths_from(tops):
    tails = st.lists(st.one_of(names, st.integers(0, 3)), max_size=2)
    return st.builds(lambda top, tail, aliased: Path((top, *tail), aliased), tops, tails, st.booleans())


paths = paths_from(top_names)
literals = st.one_of(scalars, values, *KEY_VALUES.values()).map(Literal)
ordered_literals = st.one_of(
    texts.map(lambda text: {"S": text}), numbers, binaries.map(lambda binary: {"B": binary})
).map(Literal)
COMPARATORS = ["=", "<>", "<", "<=", ">", ">="]


@st.composite
def bounds(draw):
    """Two literals in order; now and then not."""
    tag = draw(st.sampled_from(["S", "N", "B"]))
    chosen = draw(
        st.lists(ordered_literals.filter(lambda literal: tag in literal.value), min_size=2, max_size=2)
    )
    if draw(st.integers(0, 9)):
        chosen.sort(key=lambda literal: sort_key(literal.value))
    return chosen


def comparisons_of(path_strategy):
    sized = st.builds(
        Comparison,
        st.sampled_from(["=", "<", "<=", ">", ">="]),
        path_strategy.map(Size),
        st.integers(0, 3).map(number).map(Literal),
    )
    return st.one_of(
        st.builds(
            Comparison, st.sampled_from(COMPARATORS), path_strategy, st.one_of(literals, ordered_literals)
        ),
        st.builds(Comparison, st.sampled_from(COMPARATORS), ordered_literals, path_strategy),
        st.builds(Comparison, st.sampled_from(COMPARATORS), path_strategy, path_strategy),
        sized,
        st.builds(lambda path, pair: Between(path, *pair), path_strategy, bounds()),
        st.builds(In, path_strategy, st.lists(st.one_of(literals, path_strategy), min_size=1, max_size=4)),
        st.builds(Exists, path_strategy, st.booleans()),
        st.builds(Exists, path_strategy, st.booleans()),
        st.builds(
            HasType,
            path_strategy,
            st.sampled_from(["S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL"]),
        ),
        st.builds(BeginsWith, path_strategy, ordered_literals),
        st.builds(Contains, path_strategy, st.one_of(literals, path_strategy)),
    )


def conditions_of(path_strategy):
    return st.recursive(
        comparisons_of(path_strategy),
        lambda inner: st.one_of(
            st.builds(Junction, st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)),
            inner.map(Not),
        ),
        max_leaves=4,
    )


conditions = conditions_of(paths)
maybe_condition = st.one_of(st.none(), st.none(), conditions)

lists = st.lists(scalars, max_size=2).map(lambda elements: {"L": elements}).map(Literal)
update_paths = paths_from(plain_names)
operands = st.one_of(
    literals,
    update_paths,
    st.builds(IfNotExists, update_paths, st.one_of(literals, update_paths)),
    st.builds(ListAppend, st.one_of(lists, update_paths), st.one_of(lists, update_paths)),
    st.builds(
        lambda path, default, other: ListAppend(IfNotExists(path, default), other), update_paths, lists, lists
    ),
    st.builds(
        Sum, st.sampled_from("+-"), st.one_of(numbers.map(Literal), update_paths), numbers.map(Literal)
    ),
    st.builds(
        lambda sign, path, default, other: Sum(sign, IfNotExists(path, default), other),
        st.sampled_from("+-"),
        update_paths,
        numbers.map(Literal),
        numbers.map(Literal),
    ),
)
actions = st.one_of(
    st.builds(Set, update_paths, operands),
    st.builds(Set, update_paths, operands),
    st.builds(Remove, update_paths),
    st.builds(Add, update_paths, st.one_of(numbers, sets)),
    st.builds(Delete, update_paths, sets),
    st.builds(Set, paths, literals),
)
index_moves = st.sampled_from(["t", "n", "b"]).flatmap(
    lambda name: st.one_of(
        KEY_VALUES[name].map(lambda value: Set(Path((name,)), Literal(value))), st.just(Remove(Path((name,))))
    )
)
updates = st.lists(st.one_of(actions, index_moves), min_size=1, max_size=3).map(Update)
projections = st.lists(paths, min_size=1, max_size=3).map(Projection)
maybe_projection = st.one_of(st.none(), projections)


@st.composite
def writes(draw, tables, kinds=("Put", "Put", "Update", "Update", "Delete"), plain=False):
    """plain: without a condition, and an item that fits, as batches need it."""
    table, kind = draw(st.sampled_from(tables)), draw(st.sampled_from(kinds))
    item = draw(items_of(table)) if kind == "Put" else None
    if plain and item is not None and table.wrong_index_key(item):
        item = table.key_of(item)
    key = draw(keys_of(table)) if item is None else table.key_of(item)
    wanted = conditions if kind == "ConditionCheck" else st.none() if plain else maybe_condition
    condition = draw(wanted)
    update = draw(updates) if kind == "Update" else None
    shows_item = not plain and draw(st.booleans())
    return Write(kind, table, key, item, update, condition, shows_item)


@st.composite
def single_writes(draw, tables):
    write = draw(writes(tables))
    choices = ["NONE", "ALL_OLD"]
    if write.kind == "Update":
        choices += ["ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"]
    return SingleWrite(write, draw(st.sampled_from(choices)))


@st.composite
def transact_writes(draw, tables):
    kinds = ("Put", "Update", "Delete", "ConditionCheck")
    chosen = draw(st.lists(writes(tables, kinds), min_size=1, max_size=4))
    for write in chosen:
        if write.kind == "Put" and write.table.wrong_index_key(write.item):
            write.item = write.key
    return TransactWrite(chosen)


def batch_writes(tables):
    plain = writes(tables, ("Put", "Delete"), plain=True)
    return st.lists(plain, min_size=1, max_size=6).map(BatchWrite)


@st.composite
def gets(draw, tables):
    table = draw(st.sampled_from(tables))
    return Get(table, draw(keys_of(table)), draw(maybe_projection), draw(st.booleans()))


def transact_gets(tables):
    return st.lists(gets(tables), min_size=1, max_size=4).map(TransactGet)


@st.composite
def batch_gets(draw, tables):
    table = draw(st.sampled_from(tables))
    keys = draw(st.lists(keys_of(table), min_size=1, max_size=5))
    return BatchGet(table, keys, draw(maybe_projection), draw(st.booleans()))


@st.composite
def sort_conditions(draw, name):
    path, literal = Path((name,), draw(st.booleans())), KEY_VALUES[name].map(Literal)
    if not draw(st.integers(0, 19)):
        return Comparison(">=", path, Literal(draw(st.sampled_from([{"S": ""}, {"B": b""}]))))
    kind = draw(st.sampled_from(["compare", "between", "begins"]))
    if kind == "compare":
        return Comparison(draw(st.sampled_from(["=", "<", "<=", ">", ">="])), path, draw(literal))
    if kind == "between":
        return Between(path, draw(literal), draw(literal))
    return BeginsWith(path, draw(literal))


@cache
def fitting_strategies(names):
    """Paths from these names on, and filters by them; they are made once, for that takes its time."""
    fitting = paths_from(st.sampled_from(names)) if names else paths
    held = conditions_of(fitting)
    return fitting, st.one_of(st.none(), held, held, conditions)


SELECTS = [None] * 6 + ["COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]


@st.composite
def reads(draw, tables):
    """A Query or a Scan. Half of the projections and filters are of what an index holds."""
    table = draw(st.sampled_from(tables))
    index = draw(st.sampled_from([None, *table.indexes]))
    names = table.keys if index is None else index.key_names
    read = Read(table, index, limit=draw(st.sampled_from([None, None, 1, 2, 5])))
    if draw(st.integers(0, 2)):
        read.partition = draw(KEY_VALUES[names[0]])
        read.forward = draw(st.booleans())
        if len(names) > 1:
            read.sort_condition = draw(st.one_of(st.none(), sort_conditions(names[1])))
    held = [name for name in ("x", "y", "z", "t", "n", "b") if table.holds(index, name)]
    usual = [name for name in held if read.partition is None or name not in names]
    fitting, filters = fitting_strategies(tuple(usual))
    read.filter = draw(filters)
    read.select = draw(st.sampled_from(SELECTS))
    if read.select is None:
        some = st.lists(fitting, min_size=1, max_size=3).map(Projection)
        read.projection = draw(st.one_of(st.none(), some, projections))
    read.consistent = not draw(st.integers(0, 3))
    return read


@st.composite
def scans(draw, tables):
    """A Scan of everything, in pages."""
    table = draw(st.sampled_from(tables))
    index = draw(st.sampled_from([None, *table.indexes]))
    return Read(table, index, limit=draw(st.sampled_from([None, 1, 2])))
