"""Several threads on one table lose nothing and invent nothing."""

from concurrent.futures import ThreadPoolExecutor

THREADS, ROUNDS = 8, 20


def together(work):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def test_additions_are_all_counted(dynamodb, table):
    def add(_):
        for _ in range(ROUNDS):
            dynamodb.update_item(
                TableName=table,
                Key={"pk": {"S": "counter"}},
                UpdateExpression="ADD n :one",
                ExpressionAttributeValues={":one": {"N": "1"}},
            )

    together(add)

    (counter,) = dynamodb.scan(TableName=table)["Items"]
    assert counter["n"] == {"N": str(THREADS * ROUNDS)}


def test_one_of_many_conditional_writes_wins(dynamodb, table):
    def put(thread):
        try:
            dynamodb.put_item(
                TableName=table,
                Item={"pk": {"S": "a"}, "winner": {"N": str(thread)}},
                ConditionExpression="attribute_not_exists(pk)",
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    won = together(put)

    (item,) = dynamodb.scan(TableName=table)["Items"]
    assert [thread for thread, has_won in enumerate(won) if has_won] == [int(item["winner"]["N"])]
