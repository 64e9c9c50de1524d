"""`cloud.usage`: what a test consumed."""

import boto3
import pytest

from .tables import create_table, global_index

LOCAL = {
    "IndexName": "local",
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "rank", "KeyType": "RANGE"}],
    "Projection": {"ProjectionType": "ALL"},
}
ITEM = {"pk": {"S": "a"}, "sk": {"S": "1"}, "city": {"S": "Bonn"}, "rank": {"S": "r"}}
KEY = {"pk": {"S": "a"}, "sk": {"S": "1"}}


@pytest.fixture
def indexed(dynamodb):
    create_table(
        dynamodb,
        sort="sk:S",
        attributes={"city": "S", "rank": "S"},
        GlobalSecondaryIndexes=[global_index("by-city", "city")],
        LocalSecondaryIndexes=[LOCAL],
    )
    return dynamodb


def test_units_are_counted_by_table_and_index(cloud, indexed):
    indexed.put_item(TableName="orders", Item=ITEM)
    indexed.get_item(TableName="orders", Key=KEY)
    indexed.scan(TableName="orders", IndexName="by-city")

    usage = cloud.usage.table("orders")
    assert (usage.write_units, usage.read_units) == (3, 1)
    assert (usage.table_only.write_units, usage.table_only.read_units) == (2, 0.5)
    assert (usage.index("by-city").write_units, usage.index("by-city").read_units) == (1, 0.5)
    assert (usage.index("local").write_units, usage.index("local").read_units) == (1, 0)


@pytest.mark.parametrize(
    "call",
    [
        lambda client, shown: client.put_item(TableName="orders", Item=ITEM, **shown),
        lambda client, shown: client.delete_item(TableName="orders", Key=KEY, **shown),
        lambda client, shown: client.get_item(TableName="orders", Key=KEY, ConsistentRead=True, **shown),
        lambda client, shown: client.query(
            TableName="orders",
            IndexName="local",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "a"}},
            **shown,
        ),
        lambda client, shown: client.execute_statement(Statement='SELECT * FROM "orders"', **shown),
    ],
)
def test_it_is_what_the_call_says_it_consumed(cloud, indexed, call):
    cloud.usage.clear()
    answer = call(indexed, {"ReturnConsumedCapacity": "TOTAL"})

    used = cloud.usage.table("orders")
    assert used.read_units + used.write_units == answer["ConsumedCapacity"]["CapacityUnits"]


def test_transactions_and_batches_count(cloud, indexed):
    indexed.transact_write_items(TransactItems=[{"Put": {"TableName": "orders", "Item": ITEM}}])
    indexed.batch_get_item(RequestItems={"orders": {"Keys": [KEY]}})
    indexed.transact_get_items(TransactItems=[{"Get": {"TableName": "orders", "Key": KEY}}])

    usage = cloud.usage.table("orders")
    assert (usage.write_units, usage.read_units) == (6, 2.5)


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
def test_throttles_are_counted_where_they_happen(cloud, impatient):
    units = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    index = global_index("by-city", "city", ProvisionedThroughput=units)
    create_table(impatient, throughput=(1, 10), attributes={"city": "S"}, GlobalSecondaryIndexes=[index])
    item = {"pk": {"S": "a"}, "city": {"S": "Bonn"}, "v": {"S": "x" * 299_000}}
    impatient.put_item(TableName="orders", Item=item)
    for pk in "bc":
        with pytest.raises(impatient.exceptions.ProvisionedThroughputExceededException):
            impatient.put_item(TableName="orders", Item={**item, "pk": {"S": pk}})

    usage = cloud.usage.table("orders")
    assert (usage.throttles, usage.write_throttles, usage.read_throttles) == (2, 2, 0)
    assert usage.index("by-city").throttles == 2
    assert usage.table_only.throttles == 0
    assert usage.write_units == 2 * 293


