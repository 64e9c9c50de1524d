"""Event source mappings of Kinesis data streams."""

import base64
import datetime as dt
import json

import boto3
import pytest
from aws_lambda_powertools.utilities.data_classes import KinesisStreamEvent

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"
SHARD = "shardId-000000000000"
MIDDLE = str(1 << 127)

pytestmark = pytest.mark.serverless(freeze_time="2026-03-01T12:00:00.250Z")

# Does what its records' data says: "!" fails the batch, "?" is reported as failed.
OBEDIENT = """
import base64

def name(record):
    return base64.b64decode(record["kinesis"]["data"]).decode()

def handler(event, context):
    records = event["Records"]
    if any(name(record).endswith("!") for record in records):
        raise ValueError("told to fail")
    failed = [r["kinesis"]["sequenceNumber"] for r in records if name(r).endswith("?")]
    return {"batchItemFailures": [{"itemIdentifier": number} for number in failed]}
"""


@pytest.fixture
def kinesis(cloud):
    client = boto3.client("kinesis")
    client.create_stream(StreamName="orders", ShardCount=1)
    return client


@pytest.fixture
def put(kinesis):
    """A function that puts data under a key; gives the records' sequence numbers."""

    def put(*data, key="k", **further):
        return [
            kinesis.put_record(StreamName="orders", Data=each.encode(), PartitionKey=key, **further)[
                "SequenceNumber"
            ]
            for each in data
        ]

    return put


@pytest.fixture
def map_stream(awslambda, create_function, kinesis):
    create_function("f", OBEDIENT)

    def create(**parameters):
        request = {"FunctionName": "f", "EventSourceArn": ARN, "StartingPosition": "TRIM_HORIZON"}
        return awslambda.create_event_source_mapping(**{**request, **parameters})

    return create


@pytest.fixture
def batches(handed_over):
    """`batches()`: the data of each batch that the function got, in order."""
    return lambda: [
        [base64.b64decode(record["kinesis"]["data"]).decode() for record in event["Records"]]
        for event in handed_over()
    ]


@pytest.fixture
def failures(sqs):
    """A queue for failures: its ARN and what it got."""
    url = sqs.create_queue(QueueName="failures")["QueueUrl"]

    def received():
        messages = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return "arn:aws:sqs:us-east-1:123456789012:failures", received


def test_a_mapping_is_shown_as_recorded(map_stream):
    mapping = map_stream(BatchSize=1, MaximumBatchingWindowInSeconds=1, MaximumRetryAttempts=2)

    for member in ("ResponseMetadata", "UUID", "EventSourceMappingArn", "LastModified"):
        del mapping[member]
    assert mapping == {
        "BatchSize": 1,
        "BisectBatchOnFunctionError": False,
        "DestinationConfig": {"OnFailure": {}},
        "EventSourceArn": ARN,
        "FunctionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "FunctionResponseTypes": [],
        "LastProcessingResult": "No records processed",
        "MaximumBatchingWindowInSeconds": 1,
        "MaximumRecordAgeInSeconds": -1,
        "MaximumRetryAttempts": 2,
        "ParallelizationFactor": 1,
        "StartingPosition": "TRIM_HORIZON",
        "State": "Creating",
        "StateTransitionReason": "User action",
        "TumblingWindowInSeconds": 0,
    }


def test_a_record_has_the_form_that_lambda_gives_it(map_stream, put, handed_over, awslambda):
    map_stream()
    (number,) = put("stream-data-1", key="test")

    role = awslambda.get_function_configuration(FunctionName="f")["Role"]
    assert handed_over() == [
        {
            "Records": [
                {
                    "kinesis": {
                        "kinesisSchemaVersion": "1.0",
                        "partitionKey": "test",
                        "sequenceNumber": number,
                        "data": "c3RyZWFtLWRhdGEtMQ==",
                        "approximateArrivalTimestamp": 1772366400.25,
                    },
                    "eventSource": "aws:kinesis",
                    "eventVersion": "1.0",
                    "eventID": f"{SHARD}:{number}",
                    "eventName": "aws:kinesis:record",
                    "invokeIdentityArn": role,
                    "awsRegion": "us-east-1",
                    "eventSourceARN": ARN,
                }
            ]
        }
    ]


def test_powertools_reads_the_event(map_stream, put, handed_over):
    map_stream()
    put('{"total": 9}')

    (record,) = KinesisStreamEvent(handed_over()[0]).records
    assert record.kinesis.data_as_json() == {"total": 9}


