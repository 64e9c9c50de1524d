"""Update expressions that AWS refuses, whatever the item. (dynalite, test/updateItem.js, recorded)"""

from __future__ import annotations

import pytest

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, parse_update

NAMES = {"#a": "a", "#b": "b"}
VALUES = {":a": {"S": "a"}, ":b": {"S": "b"}}


def refusal(text, names=None, values=None):
    with pytest.raises(ValidationException) as refused:
        parse_update(text, ExpressionContext(names, values))
    prefix, message = refused.value.message.split(": ", 1)
    assert prefix == "Invalid UpdateExpression"
    return message


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_expression_is_refused(text):
    assert refusal(text) == "The expression can not be empty;"


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("whatever", "whatever", "whatever"),
        ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
        ("set", "<EOF>", "set"),
        ("set a", "<EOF>", "a"),
        ("set a =", "<EOF>", "="),
        ("set a = b,", "<EOF>", ","),
        ("set a=set", "set", "=set"),
        ("remove a = b", "=", "a = b"),
        ("add a", "<EOF>", "a"),
        ("add a = b", "=", "a = b"),
        ("delete a b", "b", "a b"),
        ("delete a if_not_exist(b)", "if_not_exist", "a if_not_exist("),
        ("remove a b", "b", "a b"),
        ("set a b", "b", "a b"),
        ("set :a = b", ":a", "set :a ="),
        ("remove :a", ":a", "remove :a"),
        ("set a = b / c", "/", "b / c"),
        ("set a = b * c", "*", "b * c"),
        ('set a[1] = "eight"', '"', '= "eight'),
        ("set a[1] = 1", "1", "= 1"),
        ("SET a = if_not_exist(a, 100)", "100", ", 100)"),
        ("SET if_not_exist(a, b) = a", "(", "if_not_exist(a"),
        ("set (a = (b + c))", "(", "set (a"),
        ("set a = (b.c).d + e", ".", ").d"),
        ("set a = (b.c)[0] + e", "[", ")[0"),
        ("set a = b + c + d", "+", "c + d"),
        ("set a = (b + c) - d", "-", ") - d"),
        ("SET c = if_not_exists(c, :a+:b)", "+", ":a+:b"),
        ("SET _123 = :a", "_", "SET _123"),
        ("SET hi-there = :a", "-", "hi-there"),
        ("SET a[:xyz] = :a", ":xyz", "[:xyz]"),
        ("SET a = _f(b)", "_", "= _f"),
        ("SET a = :", ":", "= :"),
    ],
)
def test_a_syntax_error_shows_the_token_and_its_neighbours(text, token, near):
    assert refusal(text) == f'Syntax error; token: "{token}", near: "{near}"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("set a = ((b))", "The expression has redundant parentheses;"),
        (
            " set #c = :c set abOrt = true ",
            "Attribute name is a reserved keyword; reserved keyword: abOrt",
        ),
        (" remove Absolute ", "Attribute name is a reserved keyword; reserved keyword: Absolute"),
        ("set #c = if_not_exist(:c) set c = d", "Invalid function name; function: if_not_exist"),
        ("SET a = LIST_APPEND(:a, :b)", "Invalid function name; function: LIST_APPEND"),
        (
            "set a = attribute_exists(b)",
            "The function is not allowed in an update expression; function: attribute_exists",
        ),
        (
            "SET a = list_append(list_append(:a, :b), :a)",
            "The function is not allowed to be used this way in an expression; function: list_append",
        ),
        (
            "set a = #c set c = :d",
            'The "SET" section can only be used once in an update expression;',
        ),
        (
            "remove #d set a = b remove e",
            'The "REMOVE" section can only be used once in an update expression;',
        ),
        (
            "add #d :e set a = b add e :f",
            'The "ADD" section can only be used once in an update expression;',
        ),
        (
            "delete #d :e set a = b delete #e :f",
            'The "DELETE" section can only be used once in an update expression;',
        ),
        (
            "SET #c = if_not_exists(:c)",
            "An expression attribute name used in the document path is not defined; attribute name: #c",
        ),
        (
            "SET #a = if_not_exists(:c)",
            "An expression attribute value used in expression is not defined; attribute value: :c",
        ),
        (
            "SET a = if_not_exists(:c, b), b = #c",
            "An expression attribute name used in the document path is not defined; attribute name: #c",
        ),
        (
            "set a = if_not_exists(c)",
            "Incorrect number of operands for operator or function; "
            "operator or function: if_not_exists, number of operands: 1",
        ),
        (
            "set a = list_append(b, c, d)",
            "Incorrect number of operands for operator or function; "
            "operator or function: list_append, number of operands: 3",
        ),
        (
            "set a = if_not_exists(:a, c)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
        (
            "set a = if_not_exists(if_not_exists(a, b), c)",
            "Operator or function requires a document path; operator or function: if_not_exists",
        ),
    ],
)
def test_an_update_that_fits_no_item_is_refused(text, message):
    assert refusal(text, NAMES, VALUES) == message


