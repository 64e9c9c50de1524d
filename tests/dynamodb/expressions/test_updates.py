"""What update expressions make of an item. (ScyllaDB, test_update_expression.py, run against AWS)"""

from __future__ import annotations

import copy

import pytest

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, Projection, parse_update

NUMBERS = {"L": [{"N": str(number)} for number in range(2, 8)]}
INNER = {"M": {"q": {"N": "2"}}}
ITEM = {
    "pk": {"S": "key"},
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1"]},
    "els": NUMBERS,
    "m": {"M": {"x": {"N": "3"}, "c": {"L": [{"S": "hi"}, INNER]}}},
}
NO_ATTRIBUTE = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
INVALID_PATH = "The document path provided in the update expression is invalid for update"
VALUES = {
    ":1": {"N": "1"},
    ":v": {"S": "v"},
    ":w": {"S": "w"},
    ":els": {"L": [{"S": "v"}]},
    ":bc": {"SS": ["b", "c"]},
    ":ab": {"SS": ["a", "b"]},
    ":12": {"NS": ["1", "2"]},
    ":deep": {"M": {}},
}


def bound(text, names=None):
    return parse_update(text, ExpressionContext(names, VALUES))


def applied(text, item=ITEM, names=None):
    return bound(text, names).apply(item)


def changes(text):
    """The attributes that differ afterwards; None for those that are gone."""
    after = applied(text)
    return {
        name: after.get(name)
        for name in [*ITEM, *(name for name in after if name not in ITEM)]
        if after.get(name) != ITEM.get(name)
    }


def els(*numbers):
    return {"L": [{"N": str(number)} if isinstance(number, int) else {"S": number} for number in numbers]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SET a = :v", {"a": {"S": "v"}}),
        ("set s = :v", {"s": {"S": "v"}}),
        ("SET a = s, b = a2", None),
        ("SET a = :v, b = :w", {"a": {"S": "v"}, "b": {"S": "w"}}),
        ("SET a = s REMOVE s", {"a": {"S": "hello"}, "s": None}),
        ("REMOVE s SET a = s", {"a": {"S": "hello"}, "s": None}),
        ("SET s = s", {}),
        ("SET a = m.c[1].q", {"a": {"N": "2"}}),
        ("SET n = n + :1", {"n": {"N": "6"}}),
        ("SET n = n - :1", {"n": {"N": "4"}}),
        ("SET n = :1 - n", {"n": {"N": "-4"}}),
        ("SET n = (n + :1)", {"n": {"N": "6"}}),
        ("SET n = (n) + (:1)", {"n": {"N": "6"}}),
        ("SET a = if_not_exists(a, :1)", {"a": {"N": "1"}}),
        ("SET n = if_not_exists(n, :1)", {}),
        ("SET a = if_not_exists(a, :1) + n", {"a": {"N": "6"}}),
        ("SET a = if_not_exists(n, gone)", {"a": {"N": "5"}}),
        ("SET a = if_not_exists(a, if_not_exists(b, :1))", {"a": {"N": "1"}}),
        ("SET els = list_append(els, :els)", {"els": els(2, 3, 4, 5, 6, 7, "v")}),
        ("SET els = list_append(:els, els)", {"els": els("v", 2, 3, 4, 5, 6, 7)}),
        ("SET a = list_append(if_not_exists(a, :els), :els)", {"a": els("v", "v")}),
        ("SET els[1] = :v", {"els": els(2, "v", 4, 5, 6, 7)}),
        ("SET els[9] = :v", {"els": els(2, 3, 4, 5, 6, 7, "v")}),
        ("SET els[84] = :v, els[37] = :w", {"els": els(2, 3, 4, 5, 6, 7, "w", "v")}),
        ("REMOVE els[1] SET els[3] = :v", {"els": els(2, 4, "v", 6, 7)}),
        ("SET els[3] = :v REMOVE els[1]", {"els": els(2, 4, "v", 6, 7)}),
        ("REMOVE els[0], els[1], els[5]", {"els": els(4, 5, 6)}),
        ("REMOVE els[17]", {}),
        ("REMOVE els[0], els[1], els[2], els[3], els[4], els[5]", {"els": {"L": []}}),
        ("REMOVE gone", {}),
        ("REMOVE m.gone", {}),
        ("REMOVE m.x, m.c", {"m": {"M": {}}}),
        ("SET m.y = :v", {"m": {"M": {**ITEM["m"]["M"], "y": {"S": "v"}}}}),
        ("SET m.c[0] = :v", {"m": {"M": {"x": {"N": "3"}, "c": {"L": [{"S": "v"}, INNER]}}}}),
        ("ADD n :1", {"n": {"N": "6"}}),
        ("ADD a :1", {"a": {"N": "1"}}),
        ("ADD m.x :1", {"m": {"M": {**ITEM["m"]["M"], "x": {"N": "4"}}}}),
        ("ADD ss :bc", {"ss": {"SS": ["a", "b", "c"]}}),
        ("ADD a :bc", {"a": {"SS": ["b", "c"]}}),
        ("ADD ns :12", {"ns": {"NS": ["1", "2"]}}),
        ("ADD els[9] :1", {"els": els(2, 3, 4, 5, 6, 7, 1)}),
        ("DELETE ss :bc", {"ss": {"SS": ["a"]}}),
        ("DELETE ss :ab", {"ss": None}),
        ("DELETE gone :ab", {}),
        ("DELETE els[9] :ab", {}),
        (
            "SET a = :v REMOVE s ADD n :1 DELETE ss :bc",
            {"a": {"S": "v"}, "s": None, "n": {"N": "6"}, "ss": {"SS": ["a"]}},
        ),
    ],
)
def test_an_update_makes_a_new_item(text, expected):
    if expected is None:
        with pytest.raises(ValidationException):
            applied(text)
    else:
        assert changes(text) == expected


