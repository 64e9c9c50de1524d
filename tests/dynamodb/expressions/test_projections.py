"""Projections: parts of items."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, Projection, parse_projection

ITEM = {
    "pk": {"S": "a"},
    "els": {"L": [{"S": "0"}, {"S": "1"}, {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}]},
    "m": {"M": {"a": {"M": {"b": {"S": "c"}, "d": {"S": "e"}}}, "f": {"S": "g"}, "h": {"L": []}}},
}


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("pk", {"pk": {"S": "a"}}),
        ("pk, gone", {"pk": {"S": "a"}}),
        ("gone", {}),
        ("#p", {"pk": {"S": "a"}}),
        ("m.a.b", {"m": {"M": {"a": {"M": {"b": {"S": "c"}}}}}}),
        ("m.a.b, m.f", {"m": {"M": {"a": {"M": {"b": {"S": "c"}}}, "f": {"S": "g"}}}}),
        ("m.#a.d, pk", {"m": {"M": {"a": {"M": {"d": {"S": "e"}}}}}, "pk": {"S": "a"}}),
        ("m.h", {"m": {"M": {"h": {"L": []}}}}),
        ("els[2], els[0]", {"els": {"L": [{"S": "0"}, {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}]}}),
        ("els[2].y, els[1]", {"els": {"L": [{"S": "1"}, {"M": {"y": {"N": "2"}}}]}}),
        ("els[7]", {}),
        ("els.a", {}),
        ("m[0]", {}),
        ("m.a.gone", {}),
        ("pk.x", {}),
        ("pk[0]", {}),
    ],
)
def test_a_projection_keeps_what_is_on_its_paths(text, part):
    assert parse_projection(text, ExpressionContext({"#p": "pk", "#a": "a"})).of(ITEM) == part


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "The expression can not be empty;"),
        ("a,", 'Syntax error; token: "<EOF>", near: ","'),
        ("a b", 'Syntax error; token: "b", near: "a b"'),
        (":a", 'Syntax error; token: ":a", near: ":a"'),
        ("user-id", 'Syntax error; token: "-", near: "user-id"'),
        ("a[0", 'Syntax error; token: "<EOF>", near: "0"'),
        ("#c, size", "Attribute name is a reserved keyword; reserved keyword: size"),
        (
            "a, #c",
            "An expression attribute name used in the document path is not defined; attribute name: #c",
        ),
        (
            "a, a.b",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [a], path two: [a, b]",
        ),
        (
            "#a, a",
            "Two document paths overlap with each other; must remove or rewrite one of these paths; "
            "path one: [a], path two: [a]",
        ),
        (
            "a.b, a[1]",
            "Two document paths conflict with each other; must remove or rewrite one of these paths; "
            "path one: [a, b], path two: [a, [1]]",
        ),
        ("a" + ".b" * 32, "The document path has too many nesting levels; nesting levels: 33"),
        (
            "a[4294967295]",
            "List index is not within the allowable range; index: [4294967295]",
        ),
    ],
)
def test_a_wrong_projection_is_refused(text, message):
    with pytest.raises(ValidationException) as refused:
        parse_projection(text, ExpressionContext({"#a": "a"}))
    assert refused.value.message == f"Invalid ProjectionExpression: {message}"


values = st.recursive(
    st.builds(lambda text: {"S": text}, st.text(max_size=3)),
    lambda inner: st.one_of(
        st.builds(lambda elements: {"L": elements}, st.lists(inner, max_size=3)),
        st.builds(lambda members: {"M": members}, st.dictionaries(st.sampled_from("abc"), inner, max_size=3)),
    ),
    max_leaves=10,
)
items = st.dictionaries(st.sampled_from("abc"), values)
maps_only = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map(tuple)


@given(items, st.lists(maps_only, min_size=1, max_size=3))
def test_projecting_map_paths_again_changes_nothing(item, paths):
    try:
        projection = Projection(paths)
    except ValidationException:
        return
    part = projection.of(item)
    assert projection.of(part) == part


@given(items)
def test_a_projection_of_all_attributes_is_the_item(item):
    assert Projection([(name,) for name in item]).of(item) == item
