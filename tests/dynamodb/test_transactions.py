"""TransactWriteItems and TransactGetItems."""

import pytest
from botocore.exceptions import ClientError

from .tables import create_table, global_index

TABLE = {"TableName": "orders"}
EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty "
    "string value. Key: pk"
)
MISMATCH = "The provided key element does not match the schema"
CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "


def put(pk, **options):
    attributes = options.pop("attributes", {})
    return {"Put": {**TABLE, "Item": {"pk": {"S": pk}, **attributes}, **options}}


def delete(pk, **options):
    return {"Delete": {**TABLE, "Key": {"pk": {"S": pk}}, **options}}


def update(pk, expression, values, **options):
    return {
        "Update": {
            **TABLE,
            "Key": {"pk": {"S": pk}},
            "UpdateExpression": expression,
            "ExpressionAttributeValues": values,
            **options,
        }
    }


def check(pk, condition, **options):
    return {
        "ConditionCheck": {**TABLE, "Key": {"pk": {"S": pk}}, "ConditionExpression": condition, **options}
    }


def get(pk, **options):
    return {"Get": {**TABLE, "Key": {"pk": {"S": pk}}, **options}}


def stored(dynamodb):
    return {item["pk"]["S"]: item for item in dynamodb.scan(**TABLE)["Items"]}


@pytest.fixture
def items(dynamodb, table):
    for pk in ("a", "b"):
        dynamodb.put_item(**TABLE, Item={"pk": {"S": pk}, "n": {"N": "1"}})


def test_a_transaction_does_all_its_actions(dynamodb, items):
    dynamodb.transact_write_items(
        TransactItems=[
            put("new"),
            update("a", "SET n = n + :one", {":one": {"N": "1"}}),
            delete("b", ConditionExpression="attribute_exists(pk)"),
            check("none", "attribute_not_exists(pk)"),
        ]
    )

    assert stored(dynamodb) == {
        "new": {"pk": {"S": "new"}},
        "a": {"pk": {"S": "a"}, "n": {"N": "2"}},
    }


def test_one_false_condition_cancels_all_and_every_action_has_its_reason(dynamodb, items):
    before = stored(dynamodb)

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(
            TransactItems=[
                put("new"),
                delete(
                    "a",
                    ConditionExpression="attribute_not_exists(pk)",
                    ReturnValuesOnConditionCheckFailure="ALL_OLD",
                ),
                check("b", "attribute_not_exists(pk)"),
            ]
        )

    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert cancelled.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {**failed, "Item": {"pk": {"S": "a"}, "n": {"N": "1"}}},
        failed,
    ]
    assert cancelled.value.response["Error"]["Message"] == (
        CANCELLED + "[None, ConditionalCheckFailed, ConditionalCheckFailed]"
    )
    assert stored(dynamodb) == before


def test_an_update_that_does_not_fit_its_item_cancels_too(dynamodb, items):
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[update("a", "ADD n :v", {":v": {"SS": ["x"]}})])

    (reason,) = cancelled.value.response["CancellationReasons"]
    assert reason["Code"] == "ValidationError"
    assert reason["Message"] == "An operand in the update expression has an incorrect data type"


def test_a_client_request_token_does_the_same_once_in_ten_minutes(cloud, dynamodb, items):
    addition = [update("a", "ADD n :one", {":one": {"N": "1"}})]
    for _ in range(3):
        dynamodb.transact_write_items(TransactItems=addition, ClientRequestToken="token")
    assert stored(dynamodb)["a"]["n"] == {"N": "2"}

    cloud.clock.advance(minutes=10, seconds=1)
    dynamodb.transact_write_items(TransactItems=addition, ClientRequestToken="token")
    assert stored(dynamodb)["a"]["n"] == {"N": "3"}


def test_a_repeated_transaction_costs_reads(dynamodb, items):
    answers = [
        dynamodb.transact_write_items(
            TransactItems=[put("a", attributes={"v": {"S": "x" * 2000}})],
            ClientRequestToken="token",
            ReturnConsumedCapacity="TOTAL",
        )["ConsumedCapacity"]
        for _ in range(2)
    ]

    assert answers == [
        [{"TableName": "orders", "CapacityUnits": 4.0, "WriteCapacityUnits": 4.0}],
        [{"TableName": "orders", "CapacityUnits": 2.0, "ReadCapacityUnits": 2.0}],
    ]


