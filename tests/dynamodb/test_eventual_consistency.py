"""Reads that are not strongly consistent see what was there a while ago. (DynamoDB read consistency)"""

import datetime as dt

import boto3
import pytest

from skymock import mock_serverless

from .tables import create_table, global_index

LAG = 2
pytestmark = pytest.mark.serverless(eventual_consistency=LAG, freeze_time="2026-03-01T12:00:00Z")

TABLE = {"TableName": "orders"}
KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}
OTHER = {"pk": {"S": "a"}, "sk": {"S": "2"}}
LOCAL = {
    "IndexName": "local",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "KEYS_ONLY"},
}


@pytest.fixture
def orders(dynamodb):
    create_table(
        dynamodb,
        sort="sk:S",
        attributes={"city": "S", "rank": "S"},
        GlobalSecondaryIndexes=[global_index("by-city", "city")],
        LocalSecondaryIndexes=[LOCAL],
    )
    return dynamodb


def item(number, key=KEY):
    return {**key, "n": {"N": str(number)}, "city": {"S": "Bonn"}, "rank": {"S": "r"}}


def by_get(client, **options):
    found = client.get_item(**TABLE, Key=KEY, **options).get("Item")
    return [] if found is None else [found]


def by_query(client, **options):
    names = {"KeyConditionExpression": "pk = :pk", "ExpressionAttributeValues": {":pk": {"S": "a"}}}
    return client.query(**TABLE, **names, **options)["Items"]


def by_scan(client, **options):
    return client.scan(**TABLE, **options)["Items"]


def by_batch(client, **options):
    return client.batch_get_item(RequestItems={"orders": {"Keys": [KEY], **options}})["Responses"]["orders"]


def by_select(client, **options):
    return client.execute_statement(Statement="SELECT * FROM orders WHERE pk = 'a'", **options)["Items"]


def by_select_of_all(client, **options):
    return client.execute_statement(Statement="SELECT * FROM orders", **options)["Items"]


def by_batch_of_selects(client, **options):
    statement = {"Statement": "SELECT * FROM orders WHERE pk = 'a' AND sk = '1'", **options}
    (response,) = client.batch_execute_statement(Statements=[statement])["Responses"]
    return [response["Item"]] if "Item" in response else []


def by_local_index(client, **options):
    return by_query(client, IndexName="local", Select="ALL_ATTRIBUTES", **options)


READS = [
    by_get,
    by_query,
    by_scan,
    by_batch,
    by_select,
    by_select_of_all,
    by_batch_of_selects,
    by_local_index,
]


@pytest.mark.parametrize("read", READS)
def test_a_write_is_seen_when_the_lag_has_passed(cloud, orders, read):
    orders.put_item(**TABLE, Item=item(1))
    assert read(orders) == []
    cloud.clock.advance(seconds=LAG - 0.1)
    assert read(orders) == []
    cloud.clock.advance(seconds=0.1)
    assert read(orders) == [item(1)]


@pytest.mark.parametrize("read", READS)
def test_what_was_there_is_seen_as_it_was(cloud, orders, read):
    orders.put_item(**TABLE, Item=item(1))
    cloud.clock.advance(seconds=10)
    orders.put_item(**TABLE, Item=item(2))
    assert read(orders) == [item(1)]
    cloud.clock.advance(seconds=1)
    orders.delete_item(**TABLE, Key=KEY)
    cloud.clock.advance(seconds=1)

    assert read(orders) == [item(2)]
    cloud.clock.advance(seconds=1)
    assert read(orders) == []


@pytest.mark.parametrize("read", READS)
def test_a_strongly_consistent_read_is_exact(orders, read):
    orders.put_item(**TABLE, Item=item(1))
    assert read(orders, ConsistentRead=True) == [item(1)]


def query_city(client):
    return client.query(
        **TABLE,
        IndexName="by-city",
        KeyConditionExpression="city = :city",
        ExpressionAttributeValues={":city": {"S": "Bonn"}},
    )["Items"]


