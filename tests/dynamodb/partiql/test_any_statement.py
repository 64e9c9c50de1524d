"""Any text gives an answer or an AWS error, and in time that grows with its length only."""

import time

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql.parser import parsed_statement

from ..tables import create_table

MAX_STATEMENT = 8192

_WORDS = """
SELECT * FROM orders WHERE pk sk n = <> < > AND OR NOT IN IS NULL MISSING STRING BETWEEN LIKE EXISTS ORDER BY DESC
INSERT INTO VALUE VALUES UPDATE SET REMOVE DELETE RETURNING ALL OLD NEW MODIFIED ( ) [ ] { } << >> , . : ; ? 'a' '1'
"orders" 1 -1 1e5 .5 + - true false size( contains( begins_with( set_add( list_append( m.a l[0] attribute_exists(
attribute_type( `x` 'open -- /* LIMIT AS
"""
WORDS = _WORDS.split()

texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join),
    st.lists(st.sampled_from(WORDS), max_size=25).map(
        lambda words: "SELECT * FROM orders WHERE " + " ".join(words)
    ),
    st.lists(st.sampled_from(WORDS), max_size=25).map(
        lambda words: "UPDATE orders SET n = " + " ".join(words)
    ),
)


@settings(max_examples=150, deadline=None)
@given(text=texts)
def test_any_text_is_read_or_refused(text):
    assert outcome(text)


def outcome(text):
    """The statement that a text is, or the words in which it is refused."""
    try:
        return parsed_statement.__wrapped__(text)
    except ValidationException as refused:
        return refused.message


@pytest.fixture(scope="module")
def client():
    """A client of a cloud that lasts as long as this file: its tests only need some table to be there."""
    with mock_serverless():
        client = boto3.client("dynamodb")
        create_table(client, sort="sk:S")
        client.put_item(TableName="orders", Item={"pk": {"S": "a"}, "sk": {"S": "1"}, "n": {"N": "1"}})
        yield client


def error_code(client, statement, **parameters):
    """The code that a statement is refused with; None for one that is answered."""
    try:
        client.execute_statement(Statement=statement, **parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


TERMS = st.recursive(
    st.sampled_from(
        ["pk", "sk", "n", "m.a", "'a'", "'1'", "1", "true", "null", "?", "[1]", "{'a': 1}", "<<'a'>>"]
    ),
    lambda terms: st.one_of(
        st.tuples(terms, st.sampled_from(["=", "<>", "<", ">=", "AND", "OR", "IN", "+"]), terms).map(
            " ".join
        ),
        terms.map(lambda term: f"({term})"),
        terms.map(lambda term: f"NOT {term}"),
        terms.map(lambda term: f"size({term})"),
        terms.map(lambda term: f"attribute_exists({term})"),
        terms.map(lambda term: f"{term} IS NULL"),
        st.tuples(terms, terms, terms).map(lambda parts: "{} BETWEEN {} AND {}".format(*parts)),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(
    term=TERMS,
    form=st.sampled_from(
        [
            "SELECT * FROM orders WHERE {}",
            "SELECT * FROM orders WHERE pk = 'a' AND {}",
            "SELECT sk FROM orders WHERE pk = 'a' AND sk = '1' OR {} ORDER BY sk",
            "UPDATE orders SET n = {} WHERE pk = 'a' AND sk = '1'",
            "DELETE FROM orders WHERE pk = 'a' AND sk = '2' AND {}",
            "INSERT INTO orders VALUE {{'pk': 'a', 'sk': '1', 'x': {}}}",
        ]
    ),
)
def test_any_term_is_answered_or_refused(client, term, form):
    statement = form.format(term)
    parameters = {"Parameters": [{"S": "a"}] * statement.count("?")} if "?" in statement else {}
    assert error_code(client, statement, **parameters) in {
        None,
        "ValidationException",
        "ConditionalCheckFailedException",
        "DuplicateItemException",
    }


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM orders WHERE " + "(" * 8000,
        "SELECT * FROM orders WHERE " + "NOT " * 2000 + "a = 1",
        "SELECT * FROM orders WHERE " + "- " * 4000 + "1",
        "SELECT * FROM orders WHERE a = " + "[" * 8000,
        "SELECT * FROM orders WHERE a" + " = a" * 2000,
        "SELECT * FROM orders WHERE a = '" + "''" * 4000,
        "SELECT * FROM orders " + "/*" * 4000,
        "SELECT * FROM orders WHERE " + " AND ".join(["(pk = 'a' OR sk = '1')"] * 300),
        "SELECT * FROM orders WHERE pk = 'a' AND " + " AND ".join(["(sk = '1' OR n = 1)"] * 330),
        "SELECT * FROM orders WHERE pk = 'a' AND " + " AND ".join(["(n = 1 OR n = 2)"] * 370),
        "SELECT " + ", ".join(f"a{number}" for number in range(1100)) + " FROM orders",
        "UPDATE orders SET n = 1" + " + 1" * 2000 + " WHERE pk = 'a' AND sk = '1'",
    ],
    ids=lambda statement: statement[:40],
)
def test_a_long_statement_takes_no_long_time(client, statement):
    assert len(statement) <= MAX_STATEMENT
    started = time.process_time()
    assert error_code(client, statement) in {None, "ValidationException"}
    # What blows up takes hours; what does not takes well under a second.
    assert time.process_time() - started < 20
