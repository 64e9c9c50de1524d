"""Conditions on an item: operators, functions, precedence."""

from __future__ import annotations

import pytest

from skymock.services.dynamodb.expressions import ExpressionContext, parse_condition

ITEM = {
    "s": {"S": "hello"},
    "n": {"N": "5"},
    "b": {"B": "aGkgdGhlcmU="},
    "ss": {"SS": ["a", "b"]},
    "ns": {"NS": ["1", "2"]},
    "bs": {"BS": ["YQ==", "Yg=="]},
    "els": {"L": [{"N": "1"}, {"S": "two"}, {"SS": ["x", "y"]}]},
    "m": {"M": {"x": {"N": "1"}, "y": {"L": [{"N": "-1"}, {"N": "2"}]}}},
    "yes": {"BOOL": True},
    "nil": {"NULL": True},
    "five": {"N": "5"},
}
VALUES = {
    ":hello": {"S": "hello"},
    ":hell": {"S": "hell"},
    ":ell": {"S": "ell"},
    ":0": {"N": "0"},
    ":1": {"N": "1"},
    ":2": {"N": "2"},
    ":3": {"N": "3"},
    ":5": {"N": "5.00"},
    ":9": {"N": "9"},
    ":text5": {"S": "5"},
    ":hi": {"B": "aGk="},
    ":ere": {"B": "ZXJl"},
    ":ba": {"SS": ["b", "a"]},
    ":yx": {"SS": ["y", "x"]},
    ":list": {"L": [{"N": "1"}]},
    ":true": {"BOOL": True},
    ":null": {"NULL": True},
    ":S": {"S": "S"},
    ":SS": {"S": "SS"},
    ":N": {"S": "N"},
    ":M": {"S": "M"},
    ":a": {"S": "a"},
    ":z": {"S": "z"},
}


def holds(text, item=ITEM):
    return parse_condition(text, ExpressionContext({"#and": "and", "#m": "m", "#x": "x"}, VALUES)).holds(item)


@pytest.mark.parametrize(
    "text",
    [
        "s = :hello",
        ":hello = s",
        "n = :5",
        "n = five",
        "ss = :ba",
        "yes = :true",
        "nil = :null",
        "s <> :hell",
        "n <> :text5",
        "gone <> :1",
        "gone <> away",
        "n < :9",
        "n <= :5",
        "n > :2",
        "n >= :5",
        ":2 < n",
        "s > :hell",
        "b >= :hi",
        "n BETWEEN :2 AND :9",
        "n between :5 and :5",
        "n BETWEEN m.x AND five",
        "n IN (:1, :5)",
        "n in (:hello, five)",
        "ss IN (:ba)",
        "attribute_exists(s)",
        "attribute_exists (m.y[1])",
        "attribute_not_exists(gone)",
        "attribute_not_exists(m.z.a)",
        "attribute_not_exists(m.y[2])",
        "attribute_type(s, :S)",
        "attribute_type(ss, :SS)",
        "attribute_type(m, :M)",
        "attribute_type(:1, :N)",
        "begins_with(s, :hell)",
        "begins_with(b, :hi)",
        "begins_with(:hello, :hell)",
        "contains(s, :ell)",
        "contains(b, :ere)",
        "contains(ss, :a)",
        "contains(ns, :2)",
        "contains(els, :1)",
        "contains(els, :yx)",
        "size(s) = :5",
        "size(b) > :5",
        "size(ss) = :2",
        "size(els) = :3",
        "size(m) = :2",
        "size(s) = n",
        "n = size(s)",
        "size(n) <> :1",
        "m.x < m.y[1]",
        "#m.#x = :1",
        "attribute_not_exists(#and)",
        "NOT n < :2",
        "nOt NOT n = :5",
        "n = :5 AND s = :hello AND yes = :true",
        "n = :1 OR s = :hello",
        "n = :5 OR n = :1 AND n = :2",
        "NOT n = :1 AND n = :5",
        "n BETWEEN :2 AND :9 AND s = :hello",
        "(n = :1 OR n = :5) AND (s = :hello)",
        "(n = :1 OR (n = :5))",
        "NOT (n = :1 OR n = :2)",
        "(n) = (:5)",
        "(m).x = :1",
        "(size(s)) = :5",
        " \t\r\nn=:5 ",
    ],
)
def test_a_condition_holds(text):
    assert holds(text)


@pytest.mark.parametrize(
    "text",
    [
        "s = :hell",
        "n = :text5",
        "gone = :1",
        "gone = away",
        "ss = :a",
        "s <> :hello",
        "n < :5",
        "n > :5",
        "s < :5",
        "gone < :1",
        ":1 < gone",
        "els < :1",
        ":1 > els",
        "els < m",
        "n BETWEEN :0 AND :2",
        "gone BETWEEN :0 AND :9",
        "n BETWEEN els AND m",
        "n IN (:1, :text5)",
        "gone IN (:1)",
        "n IN (gone)",
        "attribute_exists(gone)",
        "attribute_exists(m.y[2])",
        "attribute_exists(s.x)",
        "attribute_exists(s[0])",
        "attribute_not_exists(s)",
        "attribute_type(s, :N)",
        "attribute_type(gone, :N)",
        "begins_with(s, :ell)",
        "begins_with(n, :hell)",
        "begins_with(s, n)",
        "begins_with(gone, :hell)",
        "contains(s, :z)",
        "contains(ss, :z)",
        "contains(n, :1)",
        "contains(s, :1)",
        "contains(gone, :1)",
        "contains(els, :9)",
        "size(n) = :1",
        "size(yes) = :1",
        "size(nil) = :1",
        "size(gone) = :0",
        "size(s) = :hello",
        "NOT n = :5",
        "n = :5 AND s = :hell",
        "n = :1 OR s = :hell",
        "NOT n = :5 AND n = :9",
    ],
)
def test_a_condition_does_not_hold(text):
    assert not holds(text)


def test_bytes_are_compared_unsigned():
    context = ExpressionContext(None, {":x80": {"B": "gA=="}})
    assert parse_condition("b < :x80", context).holds({"b": {"B": "fw=="}})


def test_a_condition_names_the_paths_it_reads():
    context = ExpressionContext({"#m": "m"}, {":v": {"N": "1"}})
    condition = parse_condition("#m.x[2] = :v AND (a < b OR NOT size(c) IN (:v, d))", context)
    assert condition.paths == (("m", "x", 2), ("a",), ("b",), ("c",), ("d",))


def test_the_same_text_serves_other_names_and_values():
    text = "#a = :v"
    first = parse_condition(text, ExpressionContext({"#a": "a"}, {":v": {"N": "1"}}))
    second = parse_condition(text, ExpressionContext({"#a": "b"}, {":v": {"N": "2"}}))
    item = {"a": {"N": "1"}, "b": {"N": "2"}}
    assert first.holds(item)
    assert second.holds(item)
    assert not second.holds({"a": {"N": "2"}})


def test_the_nested_conditions_that_boto3_builds_are_evaluated():
    text, values = "a0 = :v0", {":v0": {"N": "1"}}
    for number in range(1, 150):
        text = f"({text} AND a{number} = :v0)"
    condition = parse_condition(text, ExpressionContext(None, values))
    item = {f"a{number}": {"N": "1"} for number in range(150)}
    assert condition.holds(item)
    assert not condition.holds({**item, "a149": {"N": "2"}})
