"""A single partition key gets 3,000 read and 1,000 write units a second. (Designing partition keys)"""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .tables import create_table, global_index

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

ARN = "arn:aws:dynamodb:us-east-1:123456789012:table/orders"
CAPACITY = (20_000, 20_000)
ITEM_400 = {"v": {"S": "x" * 399 * 1024}}


def put(client, pk="a", **attributes):
    return client.put_item(TableName="orders", Item={"pk": {"S": pk}, **ITEM_400, **attributes})


def refusal(call, *arguments, **options):
    """The code, message, reason and resource of a call that is throttled."""
    with pytest.raises(ClientError) as throttled:
        call(*arguments, **options)
    response = throttled.value.response
    (reason,) = response.get("ThrottlingReasons") or response["throttlingReasons"]
    return response["Error"]["Code"], response["Error"]["Message"], reason["reason"], reason["resource"]


def test_a_key_gets_a_thousand_write_units_a_second(cloud, impatient):
    create_table(impatient, throughput=CAPACITY)
    put(impatient)
    put(impatient)

    assert refusal(put, impatient) == (
        "ProvisionedThroughputExceededException",
        "The level of configured provisioned throughput for the table was exceeded. "
        "Consider increasing your provisioning level with the UpdateTable API.",
        "TableWriteKeyRangeThroughputExceeded",
        ARN,
    )
    put(impatient, "b")
    cloud.clock.advance(seconds=0.3)
    put(impatient)


def test_a_key_gets_three_thousand_read_units_a_second(impatient):
    create_table(impatient, throughput=CAPACITY, sort="sk:S")
    for sk in "123":
        put(impatient, sk={"S": sk}) if sk != "3" else put(impatient, "b", sk={"S": sk})
    query = {
        "TableName": "orders",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "a"}},
        "ConsistentRead": True,
    }
    for _ in range(15):
        impatient.query(**query)

    assert refusal(impatient.query, **query)[2:] == ("TableReadKeyRangeThroughputExceeded", ARN)
    other = {"pk": {"S": "b"}, "sk": {"S": "3"}}
    assert impatient.get_item(TableName="orders", Key=other, ConsistentRead=True)["Item"]


def test_a_key_of_an_on_demand_table_is_capped_as_well(impatient):
    create_table(impatient)
    put(impatient)
    put(impatient)

    assert refusal(put, impatient) == (
        "ThrottlingException",
        "Throughput exceeds the current capacity of your table or index. DynamoDB is automatically scaling your "
        "table or index so please try again shortly. If exceptions persist, check if you have a hot key: "
        "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html",
        "TableWriteKeyRangeThroughputExceeded",
        ARN,
    )


