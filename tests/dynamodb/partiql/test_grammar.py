"""How PartiQL's text is read, and what AWS says of text that it cannot read.

The messages are AWS's. (paritysuite/dynamodb-conformance, partiqlGrammar and partiqlFunctions)
"""

import pytest

from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql import nodes
from skymock.services.dynamodb.partiql.lexer import tokens_of
from skymock.services.dynamodb.partiql.parser import parsed_statement

MALFORMED = "Statement wasn't well formed, can't be processed: "
LEFTOVER = f"{MALFORMED}Unexpected token after expression"
ALIASING = "Aliasing is not supported"
NO_TERM = f"{MALFORMED}Unexpected term"
NO_RIGHT_SIDE = f"{MALFORMED}Missing right-hand side expression of infix operator"
NO_PATH = f"{MALFORMED}Expected identifier for simple path"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        ('SELECT * FROM "t" WHERE pk = 1 foo', LEFTOVER),
        ('SELECT * FROM "t" WHERE pk = 1 e5', LEFTOVER),
        ("INSERT INTO \"t\" VALUE {'pk': 1} foo", LEFTOVER),
        ('UPDATE "t" SET a = 9 WHERE pk = 1 foo', LEFTOVER),
        ('DELETE FROM "t" WHERE pk = 1 foo', LEFTOVER),
        ('SELECT * FROM "t" WHERE pk = 1)', LEFTOVER),
        ('DELETE FROM "t" WHERE pk = 1 ORDER BY pk', LEFTOVER),
        ('SELECT * FROM "t" ORDER BY pk WHERE pk = 1', LEFTOVER),
        ("NOT A STATEMENT", LEFTOVER),
        ('SELECT * FROM "t" WHERE pk = 1e2147483648', MALFORMED),
        ('SELECT * FROM "t" WHERE pk = 1e99999999999', MALFORMED),
        ('SELECT * FROM "t" WHERE pk = 1.5e-2147483647', MALFORMED),
        ('SELECT * FROM "t" WHERE pk = 1 # note', MALFORMED),
        ('SELECT * FROM "t" WHERE pk = 1 /* note', MALFORMED),
        ('SELECT * FROM "t" WHERE pk = \'open', MALFORMED),
        ('SELECT * FROM "t" WHERE pk = 1abc', MALFORMED),
        ('SELECT * FROM "t" x WHERE pk = 1', ALIASING),
        ('SELECT * FROM "t" AS x WHERE pk = 1', ALIASING),
        ('SELECT a AS b FROM "t"', ALIASING),
        ('UPDATE "t" x SET a = 3 WHERE pk = 1', ALIASING),
        ('DELETE FROM "t" x WHERE pk = 1', ALIASING),
        ("INSERT INTO \"t\" x VALUE {'pk': 'x'}", LEFTOVER),
        ('SELECT * FROM "t" WHERE', NO_TERM),
        ('SELECT * FROM "t" WHERE;', NO_TERM),
        ('UPDATE "t" SET a = 1 WHERE', NO_TERM),
        ('DELETE FROM "t" WHERE', NO_TERM),
        ('SELECT * FROM "t" WHERE NOT', NO_TERM),
        ('SELECT * FROM "t" WHERE (', NO_TERM),
        ("SELECT * FROM", NO_TERM),
        ("SELECT * FROM \"t\" WHERE pk = 'p1' AND", NO_RIGHT_SIDE),
        ("SELECT * FROM \"t\" WHERE pk = 'p1' OR", NO_RIGHT_SIDE),
        ('SELECT * FROM "t" WHERE ORDER BY pk', f"{MALFORMED}Unexpected keyword"),
        ('SELECT * FROM "t" WHERE IS NULL', f"{MALFORMED}Unexpected operator"),
        ('SELECT * FROM "t" WHERE pk = LIKE', f"{MALFORMED}Unexpected operator"),
        ('SELECT * FROM "t" WHERE x IS FOO', f"{MALFORMED}Expected type name"),
        ('SELECT * FROM "t" WHERE a.inner = 1', f"{MALFORMED}Invalid path dot component"),
        ('SELECT * FROM (SELECT * FROM "t"', f"{MALFORMED}Unexpected keyword"),
        ("DELETE FROM", NO_PATH),
        ("DELETE FROM;", NO_PATH),
        ("DELETE FROM WHERE pk = 'a'", NO_PATH),
        ("UPDATE t SET WHERE", NO_PATH),
        ("SLECT * FROM \"t\" WHERE pk = 'a'", f"{MALFORMED}Expected data manipulation"),
        ("UPDATE Payment-dev SET a = 1", f"{MALFORMED}Expected data manipulation"),
        ("UPDATE t WHERE pk = 1", f"{MALFORMED}Expected data manipulation"),
        ("UPDATE t DELETE a", "Only SET and REMOVE are supported in update expressions at this time"),
        ("FROM \"t\" SET c = 1 WHERE pk = 'a'", LEFTOVER),
        ("x IS INT4", "Unsupported operation: IsType"),
        ("x IS DOUBLE PRECISION", "Unsupported operation: IsType"),
        ("SELECT a", f"{MALFORMED}Expected FROM after SELECT list"),
        ("DELETE t", f"{MALFORMED}Expected FROM"),
        ("SELECT id FROM dbimp_page LIMIT 5", "Unsupported clause: LIMIT at 1:33:1"),
        ('SELECT attribute_exists(ss) FROM "t"', "Unexpected path component at 1:8:16"),
        (
            "SELECT *, a FROM t",
            "Other attributes should not be present in the projection when '*' is used.",
        ),
        ("SELECT a, b.a FROM t", "Duplicate identifiers in select clause: a"),
        ("SELECT a.*.b FROM t", "Unpivot path component like a.*.b are not supported"),
        ("SELECT a[*].b FROM t", "Wildcard path component like a[*].b are not supported"),
        ("SELECT l[-1] FROM t", "List index is not within the allowable range; index: [-1] at 1:11:1"),
        (
            "SELECT l[2147483648] FROM t",
            "List index is not within the allowable range; index: [2147483648] at 1:10:10",
        ),
        ("SELECT DISTINCT a FROM t", "Select projection doesn't support value or pivot keywords"),
        ("SELECT * FROM 't'", "Unexpected from source"),
        ("SELECT * FROM a, b", "Only select from a single table or index is supported."),
        ("SELECT * FROM t[0]", "Invalid list expression in source."),
        ("SELECT * FROM a.b.c", "A path may contain at most 2 components in the FROM clause"),
        ('SELECT * FROM a.""', "Path component cannot be an empty string"),
        ("UPDATE a.b SET c = 1", "This operation is not supported on an index"),
        (
            "DELETE FROM t WHERE pk = 1 RETURNING ALL OLD a",
            "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause",
        ),
        ("INSERT INTO t VALUE {'pk': 1} RETURNING ALL OLD *", "RETURNING is not supported in INSERT"),
        (
            "DELETE FROM t WHERE pk = 'x' RETURNING MODIFIED OLD *",
            "Invalid returning clause: RETURNING MODIFIED OLD *. "
            "Only RETURNING ALL OLD * is allowed in DELETE statements.",
        ),
        (
            "INSERT INTO t VALUES {'pk': 1}",
            "Unsupported operation: Inserting multiple items in a single statement is not supported, "
            'use "INSERT INTO tableName VALUE item" instead',
        ),
        ("EXISTS(1)", "EXISTS() must contain a single item read with additional condition"),
    ],
)
def test_a_statement_that_cannot_be_read_is_refused(statement, message):
    with pytest.raises(ValidationException) as caught:
        parsed_statement(statement)
    assert caught.value.message == message


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("SELECT/**/*", ["select", "*", "END"]),
        ("n-- a note\n=1", ["IDENTIFIER", "=", "NUMBER", "END"]),
        ("'it''s'", ["STRING", "END"]),
        ("a!=.5e-3", ["IDENTIFIER", "<>", "NUMBER", "END"]),
        ("<<'a'>>", ["<<", "STRING", ">>", "END"]),
    ],
)
def test_text_is_taken_apart_without_comments(text, kinds):
    assert [token.kind for token in tokens_of(text)] == kinds


