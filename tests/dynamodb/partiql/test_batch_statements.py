"""BatchExecuteStatement. (paritysuite/dynamodb-conformance, batchExecuteStatement; answers recorded from AWS)"""

import pytest

MALFORMED = "Statement wasn't well formed, can't be processed: Expected data manipulation"
NEEDS_KEY = "Select statements within BatchExecuteStatement must specify the primary key in the where clause."
SELECT = "SELECT * FROM orders WHERE"


@pytest.fixture
def batch(dynamodb, orders):
    def execute(*statements, **options):
        requests = [
            statement if isinstance(statement, dict) else {"Statement": statement} for statement in statements
        ]
        return dynamodb.batch_execute_statement(Statements=requests, **options)

    return execute


def test_reads_are_answered_in_their_order(put, batch):
    put("a", n={"N": "1"})
    answers = batch(
        f"{SELECT} sk IN ['1'] AND pk = 'none'",
        {"Statement": "SELECT n FROM orders WHERE pk = ? AND sk = '1'", "Parameters": [{"S": "a"}]},
    )
    assert answers["Responses"] == [
        {"TableName": "orders"},
        {"TableName": "orders", "Item": {"n": {"N": "1"}}},
    ]


def test_writes_are_done_one_by_one(put, batch, stored):
    put("a")
    answers = batch(
        "INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}",
        "INSERT INTO orders VALUE {'pk': 'b', 'sk': '1'}",
        "UPDATE orders SET n = 1 WHERE pk = 'c' AND sk = '1'",
        "UPDATE orders SET n = 1 WHERE pk = 'a' AND sk = '1' RETURNING MODIFIED NEW *",
    )
    assert answers["Responses"] == [
        {
            "TableName": "orders",
            "Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
        },
        {"TableName": "orders"},
        {
            "TableName": "orders",
            "Error": {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"},
        },
        {"TableName": "orders", "Item": {"n": {"N": "1"}}},
    ]
    assert stored("b") == {}


@pytest.mark.parametrize(
    ("statement", "code", "message"),
    [
        ("SLECT * FROM orders WHERE pk = 'a'", "ValidationError", MALFORMED),
        ("SELECT * FROM nowhere WHERE pk = 'x'", "ResourceNotFound", "Requested resource not found"),
        (f"{SELECT} pk = 'a'", "ValidationError", NEEDS_KEY),
        (f"{SELECT} n = 1", "ValidationError", NEEDS_KEY),
        (f"{SELECT} pk = 'a' AND sk = '1' AND n = 1", "ValidationError", NEEDS_KEY),
        (f"{SELECT} pk = 'a' AND sk = '1' AND pk = 'b'", "ValidationError", NEEDS_KEY),
        (
            f"{SELECT} pk IN [{', '.join(map(repr, map(str, range(51))))}] AND sk = '1'",
            "ValidationError",
            "Too many decomposed read operations for a given query.",
        ),
        (
            "EXISTS(SELECT * FROM orders WHERE pk = 'a' AND sk = '1' AND n = 1)",
            "ValidationError",
            "EXISTS can only be used in ExecuteTransaction write requests.",
        ),
        (
            "DELETE FROM orders WHERE pk = 'a'",
            "ValidationError",
            "Where clause does not contain a mandatory equality on all key attributes",
        ),
    ],
)
def test_a_statement_that_fails_before_it_runs_names_no_table(batch, statement, code, message):
    assert batch(statement)["Responses"] == [{"Error": {"Code": code, "Message": message}}]


def test_a_failing_statement_does_not_stop_the_others(put, batch):
    put("a")
    answers = batch(f"{SELECT} n = 1", f"{SELECT} pk = 'a' AND sk = '1'")["Responses"]
    assert [set(answer) for answer in answers] == [{"Error"}, {"TableName", "Item"}]


def test_each_statement_reads_as_consistently_as_it_asks(put, batch):
    put("a")
    read = f"{SELECT} pk = 'a' AND sk = '1'"
    answer = batch({"Statement": read, "ConsistentRead": True}, read, ReturnConsumedCapacity="TOTAL")
    assert answer["ConsumedCapacity"] == [{"TableName": "orders", "CapacityUnits": 1.5}]


def test_reads_and_writes_do_not_mix(batch, dynamodb):
    with pytest.raises(dynamodb.exceptions.ClientError, match="cannot be mixed"):
        batch(f"{SELECT} pk = 'a' AND sk = '1'", "DELETE FROM orders WHERE pk = 'a' AND sk = '1'")


def test_a_wrong_parameter_fails_its_statement(batch):
    request = {"Statement": f"{SELECT} pk = ? AND sk = '1'", "Parameters": [{"N": "abc"}]}
    assert batch(request)["Responses"][0]["Error"] == {
        "Code": "ValidationError",
        "Message": "The parameter cannot be converted to a numeric value: abc",
    }


@pytest.mark.parametrize(
    ("option", "item"),
    [
        ({}, {}),
        (
            {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"},
            {"Item": {"pk": {"S": "a"}, "sk": {"S": "1"}, "n": {"N": "1"}}},
        ),
    ],
)
def test_a_failed_condition_sends_the_item_back_where_it_is_asked_for(dynamodb, put, option, item):
    put("a", n={"N": "1"})
    statement = "UPDATE orders SET n = 3 WHERE pk = 'a' AND sk = '1' AND n = 2"

    answer = dynamodb.batch_execute_statement(Statements=[{"Statement": statement, **option}])

    assert answer["Responses"][0]["Error"] == {
        "Code": "ConditionalCheckFailed",
        "Message": "The conditional request failed",
        **item,
    }
