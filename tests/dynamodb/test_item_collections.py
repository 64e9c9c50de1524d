"""Item collections of tables with local indexes, and how big they may be."""

import pytest
from botocore.exceptions import ClientError

from .tables import create_table

LIMIT = 10_000


def item(sk, size=0, **attributes):
    note = {"note": {"S": "x" * size}} if size else {}
    return {"pk": {"S": "a"}, "sk": {"N": str(sk)}, **note, **attributes}


@pytest.fixture
def put(cloud, dynamodb):
    """Puts an item into a table whose one local index holds all attributes; a collection may have 10,000 bytes."""
    keys = [("pk", "HASH"), ("rank", "RANGE")]
    create_table(
        dynamodb,
        sort="sk:N",
        attributes={"rank": "N"},
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-rank",
                "KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in keys],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    cloud.service("dynamodb").tables.named("orders").max_item_collection_bytes = LIMIT
    return lambda *arguments, **attributes: dynamodb.put_item(
        TableName="orders", Item=item(*arguments, **attributes)
    )


def test_a_collection_may_grow_up_to_its_limit(dynamodb, put):
    put(1, 6000)

    with pytest.raises(dynamodb.exceptions.ItemCollectionSizeLimitExceededException) as refused:
        put(2, 6000)

    assert refused.value.response["Error"]["Message"] == "Collection size exceeded"
    assert dynamodb.scan(TableName="orders")["Count"] == 1


def test_what_the_local_index_holds_counts_as_well(dynamodb, put):
    put(1, 4900)
    put(2, 4900)

    with pytest.raises(dynamodb.exceptions.ItemCollectionSizeLimitExceededException):
        put(1, 4900, rank={"N": "1"})


def test_other_collections_have_limits_of_their_own(dynamodb, put):
    put(1, 9000)
    dynamodb.put_item(TableName="orders", Item={**item(1, 9000), "pk": {"S": "b"}})

    assert dynamodb.scan(TableName="orders")["Count"] == 2


def test_a_collection_over_its_limit_may_shrink(cloud, dynamodb, put):
    put(1, 6000)
    put(2, 3000)
    cloud.service("dynamodb").tables.named("orders").max_item_collection_bytes = 1000

    put(1, 5000)
    dynamodb.delete_item(TableName="orders", Key=item(2))

    assert dynamodb.scan(TableName="orders")["Items"] == [item(1, 5000)]


def test_a_transaction_says_which_item_makes_a_collection_too_big(dynamodb, put):
    put(1, 6000)
    small = {"Put": {"TableName": "orders", "Item": item(2)}}
    big = {"Put": {"TableName": "orders", "Item": item(3, 6000)}}

    with pytest.raises(dynamodb.exceptions.TransactionCanceledException) as cancelled:
        dynamodb.transact_write_items(TransactItems=[small, big])

    assert cancelled.value.response["CancellationReasons"] == [
        {"Code": "None"},
        {"Code": "ItemCollectionSizeLimitExceeded", "Message": "Collection size exceeded"},
    ]


def test_a_batch_of_statements_says_so_too(dynamodb, put):
    put(1, 6000)
    insert = "INSERT INTO orders VALUE {'pk': 'a', 'sk': 2, 'note': ?}"

    answer = dynamodb.batch_execute_statement(
        Statements=[{"Statement": insert, "Parameters": [{"S": "x" * 6000}]}]
    )

    assert answer["Responses"][0]["Error"] == {
        "Code": "ItemCollectionSizeLimitExceeded",
        "Message": "Collection size exceeded",
    }


def test_an_item_and_its_entries_in_local_indexes_may_weigh_400_kb_together(cloud, dynamodb, put):
    cloud.service("dynamodb").tables.named("orders").max_item_collection_bytes = 10**9
    put(1, 300_000)

    with pytest.raises(ClientError) as refused:
        put(2, 300_000, rank={"N": "1"})

    assert refused.value.response["Error"]["Message"] == "Item size has exceeded the maximum allowed size"
