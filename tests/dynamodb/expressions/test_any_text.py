"""Whatever the text, a parser answers or refuses: no other exception, and no long wait.

SKYMOCK_EXAMPLES makes it as long as one likes.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import (
    ExpressionContext,
    parse_condition,
    parse_key_condition,
    parse_projection,
    parse_update,
)

from ..model import strategies
from ..model.paths import Placeholders

EXAMPLES = int(os.environ.get("SKYMOCK_EXAMPLES", "25"))

NAMES = {"#a": "a", "#b": "b.c"}
VALUES = {":a": {"S": "a"}, ":n": {"N": "1"}, ":l": {"L": [{"N": "1"}]}, ":s": {"SS": ["a"]}}
ITEM = {
    "a": {"S": "a"},
    "b": {"L": [{"N": "1"}, {"M": {"c": {"SS": ["a"]}}}]},
    "n": {"N": "1"},
    "pk": {"S": ""},
}


Use: TypeAlias = Callable[[str, ExpressionContext], None]


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


def outcome(use: Use, text: str, context: ExpressionContext | None = None) -> str:
    """ "used", or the words in which it was refused."""
    try:
        use(text, context or ExpressionContext(NAMES, VALUES))
    except ValidationException as refused:
        return refused.message
    return "used"


@pytest.mark.parametrize("use", USES)
@settings(deadline=None)
@given(
    text=st.one_of(
        st.text(), st.lists(words).map(" ".join), st.lists(words).map("".join), conditions, updates
    )
)
@example(text="\ud800")
@example(text="a\x00b")
def test_any_text_is_used_or_refused(use: Use, text: str):
    assert outcome(use, text) != ""


EXPRESSIONS = {
    use_condition: strategies.conditions,
    use_key_condition: strategies.conditions,
    use_projection: strategies.projections,
    use_update: strategies.updates,
}
tokens = re.compile(r"[#:]?\w+|<=|>=|<>|\S")


@st.composite
def misspelt(draw, expressions):
    """An expression that is whole but for some tokens that were left out, doubled, exchanged or put in."""
    placeholders = Placeholders()
    text = tokens.findall(draw(expressions).text(placeholders))
    for _ in range(draw(st.integers(1, 3))):
        position, other = draw(st.integers(0, len(text) - 1)), draw(st.integers(0, len(text) - 1))
        change = draw(st.sampled_from(["leave out", "double", "exchange", "put in"]))
        if change == "exchange":
            text[position], text[other] = text[other], text[position]
        elif change == "double":
            text.insert(other, text[position])
        elif change == "put in":
            text.insert(position, draw(words))
        elif len(text) > 1:
            del text[position]
    joint = draw(st.sampled_from([" ", "", "\n\t"]))
    names = {**NAMES, **placeholders.names}
    values = {placeholder: {"N": "1"} for placeholder in placeholders.values}
    return joint.join(text), ExpressionContext(names, {**VALUES, **values})


@pytest.mark.parametrize("use", USES)
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_any_misspelt_expression_is_used_or_refused(use, data):
    text, context = data.draw(misspelt(EXPRESSIONS[use]))
    assert outcome(use, text, context) != ""


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
    "NOT NOT " * 500 + "a=b",
    "NOT (NOT (" * 100 + "a=b" + "))" * 100,
    "((" * 1000 + "a=b" + "))" * 1000,
    " AND ".join(["contains(b, n)"] * 290),
    " OR ".join(["a BETWEEN b AND n"] * 140),
    " AND ".join(["a IN (b, n, pk)"] * 200),
    "a IN (" + ",".join(f"a{number}" for number in range(100)) + ")",
    "size(" * 300 + "a" + ")" * 300 + " > n",
    "a = " + " + ".join(["n"] * 1000),
    "SET a = " + " + ".join(["n"] * 1000),
    "SET a = " + "(" * 1000 + "n + n" + ")" * 1000,
    "SET a = " + "list_append(b, " * 200 + "b" + ")" * 200,
    "SET " + ", ".join(f"a.b{number}[{number}].c = n" for number in range(140)),
    "SET b" + "[0]" * 1300 + " = n",
    "REMOVE " + ",".join(f"b[{number}]" for number in range(580, 0, -1)),
    "SET a = n REMOVE b ADD n :n DELETE s :s " * 90,
    "a" + ".#a" * 1000,
    "#a." * 1000 + "#a",
    ".".join(["a"] * 33) + " = n",
    "a[" * 2000,
    "]" * 4096,
    ":" * 4096,
    "<>" * 2048,
    "a=b " * 1024,
    "\n" * 4096,
    "\u00e9" * 2048,
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


fragments = st.lists(st.one_of(words, operands, conditions), min_size=1, max_size=4).map(" ".join)


@pytest.mark.parametrize("use", USES)
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    prefix=st.sampled_from(["", "SET ", "a IN (", "NOT "]),
    fragment=fragments,
    joint=st.sampled_from(["", " ", ",", " AND "]),
)
def test_a_text_that_repeats_itself_takes_no_long_time(use, prefix, fragment, joint):
    repeated = prefix + joint.join([fragment] * 4096)
    assert timed(partial(use, repeated[:4096], ExpressionContext(NAMES, VALUES))) < 5
