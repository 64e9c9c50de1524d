"""Putting records and reading them back."""

import datetime as dt
import hashlib

import pytest

from .conftest import MIDDLE, data_of, shard_id

NOW = "2026-03-01T12:00:00Z"
pytestmark = pytest.mark.serverless(freeze_time=NOW)

ACCOUNT = "under account 123456789012"
EITHER = (
    "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber or (2) "
    "TRIM_HORIZON or LATEST and no StartingSequenceNumber. Request specified "
)


def test_records_come_back_as_they_were_put_in_order(put, read, create):
    create()
    numbers = [put(data)[1] for data in ("one", "two", "")]

    records = read()["Records"]
    assert records == [
        {
            "SequenceNumber": number,
            "ApproximateArrivalTimestamp": dt.datetime(2026, 3, 1, 12, tzinfo=dt.timezone.utc),
            "Data": data,
            "PartitionKey": "k",
        }
        for number, data in zip(numbers, (b"one", b"two", b""), strict=True)
    ]
    assert numbers == sorted(numbers, key=int)
    assert {len(number) for number in numbers} == {56}


@pytest.mark.parametrize("key", ["orders", "ünïcode", "a" * 256])
def test_a_keys_shard_is_found_by_its_md5(kinesis, create, key):
    create(shards=8)

    found = kinesis.put_record(StreamName="orders", Data=b"x", PartitionKey=key)["ShardId"]
    digest = int(hashlib.md5(key.encode()).hexdigest(), 16)
    assert found == shard_id(digest >> 125)


@pytest.mark.parametrize(("hash_key", "shard"), [(0, 0), (MIDDLE - 1, 0), (MIDDLE, 1), (2 * MIDDLE - 1, 1)])
def test_an_explicit_hash_key_goes_before_the_partition_key(put, stream, hash_key, shard):
    assert put(hash_key=hash_key)[0] == shard_id(shard)


def test_put_records_answers_for_each_record(kinesis, stream, read):
    answer = kinesis.put_records(
        StreamName=stream,
        Records=[
            {"Data": b"a", "PartitionKey": "k", "ExplicitHashKey": "0"},
            {"Data": b"b", "PartitionKey": "k", "ExplicitHashKey": str(MIDDLE)},
            {"Data": b"c", "PartitionKey": "k", "ExplicitHashKey": "0"},
        ],
    )

    assert answer["FailedRecordCount"] == 0
    assert [record["ShardId"] for record in answer["Records"]] == [shard_id(0), shard_id(1), shard_id(0)]
    assert (data_of(read(0)), data_of(read(1))) == (["a", "c"], ["b"])


def test_a_number_for_ordering_makes_the_next_one_higher(put, create):
    create()
    _, first = put()
    _, second = put(SequenceNumberForOrdering=first)

    assert int(second) > int(first)


@pytest.mark.parametrize(
    "number",
    [
        0x20000000000000000000000000000000000000000000000,
        0x20000000000000000000000000000000000000000000004,
        0x30000000000000000000000000000000000000000000001,
        0x20000000000800000000000000000000000000000000002,
        0x20000000000000000000000000000000000000800000002,
        0x2000000000000000000000000000000FFFFFFFF000000002,
    ],
)
def test_a_number_for_ordering_must_be_one(kinesis, create, refused, number):
    create()
    answer = refused(
        kinesis.put_record,
        StreamName="orders",
        Data=b"x",
        PartitionKey="k",
        SequenceNumberForOrdering=str(number),
    )
    assert answer == (
        "InvalidArgumentException",
        f"ExclusiveMinimumSequenceNumber {number} used in PutRecord on stream orders {ACCOUNT} is invalid.",
        400,
    )


def test_a_hash_key_has_128_bits(kinesis, stream, refused):
    record = {"Data": b"x", "PartitionKey": "k", "ExplicitHashKey": str(1 << 128)}
    text = (
        "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was "
        f"{1 << 128}"
    )
    expected = ("InvalidArgumentException", text, 400)

    assert refused(kinesis.put_record, StreamName=stream, **record) == expected
    assert refused(kinesis.put_records, StreamName=stream, Records=[record]) == expected


def test_a_record_without_a_key_is_refused(kinesis, stream, refused):
    text = (
        "1 validation error detected: Value null at 'partitionKey' failed to satisfy constraint: Member must not be "
        "null"
    )
    assert refused(kinesis.put_record, StreamName=stream, Data=b"x") == ("ValidationException", text, 400)


