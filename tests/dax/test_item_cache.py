"""The item cache: read through, written through, each item for its time. (DAX and DynamoDB consistency models)"""

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}


def put(client, pk="a", **attributes):
    item = {"pk": {"S": pk}, **{name: {"S": value} for name, value in attributes.items()}}
    return client.put_item(TableName="orders", Item=item)


def get(client, pk="a", **options):
    return client.get_item(TableName="orders", Key={"pk": {"S": pk}}, **options).get("Item")


def test_a_hot_key_is_served_for_ever_from_a_table_of_one_read_unit(table, dynamodb, dax):
    put(dynamodb, v="hot")
    for _ in range(700):  # half a unit each, of the table's burst of 300
        assert get(dax)["v"] == {"S": "hot"}

    assert reads_before_a_throttle(dynamodb) == 599
    assert get(dax)["v"] == {"S": "hot"}


def reads_before_a_throttle(dynamodb):
    for count in range(700):
        try:
            get(dynamodb)
        except dynamodb.exceptions.ProvisionedThroughputExceededException:
            return count
    return 700


def test_what_is_written_around_it_is_seen_when_the_entry_has_grown_old(cloud, table, dynamodb, dax):
    put(dynamodb, v="old")
    get(dax)
    put(dynamodb, v="new")

    cloud.clock.advance(seconds=200)
    get(dax)  # which does not make it younger
    cloud.clock.advance(seconds=99)
    assert get(dax)["v"] == {"S": "old"}
    cloud.clock.advance(seconds=1)
    assert get(dax)["v"] == {"S": "new"}


def test_a_missing_item_is_remembered_as_missing(table, dynamodb, dax, cluster, calls):
    assert get(dax) is None
    put(dynamodb)

    assert get(dax) is None
    assert calls("GetItem") == 1
    assert cluster.cached_as_missing("orders") == [KEY]


def test_a_put_through_it_replaces_what_is_remembered(table, dax, calls):
    get(dax)
    put(dax, v="new")

    assert get(dax) == {**KEY, "v": {"S": "new"}}
    assert calls("GetItem") == 1


def test_a_put_is_read_as_dynamodb_gives_it_back(table, dynamodb, dax):
    item = {
        **KEY,
        "n": {"N": "1.50"},
        "m": {"M": {"l": {"L": [{"NS": ["1.0"]}]}}},
        "b": {"B": b"\x00"},
        "s": {"SS": ["x"]},
    }
    dax.put_item(TableName="orders", Item=item)

    assert get(dax) == get(dynamodb)


@pytest.mark.parametrize("return_values", ["NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"])
def test_an_update_is_remembered_whatever_it_is_to_give_back(table, dax, calls, return_values):
    put(dax, v="old")
    answer = dax.update_item(
        TableName="orders",
        Key=KEY,
        UpdateExpression="SET v = :v REMOVE w",
        ExpressionAttributeValues={":v": {"S": "new"}},
        ReturnValues=return_values,
    )

    value = {"OLD": {"S": "old"}, "NEW": {"S": "new"}}.get(return_values[-3:])
    assert answer.get("Attributes", {}).get("v") == value
    assert get(dax) == {**KEY, "v": {"S": "new"}}
    assert calls("GetItem") == 0


def test_an_update_that_makes_no_item_is_remembered_as_missing(table, dax, calls):
    dax.update_item(TableName="orders", Key=KEY, UpdateExpression="REMOVE v")

    assert get(dax) is None
    assert calls("GetItem") == 0


def test_an_update_of_nothing_but_the_key_is_remembered(table, dax, calls):
    dax.update_item(TableName="orders", Key=KEY)

    assert get(dax) == KEY
    assert calls("GetItem") == 0


def test_a_delete_through_it_is_remembered(table, dynamodb, dax, calls):
    put(dax)
    dax.delete_item(TableName="orders", Key=KEY)
    put(dynamodb)

    assert get(dax) is None
    assert calls("GetItem") == 0


def test_what_dynamodb_refuses_changes_nothing(table, dax):
    put(dax, v="old")

    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        dax.put_item(TableName="orders", Item=KEY, ConditionExpression="attribute_not_exists(pk)")

    assert get(dax)["v"] == {"S": "old"}


