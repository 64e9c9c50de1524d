"""Kinesis streaming destinations. (recordings: test_kinesis_streaming_destination_crud)"""

import json

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from .tables import create_table

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00.250500Z")

STREAM = "arn:aws:kinesis:us-east-1:123456789012:stream/changes"
OTHER = "arn:aws:kinesis:us-east-1:123456789012:stream/others"
WRONG_STATE = "Table is not in a valid state to enable Kinesis Streaming Destination: "
NOT_IDLE = (
    f"{WRONG_STATE}EnableKinesisStreamingDestination must be DISABLED or ENABLE_FAILED to perform ENABLE "
    "operation."
)
NOT_ACTIVE = f"{WRONG_STATE}KinesisStreamingDestination must be ACTIVE to perform DISABLE operation."


def cannot_update(stream=STREAM):
    return (
        f"{WRONG_STATE}Kinesis streaming is not in ACTIVE state. Updates are only allowed in ACTIVE state. "
        f"TableName: orders, kdsArn: {stream}"
    )


def enable(dynamodb, stream=STREAM, precision=None):
    options = {}
    if precision is not None:
        options["EnableKinesisStreamingConfiguration"] = {"ApproximateCreationDateTimePrecision": precision}
    return answered(dynamodb.enable_kinesis_streaming_destination, StreamArn=stream, **options)


def disable(dynamodb, stream=STREAM):
    return answered(dynamodb.disable_kinesis_streaming_destination, StreamArn=stream)


def update(dynamodb, precision, stream=STREAM):
    return answered(
        dynamodb.update_kinesis_streaming_destination,
        StreamArn=stream,
        UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": precision},
    )


def answered(operation, **parameters):
    answer = operation(TableName="orders", **parameters)
    answer.pop("ResponseMetadata")
    return answer


def described(dynamodb):
    return answered(dynamodb.describe_kinesis_streaming_destination)["KinesisDataStreamDestinations"]


def statuses(dynamodb):
    return [each["DestinationStatus"] for each in described(dynamodb)]


def put(dynamodb, pk, **attributes):
    item = {"pk": {"S": pk}, **{name: {"S": value} for name, value in attributes.items()}}
    dynamodb.put_item(TableName="orders", Item=item)


@pytest.fixture(autouse=True)
def streams(cloud):
    """Both streams, ACTIVE also where states last for a describe."""
    for arn in (STREAM, OTHER):
        cloud.call("kinesis", "CreateStream", {"StreamName": arn.rpartition("/")[2], "ShardCount": 1})
        for _ in range(2):
            cloud.call("kinesis", "DescribeStreamSummary", {"StreamARN": arn})


@pytest.fixture
def taken(cloud):
    """`taken()`: the records that the stream has."""

    def taken():
        place = {"StreamARN": STREAM, "ShardId": "shardId-000000000000", "ShardIteratorType": "TRIM_HORIZON"}
        iterator = cloud.call("kinesis", "GetShardIterator", place)["ShardIterator"]
        return cloud.call("kinesis", "GetRecords", {"ShardIterator": iterator})["Records"]

    return taken


@pytest.fixture
def sent(taken):
    """`sent()`: what the stream has, read from JSON."""
    return lambda: [json.loads(record["Data"]) for record in taken()]


@pytest.fixture
def active(dynamodb):
    """A table that is ACTIVE although states last for a describe."""
    create_table(dynamodb)
    for _ in range(2):
        dynamodb.describe_table(TableName="orders")


def test_a_table_has_none_at_first(dynamodb, table):
    assert answered(dynamodb.describe_kinesis_streaming_destination) == {
        "TableName": "orders",
        "KinesisDataStreamDestinations": [],
    }


