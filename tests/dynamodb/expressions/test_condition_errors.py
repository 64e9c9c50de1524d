"""Conditions that AWS refuses, and which fault it reports. (dynalite, test/scan.js: recorded from AWS)"""

from __future__ import annotations

from collections import Counter

import pytest

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.expressions import ExpressionContext, parse_condition
from skymock.services.dynamodb.expressions.reserved_words import RESERVED_WORDS

VALUE_OF_TYPE = {
    "S": {"S": "1"},
    "N": {"N": "1"},
    "B": {"B": "YQ=="},
    "BOOL": {"BOOL": True},
    "NULL": {"NULL": True},
    "SS": {"SS": ["1"]},
    "NS": {"NS": ["1"]},
    "BS": {"BS": ["YQ=="]},
    "L": {"L": []},
    "M": {"M": {}},
}


def refusal(text, names=None, values=None, kind="FilterExpression"):
    with pytest.raises(ValidationException) as refused:
        parse_condition(text, ExpressionContext(names, values), kind)
    prefix, message = refused.value.message.split(": ", 1)
    assert prefix == f"Invalid {kind}"
    return message


@pytest.mark.parametrize("kind", ["ConditionExpression", "FilterExpression"])
def test_a_refusal_names_the_parameter(kind):
    assert refusal("", kind=kind) == "The expression can not be empty;"


@pytest.mark.parametrize(
    ("text", "token", "near"),
    [
        ("things are not gonna be ok", "are", "things are not"),
        ("a", "<EOF>", "a"),
        ("a >", "<EOF>", ">"),
        ("a > 4", "4", "> 4"),
        ("a  >  4 AND b = c", "4", ">  4 AND"),
        ("a = b c", "c", "b c"),
        ("attribute_exists(", "<EOF>", "("),
        ("attribute_exists()", ")", "()"),
        ("attribute_exists(Pictures-RearView)", "-", "Pictures-RearView"),
        ('attribute_exists("Pictures.RearView")', '"', '("Pictures'),
        ("attribute_exists(Pictures..RearView)", ".", "..RearView"),
        ("attribute_exists(Pi#ctures.RearView)", "#ctures", "Pi#ctures."),
        ("attribute_exists(asdf[a])", "a", "[a]"),
        ("_a = b", "_", "_a"),
        ("a in b, c", "b", "in b,"),
        ("a in (b,c,)", ")", ",)"),
        ("a in ()", ")", "()"),
        ("a > between", "between", "> between"),
        ("a between b or c", "or", "b or c"),
        ("(a)between(b.(c.d))and(c)", "(", ".(c"),
        ("(a)between(b.c.d)and((c)", "<EOF>", ")"),
        ("#$.b > a", "#", "#$"),
        ("a > :things.stuff", ".", ":things.stuff"),
        ("b[:a] > a", ":a", "[:a]"),
        ("b[#_] > a", "#_", "[#_]"),
        ("b[1 > a", ">", "1 > a"),
        ("ü > a", "ü", "ü >"),
        ("size(a).b > a", ".", ").b"),
        ("(size(a))[0] > a", "[", ")[0"),
        ("a AND b = c", "AND", "a AND b"),
        ("a = b AND c", "<EOF>", "c"),
        ("(a) AND b = c", "AND", ") AND b"),
        ("NOT a", "<EOF>", "a"),
        ("(a = b) = c", "=", ") = c"),
        ("a = b = c", "=", "b = c"),
        ("(a = b", "<EOF>", "b"),
        ("(NOT a)", ")", "a)"),
        ("(a = b AND c)", ")", "c)"),
        ("a = b)", ")", "b)"),
    ],
)
def test_a_syntax_error_shows_the_token_and_its_neighbours(text, token, near):
    assert refusal(text) == f'Syntax error; token: "{token}", near: "{near}"'


