"""Several threads on one table lose nothing and invent nothing."""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Barrier

import boto3
import pytest

from .tables import create_table, global_index

THREADS, ROUNDS = 8, 20


@pytest.fixture(autouse=True)
def _threads_take_turns_often():
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(usual)


@pytest.fixture
def dynamodb(dynamodb):
    return with_exceptions(dynamodb)


@pytest.fixture
def impatient(impatient):
    return with_exceptions(impatient)


def with_exceptions(client):
    """A client that has its classes of exceptions: botocore makes them twice for two threads that ask first."""
    assert client.exceptions
    return client


def together(work):
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(work, range(THREADS)))


def all_items(dynamodb, **options):
    pages = dynamodb.get_paginator("scan").paginate(TableName="orders", **options)
    return [item for page in pages for item in page["Items"]]


def key(name):
    return {"pk": {"S": str(name)}}


def number(value):
    return {"N": str(value)}


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


def test_optimistic_locking_loses_no_update(dynamodb, table):
    dynamodb.put_item(TableName=table, Item={**key("counter"), "version": number(0), "added": number(0)})

    all_have_read = Barrier(THREADS)

    def add(thread):
        conflicts = 0
        item = read()
        all_have_read.wait()
        for _ in range(ROUNDS // 2):
            while not add_to(item, thread):
                conflicts += 1
                item = read()
            item = read()
        return conflicts

    def read():
        return dynamodb.get_item(TableName=table, Key=key("counter"), ConsistentRead=True)["Item"]

    def add_to(item, thread):
        version, added = int(item["version"]["N"]), int(item["added"]["N"])
        changed = {**item, "version": number(version + 1), "added": number(added + thread)}
        try:
            dynamodb.put_item(
                TableName=table,
                Item=changed,
                ConditionExpression="version = :v",
                ExpressionAttributeValues={":v": number(version)},
            )
        except dynamodb.exceptions.ConditionalCheckFailedException:
            return False
        return True

    conflicts = together(add)

    (counter,) = all_items(dynamodb)
    each = ROUNDS // 2
    assert (int(counter["version"]["N"]), int(counter["added"]["N"])) == (8 * each, sum(range(8)) * each)
    assert sum(conflicts) >= THREADS - 1  # of those who have read the first version, one has written the next


ACCOUNTS, EACH = [f"account-{n}" for n in range(6)], 100


@pytest.fixture
def ledger(dynamodb, table):
    """Accounts with a balance; the journal's entries stand in the same table."""
    for account in ACCOUNTS:
        dynamodb.put_item(TableName=table, Item={**key(account), "balance": number(EACH)})


def change_of(account, amount):
    update = {
        "TableName": "orders",
        "Key": key(account),
        "UpdateExpression": "ADD balance :amount",
        "ExpressionAttributeValues": {":amount": number(amount)},
    }
    if amount < 0:
        update["ConditionExpression"] = "balance >= :least"
        update["ExpressionAttributeValues"][":least"] = number(-amount)
    return {"Update": update}


def transfer(dynamodb, entry, source, target, amount):
    journal = {**key(entry), "from": {"S": source}, "to": {"S": target}, "amount": number(amount)}
    try:
        dynamodb.transact_write_items(
            TransactItems=[
                change_of(source, -amount),
                change_of(target, amount),
                {
                    "Put": {
                        "TableName": "orders",
                        "Item": journal,
                        "ConditionExpression": "attribute_not_exists(pk)",
                    }
                },
            ]
        )
    except dynamodb.exceptions.TransactionCanceledException as cancelled:
        codes = {reason["Code"] for reason in cancelled.response["CancellationReasons"]}
        assert codes <= {"None", "ConditionalCheckFailed", "TransactionConflict"}
        return False
    return True


def test_transfers_keep_the_sum_and_what_the_journal_says(dynamodb, ledger):
    def work(thread):
        random = Random(thread)
        done, sums = 0, set()
        for entry in range(ROUNDS):
            source, target = random.sample(ACCOUNTS, 2)
            done += transfer(dynamodb, f"entry-{thread}-{entry}", source, target, random.randint(1, 80))
            seen = dynamodb.transact_get_items(
                TransactItems=[{"Get": {"TableName": "orders", "Key": key(account)}} for account in ACCOUNTS]
            )["Responses"]
            sums.add(sum(int(read["Item"]["balance"]["N"]) for read in seen))
        return done, sums

    outcomes = together(work)

    items = {item["pk"]["S"]: item for item in all_items(dynamodb)}
    expected = Counter(dict.fromkeys(ACCOUNTS, EACH))
    entries = [item for item in items.values() if "amount" in item]
    for entry in entries:
        expected[entry["from"]["S"]] -= int(entry["amount"]["N"])
        expected[entry["to"]["S"]] += int(entry["amount"]["N"])
    assert {account: int(items[account]["balance"]["N"]) for account in ACCOUNTS} == dict(expected)
    assert min(expected.values()) >= 0
    assert len(entries) == sum(done for done, _ in outcomes) < THREADS * ROUNDS
    assert [sums for _, sums in outcomes] == [{len(ACCOUNTS) * EACH}] * THREADS


def test_one_token_in_many_threads_is_one_transaction(dynamodb, ledger):
    def pay(_):
        dynamodb.transact_write_items(
            TransactItems=[change_of(ACCOUNTS[0], -60), change_of(ACCOUNTS[1], 60)], ClientRequestToken="once"
        )

    together(pay)

    balances = [int(item["balance"]["N"]) for item in sorted(all_items(dynamodb), key=lambda i: i["pk"]["S"])]
    assert balances == [EACH - 60, EACH + 60, *[EACH] * 4]


def test_batches_of_many_threads_are_all_written(dynamodb, table):
    def write(thread):
        own = [{"PutRequest": {"Item": {**key(f"{thread}-{n}"), "by": number(thread)}}} for n in range(20)]
        shared = [{"PutRequest": {"Item": {**key(f"shared-{n}"), "by": number(thread)}}} for n in range(5)]
        answer = dynamodb.batch_write_item(RequestItems={table: own + shared})
        deleted = [{"DeleteRequest": {"Key": key(f"{thread}-{n}")}} for n in range(0, 20, 2)]
        dynamodb.batch_write_item(RequestItems={table: deleted})
        return answer["UnprocessedItems"]

    assert together(write) == [{}] * THREADS

    names = {item["pk"]["S"] for item in all_items(dynamodb)}
    own = {f"{thread}-{n}" for thread in range(THREADS) for n in range(1, 20, 2)}
    assert names == own | {f"shared-{n}" for n in range(5)}


STREAM = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}