def test_it_is_enabled_updated_and_disabled_as_recorded(dynamodb, table):
    assert enable(dynamodb) == {
        "TableName": "orders",
        "StreamArn": STREAM,
        "DestinationStatus": "ENABLING",
        "EnableKinesisStreamingConfiguration": {},
    }
    assert described(dynamodb) == [{"StreamArn": STREAM, "DestinationStatus": "ACTIVE"}]
    assert update(dynamodb, "MICROSECOND") == {
        "TableName": "orders",
        "StreamArn": STREAM,
        "DestinationStatus": "UPDATING",
        "UpdateKinesisStreamingConfiguration": {"ApproximateCreationDateTimePrecision": "MICROSECOND"},
    }
    assert disable(dynamodb) == {
        "TableName": "orders",
        "StreamArn": STREAM,
        "DestinationStatus": "DISABLING",
    }
    assert statuses(dynamodb) == ["DISABLED"]


def test_a_precision_is_shown_until_it_is_disabled(dynamodb, table):
    answer = enable(dynamodb, precision="MICROSECOND")
    shown = described(dynamodb)
    disable(dynamodb)
    enable(dynamodb)

    precision = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}
    assert answer["EnableKinesisStreamingConfiguration"] == precision
    assert shown == [{"StreamArn": STREAM, "DestinationStatus": "ACTIVE", **precision}]
    assert described(dynamodb) == [{"StreamArn": STREAM, "DestinationStatus": "ACTIVE"}]


@pytest.mark.serverless(transitions=1)
def test_it_goes_through_awss_states(dynamodb, active):
    enable(dynamodb)
    seen = [statuses(dynamodb), statuses(dynamodb)]
    update(dynamodb, "MICROSECOND")
    seen += [statuses(dynamodb), statuses(dynamodb)]
    disable(dynamodb)
    seen += [statuses(dynamodb), statuses(dynamodb)]

    assert seen == [["ENABLING"], ["ACTIVE"], ["UPDATING"], ["ACTIVE"], ["DISABLING"], ["DISABLED"]]


@pytest.mark.serverless(transitions=1)
def test_each_state_refuses_what_aws_refuses(dynamodb, active, refused):
    def refusals():
        calls = (
            (dynamodb.enable_kinesis_streaming_destination, {}),
            (dynamodb.disable_kinesis_streaming_destination, {}),
            (
                dynamodb.update_kinesis_streaming_destination,
                {
                    "UpdateKinesisStreamingConfiguration": {
                        "ApproximateCreationDateTimePrecision": "MICROSECOND"
                    }
                },
            ),
        )
        return [
            refused(operation, TableName="orders", StreamArn=STREAM, **options)[1]
            for operation, options in calls
        ]

    in_use = [NOT_IDLE, NOT_ACTIVE, cannot_update()]
    enable(dynamodb)
    assert refusals() == in_use
    for _ in range(2):
        described(dynamodb)
    update(dynamodb, "MICROSECOND")
    assert refusals() == in_use
    for _ in range(2):
        described(dynamodb)
    disable(dynamodb)
    assert disable(dynamodb)["DestinationStatus"] == "DISABLING"


def test_only_one_stream_is_in_use_at_a_time(dynamodb, table, refused):
    enable(dynamodb)

    assert refused(dynamodb.enable_kinesis_streaming_destination, TableName="orders", StreamArn=OTHER) == (
        "ValidationException",
        NOT_IDLE,
        400,
    )

    disable(dynamodb)
    enable(dynamodb, OTHER)
    assert [(each["StreamArn"], each["DestinationStatus"]) for each in described(dynamodb)] == [
        (OTHER, "ACTIVE"),
        (STREAM, "DISABLED"),
    ]


def test_a_disabled_stream_is_enabled_again_in_its_place(dynamodb, table):
    enable(dynamodb)
    disable(dynamodb)
    enable(dynamodb)

    assert statuses(dynamodb) == ["ACTIVE"]


