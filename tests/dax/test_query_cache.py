"""The query cache: pages by all that was asked, which no write ever changes. (DAX and DynamoDB consistency models)"""

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}
QUERY = {
    "TableName": "orders",
    "KeyConditionExpression": "pk = :p",
    "ExpressionAttributeValues": {":p": {"S": "a"}},
}


def scan(client, **options):
    return client.scan(TableName="orders", **options)["Items"]


def test_a_query_is_remembered(table, dynamodb, dax, calls):
    dynamodb.put_item(TableName="orders", Item=KEY)

    first = dax.query(**QUERY, ReturnConsumedCapacity="TOTAL")
    again = dax.query(**QUERY, ReturnConsumedCapacity="TOTAL")

    assert (first["Items"], again["Items"]) == ([KEY], [KEY])
    assert ("ConsumedCapacity" in first, "ConsumedCapacity" in again) == (True, False)
    assert calls("Query") == 1


def test_a_page_is_remembered_by_all_that_was_asked(table, dynamodb, dax, calls):
    dynamodb.put_item(TableName="orders", Item=KEY)
    for _ in range(2):
        assert scan(dax) == [KEY]
    for _ in range(2):
        assert scan(dax, Limit=1, AttributesToGet=["pk"]) == [KEY]

    assert calls("Scan") == 2


def test_names_and_values_that_say_the_same_are_one_page(table, dax, calls):
    dax.query(**QUERY)
    dax.query(
        TableName="orders",
        KeyConditionExpression="#k = :other",
        ExpressionAttributeNames={"#k": "pk"},
        ExpressionAttributeValues={":other": {"S": "a"}},
    )

    assert calls("Query") == 1


def test_pages_know_nothing_of_writes_through_the_cache(cloud, table, dax):
    assert dax.query(**QUERY)["Items"] == []
    dax.put_item(TableName="orders", Item=KEY)

    assert dax.query(**QUERY)["Items"] == []
    assert dax.get_item(TableName="orders", Key=KEY)["Item"] == KEY
    cloud.clock.advance(minutes=5)
    assert dax.query(**QUERY)["Items"] == [KEY]


def test_pages_do_not_fill_the_item_cache(table, dynamodb, dax, calls):
    dynamodb.put_item(TableName="orders", Item=KEY)
    scan(dax)
    dax.get_item(TableName="orders", Key=KEY)

    assert calls("GetItem") == 1


def test_a_strongly_consistent_page_is_not_remembered(table, dax, cluster, calls):
    for _ in range(2):
        scan(dax, ConsistentRead=True)

    assert calls("Scan") == 2
    assert cluster.cached_pages() == 0


def test_a_refused_query_is_not_remembered(cloud, table, dax, dynamodb):
    cloud.faults.throttle("dynamodb", "Query", times=1)
    with pytest.raises(dynamodb.exceptions.ClientError, match="Throttling"):
        dax.query(**QUERY)

    dynamodb.put_item(TableName="orders", Item=KEY)
    assert dax.query(**QUERY)["Items"] == [KEY]


def test_a_throttled_table_goes_on_answering_what_is_remembered(table, dynamodb, dax):
    dynamodb.put_item(TableName="orders", Item={**KEY, "v": {"S": "x" * 390_000}})
    dax.query(**QUERY)
    for _ in range(5):  # 48 units each, of the table's burst of 300
        dynamodb.query(**QUERY)
    with pytest.raises(dynamodb.exceptions.ProvisionedThroughputExceededException):
        dynamodb.query(**QUERY)

    assert dax.query(**QUERY)["Count"] == 1
