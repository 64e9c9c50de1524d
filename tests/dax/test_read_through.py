"""A read-through cache before a table. (DAX: how it works; DAX and DynamoDB consistency models)"""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

from skymock.services.dax import ReadThroughCache

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

KEY = {"pk": {"S": "a"}}


@pytest.fixture
def dynamodb(cloud):
    """The table's own client, which does not retry."""
    client = boto3.client("dynamodb", config=Config(retries={"total_max_attempts": 1}))
    client.create_table(
        TableName="orders",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1000},
    )
    return client


@pytest.fixture
def dax(cloud, dynamodb):
    return ReadThroughCache(dynamodb, cloud.clock)


@pytest.fixture
def calls(cloud):
    """How often an operation has reached DynamoDB."""
    return lambda operation: len(cloud.timeline.calls("dynamodb", operation))


def put(client, pk="a", **attributes):
    item = {"pk": {"S": pk}, **{name: {"S": value} for name, value in attributes.items()}}
    return client.put_item(TableName="orders", Item=item)


def get(client, pk="a", **options):
    return client.get_item(TableName="orders", Key={"pk": {"S": pk}}, **options).get("Item")


def scan(client, **options):
    return client.scan(TableName="orders", **options)["Items"]


def test_hot_reads_consume_the_tables_capacity_once(dynamodb, dax):
    put(dynamodb, v="x" * 200_000)
    for _ in range(100):
        assert get(dax)["v"]["S"] == "x" * 200_000

    for _ in range(11):  # 24.5 units each, of 300
        get(dynamodb)
    with pytest.raises(dynamodb.exceptions.ProvisionedThroughputExceededException):
        get(dynamodb)
    assert get(dax) is not None


def test_what_is_written_around_it_is_seen_when_the_entry_has_grown_old(cloud, dynamodb, dax):
    put(dynamodb, v="old")
    get(dax)
    put(dynamodb, v="new")

    cloud.clock.advance(seconds=299)
    assert get(dax)["v"] == {"S": "old"}
    cloud.clock.advance(seconds=1)
    assert get(dax)["v"] == {"S": "new"}


def test_a_missing_item_is_remembered_as_missing(dynamodb, dax, calls):
    assert get(dax) is None
    put(dynamodb)

    assert get(dax) is None
    assert calls("GetItem") == 1


def test_a_put_through_it_replaces_what_is_remembered(dax, calls):
    get(dax)
    put(dax, v="new")

    assert get(dax) == {**KEY, "v": {"S": "new"}}
    assert calls("GetItem") == 1


def test_a_put_is_read_as_dynamodb_gives_it_back(dynamodb, dax):
    item = {
        **KEY,
        "n": {"N": "1.50"},
        "m": {"M": {"l": {"L": [{"NS": ["1.0"]}]}}},
        "b": {"B": b"\x00"},
        "s": {"SS": ["x"]},
    }
    dax.put_item(TableName="orders", Item=item)

    assert get(dax) == get(dynamodb)


def test_an_update_through_it_is_remembered(dax, calls):
    put(dax, v="old")
    answer = dax.update_item(
        TableName="orders",
        Key=KEY,
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"S": "new"}},
    )

    assert "Attributes" not in answer
    assert get(dax)["v"] == {"S": "new"}
    assert calls("GetItem") == 0


@pytest.mark.parametrize(
    ("return_values", "value", "reads"),
    [("ALL_NEW", "new", 0), ("ALL_OLD", "old", 1), ("UPDATED_NEW", "new", 1)],
)
def test_an_update_gives_back_what_was_asked_for(dax, calls, return_values, value, reads):
    put(dax, v="old")
    answer = dax.update_item(
        TableName="orders",
        Key=KEY,
        UpdateExpression="SET v = :v",
        ExpressionAttributeValues={":v": {"S": "new"}},
        ReturnValues=return_values,
    )

    assert answer["Attributes"]["v"] == {"S": value}
    assert get(dax)["v"] == {"S": "new"}
    assert calls("GetItem") == reads


def test_a_delete_through_it_is_remembered(dax, calls):
    put(dax)
    dax.delete_item(TableName="orders", Key=KEY)

    assert get(dax) is None
    assert calls("GetItem") == 0


def test_what_dynamodb_refuses_changes_nothing(dynamodb, dax):
    put(dax, v="old")

    with pytest.raises(dax.exceptions.ConditionalCheckFailedException):
        dax.put_item(TableName="orders", Item=KEY, ConditionExpression="attribute_not_exists(pk)")

    assert get(dax)["v"] == {"S": "old"}


