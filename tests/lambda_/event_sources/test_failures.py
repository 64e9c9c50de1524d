"""What happens to batches that fail: partial answers, retries, bisecting, on-failure destinations."""

import json
import re

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


def test_records_before_the_first_failure_are_done(cloud, map_stream, put, batches):
    mapping = map_stream(
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumBatchingWindowInSeconds=1,
        MaximumRetryAttempts=1,
    )
    put("a", "b?", "c")
    cloud.clock.advance(seconds=1)

    cloud.clock.advance(hours=1)

    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert batches() == [["a", "b?", "c"], ["b?", "c"]]


def test_without_asking_for_it_an_answer_means_nothing(map_stream, put, batches):
    map_stream()

    put("b?", "c")

    assert batches() == [["b?"], ["c"]]


ANSWERING = "import os, json\ndef handler(event, context):\n    return json.loads(os.environ['ANSWER'])\n"


@pytest.mark.parametrize(
    ("answer", "is_success"),
    [
        ("null", True),
        ("{}", True),
        ('""', True),
        ('{"batchItemFailures": []}', True),
        ('{"batchItemFailures": null}', True),
        ('{"batchItemFailures": [{"itemIdentifier": ""}]}', False),
        ('{"batchItemFailures": [{"itemIdentifier": null}]}', False),
        ('{"batchItemFailures": [{"foo": "bar"}]}', False),
        ('{"batchItemFailures": [{"itemIdentifier": "none of the batch"}]}', False),
        ('"some text"', False),
    ],
)
def test_an_answer_means_success_or_failure(
    awslambda, create_function, stream_arn, put, handed_over, cloud, answer, is_success
):
    create_function("answering", ANSWERING, Environment={"Variables": {"ANSWER": answer}})
    awslambda.create_event_source_mapping(
        FunctionName="answering",
        EventSourceArn=stream_arn,
        StartingPosition="TRIM_HORIZON",
        FunctionResponseTypes=["ReportBatchItemFailures"],
        MaximumRetryAttempts=1,
    )

    put("a")
    cloud.clock.advance(minutes=1)

    assert len(handed_over()) == (1 if is_success else 2)


def test_bisecting_isolates_what_fails(cloud, map_stream, put, batches):
    map_stream(BisectBatchOnFunctionError=True, MaximumRetryAttempts=0, MaximumBatchingWindowInSeconds=1)
    put("a", "b", "c!", "d")

    cloud.clock.advance(seconds=1)

    assert batches() == [["a", "b", "c!", "d"], ["a", "b"], ["c!", "d"], ["c!"], ["d"]]


def test_bisecting_does_not_use_up_attempts(cloud, map_stream, put, batches):
    map_stream(BisectBatchOnFunctionError=True, MaximumRetryAttempts=1, MaximumBatchingWindowInSeconds=1)
    put("a", "b", "c!", "d")

    cloud.clock.advance(minutes=10)

    assert batches() == [["a", "b", "c!", "d"], ["a", "b"], ["c!", "d"], ["c!"], ["c!"], ["d"]]