@pytest.fixture
def watched(dynamodb):
    """A table with an index, a stream, and time to live by `ttl`."""
    create_table(
        dynamodb,
        attributes={"city": "S"},
        GlobalSecondaryIndexes=[global_index("by-city", "city", projection="KEYS_ONLY")],
        StreamSpecification=STREAM,
    )
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )


def replayed(records):
    """The table that the records make; each of them has to begin with the item that the one before it left."""
    items = {}
    for record in (record["dynamodb"] for record in records):
        name = record["Keys"]["pk"]["S"]
        assert items.pop(name, None) == record.get("OldImage")
        if "NewImage" in record:
            items[name] = record["NewImage"]
    return items


def write_anything(dynamodb, clock, random):
    """One random write of any kind to one or two of ten items."""
    one, other = (key(number) for number in random.sample(range(10), 2))
    attributes = {"n": number(random.randrange(100)), "city": {"S": random.choice("abc")}}
    if random.random() < 0.4:
        attributes["ttl"] = number(int(clock.time()) + random.randint(1, 30))
    item = {**one, **attributes}
    kind = random.choice(["put", "update", "delete", "batch", "transaction"])
    if kind == "put":
        dynamodb.put_item(TableName="orders", Item=item)
    elif kind == "update":
        dynamodb.update_item(
            TableName="orders",
            Key=one,
            UpdateExpression="SET city = :city ADD n :n",
            ExpressionAttributeValues={":city": attributes["city"], ":n": attributes["n"]},
        )
    elif kind == "delete":
        dynamodb.delete_item(TableName="orders", Key=one)
    elif kind == "batch":
        requests = [{"PutRequest": {"Item": item}}, {"DeleteRequest": {"Key": other}}]
        dynamodb.batch_write_item(RequestItems={"orders": requests})
    else:
        writes = [
            {"Put": {"TableName": "orders", "Item": item}},
            {"Delete": {"TableName": "orders", "Key": other, "ConditionExpression": "attribute_exists(pk)"}},
        ]
        try:
            dynamodb.transact_write_items(TransactItems=writes)
        except dynamodb.exceptions.TransactionCanceledException:
            return


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
def test_the_streams_records_make_the_table_that_all_threads_wrote(cloud, dynamodb, watched):
    def work(thread):
        random = Random(thread)
        for _ in range(ROUNDS):
            write_anything(dynamodb, cloud.clock, random)
            if thread == 0:
                cloud.clock.advance(seconds=5)

    together(work)

    items = {item["pk"]["S"]: item for item in all_items(dynamodb)}
    assert replayed(stream_records("orders")) == items
    assert {item["pk"]["S"] for item in all_items(dynamodb, IndexName="by-city")} == {
        name for name, item in items.items() if "city" in item
    }
    now = cloud.clock.time()
    assert all(int(item["ttl"]["N"]) >= now for item in items.values() if "ttl" in item)


@pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")
def test_what_a_table_has_is_given_once(cloud, impatient):
    create_table(impatient, throughput=(1, 1))
    item = {"v": {"S": "x" * 9 * 1024}}

    def write(thread):
        served = 0
        for number in range(ROUNDS):
            try:
                key = {"pk": {"S": f"{thread}-{number}"}}
                impatient.put_item(TableName="orders", Item={**key, **item})
                served += 1
            except impatient.exceptions.ProvisionedThroughputExceededException:
                pass
        return served

    assert sum(together(write)) == 30
    usage = cloud.usage.table("orders")
    assert (usage.write_units, usage.throttles) == (300, THREADS * ROUNDS - 30)