@pytest.mark.serverless(throttling=False)
def test_a_record_is_held_to_the_streams_largest_size(kinesis, create, put, read, refused):
    create()
    large = b"x" * (1024 * 1024)
    assert refused(kinesis.put_record, StreamName="orders", Data=large, PartitionKey="k")[0] == (
        "InvalidArgumentException"
    )

    arn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
    kinesis.update_max_record_size(StreamARN=arn, MaxRecordSizeInKiB=2048)
    put(large)
    assert [len(record["Data"]) for record in read()["Records"]] == [len(large)]


@pytest.mark.serverless(throttling=False)
def test_a_request_takes_ten_mebibytes_in_all(kinesis, create, refused):
    create()
    records = [{"Data": b"x" * 1_048_570, "PartitionKey": "k"}] * 11

    assert refused(kinesis.put_records, StreamName="orders", Records=records) == (
        "InvalidArgumentException",
        "Records size exceeds 10 MB limit",
        400,
    )


def test_a_page_goes_on_where_the_last_one_ended(kinesis, create, put, iterator):
    create()
    for number in range(5):
        put(str(number))

    first = kinesis.get_records(ShardIterator=iterator(), Limit=2)
    second = kinesis.get_records(ShardIterator=first["NextShardIterator"], Limit=2)
    third = kinesis.get_records(ShardIterator=second["NextShardIterator"])
    assert [data_of(page) for page in (first, second, third)] == [["0", "1"], ["2", "3"], ["4"]]


@pytest.mark.serverless(throttling=False)
def test_a_page_holds_ten_mebibytes_at_most(put, create, read):
    create()
    for _ in range(11):
        put(b"x" * 1_000_000)
    assert len(read()["Records"]) == 10


def test_an_answer_tells_how_far_behind_it_is(cloud, kinesis, create, put, iterator):
    create()
    put("old")
    put("new")
    cloud.clock.advance(seconds=30)

    first = kinesis.get_records(ShardIterator=iterator(), Limit=1)
    second = kinesis.get_records(ShardIterator=first["NextShardIterator"])
    assert (first["MillisBehindLatest"], second["MillisBehindLatest"]) == (30_000, 0)


def test_iterators_begin_where_they_are_asked_to(cloud, create, put, read):
    create()
    put("a")
    cloud.clock.advance(seconds=10)
    _, number = put("b")
    at = cloud.clock.now()
    cloud.clock.advance(seconds=10)
    put("c")

    assert data_of(read(kind="TRIM_HORIZON")) == ["a", "b", "c"]
    assert data_of(read(kind="LATEST")) == []
    assert data_of(read(kind="AT_SEQUENCE_NUMBER", StartingSequenceNumber=number)) == ["b", "c"]
    assert data_of(read(kind="AFTER_SEQUENCE_NUMBER", StartingSequenceNumber=number)) == ["c"]
    cloud.clock.advance(seconds=1)
    assert data_of(read(kind="AT_TIMESTAMP", Timestamp=at)) == ["b", "c"]
    assert data_of(read(kind="AT_TIMESTAMP", Timestamp=at + dt.timedelta(seconds=1))) == ["c"]


def test_the_latest_iterator_sees_what_comes_after_it(kinesis, create, put, iterator):
    create()
    put("before")
    latest = iterator(kind="LATEST")
    put("after")

    assert data_of(kinesis.get_records(ShardIterator=latest)) == ["after"]


def test_an_iterator_expires_after_five_minutes(cloud, kinesis, stream, iterator, refused):
    token = iterator()
    cloud.clock.advance(minutes=5)
    kinesis.get_records(ShardIterator=token)
    cloud.clock.advance(seconds=1)

    assert refused(kinesis.get_records, ShardIterator=token) == (
        "ExpiredIteratorException",
        "Iterator expired. The iterator was created at time Sun Mar 01 12:00:00 UTC 2026 while right now it is Sun "
        "Mar 01 12:05:01 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.",
        400,
    )


@pytest.mark.parametrize("token", ["x", "AAAAAAAAAAE=", "AAAAAAAAAAFhfGI="])
def test_what_is_no_iterator_is_refused(kinesis, stream, refused, token):
    assert refused(kinesis.get_records, ShardIterator=token) == (
        "InvalidArgumentException",
        "Invalid ShardIterator.",
        400,
    )