def test_a_token_knows_its_line_and_column():
    assert tokens_of("SELECT\n  /*\n*/ abc")[1].place == "3:4:3"


@pytest.mark.parametrize(("text", "name"), [('"a""b"', 'a"b'), ("'it''s'", "it's")])
def test_a_doubled_quote_is_one(text, name):
    assert tokens_of(text)[0].text == name


@pytest.mark.parametrize(
    ("statement", "names"),
    [
        ("SELECT a, m.b, m.k[0], l[1] FROM t", ["a", "b", "k[0]", "l[1]"]),
        ("SELECT \"order\".x, m['y'] FROM t", ["x", "y"]),
    ],
)
def test_a_column_is_called_by_the_last_name_of_its_path(statement, names):
    columns = parsed_statement(statement).statement.columns
    assert [column.name for column in columns] == names


def test_and_binds_more_tightly_than_or():
    where = parsed_statement("SELECT * FROM t WHERE a = 1 OR b = 2 AND NOT c = 3").statement.where
    assert (where.operator, where.operands[1].operator) == ("or", "and")


def test_not_takes_the_whole_comparison():
    where = parsed_statement("SELECT * FROM t WHERE NOT a = true").statement.where
    assert isinstance(where, nodes.Not)
    assert isinstance(where.operand, nodes.Infix)


def test_parameters_are_counted_in_their_order():
    parsed = parsed_statement("SELECT * FROM t WHERE a = ? AND b IN [?, ?]")
    assert parsed.parameter_count == 3