@pytest.mark.parametrize(
    ("stream", "why"),
    [
        (
            "arn:aws:kinesis:eu-west-1:123456789012:stream/changes",
            "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in the current "
            "region",
        ),
        (
            "arn:aws:kinesis:us-east-1:999988887777:stream/changes",
            "The kinesis Arn used to enable kinesis replication belongs to a stream which is not in Active state",
        ),
        (
            "arn:aws:dynamodb:us-east-1:123456789012:table/orders",
            "User does not have a permission to use kinesis stream",
        ),
        (f"{STREAM}/consumer/c:1", "User does not have a permission to use kinesis stream"),
        ("x" * 40, "User does not have a permission to use kinesis stream"),
    ],
)
def test_what_cannot_be_a_destination_fails_later(dynamodb, table, stream, why):
    assert enable(dynamodb, stream)["DestinationStatus"] == "ENABLING"

    assert described(dynamodb) == [
        {"StreamArn": stream, "DestinationStatus": "ENABLE_FAILED", "DestinationStatusDescription": why}
    ]


def test_one_that_failed_leaves_the_way_to_another(dynamodb, table, sent):
    wrong = "arn:aws:kinesis:eu-west-1:123456789012:stream/changes"
    enable(dynamodb, wrong)
    enable(dynamodb, wrong)
    put(dynamodb, "a")
    enable(dynamodb)

    assert statuses(dynamodb) == ["ACTIVE", "ENABLE_FAILED"]
    assert sent() == []


@pytest.mark.parametrize("stream", [OTHER, "x" * 40])
def test_what_was_never_enabled_cannot_be_disabled_or_updated(dynamodb, table, refused, stream):
    precision = {"ApproximateCreationDateTimePrecision": "MICROSECOND"}

    assert refused(dynamodb.disable_kinesis_streaming_destination, TableName="orders", StreamArn=stream) == (
        "ValidationException",
        NOT_ACTIVE,
        400,
    )
    assert refused(
        dynamodb.update_kinesis_streaming_destination,
        TableName="orders",
        StreamArn=stream,
        UpdateKinesisStreamingConfiguration=precision,
    ) == (
        "ValidationException",
        f"{WRONG_STATE}No streaming destination with streamArn: {stream} found for table with tableName: orders",
        400,
    )


@pytest.mark.parametrize("options", [{}, {"UpdateKinesisStreamingConfiguration": {}}])
def test_an_update_of_nothing_is_refused(dynamodb, table, refused, options):
    enable(dynamodb)

    assert refused(
        dynamodb.update_kinesis_streaming_destination, TableName="orders", StreamArn=STREAM, **options
    ) == (
        "ValidationException",
        "Streaming destination cannot be updated with given parameters: "
        "UpdateKinesisStreamingConfiguration cannot be null or contain only null values",
        400,
    )


@pytest.mark.parametrize("precision", [None, "MILLISECOND", "MICROSECOND"])
def test_an_update_to_the_same_precision_is_refused(dynamodb, refused, precision):
    table_id = create_table(dynamodb)["TableId"]
    enable(dynamodb, precision=precision)
    same = precision or "MILLISECOND"

    assert refused(
        dynamodb.update_kinesis_streaming_destination,
        TableName="orders",
        StreamArn=STREAM,
        UpdateKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": same},
    ) == (
        "ValidationException",
        f"Invalid Request: Precision is already set to the desired value of {same} for tableId: {table_id}, "
        f"kdsArn: {STREAM}",
        400,
    )


def test_a_precision_that_does_not_exist_is_refused(dynamodb, table):
    unchecked = boto3.client("dynamodb", config=Config(parameter_validation=False))
    enable(dynamodb)
    with pytest.raises(ClientError) as caught:
        update(unchecked, "SECOND")
    assert caught.value.response["Error"]["Message"] == (
        "1 validation error detected: Value 'SECOND' at "
        "'updateKinesisStreamingConfiguration.approximateCreationDateTimePrecision' failed to satisfy "
        "constraint: Member must satisfy enum value set: [MILLISECOND, MICROSECOND]"
    )