@pytest.mark.parametrize(
    "text",
    [
        "((a = b))",
        "a=a and a > ((views))",
        "(a)between(((b.c)).d)and(c)",
        "a > whatever((:things), ((a)))",
        "a=a AND ((a=a AND a=a)) AND a=a",
        "a=a OR ((a=a OR (a=a OR a=a)))",
        "((attribute_not_exists(pk)))",
    ],
)
def test_redundant_parentheses_are_refused_first(text):
    assert refusal(text) == "The expression has redundant parentheses;"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a=a and whatever((:things)) > a", "Invalid function name; function: whatever"),
        ("attRIbute_exIsts((views), #a)", "Invalid function name; function: attRIbute_exIsts"),
        (
            "if_not_exists(a, b) = c",
            "The function is not allowed in a condition expression; function: if_not_exists",
        ),
        (
            "list_append(a, b) = c",
            "The function is not allowed in a condition expression; function: list_append",
        ),
        ("attribute_exists(views, #a)", "Attribute name is a reserved keyword; reserved keyword: views"),
        (":a < abOrT", "Attribute name is a reserved keyword; reserved keyword: abOrT"),
        ("a.#b.size = c", "Attribute name is a reserved keyword; reserved keyword: size"),
    ],
)
def test_names_that_mean_something_else_are_refused(text, message):
    assert refusal(text) == message


# How many words AWS's page lists under each letter. (Reserved words in DynamoDB)
RESERVED_BY_LETTER = {
    "A": 31, "B": 19, "C": 53, "D": 37, "E": 30, "F": 25, "G": 11, "H": 8, "I": 36, "J": 1, "K": 2, "L": 30,
    "M": 21, "N": 15, "O": 24, "P": 33, "Q": 3, "R": 48, "S": 69, "T": 30, "U": 20, "V": 13, "W": 12, "Y": 1, "Z": 1,
}  # fmt: skip
OPERATORS = {"AND", "BETWEEN", "IN", "NOT", "OR"}


def test_all_words_of_awss_list_are_reserved():
    assert Counter(word[0] for word in RESERVED_WORDS) == RESERVED_BY_LETTER


@pytest.mark.parametrize("word", sorted(RESERVED_WORDS - OPERATORS))
def test_a_reserved_word_is_no_name_in_any_case(word):
    text = word.capitalize()

    assert refusal(f"{text} = :a") == f"Attribute name is a reserved keyword; reserved keyword: {text}"


@pytest.mark.parametrize("word", sorted(OPERATORS))
def test_an_operator_is_no_name(word):
    assert refusal(f"{word} = :a").startswith("Syntax error; token: ")


@pytest.mark.parametrize(
    ("text", "function"),
    [
        ("a=a and attribute_exists((views), (#a)) > b", "attribute_exists"),
        ("attribute_not_exists(things) > b", "attribute_not_exists"),
        ("attribute_type(things, :a) > b", "attribute_type"),
        ("begins_with(things, a) > b", "begins_with"),
        ("contains(:things, c) > b", "contains"),
        ("size(contains(a, b)) > a", "contains"),
        ("size(things)", "size"),
        ("NOT size(things)", "size"),
        ("a = b AND size(things)", "size"),
        ("a between b and attribute_exists(things)", "attribute_exists"),
        ("a in (b, attribute_exists(things))", "attribute_exists"),
    ],
)
def test_a_function_in_the_wrong_place_is_refused(text, function):
    assert refusal(text) == (
        f"The function is not allowed to be used this way in an expression; function: {function}"
    )


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("attribute_exists(#Pictures.RearView, :a) and a=a", "#Pictures"),
        ("begins_with(Pictures.#RearView)", "#RearView"),
        ("(#P between :lo and :hi) and (#PC in (:cat1, :cat2))", "#P"),
        ("#4g > a", "#4g"),
        ("(a)between(b.c[45].#d)and(:a)", "#d"),
    ],
)
def test_an_undefined_name_is_refused(text, name):
    assert refusal(text) == (
        f"An expression attribute name used in the document path is not defined; attribute name: {name}"
    )


