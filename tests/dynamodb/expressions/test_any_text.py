"""Whatever the text, a parser answers or refuses: no other exception, and no long wait."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import (
    ExpressionContext,
    parse_condition,
    parse_key_condition,
    parse_projection,
    parse_update,
)

NAMES = {"#a": "a", "#b": "b.c"}
VALUES = {":a": {"S": "a"}, ":n": {"N": "1"}, ":l": {"L": [{"N": "1"}]}, ":s": {"SS": ["a"]}}
ITEM = {
    "a": {"S": "a"},
    "b": {"L": [{"N": "1"}, {"M": {"c": {"SS": ["a"]}}}]},
    "n": {"N": "1"},
    "pk": {"S": ""},
}


def use_condition(text: str, context: ExpressionContext) -> None:
    parse_condition(text, context).holds(ITEM)


def use_key_condition(text: str, context: ExpressionContext) -> None:
    for condition in parse_key_condition(text, context).of_key([("pk", "S")], [("a", "S")]).sort.values():
        condition.bounds()


def use_projection(text: str, context: ExpressionContext) -> None:
    parse_projection(text, context).of(ITEM)


def use_update(text: str, context: ExpressionContext) -> None:
    parse_update(text, context).apply(ITEM)


USES = [use_condition, use_key_condition, use_projection, use_update]

WORDS = """
    a b n c pk #a #b #x :a :n :l :s :x . [ ] 0 1 17 ( ) , = <> < <= > >= + - AND OR NOT BETWEEN IN SET REMOVE
    ADD DELETE set and size( attribute_exists( attribute_not_exists( attribute_type( begins_with( contains(
    if_not_exists( list_append( whatever( size abort _ # : " é
"""
OPERANDS = "a b[1].c n #a #b.c pk :a :n :l :s size(b) (a) ((a)) (b)[0]"

words = st.sampled_from(WORDS.split())
operands = st.sampled_from(OPERANDS.split())
conditions = st.recursive(
    st.one_of(
        st.builds("{} {} {}".format, operands, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), operands),
        st.builds("{} BETWEEN {} AND {}".format, operands, operands, operands),
        st.builds("{} IN ({}, {})".format, operands, operands, operands),
        st.builds("begins_with({}, {})".format, operands, operands),
        st.builds("contains({}, {})".format, operands, operands),
        st.builds("attribute_exists({})".format, operands),
    ),
    lambda inner: st.one_of(
        st.builds("{} AND {}".format, inner, inner),
        st.builds("{} OR {}".format, inner, inner),
        st.builds("NOT {}".format, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=6,
)
sums = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds("if_not_exists({}, {})".format, inner, inner),
        st.builds("list_append({}, {})".format, inner, inner),
        st.builds("{} + {}".format, inner, inner),
        st.builds("({} - {})".format, inner, inner),
    ),
    max_leaves=4,
)
updates = st.lists(
    st.one_of(
        st.builds("SET {} = {}".format, operands, sums),
        st.builds("REMOVE {}, {}".format, operands, operands),
        st.builds("ADD {} {}".format, operands, operands),
        st.builds("DELETE {} {}".format, operands, operands),
    ),
    min_size=1,
    max_size=3,
).map(" ".join)


def outcome(use: Callable[[str, ExpressionContext], None], text: str) -> str:
    """ "used", or the words in which it was refused."""
    try:
        use(text, ExpressionContext(NAMES, VALUES))
    except ValidationException as refused:
        return refused.message
    return "used"


@pytest.mark.parametrize("use", USES)
@given(
    text=st.one_of(
        st.text(), st.lists(words).map(" ".join), st.lists(words).map("".join), conditions, updates
    )
)
@example(text="\ud800")
@example(text="a\x00b")
def test_any_text_is_used_or_refused(use: Callable[[str, ExpressionContext], None], text: str):
    assert outcome(use, text) != ""


LONG_TEXTS = [
    "(" * 4096,
    "NOT " * 1024,
    "size(" * 819,
    "a" * 4096,
    " " * 4095 + "a",
    "a" + " " * 4095,
    "a." * 2048,
    "a[0]" * 1024,
    "a[" + "9" * 4000 + "]",
    "a," * 2047 + "a",
    ",".join(f"a{number}" for number in range(680)),
    " AND ".join(["a=b"] * 512),
    " OR ".join(["(a=b)"] * 400),
    "(a=b AND " * 140 + "a=b" + ")" * 140,
    "NOT (" * 150 + "a=b" + ")" * 150,
    "SET a = " + "if_not_exists(a," * 200 + "a" + ")" * 200,
    "SET " + ",".join(f"a{number}=b" for number in range(500)),
    "REMOVE " + ",".join(f"a[{number}]" for number in range(580)),
    "REMOVE " + ",".join(["a"] * 2000),
    "REMOVE " + ",".join([*(f"a{number}" for number in range(680)), "a0"]),
    "a IN (" + ",".join(["b"] * 2000) + ")",
    "#" * 4096,
    '"' * 4096,
]


@pytest.mark.parametrize("text", LONG_TEXTS, ids=lambda text: text[:20])
@pytest.mark.parametrize("use", USES)
def test_a_long_text_takes_no_long_time(use, text):
    # What blows up takes hours; what does not takes milliseconds.
    assert timed(partial(use, text, ExpressionContext(NAMES, VALUES))) < 5


def timed(use: Callable[[], None]) -> float:
    start = time.process_time()
    with suppress(ValidationException):
        use()
    return time.process_time() - start