def test_disabling_takes_no_configuration(dynamodb, table, refused):
    enable(dynamodb)

    assert refused(
        dynamodb.disable_kinesis_streaming_destination,
        TableName="orders",
        StreamArn=STREAM,
        EnableKinesisStreamingConfiguration={"ApproximateCreationDateTimePrecision": "MICROSECOND"},
    ) == (
        "ValidationException",
        "Stream cannot be disabled using EnableKinesisStreamingConfiguration parameters",
        400,
    )


NOT_FOUND = "Requested resource not found: Table: {} not found"


@pytest.mark.parametrize(
    "operation",
    [
        "enable_kinesis_streaming_destination",
        "disable_kinesis_streaming_destination",
        "update_kinesis_streaming_destination",
        "describe_kinesis_streaming_destination",
    ],
)
@pytest.mark.serverless(transitions=1)
def test_a_table_that_is_not_there_or_not_yet_is_not_found(dynamodb, refused, operation):
    create_table(dynamodb)
    options = {} if "describe" in operation else {"StreamArn": STREAM}

    for name in ("bad-table", "orders"):
        assert refused(getattr(dynamodb, operation), TableName=name, **options) == (
            "ResourceNotFoundException",
            NOT_FOUND.format(name),
            400,
        )


@pytest.mark.serverless(transitions=1)
def test_a_table_that_is_being_deleted_shows_it_as_updating(dynamodb, active, refused):
    enable(dynamodb)
    for _ in range(2):
        described(dynamodb)
    dynamodb.delete_table(TableName="orders")

    assert statuses(dynamodb) == ["UPDATING"]
    assert refused(dynamodb.disable_kinesis_streaming_destination, TableName="orders", StreamArn=STREAM) == (
        "ValidationException",
        NOT_ACTIVE,
        400,
    )


def test_a_change_is_a_record_in_awss_envelope(dynamodb, table, sent):
    enable(dynamodb)
    put(dynamodb, "Fred")
    put(dynamodb, "Fred", name="Fred")
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "Fred"}})

    key = {"pk": {"S": "Fred"}}
    full = {**key, "name": {"S": "Fred"}}
    records = sent()
    event_ids = {record.pop("eventID") for record in records}
    assert len(event_ids) == 3
    assert all(len(event_id) == 36 for event_id in event_ids)
    assert [record.pop("eventName") for record in records] == ["INSERT", "MODIFY", "REMOVE"]
    time = {
        "ApproximateCreationDateTime": 1_772_366_400_250,
        "ApproximateCreationDateTimePrecision": "MILLISECOND",
    }
    assert [record.pop("dynamodb") for record in records] == [
        {**time, "Keys": key, "NewImage": key, "SizeBytes": 12},
        {**time, "Keys": key, "NewImage": full, "OldImage": key, "SizeBytes": 26},
        {**time, "Keys": key, "OldImage": full, "SizeBytes": 20},
    ]
    assert (
        records
        == [
            {
                "awsRegion": "us-east-1",
                "userIdentity": None,
                "recordFormat": "application/json",
                "tableName": "orders",
                "eventSource": "aws:dynamodb",
            }
        ]
        * 3
    )


def test_the_members_of_a_record_stand_in_awss_order(dynamodb, table, taken):
    enable(dynamodb)
    put(dynamodb, "Fred")

    (record,) = taken()
    assert record["Data"].startswith(b'{"awsRegion":"us-east-1","eventID":"')
    assert list(json.loads(record["Data"])) == [
        "awsRegion",
        "eventID",
        "eventName",
        "userIdentity",
        "recordFormat",
        "tableName",
        "dynamodb",
        "eventSource",
    ]


