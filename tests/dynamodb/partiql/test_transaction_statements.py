"""ExecuteTransaction. (paritysuite/dynamodb-conformance, executeTransaction; answers recorded from AWS)"""

import pytest
from botocore.exceptions import ClientError

SELECT = "SELECT * FROM orders WHERE"
KEY = "pk = 'a' AND sk = '1'"
UPDATE = f"UPDATE orders SET n = n + 1 WHERE {KEY}"
MISMATCH = "The provided key element does not match the schema"
NEEDS_KEY = "Select statements within ExecuteTransaction must specify the primary key in the where clause."


@pytest.fixture
def transact(dynamodb, orders):
    def execute(*statements, **options):
        return dynamodb.execute_transaction(
            TransactStatements=[{"Statement": statement} for statement in statements], **options
        )

    return execute


@pytest.fixture
def failure(transact):
    """The error that a transaction ends with."""

    def failed(*statements, **options):
        with pytest.raises(ClientError) as caught:
            transact(*statements, **options)
        return caught.value.response

    return failed


def reasons(response):
    assert response["Error"]["Code"] == "TransactionCanceledException"
    return [(reason["Code"], reason.get("Message")) for reason in response["CancellationReasons"]]


def test_writes_are_done_together(put, transact, stored):
    put("a", n={"N": "1"})
    answer = transact(
        UPDATE,
        "INSERT INTO orders VALUE {'pk': 'b', 'sk': '1'}",
        "DELETE FROM orders WHERE pk = 'c' AND sk = '1'",
    )
    assert answer["Responses"] == []
    assert (stored("a"), stored("b")) == ({"n": {"N": "2"}}, {})


def test_one_failure_undoes_all(put, failure, stored):
    put("a", n={"N": "1"})
    response = failure(
        "INSERT INTO orders VALUE {'pk': 'b', 'sk': '1'}",
        "INSERT INTO orders VALUE {'pk': 'a', 'sk': '1'}",
        "UPDATE orders SET n = 1 WHERE pk = 'c' AND sk = '1'",
    )
    assert reasons(response) == [
        ("None", None),
        ("DuplicateItem", "Duplicate primary key exists in table"),
        ("ConditionalCheckFailed", "The conditional request failed"),
    ]
    assert stored("b") is None


def test_reads_are_answered_in_their_order(put, transact):
    put("a", n={"N": "1"})
    answer = transact(f"{SELECT} pk = 'x' AND sk = '1'", f"SELECT n FROM orders WHERE {KEY}")
    assert answer["Responses"] == [{}, {"Item": {"n": {"N": "1"}}}]


def test_a_transaction_costs_twice(put, transact):
    put("a", n={"N": "1"})
    consumed = [
        transact(statement, ReturnConsumedCapacity="TOTAL")["ConsumedCapacity"]
        for statement in (UPDATE, f"{SELECT} {KEY}")
    ]
    assert consumed == [
        [{"TableName": "orders", "CapacityUnits": 2.0, "WriteCapacityUnits": 2.0}],
        [{"TableName": "orders", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}],
    ]


def test_the_same_token_writes_once(put, transact, stored):
    put("a", n={"N": "1"})
    for _ in range(2):
        answer = transact(UPDATE, ClientRequestToken="once")
    assert (answer["Responses"], stored("a")) == ([], {"n": {"N": "2"}})


def test_a_token_is_good_for_one_request_only(put, transact, failure):
    put("a", n={"N": "1"})
    transact(UPDATE, ClientRequestToken="once")
    response = failure(f"DELETE FROM orders WHERE {KEY}", ClientRequestToken="once")
    assert response["Error"]["Code"] == "IdempotentParameterMismatchException"


def test_exists_guards_the_writes(put, failure, transact, stored):
    put("a", n={"N": "1"})
    put("b", n={"N": "1"})
    guarded = "UPDATE orders SET n = 5 WHERE pk = 'b' AND sk = '1'"
    assert reasons(failure(f"EXISTS({SELECT} {KEY} AND n = 2)", guarded)) == [
        ("ConditionalCheckFailed", "The conditional request failed"),
        ("None", None),
    ]
    transact(f"EXISTS({SELECT} ({KEY}) AND nope IS MISSING)", guarded)
    assert stored("b") == {"n": {"N": "5"}}