def test_a_token_for_another_transaction_is_refused(dynamodb, items):
    dynamodb.transact_write_items(TransactItems=[put("c")], ClientRequestToken="token")

    with pytest.raises(dynamodb.exceptions.IdempotentParameterMismatchException):
        dynamodb.transact_write_items(TransactItems=[put("d")], ClientRequestToken="token")


def test_transactions_cost_double(dynamodb, items):
    written = dynamodb.transact_write_items(
        TransactItems=[put("a"), check("b", "attribute_exists(pk)")], ReturnConsumedCapacity="INDEXES"
    )
    read = dynamodb.transact_get_items(
        TransactItems=[get("a"), get("none")], ReturnConsumedCapacity="INDEXES"
    )

    assert written["ConsumedCapacity"] == [
        {
            "TableName": "orders",
            "CapacityUnits": 4.0,
            "WriteCapacityUnits": 4.0,
            "Table": {"CapacityUnits": 4.0, "WriteCapacityUnits": 4.0},
        }
    ]
    assert read["ConsumedCapacity"][0]["Table"] == {"CapacityUnits": 4.0, "ReadCapacityUnits": 4.0}


def test_a_transaction_that_there_is_no_capacity_for_is_cancelled(impatient):
    dynamodb = impatient
    create_table(dynamodb, throughput=(1, 1))
    create_table(dynamodb, "others")
    other = {"Put": {"TableName": "others", "Item": {"pk": {"S": "x"}}}}
    dynamodb.put_item(**TABLE, Item={"pk": {"S": "a"}, "v": {"S": "x" * 250 * 1024}})

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[other, put("b", attributes={"v": {"S": "x" * 30_000}})])

    codes = [reason["Code"] for reason in cancelled.value.response["CancellationReasons"]]
    assert codes == ["None", "ProvisionedThroughputExceeded"]
    assert dynamodb.scan(TableName="others")["Count"] == 0


def test_transact_get_items_answers_in_order_and_projects(dynamodb, items):
    answer = dynamodb.transact_get_items(
        TransactItems=[get("b"), get("none"), get("a", ProjectionExpression="n")]
    )

    assert answer["Responses"] == [
        {"Item": {"pk": {"S": "b"}, "n": {"N": "1"}}},
        {},
        {"Item": {"n": {"N": "1"}}},
    ]


@pytest.mark.parametrize(
    ("transact_items", "message"),
    [
        (
            [put("a"), check("a", "attribute_exists(pk)")],
            "Transaction request cannot include multiple operations on one item",
        ),
        (
            [{**put("a"), **delete("b")}],
            "TransactItems can only contain one of Check, Put, Update or Delete",
        ),
        ([{}], "TransactItems can only contain one of Check, Put, Update or Delete"),
        (
            [check("a", "pk = :p", ExpressionAttributeValues={":p": {"S": "a"}, ":q": {"S": "b"}})],
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:q}",
        ),
        (
            [{"Put": {**TABLE, "Item": {"pk": {"S": ""}}}}],
            EMPTY_KEY,
        ),
        ([delete("")], EMPTY_KEY),
        ([check("", "attribute_exists(pk)")], EMPTY_KEY),
        ([update("", "SET a = :v", {":v": {"S": "x"}})], EMPTY_KEY),
        (
            [put("a", attributes={"note": {"S": "x" * 409_600}})],
            "Item size has exceeded the maximum allowed size",
        ),
    ],
)
def test_transact_write_items_refuses(dynamodb, table, transact_items, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.transact_write_items(TransactItems=transact_items)
    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_transact_get_items_refuses_duplicates(dynamodb, table):
    with pytest.raises(ClientError, match="cannot include multiple operations on one item"):
        dynamodb.transact_get_items(TransactItems=[get("a"), get("a")])


def test_a_transaction_writes_at_most_4_mb(dynamodb, table):
    big = {"v": {"S": "x" * 409_000}}

    with pytest.raises(ClientError, match="cannot exceed 4194304"):
        dynamodb.transact_write_items(TransactItems=[put(str(n), attributes=big) for n in range(11)])
    assert stored(dynamodb) == {}


def test_a_transaction_may_name_its_tables_by_arn(cloud, dynamodb, table):
    arn = f"arn:aws:dynamodb:{cloud.region}:{cloud.account_id}:table/orders"
    dynamodb.transact_write_items(TransactItems=[{"Put": {"TableName": arn, "Item": {"pk": {"S": "a"}}}}])

    assert stored(dynamodb) == {"a": {"pk": {"S": "a"}}}


def test_a_transaction_needs_its_tables(dynamodb):
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException) as refused:
        dynamodb.transact_write_items(TransactItems=[put("a")])
    assert refused.value.response["Error"]["Message"] == "Requested resource not found"


