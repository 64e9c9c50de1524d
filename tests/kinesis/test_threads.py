"""Many threads put into one stream while it is resharded."""

from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

from .conftest import MIDDLE, shard_id

pytestmark = pytest.mark.serverless(throttling=False)


def put_in_order(name):
    client = boto3.client("kinesis")
    for number in range(30):
        client.put_record(StreamName="orders", Data=f"{number}".encode(), PartitionKey=name)


def test_no_record_of_any_thread_is_lost_and_each_key_stays_in_order(kinesis, create, iterator):
    create()
    names = [f"thread {number}" for number in range(4)]
    with ThreadPoolExecutor(len(names)) as pool:
        puts = [pool.submit(put_in_order, name) for name in names]
        kinesis.split_shard(StreamName="orders", ShardToSplit=shard_id(0), NewStartingHashKey=str(MIDDLE))
        kinesis.merge_shards(StreamName="orders", ShardToMerge=shard_id(1), AdjacentShardToMerge=shard_id(2))
        for put in puts:
            put.result()

    found = {name: [] for name in names}
    for shard in range(4):
        for record in kinesis.get_records(ShardIterator=iterator(shard))["Records"]:
            found[record["PartitionKey"]].append(int(record["Data"]))
    assert found == {name: list(range(30)) for name in names}
