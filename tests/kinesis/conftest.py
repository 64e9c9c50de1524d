"""Kinesis's client, a stream of two shards, and short ways to put and read."""

import boto3
import pytest

# A hash in the middle of all: the second shard of two begins with it.
MIDDLE = 1 << 127


@pytest.fixture
def kinesis(cloud):
    return boto3.client("kinesis")


@pytest.fixture
def create(kinesis):
    """A function that makes a provisioned stream and gives its name."""

    def create(name="orders", shards=1, **further):
        kinesis.create_stream(StreamName=name, ShardCount=shards, **further)
        return name

    return create


@pytest.fixture
def stream(create):
    return create(shards=2)


@pytest.fixture
def put(kinesis):
    """A function that puts a record at a hash; gives its shard and sequence number."""

    def put(data="x", hash_key=0, stream="orders", key="k", **further):
        answer = kinesis.put_record(
            StreamName=stream,
            Data=data if isinstance(data, bytes) else data.encode(),
            PartitionKey=key,
            ExplicitHashKey=str(hash_key),
            **further,
        )
        return answer["ShardId"], answer["SequenceNumber"]

    return put


@pytest.fixture
def iterator(kinesis):
    def iterator(shard=0, kind="TRIM_HORIZON", stream="orders", **further):
        return kinesis.get_shard_iterator(
            StreamName=stream, ShardId=shard_id(shard), ShardIteratorType=kind, **further
        )["ShardIterator"]

    return iterator


@pytest.fixture
def read(kinesis, iterator):
    """A function that reads a shard once; gives the answer of GetRecords."""

    def read(shard=0, kind="TRIM_HORIZON", stream="orders", **further):
        return kinesis.get_records(ShardIterator=iterator(shard, kind, stream, **further))

    return read


@pytest.fixture
def shards(kinesis):
    def shards(stream="orders", **further):
        return kinesis.list_shards(StreamName=stream, **further)["Shards"]

    return shards


def shard_id(index):
    return f"shardId-{index:012d}"


def data_of(answer):
    return [record["Data"].decode() for record in answer["Records"]]


def ids_of(shards):
    return [int(shard["ShardId"].removeprefix("shardId-")) for shard in shards]
