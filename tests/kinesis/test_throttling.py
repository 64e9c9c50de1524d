"""What a shard takes and gives in a second."""

import boto3
import pytest
from botocore.config import Config

from .conftest import MIDDLE, data_of, shard_id

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

EXCEEDED = (
    "ProvisionedThroughputExceededException",
    "Rate exceeded for shard shardId-000000000000 in stream orders under account 123456789012.",
    400,
)


@pytest.fixture
def kinesis(cloud):
    return boto3.client("kinesis", config=Config(retries={"total_max_attempts": 1}))


def records(count, size=1, hash_key=0):
    return [{"Data": b"x" * size, "PartitionKey": "k", "ExplicitHashKey": str(hash_key)}] * count


def failed(kinesis, batch):
    return kinesis.put_records(StreamName="orders", Records=batch)["FailedRecordCount"]


def test_a_shard_takes_a_thousand_records_a_second(cloud, kinesis, stream):
    assert [failed(kinesis, records(400)) for _ in range(3)] == [0, 0, 200]

    cloud.clock.advance(seconds=1)
    assert failed(kinesis, records(500)) == 0


def test_a_shard_takes_a_mebibyte_a_second(cloud, kinesis, stream, refused):
    kinesis.put_record(StreamName=stream, Data=b"x" * 1_000_000, PartitionKey="k", ExplicitHashKey="0")
    further = records(1, 100_000)[0]

    assert refused(kinesis.put_record, StreamName=stream, **further) == EXCEEDED
    cloud.clock.advance(seconds=1)
    assert kinesis.put_record(StreamName=stream, **further)["ShardId"] == shard_id(0)


def test_one_shards_records_fail_and_the_others_are_taken(kinesis, stream, read):
    failed(kinesis, records(500))
    failed(kinesis, records(500))
    answer = kinesis.put_records(StreamName=stream, Records=[*records(1), *records(1, hash_key=MIDDLE)])

    assert answer["FailedRecordCount"] == 1
    assert answer["Records"][0] == {"ErrorCode": EXCEEDED[0], "ErrorMessage": EXCEEDED[1]}
    assert answer["Records"][1]["ShardId"] == shard_id(1)
    assert data_of(read(1)) == ["x"]


def test_a_large_record_is_made_up_for(cloud, kinesis, create):
    create(MaxRecordSizeInKiB=4096)
    assert failed(kinesis, records(1, 3 * 1024 * 1024)) == 0

    cloud.clock.advance(seconds=2)
    assert failed(kinesis, records(1)) == 1
    cloud.clock.advance(seconds=1.5)
    assert failed(kinesis, records(1)) == 0


def test_a_shard_is_read_five_times_a_second(cloud, kinesis, stream, iterator, refused):
    token = iterator()
    for _ in range(5):
        kinesis.get_records(ShardIterator=token)

    assert refused(kinesis.get_records, ShardIterator=token) == EXCEEDED
    assert kinesis.get_records(ShardIterator=iterator(1))["Records"] == []
    cloud.clock.advance(seconds=1)
    assert kinesis.get_records(ShardIterator=token)["Records"] == []


def test_after_a_read_of_many_bytes_a_shard_rests(cloud, kinesis, create, iterator, refused):
    create()
    for _ in range(8):
        failed(kinesis, records(1, 1_000_000))
        cloud.clock.advance(seconds=1)
    token = iterator()
    kinesis.get_records(ShardIterator=token)

    cloud.clock.advance(seconds=3)
    assert refused(kinesis.get_records, ShardIterator=token) == EXCEEDED
    cloud.clock.advance(seconds=1)
    assert len(kinesis.get_records(ShardIterator=token)["Records"]) == 8


def test_a_patient_client_gets_through(cloud, stream):
    patient = boto3.client("kinesis")
    for _ in range(4):
        answer = patient.put_records(StreamName=stream, Records=records(300))
    assert answer["FailedRecordCount"] == 200

    assert patient.put_record(StreamName=stream, Data=b"x", PartitionKey="k", ExplicitHashKey="0")["ShardId"]


@pytest.mark.serverless(throttling=False)
def test_without_throttling_a_shard_takes_and_gives_anything(kinesis, stream, iterator):
    assert [failed(kinesis, records(500)) for _ in range(3)] == [0] * 3
    token = iterator()
    pages = [kinesis.get_records(ShardIterator=token, Limit=1) for _ in range(6)]
    assert [len(page["Records"]) for page in pages] == [1] * 6