@pytest.mark.parametrize(
    ("kind", "given", "text"),
    [
        ("AT_SEQUENCE_NUMBER", {}, f"{EITHER}AT_SEQUENCE_NUMBER and no StartingSequenceNumber."),
        ("AFTER_SEQUENCE_NUMBER", {}, f"{EITHER}AFTER_SEQUENCE_NUMBER and no StartingSequenceNumber."),
        (
            "LATEST",
            {"StartingSequenceNumber": "5"},
            f"{EITHER}LATEST and also a StartingSequenceNumber.",
        ),
        (
            "TRIM_HORIZON",
            {"StartingSequenceNumber": "5"},
            f"{EITHER}TRIM_HORIZON and also a StartingSequenceNumber.",
        ),
        (
            "AT_SEQUENCE_NUMBER",
            {"StartingSequenceNumber": "5"},
            "Invalid StartingSequenceNumber. It encodes shardId-000000000005, while it was used in a call to a shard "
            "with shardId-000000000000",
        ),
        (
            "AT_SEQUENCE_NUMBER",
            {"StartingSequenceNumber": "0"},
            "StartingSequenceNumber 21267647932558653966460912964485513216 used in GetShardIterator on shard "
            f"shardId-000000000000 in stream orders {ACCOUNT} is invalid because it did not come from this stream.",
        ),
        (
            "AT_SEQUENCE_NUMBER",
            {"StartingSequenceNumber": str(0x20000000000800000000000000000000000000000000002)},
            f"StartingSequenceNumber {0x20000000000800000000000000000000000000000000002} used in GetShardIterator on "
            f"shard shardId-000000000000 in stream orders {ACCOUNT} is invalid.",
        ),
    ],
)
def test_a_place_must_be_one_of_the_shard(kinesis, stream, refused, kind, given, text):
    answer = refused(
        kinesis.get_shard_iterator, StreamName=stream, ShardId="shardId-0", ShardIteratorType=kind, **given
    )
    assert answer == ("InvalidArgumentException", text, 400)


@pytest.mark.parametrize(
    ("stream_name", "shard", "text"),
    [
        ("orders", "shardId-5", f"Shard shardId-000000000005 in stream orders {ACCOUNT} does not exist"),
        ("none", "shardId-0", f"Shard shardId-000000000000 in stream none {ACCOUNT} does not exist"),
        ("none", "a-2147483647", f"Shard shardId-002147483647 in stream none {ACCOUNT} does not exist"),
        ("orders", "2147483648", f"Could not find shard 2147483648 in stream orders {ACCOUNT}."),
        ("orders", "ABKLFD8", f"Could not find shard ABKLFD8 in stream orders {ACCOUNT}."),
    ],
)
def test_a_shard_that_is_not_there_is_not_found(kinesis, stream, refused, stream_name, shard, text):
    answer = refused(
        kinesis.get_shard_iterator, StreamName=stream_name, ShardId=shard, ShardIteratorType="LATEST"
    )
    assert answer == ("ResourceNotFoundException", text, 400)


def test_an_iterator_of_a_deleted_stream_finds_no_shard(kinesis, stream, iterator, refused):
    token = iterator()
    kinesis.delete_stream(StreamName=stream)

    assert refused(kinesis.get_records, ShardIterator=token) == (
        "ResourceNotFoundException",
        f"Shard shardId-000000000000 in stream orders {ACCOUNT} does not exist",
        400,
    )


def test_records_are_gone_after_a_day(cloud, create, put, read):
    create()
    put("old")
    cloud.clock.advance(hours=23)
    put("new")
    cloud.clock.advance(hours=1, seconds=1)

    assert data_of(read()) == ["new"]


def test_records_are_kept_for_the_retention_period(cloud, kinesis, create, put, read):
    create()
    kinesis.increase_stream_retention_period(StreamName="orders", RetentionPeriodHours=48)
    put("old")
    cloud.clock.advance(hours=47)
    assert data_of(read()) == ["old"]

    kinesis.decrease_stream_retention_period(StreamName="orders", RetentionPeriodHours=24)
    assert data_of(read()) == []


def test_what_was_trimmed_stays_gone(cloud, kinesis, create, put, read):
    create()
    put("old")
    cloud.clock.advance(hours=25)
    kinesis.increase_stream_retention_period(StreamName="orders", RetentionPeriodHours=48)

    assert data_of(read()) == []
