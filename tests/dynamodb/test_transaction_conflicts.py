"""Transactions in progress, and what they keep others from: threads that meet, and planted conflicts."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from skymock.errors import AwsError

from .tables import create_table

ONGOING = "Transaction is ongoing for the item"
CONFLICT = {"Code": "TransactionConflict", "Message": ONGOING}
KEY = {"pk": {"S": "a"}}


def put(pk, **attributes):
    return {"Put": {"TableName": "orders", "Item": {"pk": {"S": pk}, **attributes}}}


def get(pk):
    return {"Get": {"TableName": "orders", "Key": {"pk": {"S": pk}}}}


def read(dynamodb, pk="a"):
    return dynamodb.get_item(TableName="orders", Key={"pk": {"S": pk}}).get("Item")


@pytest.fixture
def item(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={**KEY, "n": {"N": "1"}})


@pytest.fixture
def transaction(cloud, dynamodb, item):
    """A transaction of another thread that is at work on the item `a` until the test ends."""
    with ThreadPoolExecutor(1) as pool, cloud.faults.hold("dynamodb", "TransactWriteItems", times=1) as hold:
        written = pool.submit(
            dynamodb.transact_write_items,
            TransactItems=[put("a", n={"N": "2"}), put("new")],
            ClientRequestToken="token",
        )
        hold.wait_for_call()
        yield hold
        hold.release()
        written.result()


WRITES = {
    "put": lambda client: client.put_item(TableName="orders", Item={**KEY, "n": {"N": "3"}}),
    "update": lambda client: client.update_item(
        TableName="orders",
        Key=KEY,
        UpdateExpression="SET n = :n",
        ExpressionAttributeValues={":n": {"N": "3"}},
    ),
    "delete": lambda client: client.delete_item(TableName="orders", Key=KEY),
    "statement": lambda client: client.execute_statement(Statement="UPDATE orders SET n = 3 WHERE pk = 'a'"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_single_writes_to_an_item_of_a_transaction_in_progress_conflict(dynamodb, transaction, write):
    with pytest.raises(dynamodb.exceptions.TransactionConflictException) as conflict:
        write(dynamodb)

    assert conflict.value.response["Error"]["Message"] == ONGOING
    assert conflict.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_a_failed_condition_is_not_looked_at_before_the_conflict(dynamodb, transaction):
    with pytest.raises(dynamodb.exceptions.TransactionConflictException):
        dynamodb.delete_item(TableName="orders", Key=KEY, ConditionExpression="attribute_not_exists(pk)")


def test_other_transactions_are_cancelled_with_a_reason_at_the_item(dynamodb, transaction):
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[put("b"), put("a")])

    assert cancelled.value.response["CancellationReasons"] == [{"Code": "None"}, CONFLICT]
    assert cancelled.value.response["Error"]["Message"] == (
        "Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]"
    )
    assert read(dynamodb, "b") is None


def test_transact_get_items_conflicts_too(dynamodb, transaction):
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_get_items(TransactItems=[get("a"), get("b")])

    assert cancelled.value.response["CancellationReasons"] == [CONFLICT, {"Code": "None"}]


@pytest.mark.parametrize(
    "statements", [["SELECT * FROM orders WHERE pk = 'a'"], ["DELETE FROM orders WHERE pk = 'a'"]]
)
def test_transactions_of_statements_conflict(dynamodb, transaction, statements):
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.execute_transaction(TransactStatements=[{"Statement": text} for text in statements])

    assert cancelled.value.response["CancellationReasons"] == [CONFLICT]


def test_reads_see_the_item_as_it_was(dynamodb, transaction):
    before = {**KEY, "n": {"N": "1"}}
    assert read(dynamodb) == before
    assert dynamodb.scan(TableName="orders", ConsistentRead=True)["Items"] == [before]
    batch = dynamodb.batch_get_item(RequestItems={"orders": {"Keys": [KEY]}})
    assert batch["Responses"]["orders"] == [before]


def test_a_batch_leaves_what_conflicts_unprocessed(dynamodb, transaction):
    requests = [{"PutRequest": {"Item": {"pk": {"S": pk}}}} for pk in ("a", "b")]

    answer = dynamodb.batch_write_item(RequestItems={"orders": requests})

    assert answer["UnprocessedItems"] == {"orders": requests[:1]}
    assert read(dynamodb, "b") is not None


def test_a_batch_of_statements_names_the_conflict(dynamodb, transaction):
    answer = dynamodb.batch_execute_statement(
        Statements=[{"Statement": "UPDATE orders SET n = 3 WHERE pk = 'a'"}]
    )

    assert answer["Responses"][0]["Error"] == {"Code": "TransactionConflict", "Message": ONGOING}


def test_items_of_no_transaction_can_be_written(dynamodb, transaction):
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}})
    dynamodb.transact_write_items(TransactItems=[put("c")])

    assert read(dynamodb, "b") is not None
    assert read(dynamodb, "c") is not None


def test_the_same_key_of_another_table_does_not_conflict(dynamodb, transaction):
    create_table(dynamodb, "others")

    dynamodb.put_item(TableName="others", Item=KEY)

    assert dynamodb.get_item(TableName="others", Key=KEY)["Item"] == KEY


def test_the_token_of_a_transaction_in_progress_is_refused(impatient, transaction):
    with pytest.raises(impatient.exceptions.TransactionInProgressException) as refused:
        impatient.transact_write_items(
            TransactItems=[put("a", n={"N": "2"}), put("new")], ClientRequestToken="token"
        )

    assert refused.value.response["Error"]["Message"] == (
        "Transaction from previous request is still in progress"
    )


def test_that_token_for_another_request_is_a_mismatch(impatient, transaction):
    with pytest.raises(impatient.exceptions.IdempotentParameterMismatchException):
        impatient.transact_write_items(TransactItems=[put("b")], ClientRequestToken="token")


def test_the_transaction_is_done_once_it_goes_on_and_its_items_are_free(dynamodb, cloud, item):
    with ThreadPoolExecutor(1) as pool, cloud.faults.hold("dynamodb", "TransactWriteItems") as hold:
        written = pool.submit(dynamodb.transact_write_items, TransactItems=[put("a", n={"N": "2"})])
        hold.wait_for_call()
        hold.release()
        written.result()

    assert read(dynamodb) == {**KEY, "n": {"N": "2"}}
    dynamodb.put_item(TableName="orders", Item=KEY)
    assert read(dynamodb) == KEY


def test_a_transaction_that_cannot_be_done_takes_no_items(cloud, dynamodb, item):
    condition = {"ConditionExpression": "attribute_not_exists(pk)"}
    impossible = {"Put": {**put("a")["Put"], **condition}}
    with ThreadPoolExecutor(1) as pool, cloud.faults.hold("dynamodb", "TransactWriteItems") as hold:
        written = pool.submit(dynamodb.transact_write_items, TransactItems=[impossible])
        hold.wait_for_call()
        dynamodb.put_item(TableName="orders", Item={**KEY, "n": {"N": "5"}})
        hold.release()
        with pytest.raises(dynamodb.exceptions.TransactionCanceledException):
            written.result()

    assert read(dynamodb) == {**KEY, "n": {"N": "5"}}


def test_what_falls_due_while_a_slow_transaction_lasts_meets_it(cloud, dynamodb, item):
    seen = []

    def write():
        try:
            cloud.call("dynamodb", "PutItem", {"TableName": "orders", "Item": KEY})
        except AwsError as error:
            seen.append(error)

    cloud.faults.slow("dynamodb", "TransactWriteItems", seconds=5)
    before = cloud.clock.time()
    cloud.scheduler.after(2, write)

    dynamodb.transact_write_items(TransactItems=[put("a", n={"N": "2"})])

    assert [str(error) for error in seen] == [ONGOING]
    assert cloud.clock.time() >= before + 5
    assert read(dynamodb) == {**KEY, "n": {"N": "2"}}


def test_a_planted_conflict_strikes_one_item_as_often_as_told(cloud, dynamodb, item):
    conflict = cloud.faults.conflict("dynamodb", resource="orders", key=KEY, times=2)

    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "b"}})
    for _ in range(2):
        with pytest.raises(dynamodb.exceptions.TransactionConflictException, match=ONGOING):
            dynamodb.put_item(TableName="orders", Item=KEY)

    dynamodb.put_item(TableName="orders", Item=KEY)
    assert conflict.strikes == 2
    assert read(dynamodb) == KEY


def test_a_planted_conflict_of_a_table_strikes_a_transaction_once(cloud, dynamodb, item):
    cloud.faults.conflict("dynamodb", "TransactWriteItems", resource="orders", times=1)

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[put("x"), put("y")])

    assert cancelled.value.response["CancellationReasons"] == [CONFLICT, {"Code": "None"}]
    dynamodb.transact_write_items(TransactItems=[put("x"), put("y")])


def test_planted_conflicts_leave_reads_and_other_operations_alone(cloud, dynamodb, item):
    cloud.faults.conflict("dynamodb", "TransactWriteItems")

    assert read(dynamodb) is not None
    dynamodb.put_item(TableName="orders", Item=KEY)


def test_a_planted_conflict_for_a_key_of_another_shape_strikes_nothing(cloud, dynamodb, item):
    conflict = cloud.faults.conflict("dynamodb", key={"other": {"S": "a"}})

    dynamodb.put_item(TableName="orders", Item=KEY)

    assert conflict.strikes == 0


def test_a_planted_conflict_ends_with_its_block(cloud, dynamodb, item):
    conflicts = pytest.raises(dynamodb.exceptions.TransactionConflictException)
    with cloud.faults.conflict("dynamodb", key=KEY), conflicts:
        dynamodb.put_item(TableName="orders", Item=KEY)

    dynamodb.put_item(TableName="orders", Item=KEY)