def test_a_throttled_read_is_not_remembered(cloud, table, dynamodb, dax, cluster):
    put(dynamodb, v="x" * 400_000)
    for _ in range(6):
        get(dynamodb)

    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        get(dax)
    assert (cluster.cached_items("orders"), cluster.cached_as_missing("orders")) == ([], [])
    cloud.clock.advance(seconds=60)
    assert get(dax) is not None


def test_a_throttled_write_is_not_remembered(cloud, table, dax):
    cloud.faults.throttle("dynamodb", "PutItem", code="ProvisionedThroughputExceededException", times=1)
    assert get(dax) is None

    with pytest.raises(ClientError, match="ProvisionedThroughputExceeded"):
        put(dax)

    assert get(dax) is None


def test_a_strongly_consistent_read_goes_to_the_table_and_leaves_the_cache_as_it_is(table, dynamodb, dax):
    put(dynamodb, v="old")
    get(dax)
    put(dynamodb, v="new")

    assert get(dax, ConsistentRead=True)["v"] == {"S": "new"}
    assert get(dax)["v"] == {"S": "old"}


def test_one_read_serves_every_projection(table, dynamodb, dax, calls):
    dynamodb.put_item(TableName="orders", Item={**KEY, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}})

    names = {"ProjectionExpression": "#m.y", "ExpressionAttributeNames": {"#m": "m"}}
    assert get(dax, **names) == {"m": {"M": {"y": {"N": "2"}}}}
    assert get(dax, AttributesToGet=["pk"]) == KEY
    assert calls("GetItem") == 1


def test_hits_say_nothing_of_capacity(table, dax):
    first = dax.get_item(TableName="orders", Key=KEY, ReturnConsumedCapacity="TOTAL")
    again = dax.get_item(TableName="orders", Key=KEY, ReturnConsumedCapacity="TOTAL")

    assert first["ConsumedCapacity"] == {"TableName": "orders", "CapacityUnits": 0.5}
    assert "ConsumedCapacity" not in again


def test_equal_numbers_are_one_key(dynamodb, dax, calls):
    dynamodb.create_table(
        TableName="numbers",
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in ("1", "1.0", "0.1e1"):
        dax.get_item(TableName="numbers", Key={"n": {"N": number}})

    assert calls("GetItem") == 1


def batch(client, *names, **options):
    wanted = {"orders": {"Keys": [{"pk": {"S": name}} for name in names], **options}}
    return client.batch_get_item(RequestItems=wanted)


def test_a_batch_reads_only_what_is_not_remembered(cloud, table, dynamodb, dax):
    for name in ("a", "b"):
        put(dynamodb, name)
    get(dax, "a")

    answer = batch(dax, "a", "b", "none")
    again = batch(dax, "a", "b", "none")

    assert answer["Responses"]["orders"] == [{"pk": {"S": "a"}}, {"pk": {"S": "b"}}]
    assert again["Responses"] == answer["Responses"]
    (call,) = cloud.timeline.calls("dynamodb", "BatchGetItem")
    assert call.parameters["RequestItems"] == {
        "orders": {"Keys": [{"pk": {"S": "b"}}, {"pk": {"S": "none"}}]}
    }


def test_a_batch_fills_the_cache_for_single_reads(table, dynamodb, dax, calls):
    put(dynamodb, v="x")
    batch(dax, "a", "none", ProjectionExpression="v")

    assert get(dax) == {**KEY, "v": {"S": "x"}}
    assert get(dax, "none") is None
    assert calls("GetItem") == 0


def test_a_strongly_consistent_batch_is_not_remembered(table, dax, calls):
    for _ in range(2):
        batch(dax, "a", ConsistentRead=True)

    assert calls("BatchGetItem") == 2


def test_keys_that_dynamodb_leaves_unprocessed_are_not_remembered(table, dynamodb, dax, cluster):
    big = "x" * 399_000
    for number in range(42):  # 16 MB are 41 of these
        put(dynamodb, str(number), v=big)
    dynamodb.update_table(
        TableName="orders", ProvisionedThroughput={"ReadCapacityUnits": 9000, "WriteCapacityUnits": 9000}
    )

    answer = batch(dax, *map(str, range(42)))

    left = answer["UnprocessedKeys"]["orders"]["Keys"]
    assert len(answer["Responses"]["orders"]) + len(left) == 42
    assert len(cluster.cached_items("orders")) == len(answer["Responses"]["orders"])
    assert cluster.cached_as_missing("orders") == []


def test_a_batch_write_is_remembered(table, dax, calls):
    dax.batch_write_item(
        RequestItems={
            "orders": [
                {"PutRequest": {"Item": {**KEY, "v": {"S": "new"}}}},
                {"DeleteRequest": {"Key": {"pk": {"S": "b"}}}},
            ]
        }
    )

    assert get(dax)["v"] == {"S": "new"}
    assert get(dax, "b") is None
    assert calls("GetItem") == 0


def test_what_a_batch_leaves_unwritten_is_not_remembered(cloud, table, dynamodb, dax, cluster):
    dynamodb.update_table(
        TableName="orders", ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
    )
    for _ in range(3):
        put(dynamodb, "z", v="x" * 99_000)  # 97 units of the burst of 300

    items = [{"pk": {"S": name}, "v": {"S": "x" * 4000}} for name in "abc"]
    answer = dax.batch_write_item(RequestItems={"orders": [{"PutRequest": {"Item": item}} for item in items]})

    left = len(answer["UnprocessedItems"].get("orders", ()))
    written = [item["pk"]["S"] for item in cluster.cached_items("orders")]
    assert left > 0
    assert len(written) == 3 - left
    assert {name for name in "abc" if get(dynamodb, name)} == set(written)


def test_a_transaction_refreshes_what_it_wrote_for_two_reads_an_item(cloud, table, dax, calls):
    put(dax, v="old")
    put(dax, "b", v="old")
    dax.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "orders", "Item": {**KEY, "v": {"S": "new"}}}},
            {"Delete": {"TableName": "orders", "Key": {"pk": {"S": "b"}}}},
        ]
    )

    assert get(dax)["v"] == {"S": "new"}
    assert get(dax, "b") is None
    assert (calls("TransactGetItems"), calls("GetItem")) == (1, 0)