@pytest.mark.serverless(throttling=False)
def test_without_throttling_it_is_counted_all_the_same(cloud, dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    assert cloud.usage.table(table).write_units == 1


def test_a_cancelled_transaction_uses_nothing(cloud, impatient):
    create_table(impatient, throughput=(1, 1))
    create_table(impatient, "others")
    big = {"pk": {"S": "a"}, "v": {"S": "x" * 290 * 1024}}
    impatient.put_item(TableName="orders", Item=big)
    cloud.usage.clear()

    other = {"Put": {"TableName": "others", "Item": {"pk": {"S": "x"}}}}
    with pytest.raises(impatient.exceptions.TransactionCanceledException):
        impatient.transact_write_items(TransactItems=[other, {"Put": {"TableName": "orders", "Item": big}}])
    assert (cloud.usage.write_units, cloud.usage.throttles) == (0, 1)


def test_storage_is_what_is_stored_now(cloud, indexed):
    indexed.put_item(TableName="orders", Item=ITEM)
    described = indexed.describe_table(TableName="orders")["Table"]
    index = described["GlobalSecondaryIndexes"][0]["IndexSizeBytes"]

    usage = cloud.usage.table("orders")
    assert usage.table_only.storage_bytes == described["TableSizeBytes"] > 0
    assert usage.index("by-city").storage_bytes == index > 0
    assert usage.storage_bytes == described["TableSizeBytes"] + 2 * index


def test_what_was_used_of_a_table_outlives_it(cloud, dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    dynamodb.delete_table(TableName=table)
    assert cloud.usage.table(table).write_units == 1
    assert cloud.usage.table(table).storage_bytes == 0

    create_table(dynamodb)
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    assert cloud.usage.table(table).write_units == 2
    assert cloud.usage.table(table).storage_bytes == 3


def test_an_index_that_is_gone_stores_nothing(cloud, indexed):
    indexed.put_item(TableName="orders", Item=ITEM)
    deletion = [{"Delete": {"IndexName": "by-city"}}]
    indexed.update_table(TableName="orders", GlobalSecondaryIndexUpdates=deletion)

    assert cloud.usage.table("orders").index("by-city").storage_bytes == 0
    assert cloud.usage.table("orders").index("by-city").write_units == 1


def test_tables_of_other_places_are_told_apart(cloud, dynamodb, table):
    elsewhere = boto3.client("dynamodb", region_name="eu-central-1")
    create_table(elsewhere)
    elsewhere.put_item(TableName=table, Item={"pk": {"S": "a"}})

    assert cloud.usage.table(table).write_units == 0
    assert cloud.usage.table(table, region="eu-central-1").write_units == 1
    assert cloud.usage.write_units == 1
    assert [usage.region for usage in cloud.usage] == ["us-east-1", "eu-central-1"]


def test_what_never_was_is_no_zero(cloud, dynamodb, table):
    with pytest.raises(LookupError, match="there never was a table ghost in us-east-1"):
        cloud.usage.table("ghost")
    with pytest.raises(LookupError, match="the table orders never had an index ghost"):
        cloud.usage.table(table).index("ghost")


def test_it_prints_a_line_for_each_table(cloud, dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    dynamodb.get_item(TableName=table, Key={"pk": {"S": "a"}})

    assert str(cloud.usage) == "orders (us-east-1): 0.5 read units, 1 write units, 0 throttles, 3 bytes"


def test_counting_begins_anew_when_it_is_asked_to(cloud, dynamodb, table):
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}})
    cloud.usage.clear()
    assert (cloud.usage.write_units, cloud.usage.storage_bytes) == (0, 3)


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
def test_items_that_expire_cost_nothing(cloud, dynamodb, table):
    expiry = {"Enabled": True, "AttributeName": "until"}
    dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=expiry)
    until = {"N": str(int(cloud.clock.time()) + 60)}
    dynamodb.put_item(TableName=table, Item={"pk": {"S": "a"}, "until": until})
    cloud.clock.advance(hours=1)

    assert cloud.usage.table(table).storage_bytes == 0
    assert cloud.usage.table(table).write_units == 1
