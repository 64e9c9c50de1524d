"""Several threads on one table lose nothing and invent nothing."""

from concurrent.futures import ThreadPoolExecutor

import boto3

from .tables import create_table

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


def test_every_change_is_in_the_stream_once_and_in_order(dynamodb, cloud):
    create_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"})

    def put(thread):
        for round_ in range(ROUNDS):
            dynamodb.put_item(
                TableName="orders", Item={"pk": {"S": str(thread)}, "round": {"N": str(round_)}}
            )
            if round_ == thread:
                cloud.service("dynamodb").split_stream("orders", into=1)

    together(put)

    rounds, numbers = {}, []
    for record in stream_records("orders"):
        change = record["dynamodb"]
        rounds.setdefault(change["Keys"]["pk"]["S"], []).append(int(change["NewImage"]["round"]["N"]))
        numbers.append(int(change["SequenceNumber"]))
    assert rounds == {str(thread): list(range(ROUNDS)) for thread in range(THREADS)}
    assert numbers == sorted(set(numbers))


def stream_records(table):
    """All records of a table's stream, shard by shard."""
    streams = boto3.client("dynamodbstreams")
    arn = streams.list_streams(TableName=table)["Streams"][0]["StreamArn"]
    for shard in streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]:
        iterator = streams.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        yield from streams.get_records(ShardIterator=iterator)["Records"]


def test_an_item_that_is_saved_while_others_expire_stays(dynamodb, table, cloud):
    dynamodb.update_time_to_live(
        TableName=table, TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    now = int(cloud.clock.time())

    def live_on(thread):
        if thread == 0:
            cloud.clock.advance(hours=1)
            return
        for round_ in range(ROUNDS):
            for name, hours in (("doomed", 0), ("saved", 10)):
                item = {"pk": {"S": f"{name}-{thread}-{round_}"}, "ttl": {"N": str(now + hours * 3600)}}
                dynamodb.put_item(TableName=table, Item=item)

    together(live_on)
    cloud.clock.advance(seconds=1)

    left = {item["pk"]["S"].partition("-")[0] for item in dynamodb.scan(TableName=table)["Items"]}
    assert left == {"saved"}
    assert dynamodb.scan(TableName=table)["Count"] == (THREADS - 1) * ROUNDS