@pytest.mark.parametrize(
    ("text", "one", "two"),
    [
        ("SET a = :a REMOVE a", "[a]", "[a]"),
        ("set d[1] = a, d.b = a, c[1].a = a, #c = if_not_exists(a)", "[c, [1], a]", "[c]"),
        ("set #c[3].#d = a, #c[3] = a", "[c, [3], [3]]", "[c, [3]]"),
        ("SET a.b = a, a.b.c.d.e = a", "[a, b]", "[a, b, c, d, e]"),
        ("SET a[1][1] = a, a[1] = a", "[a, [1], [1]]", "[a, [1]]"),
    ],
)
def test_overlapping_paths_are_refused(text, one, two):
    assert refusal(text, {"#c": "c", "#d": "[3]"}, VALUES) == (
        "Two document paths overlap with each other; must remove or rewrite one of these paths; "
        f"path one: {one}, path two: {two}"
    )


@pytest.mark.parametrize(
    ("text", "one", "two"),
    [
        ("set #c[3].#d = a, #c.#d[3] = if_not_exists(a)", "[c, [3], [3]]", "[c, [3], [3]]"),
        ("remove a.#c set a[1] = #d", "[a, c]", "[a, [1]]"),
        ("SET a.b.c = a, a.b[2] = a", "[a, b, c]", "[a, b, [2]]"),
    ],
)
def test_conflicting_paths_are_refused(text, one, two):
    assert refusal(text, {"#c": "c", "#d": "[3]"}, VALUES) == (
        "Two document paths conflict with each other; must remove or rewrite one of these paths; "
        f"path one: {one}, path two: {two}"
    )


OPERANDS = {
    "STRING": {"S": "a"},
    "NUMBER": {"N": "1"},
    "BINARY": {"B": "YQ=="},
    "NULL": {"NULL": True},
    "BOOLEAN": {"BOOL": True},
    "MAP": {"M": {"a": {"L": [{"N": "1"}]}}},
    "LIST": {"L": [{"N": "1"}]},
}


@pytest.mark.parametrize("section", ["ADD", "DELETE"])
def test_a_section_refuses_operands_by_their_type(section):
    for word, value in OPERANDS.items():
        if section == "ADD" and word == "NUMBER":
            continue
        text = f"set b = list_append(:a, a), c = if_not_exists(a) {section} a.b :a"
        assert refusal(text, None, {":a": value}) == (
            f"Incorrect operand type for operator or function; operator: {section}, operand type: {word}, "
            f"typeSet: ALLOWED_FOR_{section}_OPERAND"
        )


@pytest.mark.parametrize(
    ("text", "function", "wrong"),
    [
        ("set a = list_append(:a, a)", "list_append", "S N B BOOL NULL SS NS BS M"),
        ("set a = list_append(a, :a)", "list_append", "S N B BOOL NULL SS NS BS M"),
        ("set a = a + :a", "+", "S B BOOL NULL SS NS BS M L"),
        ("set a = :a - a", "-", "S B BOOL NULL SS NS BS M L"),
    ],
)
def test_a_function_refuses_operands_by_their_type(text, function, wrong):
    values = {
        "S": {"S": "a"},
        "N": {"N": "1"},
        "B": {"B": "YQ=="},
        "BOOL": {"BOOL": False},
        "NULL": {"NULL": True},
        "SS": {"SS": ["a"]},
        "NS": {"NS": ["1"]},
        "BS": {"BS": ["YQ=="]},
        "M": {"M": {}},
        "L": {"L": []},
    }
    for tag in wrong.split():
        assert refusal(text, None, {":a": values[tag]}) == (
            "Incorrect operand type for operator or function; "
            f"operator or function: {function}, operand type: {tag}"
        )


def test_a_longer_expression_is_refused():
    text = "SET " + "a" * 4089 + " = b"
    assert refusal(text) == (
        f"Expression size has exceeded the maximum allowed size; expression size: {len(text)}"
    )


def test_more_than_300_operators_are_refused():
    text = "SET " + ",".join(f"a{number}=b+c" for number in range(301))
    assert refusal(text) == "The expression contains too many operators; operator count: 301"