def test_what_is_given_up_is_told_to_the_destination(cloud, map_stream, put, queue_arn, received, stream_arn):
    map_stream(MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": queue_arn}})

    put("a!")
    cloud.clock.advance(minutes=1)

    (document,) = map(json.loads, received())
    request, batch = document["requestContext"], document["DDBStreamBatchInfo"]
    assert len(request.pop("requestId")) == 36
    assert request == {
        "functionArn": "arn:aws:lambda:us-east-1:123456789012:function:f",
        "condition": "RetryAttemptsExhausted",
        "approximateInvokeCount": 2,
    }
    assert document["responseContext"] == {
        "statusCode": 200,
        "executedVersion": "$LATEST",
        "functionError": "Unhandled",
    }
    assert (document["version"], document["timestamp"]) == ("1.0", "2026-01-05T12:00:01.000Z")
    assert batch.pop("shardId").startswith("shardId-")
    assert batch["startSequenceNumber"] == batch.pop("endSequenceNumber")
    assert batch.pop("startSequenceNumber").isdigit()
    assert batch == {
        "approximateArrivalOfFirstRecord": "2026-01-05T12:00:00Z",
        "approximateArrivalOfLastRecord": "2026-01-05T12:00:00Z",
        "batchSize": 1,
        "streamArn": stream_arn,
    }


def test_a_topic_can_be_told(cloud, map_stream, put, stream_arn):
    sns = boto3.client("sns")
    arn = sns.create_topic(Name="discarded")["TopicArn"]
    sns.subscribe(TopicArn=arn, Protocol="sms", Endpoint="+15550100")
    map_stream(MaximumRetryAttempts=1, DestinationConfig={"OnFailure": {"Destination": arn}})

    put("a!")
    cloud.clock.advance(minutes=1)

    (sent,) = cloud.sns.outbox.to("+15550100")
    document = json.loads(sent.body)
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["DDBStreamBatchInfo"]["streamArn"] == stream_arn


def test_a_bucket_gets_the_event_too(cloud, map_stream, put, handed_over):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="discarded")
    destination = {"OnFailure": {"Destination": "arn:aws:s3:::discarded"}}
    mapping = map_stream(MaximumRetryAttempts=1, DestinationConfig=destination)

    put("a!")
    cloud.clock.advance(minutes=1)

    (found,) = s3.list_objects_v2(Bucket="discarded")["Contents"]
    document = json.load(s3.get_object(Bucket="discarded", Key=found["Key"])["Body"])
    shard_id = document["DDBStreamBatchInfo"]["shardId"]
    folder, _, name = found["Key"].rpartition("/")
    assert mapping["DestinationConfig"] == destination
    assert folder == f"aws/lambda/{mapping['UUID']}/{shard_id}/2026/01/05"
    assert re.fullmatch(r"2026-01-05T12\.00\.01-[0-9a-f-]{36}", name)
    assert document["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert document["payload"] == handed_over()[0]


def test_a_reported_failure_has_no_function_error(cloud, map_stream, put, queue_arn, received):
    map_stream(
        MaximumRetryAttempts=0,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        DestinationConfig={"OnFailure": {"Destination": queue_arn}},
    )

    put("a?")

    (document,) = map(json.loads, received())
    assert document["responseContext"]["functionError"] is None


def test_records_that_are_too_old_are_told_without_an_answer(cloud, map_stream, put, queue_arn, received):
    map_stream(MaximumRecordAgeInSeconds=60, DestinationConfig={"OnFailure": {"Destination": queue_arn}})

    put("a!")
    cloud.clock.advance(minutes=3)

    (document,) = map(json.loads, received())
    assert document["requestContext"]["condition"] == "RecordAgeExceeded"
    assert "responseContext" not in document


@pytest.mark.parametrize("seconds", [0, 59])
def test_records_may_not_be_given_up_too_soon(awslambda, function, stream_arn, refused, seconds):
    answer = refused(
        awslambda.create_event_source_mapping,
        FunctionName="f",
        EventSourceArn=stream_arn,
        StartingPosition="LATEST",
        MaximumRecordAgeInSeconds=seconds,
    )

    assert answer == (
        "InvalidParameterValueException",
        "Minimum valid value for MaximumRecordAgeInSeconds is 60.",
        400,
    )


def test_the_role_needs_permission_to_tell_the_destination(
    cloud, awslambda, create_role, create_function, stream_arn, put, queue_arn, received
):
    role = create_role("reader", ("dynamodb:*", "*"))
    create_function("g", "def handler(event, context): raise ValueError", Role=role)
    awslambda.create_event_source_mapping(
        FunctionName="g",
        EventSourceArn=stream_arn,
        StartingPosition="TRIM_HORIZON",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": queue_arn}},
    )

    put("a")

    (told,) = [event for event in cloud.timeline if event.operation == "OnFailure"]
    assert type(told.error).__name__ == "AccessDenied"
    assert received() == []


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:lambda:us-east-1:123456789012:function:g",
        "arn:aws:events:us-east-1:123456789012:bus",
        "queue",
    ],
)
def test_only_some_things_are_told_of_failures(awslambda, function, stream_arn, refused, arn):
    answer = refused(
        awslambda.create_event_source_mapping,
        FunctionName="f",
        EventSourceArn=stream_arn,
        StartingPosition="LATEST",
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )

    assert answer[0] in ("InvalidParameterValueException", "ValidationException")
    assert awslambda.list_event_source_mappings()["EventSourceMappings"] == []


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
def test_states_last_as_long_as_asked_for(cloud, awslambda, dynamodb, create_function, stream_arn):
    cloud.clock.advance(minutes=1)  # the table is there by now
    create_function("f", "def handler(event, context): pass")
    created = awslambda.create_event_source_mapping(
        FunctionName="f", EventSourceArn=stream_arn, StartingPosition="TRIM_HORIZON"
    )
    uuid = created["UUID"]

    def state():
        return awslambda.get_event_source_mapping(UUID=uuid)["State"]

    seen = [created["State"], state()]
    cloud.clock.advance(seconds=10)
    seen.append(state())
    seen.append(awslambda.update_event_source_mapping(UUID=uuid, Enabled=False)["State"])
    seen.append(state())
    cloud.clock.advance(seconds=10)
    seen.append(state())
    seen.append(awslambda.delete_event_source_mapping(UUID=uuid)["State"])
    cloud.clock.advance(seconds=10)

    assert seen == ["Creating", "Creating", "Enabled", "Disabling", "Disabling", "Disabled", "Deleting"]
    assert awslambda.list_event_source_mappings()["EventSourceMappings"] == []
