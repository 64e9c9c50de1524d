"""GetShardIterator and GetRecords."""

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00Z")

NOON = 1_772_366_400  # 2026-03-01T12:00:00Z


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

    with pytest.raises(streams.exceptions.ExpiredIteratorException) as caught:
        stream.records(iterator)
    assert caught.value.response["Error"]["Message"] == "Shard iterator has expired"


def test_the_next_iterator_is_good_for_another_15_minutes(cloud, streams, stream, put):
    iterator = stream.iterator()
    for _ in range(3):
        cloud.clock.advance(minutes=10)
        iterator = streams.get_records(ShardIterator=iterator)["NextShardIterator"]
    put("a")

    assert names(stream.records(iterator)) == ["a"]


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
        item = {"pk": {"S": str(number)}, "n": {"N": "0"}}
        cloud.call("dynamodb", "PutItem", {**put, "Item": item})
    cloud.clock.advance(hours=25)
    cloud.call("dynamodb", "PutItem", put)

    (shard,) = cloud.service("dynamodb").streams.named(stream.arn).shards
    assert len(shard) == 1


def test_reading_can_begin_at_the_second_of_a_record(cloud, stream, put):
    put("a")
    cloud.clock.advance(seconds=10)
    put("b")
    cloud.clock.advance(seconds=10)

    def from_second(second):
        return names(stream.records(stream.iterator("AT_TIMESTAMP", Timestamp=NOON + second)))

    assert [from_second(second) for second in (-3600, 0, 1, 10, 11)] == [
        ["a", "b"],
        ["a", "b"],
        ["b"],
        ["b"],
        [],
    ]


def test_reading_from_a_time_on_reads_what_comes_after_it(cloud, stream, put):
    iterator = stream.iterator("AT_TIMESTAMP", Timestamp=NOON)
    put("a")

    assert names(stream.records(iterator)) == ["a"]


def test_reading_from_a_time_that_is_trimmed_begins_with_the_oldest_record(cloud, stream, put):
    put("old")
    cloud.clock.advance(hours=20)
    put("young")
    cloud.clock.advance(hours=5)

    assert names(stream.records(stream.iterator("AT_TIMESTAMP", Timestamp=NOON))) == ["young"]


NUMBER = "100000000000000000000000"


@pytest.mark.parametrize(
    ("kind", "options", "message"),
    [
        ("AT_SEQUENCE_NUMBER", {}, "SequenceNumber is required for ShardIteratorType AT_SEQUENCE_NUMBER"),
        (
            "AFTER_SEQUENCE_NUMBER",
            {},
            "SequenceNumber is required for ShardIteratorType AFTER_SEQUENCE_NUMBER",
        ),
        ("AT_TIMESTAMP", {}, "Timestamp is required for ShardIteratorType AT_TIMESTAMP"),
        (
            "TRIM_HORIZON",
            {"SequenceNumber": NUMBER},
            "SequenceNumber must not be specified for ShardIteratorType TRIM_HORIZON",
        ),
        (
            "LATEST",
            {"SequenceNumber": NUMBER},
            "SequenceNumber must not be specified for ShardIteratorType LATEST",
        ),
        ("LATEST", {"Timestamp": NOON}, "Timestamp must not be specified for ShardIteratorType LATEST"),
        ("AT_TIMESTAMP", {"Timestamp": NOON + 1}, "Timestamp must not be in the future"),
        (
            "AT_SEQUENCE_NUMBER",
            {"SequenceNumber": "one-two-three-four-five"},
            "Invalid SequenceNumber: one-two-three-four-five",
        ),
    ],
)
def test_a_place_that_is_none_is_refused(stream, kind, options, message):
    with pytest.raises(ClientError) as caught:
        stream.iterator(kind, **options)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == ("ValidationException", message)


@pytest.mark.parametrize("distance", [-1, 1])
def test_a_sequence_number_that_is_not_of_the_shard_is_refused(streams, stream, refused, put, distance):
    put("a")
    numbers_of_shard = [int(stream.shard["SequenceNumberRange"]["StartingSequenceNumber"])]
    numbers_of_shard.append(int(numbers(stream.records())[0]))
    number = numbers_of_shard[distance > 0] + distance
    shard_id = stream.shard["ShardId"]

    found = refused(
        streams.get_shard_iterator,
        StreamArn=stream.arn,
        ShardId=shard_id,
        ShardIteratorType="AT_SEQUENCE_NUMBER",
        SequenceNumber=str(number),
    )

    message = f"Invalid SequenceNumber: {number} is not of Shard: {shard_id}"
    assert found == ("ValidationException", message, 400)


@pytest.mark.parametrize(
    ("limit", "message"),
    [
        (
            1001,
            "Value '1001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 1000",
        ),
        (
            0,
            "Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1",
        ),
    ],
)
def test_a_page_has_one_to_a_thousand_records(streams, stream, limit, message):
    unchecked = boto3.client("dynamodbstreams", config=Config(parameter_validation=False))
    with pytest.raises(ClientError) as caught:
        unchecked.get_records(ShardIterator=stream.iterator(), Limit=limit)
    error = caught.value.response["Error"]
    assert (error["Code"], error["Message"]) == (
        "ValidationException",
        f"1 validation error detected: {message}",
    )


def test_an_iterator_of_a_stream_that_is_gone_finds_none(cloud, dynamodb, streams, stream, refused):
    dynamodb.update_table(TableName="orders", StreamSpecification={"StreamEnabled": False})
    cloud.clock.advance(hours=23, minutes=59)
    arn, iterator = stream.arn, stream.iterator()
    cloud.clock.advance(minutes=2)

    assert refused(streams.get_records, ShardIterator=iterator) == (
        "ResourceNotFoundException",
        f"Requested resource not found: Stream: {arn} not found",
        400,
    )


def test_a_named_record_that_is_trimmed_cannot_be_read_after_either(cloud, streams, stream, put):
    put("old")
    (number,) = numbers(stream.records())
    cloud.clock.advance(hours=24, seconds=1)

    with pytest.raises(streams.exceptions.TrimmedDataAccessException):
        stream.iterator("AFTER_SEQUENCE_NUMBER", SequenceNumber=number)


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


def test_a_shard_that_does_not_exist_is_not_found(streams, stream, refused):
    found = refused(
        streams.get_shard_iterator,
        StreamArn=stream.arn,
        ShardId="shardId-00000000000000000000-00000000",
        ShardIteratorType="LATEST",
    )

    message = "Requested resource not found: Shard does not exist"
    assert found == ("ResourceNotFoundException", message, 400)