NUMBER_KEY = {"pk": {"N": "5"}}
NOT_EMPTY_INDEX_KEY = (
    "One or more parameter values are not valid. The update expression attempted to update a secondary index key to "
    "a value that is not supported. The AttributeValue for a key attribute cannot contain an empty string value."
)


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            {"Put": {**TABLE, "Item": {"other": {"S": "a"}}}},
            "One or more parameter values were invalid: Missing the key pk in the item",
        ),
        (
            {"Put": {**TABLE, "Item": NUMBER_KEY}},
            "One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N",
        ),
        ({"Delete": {**TABLE, "Key": NUMBER_KEY}}, MISMATCH),
        (
            {"ConditionCheck": {**TABLE, "Key": NUMBER_KEY, "ConditionExpression": "attribute_exists(pk)"}},
            MISMATCH,
        ),
        ({"Update": {**TABLE, "Key": NUMBER_KEY, "UpdateExpression": "REMOVE a"}}, MISMATCH),
        (
            update("a", "SET note = :v", {":v": {"S": "x" * 409_600}}),
            "Item size to update has exceeded the maximum allowed size",
        ),
    ],
)
def test_what_is_wrong_with_one_action_is_its_reason(dynamodb, items, action, message):
    before = stored(dynamodb)

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[put("new"), action])

    assert cancelled.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": message},
    ]
    assert stored(dynamodb) == before


@pytest.mark.parametrize("key", [NUMBER_KEY, {}, {"pk": {"S": "a"}, "sk": {"S": "b"}}])
def test_a_wrong_key_to_read_is_its_reason(dynamodb, items, key):
    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_get_items(TransactItems=[get("a"), {"Get": {**TABLE, "Key": key}}])

    assert cancelled.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ValidationError", "Message": MISMATCH},
    ]


def test_an_empty_key_to_read_refuses_the_request(dynamodb, items):
    with pytest.raises(ClientError) as refused:
        dynamodb.transact_get_items(TransactItems=[get("")])

    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": EMPTY_KEY}


def test_an_empty_index_key_in_an_update_refuses_the_request(dynamodb):
    create_table(dynamodb, attributes={"city": "S"}, GlobalSecondaryIndexes=[global_index("by-city", "city")])

    with pytest.raises(ClientError) as refused:
        dynamodb.transact_write_items(TransactItems=[update("a", "SET city = :v", {":v": {"S": ""}})])

    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": NOT_EMPTY_INDEX_KEY,
    }


NOWHERE = {"Put": {"TableName": "nowhere", "Item": {"pk": {"S": "a"}}}}


@pytest.mark.parametrize(
    ("action", "message"),
    [
        (
            check("a", "attribute_exists("),
            'Invalid ConditionExpression: Syntax error; token: "<EOF>", near: "("',
        ),
        (
            check("a", "attribute_exists(pk)", ExpressionAttributeValues={":v": {"S": "x"}}),
            "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}",
        ),
    ],
)
def test_all_expressions_are_read_before_any_table_is_looked_for(dynamodb, table, action, message):
    with pytest.raises(ClientError) as refused:
        dynamodb.transact_write_items(TransactItems=[NOWHERE, action])

    assert refused.value.response["Error"] == {"Code": "ValidationException", "Message": message}


def test_the_items_that_a_transaction_reads_may_weigh_4_mb_together(dynamodb, table):
    for number in range(11):
        dynamodb.put_item(**TABLE, Item={"pk": {"S": str(number)}, "note": {"S": "x" * 400_000}})
    reads = [get(str(number)) for number in range(11)]
    statements = [{"Statement": f"SELECT * FROM orders WHERE pk = '{number}'"} for number in range(11)]

    assert len(dynamodb.transact_get_items(TransactItems=reads[:10])["Responses"]) == 10
    with pytest.raises(ClientError, match="Collection size of items in transaction cannot exceed 4194304"):
        dynamodb.transact_get_items(TransactItems=reads)
    with pytest.raises(ClientError, match="Collection size of items in transaction cannot exceed 4194304"):
        dynamodb.execute_transaction(TransactStatements=statements)