def test_a_mapping_begins_at_the_horizon_now_or_at_a_time(
    cloud, map_stream, create_function, put, handed_over
):
    def seen(function):
        invocations = [event for event in cloud.timeline if event.operation == "Invocation"]
        return [
            base64.b64decode(record["kinesis"]["data"]).decode()
            for event in invocations
            if event.subject == function
            for record in json.loads(event.parameters["Payload"])["Records"]
        ]

    create_function("latest", OBEDIENT)
    create_function("at", OBEDIENT)
    put("old")
    cloud.clock.advance(minutes=10)
    at = cloud.clock.now()
    put("newer")
    cloud.clock.advance(minutes=10)
    map_stream()
    map_stream(FunctionName="latest", StartingPosition="LATEST")
    mapping = map_stream(FunctionName="at", StartingPosition="AT_TIMESTAMP", StartingPositionTimestamp=at)
    put("newest")

    assert mapping["StartingPositionTimestamp"] == at
    assert seen("f") == ["old", "newer", "newest"]
    assert seen("latest") == ["newest"]
    assert seen("at") == ["newer", "newest"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"StartingPosition": "AT_TIMESTAMP"},
        {"StartingPositionTimestamp": dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)},
        {
            "StartingPosition": "AT_TIMESTAMP",
            "StartingPositionTimestamp": dt.datetime(2027, 1, 1, tzinfo=dt.timezone.utc),
        },
    ],
)
def test_a_time_belongs_to_one_starting_position_and_to_the_past(map_stream, awslambda, refused, parameters):
    request = {"FunctionName": "f", "EventSourceArn": ARN, "StartingPosition": "LATEST", **parameters}
    code, message, _ = refused(awslambda.create_event_source_mapping, **request)
    assert (code, "StartingPositionTimestamp" in message) == ("InvalidParameterValueException", True)


def test_records_are_gathered_into_batches(cloud, map_stream, put, batches):
    map_stream(BatchSize=2, MaximumBatchingWindowInSeconds=30)
    put("a", "b", "c")
    assert batches() == [["a", "b"]]

    cloud.clock.advance(seconds=30)
    assert batches() == [["a", "b"], ["c"]]


def test_parents_are_handed_over_before_their_children(cloud, map_stream, kinesis, put, batches):
    put("one", "two")
    kinesis.split_shard(StreamName="orders", ShardToSplit=SHARD, NewStartingHashKey=MIDDLE)
    put("three", ExplicitHashKey="0")
    put("four", ExplicitHashKey=MIDDLE)
    kinesis.merge_shards(
        StreamName="orders",
        ShardToMerge="shardId-000000000001",
        AdjacentShardToMerge="shardId-000000000002",
    )
    put("five")
    map_stream()

    assert batches() == [["one", "two"], ["three"], ["four"], ["five"]]


def test_a_failing_parent_holds_up_its_children(cloud, map_stream, kinesis, put, batches):
    map_stream(MaximumRetryAttempts=1)
    put("bad!")
    kinesis.split_shard(StreamName="orders", ShardToSplit=SHARD, NewStartingHashKey=MIDDLE)
    put("child")
    assert batches() == [["bad!"]]

    cloud.clock.advance(seconds=1)
    assert batches() == [["bad!"], ["bad!"], ["child"]]


def test_children_that_were_read_already_wait_for_a_failing_parent(cloud, map_stream, kinesis, put, batches):
    put("bad!")
    kinesis.split_shard(StreamName="orders", ShardToSplit=SHARD, NewStartingHashKey=MIDDLE)
    put("child")
    map_stream(MaximumRetryAttempts=1)
    assert batches() == [["bad!"]]

    cloud.clock.advance(seconds=1)
    assert batches() == [["bad!"], ["bad!"], ["child"]]


def test_lanes_keep_the_order_of_each_key(cloud, map_stream, kinesis, put, handed_over):
    keys = ["a", "b", "c", "d"]
    for number in range(3):
        for key in keys:
            put(f"{key}{number}", key=key)
    map_stream(ParallelizationFactor=4, BatchSize=2)

    by_key = {key: [] for key in keys}
    for event in handed_over():
        for record in event["Records"]:
            data = base64.b64decode(record["kinesis"]["data"]).decode()
            by_key[record["kinesis"]["partitionKey"]].append(data)
    assert by_key == {key: [f"{key}{number}" for number in range(3)] for key in keys}


@pytest.mark.parametrize(
    ("pattern", "wanted"),
    [
        ({"data": {"total": [{"numeric": [">", 5]}]}}, ['{"total": 9}']),
        ({"data": ["plain"]}, ["plain"]),
        ({"partitionKey": ["k"]}, ['{"total": 9}', '{"total": 1}', "plain"]),
        ({"partitionKey": ["other"]}, []),
    ],
)
def test_filters_look_into_the_decoded_data(map_stream, put, batches, pattern, wanted):
    map_stream(FilterCriteria={"Filters": [{"Pattern": json.dumps(pattern)}]})
    put('{"total": 9}', '{"total": 1}', "plain")

    assert [data for batch in batches() for data in batch] == wanted