def test_a_throttled_read_is_not_remembered(cloud, dynamodb, dax):
    put(dynamodb, v="x" * 400_000)
    for _ in range(6):
        get(dynamodb)

    with pytest.raises(dynamodb.exceptions.ProvisionedThroughputExceededException):
        get(dax)
    cloud.clock.advance(seconds=60)
    assert get(dax) is not None


def test_a_strongly_consistent_read_goes_to_the_table_and_leaves_the_cache_as_it_is(dynamodb, dax):
    put(dynamodb, v="old")
    get(dax)
    put(dynamodb, v="new")

    assert get(dax, ConsistentRead=True)["v"] == {"S": "new"}
    assert get(dax)["v"] == {"S": "old"}


def test_one_read_serves_every_projection(dynamodb, dax, calls):
    dynamodb.put_item(TableName="orders", Item={**KEY, "m": {"M": {"x": {"N": "1"}, "y": {"N": "2"}}}})

    names = {"ProjectionExpression": "#m.y", "ExpressionAttributeNames": {"#m": "m"}}
    assert get(dax, **names) == {"m": {"M": {"y": {"N": "2"}}}}
    assert get(dax, AttributesToGet=["pk"]) == KEY
    assert calls("GetItem") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"ProjectionExpression": "a, a"},
        {"ProjectionExpression": "a", "AttributesToGet": ["a"]},
        {"ExpressionAttributeNames": {"#a": "a"}},
    ],
)
def test_what_dynamodb_would_refuse_is_refused_by_it(dax, wrong):
    put(dax)

    with pytest.raises(ClientError, match="ValidationException"):
        get(dax, **wrong)


def test_parameters_are_checked_by_the_client(dax):
    with pytest.raises(ParamValidationError):
        dax.get_item(TableName="orders")


def test_a_caller_cannot_change_what_is_remembered(dax):
    put(dax, v="kept")
    get(dax)["v"]["S"] = "changed"

    assert get(dax)["v"] == {"S": "kept"}