def test_the_old_item_stays_as_it_is():
    before = copy.deepcopy(ITEM)
    applied("SET els[1] = :v, m.c[1].q = :v, n = n + :1 REMOVE m.x, s ADD ss :bc")
    assert before == ITEM


def test_what_does_not_change_is_shared():
    after = applied("SET m.x = :v")
    assert after["els"] is ITEM["els"]
    assert after["m"]["M"]["c"] is ITEM["m"]["M"]["c"]


def test_a_dot_in_a_placeholders_name_is_a_dot():
    assert applied("SET #a = :v", {}, {"#a": "a.b"}) == {"a.b": {"S": "v"}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SET a = gone", NO_ATTRIBUTE),
        ("SET x = :v, y = x", NO_ATTRIBUTE),
        ("SET a = els[9]", NO_ATTRIBUTE),
        ("SET a = list_append(els, gone)", NO_ATTRIBUTE),
        ("SET a = s + :1", WRONG_TYPE),
        ("SET a = :1 - els", WRONG_TYPE),
        ("SET a = list_append(ss, :els)", WRONG_TYPE),
        ("ADD s :1", WRONG_TYPE),
        ("ADD n :bc", WRONG_TYPE),
        ("ADD ns :bc", WRONG_TYPE),
        ("DELETE ns :bc", WRONG_TYPE),
        ("DELETE m :bc", WRONG_TYPE),
        *(
            (text, INVALID_PATH)
            for text in [
                *("SET s.a = :v", "SET s[0] = :v", "SET gone.a = :v", "SET gone[0] = :v", "SET m[0] = :v"),
                *("SET els.a = :v", "REMOVE s.a", "REMOVE s[0]", "REMOVE gone.a", "REMOVE gone[0]"),
                *("REMOVE m[0]", "REMOVE els.a", "ADD gone.a :1", "DELETE els.a :bc", "SET els[9].a = :v"),
            ]
        ),
    ],
)
def test_an_update_that_does_not_fit_the_item_is_refused(text, message):
    with pytest.raises(ValidationException) as refused:
        applied(text)
    assert refused.value.message == message


@pytest.mark.parametrize("text", ["REMOVE x.y", "REMOVE x[0]", "REMOVE x.y, z[1]"])
def test_any_path_may_be_removed_from_an_item_that_does_not_exist(text):
    key = {"pk": {"S": "key"}}
    assert bound(text).apply(key, exists=False) == key


def test_a_path_must_fit_an_item_that_does_not_exist_to_be_set():
    with pytest.raises(ValidationException):
        bound("SET x.y = :v").apply({"pk": {"S": "key"}}, exists=False)


def test_an_update_may_nest_32_levels():
    item = {"a": {"M": {}}}
    path = "a"
    for _ in range(30):
        path += ".b"
        item = applied(f"SET {path} = :deep", item)
    nested = applied(f"SET {path}.b = :1", item)
    assert str(nested).count("'M'") == 31


def test_an_update_may_not_nest_more_than_32_levels():
    nested = {"S": "leaf"}
    for _ in range(31):
        nested = {"M": {"n": nested}}
    update = parse_update("SET a.b = :deep", ExpressionContext(None, {":deep": nested}))
    with pytest.raises(ValidationException) as refused:
        update.apply({"a": {"M": {}}})
    assert refused.value.message == (
        "Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    )


def test_an_update_names_the_paths_it_changes():
    update = bound("SET #m.c[1] = :v, a = :v REMOVE s ADD n :1 DELETE ss :ab", {"#m": "m"})
    assert update.paths == (("m", "c", 1), ("a",), ("s",), ("n",), ("ss",))


def test_the_changed_paths_project_what_updated_new_gives_back():
    update = bound("SET m.y = :v, m.z = :w REMOVE s")
    assert Projection(update.paths).of(update.apply(ITEM)) == {"m": {"M": {"y": {"S": "v"}, "z": {"S": "w"}}}}


@pytest.mark.parametrize("text", ["SET pk = :v", "ADD pk.b :1", "DELETE pk :ab", "SET a = :v REMOVE pk[1]"])
def test_a_key_is_not_updated(text):
    with pytest.raises(ValidationException) as refused:
        bound(text).refuse_keys(("pk", "sk"))
    assert refused.value.message == (
        "One or more parameter values were invalid: "
        "Cannot update attribute pk. This attribute is part of the key"
    )


def test_other_attributes_are_updated():
    assert bound("SET a = pk, b.pk = :v").refuse_keys(("pk", "sk")) is None