@pytest.mark.parametrize(
    "read",
    [
        query_city,
        lambda client: client.scan(**TABLE, IndexName="by-city")["Items"],
        lambda client: client.execute_statement(Statement='SELECT * FROM "orders"."by-city"')["Items"],
    ],
)
def test_a_global_index_always_lags(cloud, orders, read):
    orders.put_item(**TABLE, Item=item(1))
    assert read(orders) == []
    cloud.clock.advance(seconds=LAG)
    assert read(orders) == [item(1)]


def test_pages_go_on_in_what_was(cloud, orders):
    for sk in "123":
        orders.put_item(**TABLE, Item=item(1, {"pk": {"S": "a"}, "sk": {"S": sk}}))
    cloud.clock.advance(seconds=LAG)
    orders.delete_item(**TABLE, Key=OTHER)

    pages = orders.get_paginator("query").paginate(
        **TABLE,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "a"}},
        PaginationConfig={"PageSize": 1},
    )
    assert [found["sk"]["S"] for page in pages for found in page["Items"]] == ["1", "2", "3"]


def test_a_stale_read_costs_by_what_it_reads(cloud, orders):
    orders.put_item(**TABLE, Item={**KEY, "v": {"S": "x" * 8000}})
    ask = {**TABLE, "Key": KEY, "ReturnConsumedCapacity": "TOTAL"}

    assert orders.get_item(**ask)["ConsumedCapacity"]["CapacityUnits"] == 0.5
    cloud.clock.advance(seconds=LAG)
    assert orders.get_item(**ask)["ConsumedCapacity"]["CapacityUnits"] == 1


def test_writes_conditions_and_transactions_know_what_is_there(orders):
    orders.put_item(**TABLE, Item=item(1))

    with pytest.raises(orders.exceptions.ConditionalCheckFailedException):
        orders.put_item(**TABLE, Item=item(2), ConditionExpression="attribute_not_exists(pk)")
    update = orders.update_item(
        **TABLE,
        Key=KEY,
        UpdateExpression="ADD n :one",
        ExpressionAttributeValues={":one": {"N": "1"}},
        ReturnValues="UPDATED_NEW",
    )
    assert update["Attributes"] == {"n": {"N": "2"}}
    (response,) = orders.transact_get_items(TransactItems=[{"Get": {**TABLE, "Key": KEY}}])["Responses"]
    assert response["Item"]["n"] == {"N": "2"}


def test_an_index_that_is_added_holds_what_was_there(cloud, dynamodb):
    create_table(dynamodb, sort="sk:S")
    dynamodb.put_item(**TABLE, Item=item(1))
    cloud.clock.advance(seconds=LAG)
    dynamodb.update_table(
        **TABLE,
        AttributeDefinitions=[{"AttributeName": "city", "AttributeType": "S"}],
        GlobalSecondaryIndexUpdates=[{"Create": global_index("by-city", "city")}],
    )
    cloud.clock.advance(seconds=LAG)

    assert query_city(dynamodb) == [item(1)]


def test_what_waits_is_never_more_than_the_changes_of_the_lag(cloud, orders):
    for number in range(50):
        orders.put_item(**TABLE, Item=item(number))
        cloud.clock.advance(seconds=1)

    past = cloud.service("dynamodb").tables.named("orders").seen_items
    assert past.count_of_waiting <= LAG + 1


@pytest.mark.serverless(eventual_consistency=None)
def test_without_the_option_all_reads_are_exact(orders):
    orders.put_item(**TABLE, Item=item(1))
    assert by_get(orders) == by_scan(orders) == query_city(orders) == [item(1)]


def test_the_lag_is_taken_as_a_timedelta_too():
    with mock_serverless(
        eventual_consistency=dt.timedelta(milliseconds=500), freeze_time="2026-03-01T12:00:00Z"
    ) as cloud:
        client = boto3.client("dynamodb")
        create_table(client)
        client.put_item(**TABLE, Item={"pk": {"S": "a"}})
        assert "Item" not in client.get_item(**TABLE, Key={"pk": {"S": "a"}})
        cloud.clock.advance(seconds=0.5)
        assert "Item" in client.get_item(**TABLE, Key={"pk": {"S": "a"}})


def test_a_lag_is_no_negative_time():
    with pytest.raises(
        ValueError, match="a delay is a timedelta or a number of seconds, and not negative: -1"
    ):
        mock_serverless(eventual_consistency=-1).start()