def test_a_batch_is_bisected_until_the_bad_record_is_alone(cloud, map_stream, put, batches, failures):
    arn, received = failures
    put("a", "b", "bad!", "c")
    map_stream(
        BisectBatchOnFunctionError=True,
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    assert batches()[0] == ["a", "b", "bad!", "c"]
    assert batches()[-1] == ["c"]
    assert [document["KinesisBatchInfo"]["batchSize"] for document in received()] == [1]


def test_what_follows_a_reported_failure_is_tried_again(cloud, map_stream, put, batches):
    put("a", "b?", "c")
    map_stream(FunctionResponseTypes=["ReportBatchItemFailures"], MaximumRetryAttempts=1)
    cloud.clock.advance(seconds=1)

    assert batches() == [["a", "b?", "c"], ["b?", "c"]]


def test_a_destination_is_told_of_what_was_given_up(cloud, map_stream, put, failures):
    arn, received = failures
    map_stream(MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": arn}})
    (number,) = put("bad!")
    cloud.clock.advance(seconds=1)

    (document,) = received()
    request_id = document["requestContext"].pop("requestId")
    assert len(request_id) == 36
    assert document == {
        "requestContext": {
            "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": 2,
        },
        "responseContext": {"statusCode": 200, "executedVersion": "$LATEST", "functionError": "Unhandled"},
        "version": "1.0",
        "timestamp": "2026-03-01T12:00:01.250Z",
        "KinesisBatchInfo": {
            "shardId": SHARD,
            "startSequenceNumber": number,
            "endSequenceNumber": number,
            "approximateArrivalOfFirstRecord": "2026-03-01T12:00:00Z",
            "approximateArrivalOfLastRecord": "2026-03-01T12:00:00Z",
            "batchSize": 1,
            "streamArn": ARN,
        },
    }


def test_records_that_are_too_old_are_given_up(cloud, map_stream, put, batches, failures):
    arn, received = failures
    put("old")
    cloud.clock.advance(seconds=90)
    put("new")
    map_stream(MaximumRecordAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": arn}})

    assert batches() == [["new"]]
    assert [document["requestContext"]["condition"] for document in received()] == ["RecordAgeExceeded"]


def test_records_are_tried_for_as_long_as_the_stream_keeps_them(cloud, map_stream, kinesis, put, failures):
    arn, received = failures
    kinesis.increase_stream_retention_period(StreamName="orders", RetentionPeriodHours=30)
    map_stream(DestinationConfig={"OnFailure": {"Destination": arn}})
    put("bad!")

    cloud.clock.advance(hours=25)
    assert received() == []
    cloud.clock.advance(hours=6)
    assert [document["requestContext"]["condition"] for document in received()] == ["RecordAgeExceeded"]


def test_a_tumbling_window_has_a_final_invocation(cloud, map_stream, put, handed_over):
    map_stream(TumblingWindowInSeconds=60)
    put("a")
    cloud.clock.advance(seconds=60)

    assert [event["isFinalInvokeForWindow"] for event in handed_over()] == [False, True]
    assert handed_over()[0]["window"] == {"start": "2026-03-01T12:00:00Z", "end": "2026-03-01T12:01:00Z"}


def test_reading_for_a_function_leaves_the_shards_reads_to_others(map_stream, kinesis, put, batches):
    map_stream(BatchSize=1)
    put(*(str(number) for number in range(20)))
    assert len(batches()) == 20

    iterator = kinesis.get_shard_iterator(
        StreamName="orders", ShardId=SHARD, ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert len(kinesis.get_records(ShardIterator=iterator)["Records"]) == 20


def test_a_consumer_is_read_in_the_streams_place(map_stream, kinesis, put, handed_over):
    consumer = kinesis.register_stream_consumer(StreamARN=ARN, ConsumerName="billing")["Consumer"]
    map_stream(EventSourceArn=consumer["ConsumerARN"])
    put("a")

    (record,) = handed_over()[0]["Records"]
    assert record["eventSourceARN"] == consumer["ConsumerARN"]


def test_a_stream_that_is_not_there_cannot_be_mapped(map_stream, awslambda, refused):
    missing = f"{ARN}-not-there"
    request = {"FunctionName": "f", "EventSourceArn": missing, "StartingPosition": "LATEST"}
    assert refused(awslambda.create_event_source_mapping, **request) == (
        "InvalidParameterValueException",
        f"Stream not found: {missing}",
        400,
    )


def test_the_role_has_to_let_lambda_read(map_stream, awslambda, refused):
    iam = boto3.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    role = iam.create_role(
        RoleName="nothing",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
    )["Role"]["Arn"]
    awslambda.update_function_configuration(FunctionName="f", Role=role)

    request = {"FunctionName": "f", "EventSourceArn": ARN, "StartingPosition": "LATEST"}
    assert refused(awslambda.create_event_source_mapping, **request) == (
        "InvalidParameterValueException",
        f"Cannot access stream {ARN}. Please ensure the role can perform the GetRecords, GetShardIterator, "
        "DescribeStream, ListShards, and ListStreams Actions on your stream in IAM.",
        400,
    )


def test_a_tables_changes_reach_a_function_through_the_stream(map_stream, kinesis, batches, cloud):
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.enable_kinesis_streaming_destination(TableName="orders", StreamArn=ARN)
    map_stream()
    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}})

    ((change,),) = batches()
    assert json.loads(change)["dynamodb"]["Keys"] == {"pk": {"S": "a"}}