def test_exists_reads_the_first_value_of_a_key(put, failure):
    put("a", n={"N": "1"})
    statement = f"EXISTS({SELECT} {KEY} AND pk = 'b' AND n = 1)"
    assert reasons(failure(statement)) == [("ConditionalCheckFailed", "The conditional request failed")]


def test_a_failed_condition_shows_its_item_when_asked(put, dynamodb):
    put("a", n={"N": "1"})
    statement = {
        "Statement": f"DELETE FROM orders WHERE {KEY} AND n = 2",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as caught:
        dynamodb.execute_transaction(TransactStatements=[statement])
    assert caught.value.response["CancellationReasons"][0]["Item"]["n"] == {"N": "1"}


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (f"{SELECT}", "Statement wasn't well formed, can't be processed: Unexpected term"),
        (f"{SELECT} pk = 'a'", NEEDS_KEY),
        (f"{SELECT} {KEY} AND n = 1", NEEDS_KEY),
        (f"{SELECT} {KEY} AND pk = 'b'", NEEDS_KEY),
        (
            f"{SELECT} pk IN ['a', 'a'] AND sk = '1'",
            "Overlapping conditions with range keys are not supported in where clause",
        ),
        (f"SELECT * FROM orders.idx WHERE {KEY}", "Reads on indices are not supported within transactions."),
        (f"EXISTS({SELECT} {KEY})", "EXISTS() must contain a single item read with additional condition"),
        (
            f"EXISTS({SELECT} pk IN ['a'] AND sk = '1' AND n = 1)",
            "EXISTS() must contain a single item read with additional condition",
        ),
        (
            f"EXISTS(SELECT * FROM orders.idx WHERE {KEY} AND n = 1)",
            "Operations on indices are not supported in transactions",
        ),
        (f"{UPDATE} RETURNING ALL NEW *", "RETURNING clause is not supported in ExecuteTransaction."),
        (
            f"UPDATE orders SET n = n + [1] WHERE {KEY}",
            "Incorrect operand type for operator or function; operator or function: +, operand type: L",
        ),
    ],
)
def test_a_statement_that_is_refused_is_named_by_its_position(failure, statement, message):
    error = failure(statement)["Error"]
    assert (error["Code"], error["Message"]) == (
        "ValidationException",
        f"Validation failed in TransactStatements[0]: {message}",
    )


def test_wrong_keys_and_missing_tables_cancel_the_transaction(failure):
    response = failure(
        "UPDATE orders SET a = 1 WHERE pk = 'a'",
        "UPDATE orders SET a = 1 WHERE pk = 'a' AND sk = 1",
        "INSERT INTO orders VALUE {'pk': 'x'}",
        "DELETE FROM nowhere WHERE pk = 'x' RETURNING ALL OLD *",
    )
    assert reasons(response) == [
        ("ValidationError", MISMATCH),
        ("ValidationError", MISMATCH),
        ("ValidationError", "One or more parameter values were invalid: Missing the key sk in the item"),
        ("ResourceNotFound", "Requested resource not found"),
    ]


def test_a_wrong_key_of_a_read_cancels_before_duplicates_are_seen(failure):
    read = f"{SELECT} {KEY}"
    response = failure(read, read, f"{SELECT} pk = 1 AND sk = '1'")
    assert reasons(response) == [("None", None), ("None", None), ("ValidationError", MISMATCH)]


@pytest.mark.parametrize("statement", [f"{SELECT} {KEY}", f"DELETE FROM orders WHERE {KEY}"])
def test_one_item_cannot_come_twice(failure, statement):
    assert (
        failure(statement, statement)["Error"]["Message"]
        == "Transaction request cannot include multiple operations on one item"
    )


def test_reads_and_writes_do_not_mix(failure):
    error = failure(f"{SELECT} {KEY}", "DELETE FROM orders WHERE pk = 'b' AND sk = '1'")["Error"]
    assert error["Message"] == "Read and write statements cannot be mixed in one transaction."


def test_items_that_are_too_much_together_are_refused(dynamodb, orders):
    statements = [
        {
            "Statement": f"INSERT INTO orders VALUE {{'pk': '{number}', 'sk': '1', 'v': ?}}",
            "Parameters": [{"S": "x" * 400_000}],
        }
        for number in range(11)
    ]
    with pytest.raises(ClientError, match="Collection size of items in transaction cannot exceed 4194304"):
        dynamodb.execute_transaction(TransactStatements=statements)