@pytest.mark.parametrize(
    ("text", "value"), [("begins_with(:hello, #a, #b)", ":hello"), (":a < :b", ":a"), (":_ > a", ":_")]
)
def test_an_undefined_value_is_refused(text, value):
    assert refusal(text) == (
        f"An expression attribute value used in expression is not defined; attribute value: {value}"
    )


@pytest.mark.parametrize(
    ("text", "function", "count"),
    [
        ("attribute_exists(things, a) and a=a", "attribute_exists", 2),
        ("attribute_not_exists(things, b)", "attribute_not_exists", 2),
        ("attribute_type(things)", "attribute_type", 1),
        ("begins_with(things)", "begins_with", 1),
        ("begins_with(things, size(a), b)", "begins_with", 3),
        ("contains(things)", "contains", 1),
        ("size(things, a) > b", "size", 2),
        ("a between size(b, c) and d", "size", 2),
        ("a in (b, size(c, d))", "size", 2),
    ],
)
def test_a_wrong_number_of_operands_is_refused(text, function, count):
    assert refusal(text) == (
        "Incorrect number of operands for operator or function; "
        f"operator or function: {function}, number of operands: {count}"
    )


@pytest.mark.parametrize(
    ("text", "operator", "path"),
    [
        ("a = a AND #a = b AND :views > a", "=", "[a]"),
        ("#a <> a", "<>", "[a]"),
        ("a > #a", ">", "[a]"),
        ("((a=a) OR (a=a))", "=", "[a]"),
        ("contains(ab.bc[1].a, ab.bc[1].#a)", "contains", "[ab, bc, [1], a]"),
        ("attribute_type(ab.bc[1].#a, ab.bc[1].a)", "attribute_type", "[ab, bc, [1], a]"),
        ("begins_with(ab.bc[1].a, ab.bc[1].#a)", "begins_with", "[ab, bc, [1], a]"),
        ("a between b and #a", "BETWEEN", "[a]"),
        ("a in (b, a)", "IN", "[a]"),
    ],
)
def test_a_path_is_not_compared_with_itself(text, operator, path):
    assert refusal(text, {"#a": "a"}) == (
        "The first operand must be distinct from the remaining operands for this operator or function; "
        f"operator: {operator}, first operand: {path}"
    )


@pytest.mark.parametrize(
    ("text", "operator", "types"),
    [
        ("attribute_type(a, :a)", "attribute_type", "N B BOOL NULL L M SS NS BS"),
        ("attribute_type(a, size(b)) and c=:a", "attribute_type", "N"),
        ("begins_with(a, :a)", "begins_with", "N BOOL NULL L M SS NS BS"),
        ("begins_with(:a, a)", "begins_with", "N BOOL NULL L M SS NS BS"),
        ("begins_with(a, size(b)) and c=:a", "begins_with", "N"),
        ("size(:a) > a", "size", "N BOOL NULL"),
        ("size(size(a)) > :a", "size", "N"),
        ("attribute_not_exists(size(:a))", "size", "N"),
        ("a < :a", "<", "BOOL NULL L M SS NS BS"),
        (":a >= a", ">=", "BOOL NULL L M SS NS BS"),
        ("a between :a and b", "BETWEEN", "BOOL NULL L M SS NS BS"),
    ],
)
def test_an_operand_of_the_wrong_type_is_refused(text, operator, types):
    for tag in types.split():
        assert refusal(text, None, {":a": VALUE_OF_TYPE[tag]}) == (
            "Incorrect operand type for operator or function; "
            f"operator or function: {operator}, operand type: {tag}"
        )


def test_the_type_of_attribute_type_is_not_read_from_the_item():
    assert refusal("attribute_type(a, b)") == (
        "Incorrect operand type for operator or function; "
        "operator or function: attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}"
    )


def test_an_unknown_type_is_refused():
    assert refusal("attribute_type(a, :a)", None, {":a": {"S": "DOG"}}) == (
        "Invalid attribute type name found; type: DOG, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
    )


