"""GetShardIterator and GetRecords."""

import pytest
from botocore.exceptions import ClientError

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")


@pytest.fixture
def three(put):
    for name in ("a", "b", "c"):
        put(name)


def names(records):
    return [record["dynamodb"]["Keys"]["pk"]["S"] for record in records]


def numbers(records):
    return [record["dynamodb"]["SequenceNumber"] for record in records]


def test_trim_horizon_reads_from_the_oldest_record(stream, three):
    assert names(stream.records(stream.iterator("TRIM_HORIZON"))) == ["a", "b", "c"]


def test_latest_reads_what_comes_after_it(stream, three, put):
    iterator = stream.iterator("LATEST")
    put("d")

    assert names(stream.records(iterator)) == ["d"]


@pytest.mark.parametrize(
    ("kind", "expected"), [("AT_SEQUENCE_NUMBER", ["b", "c"]), ("AFTER_SEQUENCE_NUMBER", ["c"])]
)
def test_reading_can_begin_at_a_sequence_number_or_after_it(stream, three, kind, expected):
    middle = numbers(stream.records())[1]

    assert names(stream.records(stream.iterator(kind, SequenceNumber=middle))) == expected


def test_reading_can_begin_where_the_shard_begins(stream, three):
    start = stream.shard["SequenceNumberRange"]["StartingSequenceNumber"]

    iterator = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=start)
    assert names(stream.records(iterator)) == ["a", "b", "c"]


def test_the_next_iterator_reads_on(streams, stream, three, put):
    first = streams.get_records(ShardIterator=stream.iterator(), Limit=2)
    second = streams.get_records(ShardIterator=first["NextShardIterator"])
    put("d")
    third = streams.get_records(ShardIterator=second["NextShardIterator"])

    assert [names(page["Records"]) for page in (first, second, third)] == [["a", "b"], ["c"], ["d"]]


def test_an_iterator_can_be_used_again(stream, three):
    iterator = stream.iterator()

    assert names(stream.records(iterator)) == names(stream.records(iterator))


def test_a_page_has_at_most_a_thousand_records(cloud, stream):
    for number in range(1001):
        cloud.call("dynamodb", "PutItem", {"TableName": "orders", "Item": {"pk": {"S": str(number)}}})

    assert len(stream.records()) == 1000


def test_a_page_has_at_most_a_megabyte(stream, put):
    for number in range(4):
        put(str(number), v="x" * 400_000)

    assert names(stream.records()) == ["0", "1"]


def test_an_iterator_expires_after_15_minutes(cloud, streams, stream):
    iterator = stream.iterator()
    cloud.clock.advance(minutes=15)
    stream.records(iterator)
    cloud.clock.advance(seconds=1)

    with pytest.raises(streams.exceptions.ExpiredIteratorException):
        stream.records(iterator)


def test_records_are_trimmed_after_24_hours(cloud, stream, put):
    put("old")
    cloud.clock.advance(hours=12)
    put("young")
    cloud.clock.advance(hours=12, seconds=1)

    assert names(stream.records()) == ["young"]


def test_reading_from_a_trimmed_record_on_is_refused(cloud, streams, stream, put):
    put("old")
    (number,) = numbers(stream.records())
    cloud.clock.advance(hours=24, seconds=1)
    put("young")

    with pytest.raises(streams.exceptions.TrimmedDataAccessException) as refused:
        stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=number)
    message = "The data you are trying to access has been trimmed"
    assert refused.value.response["Error"]["Message"] == message


def test_an_iterator_to_a_record_that_is_trimmed_meanwhile_is_refused(cloud, streams, stream, put):
    put("old")
    (number,) = numbers(stream.records())
    cloud.clock.advance(hours=24)
    iterator = stream.iterator("AT_SEQUENCE_NUMBER", SequenceNumber=number)
    cloud.clock.advance(seconds=1)

    with pytest.raises(streams.exceptions.TrimmedDataAccessException):
        stream.records(iterator)


def test_old_records_are_let_go_without_being_read(cloud, stream):
    put = {"TableName": "orders", "Item": {"pk": {"S": "a"}, "n": {"N": "0"}}}
    for number in range(1200):
        cloud.call("dynamodb", "PutItem", {**put, "Item": {"pk": {"S": "a"}, "n": {"N": str(number)}}})
    cloud.clock.advance(hours=25)
    cloud.call("dynamodb", "PutItem", put)

    (shard,) = cloud.service("dynamodb").streams.named(stream.arn).shards
    assert len(shard) == 1


@pytest.mark.parametrize("kind", ["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER"])
def test_a_kind_that_needs_a_sequence_number_needs_it(stream, kind):
    with pytest.raises(ClientError, match="ValidationException"):
        stream.iterator(kind)


@pytest.mark.parametrize("kind", ["TRIM_HORIZON", "LATEST"])
def test_a_kind_that_needs_no_sequence_number_takes_none(stream, kind):
    start = stream.shard["SequenceNumberRange"]["StartingSequenceNumber"]

    with pytest.raises(ClientError, match="ValidationException"):
        stream.iterator(kind, SequenceNumber=start)


@pytest.mark.parametrize(
    "token",
    [
        "nothing at all",
        "arn:aws:dynamodb:x|1|%%%",
        "arn:aws:dynamodb:x|2|YXw1fDEuMHww",
        "arn:aws:dynamodb:x|1|YQ==",
    ],
)
def test_what_is_no_iterator_is_refused(streams, token):
    with pytest.raises(ClientError) as refused:
        streams.get_records(ShardIterator=token)
    assert refused.value.response["Error"] == {
        "Code": "ValidationException",
        "Message": "Invalid ShardIterator",
    }


def test_a_shard_that_does_not_exist_is_not_found(streams, stream):
    with pytest.raises(streams.exceptions.ResourceNotFoundException):
        streams.get_shard_iterator(
            StreamArn=stream.arn, ShardId="shardId-00000000000000000000-00000000", ShardIteratorType="LATEST"
        )