def test_a_cancelled_transaction_changes_nothing(table, dax, calls):
    put(dax, v="old")

    with pytest.raises(ClientError, match="TransactionCanceled"):
        dax.transact_write_items(
            TransactItems=[
                {"Put": {"TableName": "orders", "Item": {**KEY, "v": {"S": "new"}}}},
                {
                    "ConditionCheck": {
                        "TableName": "orders",
                        "Key": {"pk": {"S": "b"}},
                        "ConditionExpression": "attribute_exists(pk)",
                    }
                },
            ]
        )

    assert get(dax)["v"] == {"S": "old"}
    assert calls("TransactGetItems") == 0


def test_a_transaction_whose_refresh_fails_leaves_nothing_old(cloud, table, dax):
    put(dax, v="old")
    cloud.faults.throttle("dynamodb", "TransactGetItems", times=1)

    dax.transact_write_items(
        TransactItems=[{"Put": {"TableName": "orders", "Item": {**KEY, "v": {"S": "new"}}}}]
    )

    assert get(dax)["v"] == {"S": "new"}


def test_transactional_reads_go_to_the_table_and_are_not_remembered(table, dynamodb, dax, calls):
    put(dynamodb, v="old")
    get(dax)
    put(dynamodb, v="new")

    for _ in range(2):
        answer = dax.transact_get_items(TransactItems=[{"Get": {"TableName": "orders", "Key": KEY}}])
        assert answer["Responses"][0]["Item"]["v"] == {"S": "new"}
    assert get(dax)["v"] == {"S": "old"}
    assert calls("TransactGetItems") == 2


def test_an_item_that_its_ttl_deletes_is_served_until_the_caches_own(cloud, table, dynamodb, dax):
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ends"}
    )
    ends = int(cloud.clock.time()) + 60
    dax.put_item(TableName="orders", Item={**KEY, "ends": {"N": str(ends)}})

    cloud.clock.advance(seconds=120)
    assert get(dynamodb) is None
    assert get(dax) is not None
    cloud.clock.advance(seconds=180)
    assert get(dax) is None