def test_microseconds_are_told_once_they_are_asked_for(dynamodb, table, sent):
    enable(dynamodb)
    put(dynamodb, "a")
    update(dynamodb, "MICROSECOND")
    put(dynamodb, "b")

    assert [record["dynamodb"]["ApproximateCreationDateTime"] for record in sent()] == [
        1_772_366_400_250,
        1_772_366_400_250_500,
    ]


def test_a_key_has_one_partition_key_in_the_stream(cloud, dynamodb, table, taken):
    enable(dynamodb)
    for pk in ("a", "b", "a"):
        put(dynamodb, pk, note=str(cloud.ids.uuid()))

    first, second, third = (record["PartitionKey"] for record in taken())
    assert len(first) == 32
    assert first == third != second


def test_a_write_that_changes_nothing_sends_nothing(dynamodb, table, sent):
    enable(dynamodb)
    put(dynamodb, "a")
    put(dynamodb, "a")
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "none"}})

    assert len(sent()) == 1


def test_only_what_is_written_while_it_is_active_is_sent(dynamodb, table, sent):
    put(dynamodb, "before")
    enable(dynamodb)
    put(dynamodb, "while")
    disable(dynamodb)
    put(dynamodb, "after")
    enable(dynamodb)
    put(dynamodb, "again")

    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in sent()] == ["while", "again"]


def test_it_needs_no_stream_of_the_tables_own_and_minds_none(dynamodb, sent):
    create_table(dynamodb, StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"})
    enable(dynamodb)
    put(dynamodb, "a", note="x")

    (record,) = sent()
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": "a"}, "note": {"S": "x"}}


def test_an_expired_item_is_removed_by_the_service(cloud, dynamodb, table, sent):
    dynamodb.update_time_to_live(
        TableName="orders", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"}
    )
    enable(dynamodb)
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "ttl": {"N": "1772366460"}})
    cloud.clock.advance(minutes=2)

    removed = sent()[-1]
    assert removed["eventName"] == "REMOVE"
    assert removed["userIdentity"] == {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert removed["dynamodb"]["ApproximateCreationDateTime"] == 1_772_366_460_000


def test_a_stream_that_is_not_there_cannot_be_enabled(dynamodb, table):
    missing = f"{STREAM}-not-there"
    enable(dynamodb, missing)

    assert described(dynamodb) == [
        {
            "StreamArn": missing,
            "DestinationStatus": "ENABLE_FAILED",
            "DestinationStatusDescription": "User does not have a permission to use kinesis stream",
        }
    ]


def test_what_a_stream_cannot_take_goes_a_second_later(cloud, dynamodb, table, taken):
    enable(dynamodb)
    full = {"StreamARN": STREAM, "Data": b"x" * 1_048_570, "PartitionKey": "k"}
    cloud.call("kinesis", "PutRecord", full)
    put(dynamodb, "a")
    put(dynamodb, "b")
    assert len(taken()) == 1

    cloud.clock.advance(seconds=1)
    assert [json.loads(record["Data"])["dynamodb"]["Keys"]["pk"]["S"] for record in taken()[1:]] == ["a", "b"]


def test_what_a_deleted_stream_would_have_got_waits_in_the_table(cloud, dynamodb, table, sent):
    enable(dynamodb)
    cloud.call("kinesis", "DeleteStream", {"StreamARN": STREAM})
    put(dynamodb, "a")
    assert len(cloud.service("dynamodb").kinesis_records("orders")) == 1

    cloud.call("kinesis", "CreateStream", {"StreamName": "changes", "ShardCount": 1})
    put(dynamodb, "b")
    assert [record["dynamodb"]["Keys"]["pk"]["S"] for record in sent()] == ["a", "b"]
    assert cloud.service("dynamodb").kinesis_records("orders") == []


def test_the_timeline_tells_which_write_a_record_is_of(cloud, dynamodb, table):
    enable(dynamodb)
    put(dynamodb, "a")

    (record,) = [event for event in cloud.timeline if event.operation == "PutRecord"]
    assert record.cause.operation == "PutItem"