@pytest.mark.parametrize("text", ["attribute_exists(:a) and a=a", "attribute_not_exists(size(:a))"])
def test_what_is_no_path_does_not_exist(text):
    function = text.split("(")[0]
    assert refusal(text, None, {":a": {"S": "1"}}) == (
        f"Operator or function requires a document path; operator or function: {function}"
    )


@pytest.mark.parametrize(
    ("low", "high", "requirement", "shown"),
    [
        (
            {"N": "1"},
            {"S": "a"},
            "same data type for lower and upper bounds",
            "lower bound operand: AttributeValue: {N:1}, upper bound operand: AttributeValue: {S:a}",
        ),
        (
            {"B": "YmI="},
            {"B": "YQ=="},
            "upper bound to be greater than or equal to lower bound",
            "lower bound operand: AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=2 cap=2]}, "
            "upper bound operand: AttributeValue: {B:java.nio.HeapByteBuffer[pos=0 lim=1 cap=1]}",
        ),
        (
            {"S": "b"},
            {"S": "a"},
            "upper bound to be greater than or equal to lower bound",
            "lower bound operand: AttributeValue: {S:b}, upper bound operand: AttributeValue: {S:a}",
        ),
    ],
)
def test_bounds_that_enclose_nothing_are_refused(low, high, requirement, shown):
    assert refusal("a between :low and :high", None, {":low": low, ":high": high}) == (
        f"The BETWEEN operator requires {requirement}; {shown}"
    )


def test_the_first_wrong_condition_is_reported():
    values = {":n": {"N": "1"}}
    undefined = "An expression attribute value used in expression is not defined; attribute value: :missing"
    wrong_type = (
        "Incorrect operand type for operator or function; operator or function: begins_with, operand type: N"
    )
    assert refusal("a = :missing AND begins_with(b, :n)", None, values) == undefined
    assert refusal("begins_with(b, :n) AND a = :missing", None, values) == wrong_type


def in_list(count):
    values = {f":v{number}": {"N": str(number)} for number in range(count)}
    return f"a IN ({', '.join(values)})", values


def test_in_takes_100_operands():
    text, values = in_list(100)
    assert parse_condition(text, ExpressionContext(None, values)).holds({"a": {"N": "99"}})


def test_in_takes_no_more_than_100_operands():
    text, values = in_list(101)
    assert refusal(text, None, values) == (
        "The IN operator is provided with too many operands; number of operands: 101"
    )


def test_an_expression_of_4096_bytes_is_taken():
    text = f"attribute_exists({'a' * 4078})"
    assert not parse_condition(text, ExpressionContext()).holds({})


def test_a_longer_expression_is_refused():
    assert refusal(f"attribute_exists({'a' * 4079})") == (
        "Expression size has exceeded the maximum allowed size; expression size: 4097"
    )


def test_300_operators_are_taken():
    text = " OR ".join(["a<b"] * 150) + " OR NOT c<d"[:0]
    assert not parse_condition(text, ExpressionContext()).holds({})


def test_more_than_300_operators_are_refused():
    text = " OR ".join(["a<b"] * 151)
    assert refusal(text) == "The expression contains too many operators; operator count: 301"


def test_more_parentheses_than_300_operators_need_are_refused():
    assert refusal("(" * 151 + "a<b" + " AND a<b)" * 151) == (
        "The expression contains too many operators; operator count: 301"
    )


def test_a_path_of_32_elements_is_taken():
    text = f"attribute_exists(a{'.b' * 31})"
    assert not parse_condition(text, ExpressionContext()).holds({})


def test_a_deeper_path_is_refused():
    assert refusal(f"attribute_exists(a{'.b' * 32})") == (
        "The document path has too many nesting levels; nesting levels: 33"
    )


def test_a_list_index_beyond_an_int_is_refused():
    assert refusal("attribute_exists(a[2147483648])") == (
        "List index is not within the allowable range; index: [2147483648]"
    )