@pytest.mark.parametrize(
    ("throughput", "code", "message"),
    [
        (
            {"ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 20_000}},
            "ProvisionedThroughputExceededException",
            "The level of configured provisioned throughput for one or more global secondary indexes of the table "
            "was exceeded. Consider increasing your provisioning level for the under-provisioned global secondary "
            "indexes with the UpdateTable API",
        ),
        (
            {},
            "ThrottlingException",
            "Throughput exceeds the current capacity for one or more global secondary indexes. "
            "DynamoDB is automatically scaling your index so please try again shortly.",
        ),
    ],
)
def test_a_hot_key_of_an_index_throttles_writes_to_its_table(impatient, throughput, code, message):
    index = global_index("by-city", "city", **throughput)
    create_table(
        impatient,
        throughput=CAPACITY if throughput else None,
        attributes={"city": "S"},
        GlobalSecondaryIndexes=[index],
    )
    put(impatient, "a", city={"S": "Bonn"})
    put(impatient, "b", city={"S": "Bonn"})

    arn = f"{ARN}/index/by-city"
    expected = code, message, "IndexWriteKeyRangeThroughputExceeded", arn
    assert refusal(put, impatient, "c", city={"S": "Bonn"}) == expected
    put(impatient, "c", city={"S": "Köln"})


def test_reads_of_an_index_count_against_its_own_keys(impatient):
    units = {"ReadCapacityUnits": 20_000, "WriteCapacityUnits": 20_000}
    index = global_index("by-city", "city", ProvisionedThroughput=units)
    create_table(impatient, throughput=CAPACITY, attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    put(impatient, "a", city={"S": "Bonn"})
    query = {
        "TableName": "orders",
        "IndexName": "by-city",
        "KeyConditionExpression": "city = :city",
        "ExpressionAttributeValues": {":city": {"S": "Bonn"}},
    }
    for _ in range(60):
        impatient.query(**query)

    assert refusal(impatient.query, **query)[2:] == (
        "IndexReadKeyRangeThroughputExceeded",
        f"{ARN}/index/by-city",
    )


def test_a_small_table_never_reaches_the_cap(impatient):
    create_table(impatient, throughput=(1, 3))
    put(impatient)
    put(impatient)

    assert refusal(put, impatient)[2] == "TableWriteProvisionedThroughputExceeded"


def test_a_transaction_on_a_hot_key_is_cancelled(impatient):
    create_table(impatient, sort="sk:S")
    put(impatient, sk={"S": "0"})
    actions = [
        {
            "Put": {
                "TableName": "orders",
                "Item": {"pk": {"S": pk}, "sk": {"S": "1"}, "v": {"S": "x" * 400_000}},
            }
        }
        for pk in "ba"
    ]

    with pytest.raises(impatient.exceptions.TransactionCanceledException) as cancelled:
        impatient.transact_write_items(TransactItems=actions)

    reasons = cancelled.value.response["CancellationReasons"]
    assert [reason["Code"] for reason in reasons] == ["None", "ThrottlingError"]
    assert reasons[1]["Message"].startswith("Throughput exceeds the current capacity of your table or index.")


def test_a_batch_writes_what_the_key_has_left(impatient):
    create_table(impatient, sort="sk:S")
    requests = [
        {"PutRequest": {"Item": {"pk": {"S": "a"}, "sk": {"S": sk}, **ITEM_400}}} for sk in ("1", "2", "3")
    ]

    answer = impatient.batch_write_item(RequestItems={"orders": requests})

    assert answer["UnprocessedItems"] == {"orders": requests[2:]}
    assert (
        refusal(impatient.batch_write_item, RequestItems=answer["UnprocessedItems"])[0]
        == "ThrottlingException"
    )


@pytest.mark.serverless(throttling=False)
@pytest.mark.parametrize(
    "options", [{"throughput": CAPACITY}, {}, {"OnDemandThroughput": {"MaxWriteRequestUnits": 1}}]
)
def test_without_throttling_any_load_is_taken(impatient, options):
    create_table(impatient, **options)
    assert [put(impatient)["ResponseMetadata"]["HTTPStatusCode"] for _ in range(12)] == [200] * 12


def test_a_patient_client_comes_through_a_hot_key(cloud):
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 20, "mode": "standard"}))
    create_table(client)
    before = cloud.clock.time()
    for _ in range(5):
        put(client)

    attempts = cloud.timeline.calls("dynamodb", "PutItem")
    assert cloud.clock.time() - before >= 1
    assert sum(attempt.error is None for attempt in attempts) == 5
    assert len(attempts) > 5


def test_a_batch_of_statements_says_which_of_them_is_throttled(impatient):
    create_table(impatient)
    put(impatient)
    put(impatient)
    statements = [{"Statement": f"DELETE FROM orders WHERE pk = '{pk}'"} for pk in "ab"]

    throttled, deleted = impatient.batch_execute_statement(Statements=statements)["Responses"]

    assert throttled["Error"]["Code"] == "ThrottlingError"
    assert throttled["Error"]["Message"].startswith("Throughput exceeds the current capacity")
    assert "Error" not in deleted