def test_equal_numbers_are_one_key(dynamodb, cloud, calls):
    dynamodb.create_table(
        TableName="numbers",
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dax = ReadThroughCache(dynamodb, cloud.clock)
    for number in ("1", "1.0", "0.1e1"):
        dax.get_item(TableName="numbers", Key={"n": {"N": number}})

    assert calls("GetItem") == 1


def test_a_wrong_number_is_refused_by_dynamodb(dax):
    with pytest.raises(ClientError, match="cannot be converted to a numeric value"):
        dax.get_item(TableName="orders", Key={"pk": {"N": "one"}})


def test_a_page_is_remembered_by_all_that_was_asked(dynamodb, dax, calls):
    put(dynamodb)
    for _ in range(2):
        assert scan(dax) == [KEY]
    for _ in range(2):
        assert scan(dax, Limit=1, AttributesToGet=["pk"]) == [KEY]

    assert calls("Scan") == 2


def test_pages_know_nothing_of_writes_through_the_cache(cloud, dax):
    assert scan(dax) == []
    put(dax)

    assert scan(dax) == []
    assert get(dax) == KEY
    cloud.clock.advance(minutes=5)
    assert scan(dax) == [KEY]


def test_pages_do_not_fill_the_item_cache(dynamodb, dax, calls):
    put(dynamodb)
    scan(dax)
    get(dax)

    assert calls("GetItem") == 1


def test_a_query_is_remembered(dynamodb, dax, calls):
    put(dynamodb)
    ask = {
        "TableName": "orders",
        "KeyConditionExpression": "pk = :p",
        "ExpressionAttributeValues": {":p": {"S": "a"}},
    }

    first = dax.query(**ask, ReturnConsumedCapacity="TOTAL")
    again = dax.query(**ask, ReturnConsumedCapacity="TOTAL")

    assert (first["Items"], again["Items"]) == ([KEY], [KEY])
    assert ("ConsumedCapacity" in first, "ConsumedCapacity" in again) == (True, False)
    assert calls("Query") == 1


def test_a_strongly_consistent_page_is_not_remembered(dax, calls):
    for _ in range(2):
        scan(dax, ConsistentRead=True)

    assert calls("Scan") == 2


def test_a_time_to_live_of_zero_keeps_items_for_ever_and_pages_never(cloud, dynamodb, calls):
    dax = ReadThroughCache(dynamodb, cloud.clock, item_ttl=0, query_ttl=0)
    get(dax)
    cloud.clock.advance(days=365)
    get(dax)
    scan(dax)
    scan(dax)

    assert (calls("GetItem"), calls("Scan")) == (1, 2)


def batch(client, *names, **options):
    wanted = {"orders": {"Keys": [{"pk": {"S": name}} for name in names], **options}}
    return client.batch_get_item(RequestItems=wanted)


def test_a_batch_reads_only_what_is_not_remembered(cloud, dynamodb, dax):
    for name in ("a", "b"):
        put(dynamodb, name)
    get(dax, "a")

    answer = batch(dax, "a", "b", "none")
    assert sorted(item["pk"]["S"] for item in answer["Responses"]["orders"]) == ["a", "b"]
    (call,) = cloud.timeline.calls("dynamodb", "BatchGetItem")
    assert call.parameters["RequestItems"]["orders"]["Keys"] == [{"pk": {"S": "b"}}, {"pk": {"S": "none"}}]


def test_what_a_batch_read_is_remembered_for_single_reads(dynamodb, dax, calls):
    put(dynamodb, "b", v="x")
    assert batch(dax, "b", "none", ProjectionExpression="v")["Responses"]["orders"] == [{"v": {"S": "x"}}]

    assert get(dax, "b") == {"pk": {"S": "b"}, "v": {"S": "x"}}
    assert get(dax, "none") is None
    assert calls("GetItem") == 0


def test_a_batch_of_remembered_items_does_not_reach_dynamodb(dax, calls):
    put(dax)

    assert batch(dax, "a")["Responses"]["orders"] == [KEY]
    assert calls("BatchGetItem") == 0


def test_a_strongly_consistent_batch_goes_to_the_table(dynamodb, dax):
    put(dax, v="old")
    put(dynamodb, v="new")

    (item,) = batch(dax, "a", ConsistentRead=True)["Responses"]["orders"]
    assert item["v"] == {"S": "new"}


def test_unprocessed_keys_are_handed_back_as_asked_and_not_remembered(cloud, dynamodb, dax):
    for name in "abcdefg":
        put(dynamodb, name, v="x" * 400_000)

    answer = batch(dax, *"abcdefg", ProjectionExpression="pk")
    unprocessed = answer["UnprocessedKeys"]["orders"]
    assert unprocessed == {"Keys": [{"pk": {"S": "g"}}], "ProjectionExpression": "pk"}
    cloud.clock.advance(minutes=1)
    assert get(dax, "g") is not None


def test_a_batch_write_is_remembered(dax, calls):
    put(dax, "gone")
    dax.batch_write_item(
        RequestItems={
            "orders": [
                {"PutRequest": {"Item": {"pk": {"S": "b"}}}},
                {"DeleteRequest": {"Key": {"pk": {"S": "gone"}}}},
            ]
        }
    )

    assert (get(dax, "b"), get(dax, "gone")) == ({"pk": {"S": "b"}}, None)
    assert calls("GetItem") == 0


def test_a_transaction_is_fetched_after_it_was_written(dax, calls):
    put(dax, "b")
    get(dax, "a")
    dax.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": "orders", "Item": KEY}},
            {"Delete": {"TableName": "orders", "Key": {"pk": {"S": "b"}}}},
            {
                "ConditionCheck": {
                    "TableName": "orders",
                    "Key": {"pk": {"S": "c"}},
                    "ConditionExpression": "attribute_not_exists(pk)",
                }
            },
        ]
    )

    assert (get(dax, "a"), get(dax, "b")) == (KEY, None)
    assert (calls("GetItem"), calls("TransactGetItems")) == (1, 1)


def test_a_transactional_read_goes_to_the_table(dynamodb, dax):
    put(dax, v="old")
    put(dynamodb, v="new")

    answer = dax.transact_get_items(TransactItems=[{"Get": {"TableName": "orders", "Key": KEY}}])
    assert answer["Responses"][0]["Item"]["v"] == {"S": "new"}


def test_hits_and_misses_are_counted(dax):
    for _ in range(3):
        get(dax)
        scan(dax)

    assert (dax.item_cache.hits, dax.item_cache.misses) == (2, 1)
    assert (dax.query_cache.hits, dax.query_cache.misses) == (2, 1)


def test_clusters_are_not_supported_yet_and_say_so(cloud):
    with pytest.raises(NotImplementedError, match="dax: DescribeClusters is not supported yet"):
        boto3.client("dax").describe_clusters()
