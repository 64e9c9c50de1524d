"""How many invocations may go on at once: of the account, reserved, provisioned."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
EMPTY = "def handler(event, context):\n    return 1\n"
NESTED = """
import json, boto3
from botocore.config import Config

client = boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))

def handler(depth, context):
    if depth == 0:
        return "deep enough"
    try:
        answer = client.invoke(FunctionName=context.invoked_function_arn, Payload=str(depth - 1))
    except client.exceptions.TooManyRequestsException as error:
        return [depth, error.response["Reason"]]
    return json.load(answer["Payload"])
"""
FUNCTION_LIMIT = "ReservedFunctionConcurrentInvocationLimitExceeded"


@pytest.fixture
def once(cloud):
    """A client that does not try again."""
    return boto3.client("lambda", config=Config(retries={"total_max_attempts": 1}))


@pytest.fixture
def throttled(once):
    def call(**parameters):
        with pytest.raises(once.exceptions.TooManyRequestsException) as caught:
            once.invoke(**parameters)
        return caught.value.response

    return call


def test_nothing_runs_where_nothing_may(create_function, awslambda, throttled, cloud):
    create_function("f", EMPTY)
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    answer = throttled(FunctionName="f")

    assert answer.pop("ResponseMetadata")["HTTPStatusCode"] == 429
    assert answer == {
        "Error": {"Code": "TooManyRequestsException", "Message": "Rate Exceeded."},
        "message": "Rate Exceeded.",
        "Reason": FUNCTION_LIMIT,
        "Type": "User",
    }
    assert not [event for event in cloud.timeline if event.operation == "Invocation"]


def test_a_function_that_invokes_itself_takes_concurrency_each_time(create_function, awslambda, invoke):
    create_function("f", NESTED)
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=3)

    assert invoke("f", 2) == "deep enough"
    assert invoke("f", 3) == [1, FUNCTION_LIMIT]
    assert invoke("f", 2) == "deep enough"


def test_the_account_has_a_limit(create_function, invoke, cloud):
    create_function("f", NESTED)
    cloud.functions.limit_concurrency(2)

    assert invoke("f", 1) == "deep enough"
    assert invoke("f", 2) == [1, "ConcurrentInvocationLimitExceeded"]


def test_what_is_reserved_for_others_is_not_there(create_function, awslambda, invoke, cloud):
    create_function("f", NESTED)
    create_function("g", EMPTY)
    cloud.functions.limit_concurrency(103)
    awslambda.put_function_concurrency(FunctionName="g", ReservedConcurrentExecutions=3)
    cloud.functions.limit_concurrency(4)

    assert invoke("f", 1) == [1, "ConcurrentInvocationLimitExceeded"]
    awslambda.delete_function_concurrency(FunctionName="g")
    assert invoke("f", 1) == "deep enough"


def test_threads_share_what_is_reserved(create_function, awslambda, once, cloud):
    barrier = threading.Barrier(3)
    place = type(json)("meeting_place_of_limits")
    place.BARRIER = barrier
    cloud.functions.create("f", lambda event, context: place.BARRIER.wait(5))
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=2)

    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(once.invoke, FunctionName="f") for _ in range(2)]
        while barrier.n_waiting < 2:
            pass
        with pytest.raises(once.exceptions.TooManyRequestsException):
            once.invoke(FunctionName="f")
        barrier.wait(5)
        assert [answer.result()["StatusCode"] for answer in running] == [200, 200]
    assert len(cloud.service("lambda").functions["f"].log_streams) == 2


def test_a_dry_run_needs_no_concurrency(create_function, awslambda, once):
    create_function("f", EMPTY)
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    assert once.invoke(FunctionName="f", InvocationType="DryRun")["StatusCode"] == 204


@pytest.fixture
def told(cloud):
    """`told()`: the conditions that the failure destination was told of, and the responses."""
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="told")["QueueUrl"]

    def read():
        found = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"]).get("Messages", [])
        return [(json.loads(message["Body"]), message.get("MessageAttributes")) for message in found]

    return read


QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:told"


@frozen
def test_events_of_a_function_that_may_not_run_go_to_its_destination_at_once(
    create_function, awslambda, told
):
    create_function("f", EMPTY)
    awslambda.put_function_event_invoke_config(
        FunctionName="f", DestinationConfig={"OnFailure": {"Destination": QUEUE_ARN}}
    )
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload="7")

    ((record, _),) = told()
    assert record["requestContext"]["condition"] == "ZeroReservedConcurrency"
    assert record["requestContext"]["approximateInvokeCount"] == 0
    assert record["requestPayload"] == 7
    assert "responseContext" not in record


@frozen
def test_events_of_a_function_that_may_not_run_go_to_its_dead_letter_queue(create_function, awslambda, told):
    create_function("f", EMPTY, DeadLetterConfig={"TargetArn": QUEUE_ARN})
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)

    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload="7")

    ((event, attributes),) = told()
    assert event == 7
    assert set(attributes) == {"RequestID", "ErrorMessage"}


@frozen
def test_a_throttled_event_is_tried_again_with_a_growing_delay(create_function, awslambda, cloud):
    create_function("f", EMPTY)
    cloud.functions.limit_concurrency(0)
    awslambda.invoke(FunctionName="f", InvocationType="Event")

    cloud.clock.advance(seconds=62)
    cloud.functions.limit_concurrency(1)
    cloud.clock.advance(seconds=0.5)
    assert cloud.functions["f"].log == ""
    cloud.clock.advance(seconds=0.5)

    assert "START" in cloud.functions["f"].log  # 1 + 2 + 4 + 8 + 16 + 32 seconds


@frozen
def test_a_throttled_event_is_tried_for_six_hours(create_function, awslambda, told, cloud):
    create_function("f", EMPTY)
    awslambda.put_function_event_invoke_config(
        FunctionName="f",
        MaximumRetryAttempts=0,
        DestinationConfig={"OnFailure": {"Destination": QUEUE_ARN}},
    )
    cloud.functions.limit_concurrency(0)
    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload="7")

    cloud.clock.advance(hours=6, seconds=-1)
    assert told() == []
    cloud.clock.advance(seconds=1)

    ((record, _),) = told()
    assert record["requestContext"]["condition"] == "EventAgeExceeded"
    assert record["responseContext"] == {"statusCode": 429}


def test_reserved_concurrency_is_shown_until_it_is_deleted(create_function, awslambda):
    create_function("f", EMPTY)
    assert "ReservedConcurrentExecutions" not in awslambda.get_function_concurrency(FunctionName="f")
    put = awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=7)
    got = awslambda.get_function_concurrency(FunctionName="f")
    shown = awslambda.get_function(FunctionName="f")["Concurrency"]
    assert [answer["ReservedConcurrentExecutions"] for answer in (put, got, shown)] == [7, 7, 7]

    awslambda.delete_function_concurrency(FunctionName="f")

    assert "ReservedConcurrentExecutions" not in awslambda.get_function_concurrency(FunctionName="f")
    assert "Concurrency" not in awslambda.get_function(FunctionName="f")


def test_a_deleted_function_reserves_nothing(create_function, awslambda):
    for name in ("f", "g"):
        create_function(name, EMPTY)
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=900)
    awslambda.delete_function(FunctionName="f")

    put = awslambda.put_function_concurrency(FunctionName="g", ReservedConcurrentExecutions=900)
    assert put["ReservedConcurrentExecutions"] == 900


@pytest.fixture
def provision(awslambda):
    return lambda amount, qualifier="1": awslambda.put_provisioned_concurrency_config(
        FunctionName="f", Qualifier=qualifier, ProvisionedConcurrentExecutions=amount
    )


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
def test_provisioned_concurrency_is_in_progress_until_it_is_ready(
    create_function, awslambda, provision, cloud
):
    create_function("f", EMPTY)
    cloud.clock.advance(minutes=1)
    awslambda.publish_version(FunctionName="f")

    put = provision(5)
    cloud.clock.advance(minutes=2)
    got = awslambda.get_provisioned_concurrency_config(FunctionName="f", Qualifier="1")

    for answer in (put, got):
        del answer["ResponseMetadata"]
    assert put == {
        "RequestedProvisionedConcurrentExecutions": 5,
        "AvailableProvisionedConcurrentExecutions": 0,
        "AllocatedProvisionedConcurrentExecutions": 0,
        "Status": "IN_PROGRESS",
        "LastModified": "2026-01-05T12:01:00+0000",
    }
    assert got == {
        **put,
        "AvailableProvisionedConcurrentExecutions": 5,
        "AllocatedProvisionedConcurrentExecutions": 5,
        "Status": "READY",
    }


def test_provisioned_concurrency_is_taken_first_and_then_what_is_unreserved(
    create_function, awslambda, provision, invoke, cloud
):
    create_function("f", NESTED)
    awslambda.publish_version(FunctionName="f")
    provision(2)
    cloud.functions.limit_concurrency(3)

    assert invoke("f:1", 2) == "deep enough"
    assert invoke("f:1", 3) == [1, "ConcurrentInvocationLimitExceeded"]


def test_others_cannot_use_what_a_version_has_of_what_is_reserved(
    create_function, awslambda, provision, throttled, once
):
    create_function("f", EMPTY)
    awslambda.publish_version(FunctionName="f")
    provision(2)
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=2)

    assert throttled(FunctionName="f")["Reason"] == FUNCTION_LIMIT
    assert once.invoke(FunctionName="f", Qualifier="1")["StatusCode"] == 200


def test_provisioned_concurrency_is_listed_until_it_is_deleted(create_function, awslambda, provision):
    create_function("f", EMPTY)
    awslambda.publish_version(FunctionName="f")
    provision(2)
    listed = awslambda.list_provisioned_concurrency_configs(FunctionName="f")["ProvisionedConcurrencyConfigs"]
    assert [config["FunctionArn"] for config in listed] == [f"{ARN}:1"]

    awslambda.delete_provisioned_concurrency_config(FunctionName="f", Qualifier="1")

    listed = awslambda.list_provisioned_concurrency_configs(FunctionName="f")["ProvisionedConcurrencyConfigs"]
    assert listed == []


@pytest.mark.parametrize(
    ("operation", "parameters", "code", "message"),
    [
        (
            "put_function_concurrency",
            {"ReservedConcurrentExecutions": 899},
            "InvalidParameterValueException",
            "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution "
            "below its minimum value of [100].",
        ),
        (
            "put_function_concurrency",
            {"FunctionName": "missing", "ReservedConcurrentExecutions": 1},
            "ResourceNotFoundException",
            "Function not found: arn:aws:lambda:us-east-1:123456789012:function:missing",
        ),
        (
            "put_provisioned_concurrency_config",
            {"Qualifier": "1", "ProvisionedConcurrentExecutions": 1000},
            "InvalidParameterValueException",
            "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency [998].",
        ),
        (
            "put_provisioned_concurrency_config",
            {"Qualifier": "1", "ProvisionedConcurrentExecutions": 899},
            "InvalidParameterValueException",
            "Specified ConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its "
            "minimum value of [100].",
        ),
        (
            "put_provisioned_concurrency_config",
            {"Qualifier": "$LATEST", "ProvisionedConcurrentExecutions": 1},
            "InvalidParameterValueException",
            "Provisioned Concurrency Configs cannot be applied to unpublished function versions.",
        ),
        (
            "put_provisioned_concurrency_config",
            {"Qualifier": "7", "ProvisionedConcurrentExecutions": 1},
            "ResourceNotFoundException",
            f"Function not found: {ARN}:7",
        ),
        (
            "put_provisioned_concurrency_config",
            {"Qualifier": "live", "ProvisionedConcurrentExecutions": 1},
            "ResourceConflictException",
            "Alias can't be used for Provisioned Concurrency configuration on an already Provisioned version",
        ),
        (
            "get_provisioned_concurrency_config",
            {"Qualifier": "1"},
            "ProvisionedConcurrencyConfigNotFoundException",
            "No Provisioned Concurrency Config found for this function",
        ),
    ],
)
def test_concurrency_is_refused_in_aws_words(
    create_function, awslambda, provision, refused, operation, parameters, code, message
):
    create_function("f", EMPTY)
    create_function("g", EMPTY)
    awslambda.put_function_concurrency(FunctionName="g", ReservedConcurrentExecutions=2)
    awslambda.publish_version(FunctionName="f")
    if "live" in parameters.values():
        awslambda.create_alias(FunctionName="f", Name="live", FunctionVersion="1")
        provision(1)

    assert refused(getattr(awslambda, operation), **{"FunctionName": "f", **parameters})[:2] == (
        code,
        message,
    )


def test_reserved_and_provisioned_concurrency_must_fit(create_function, awslambda, provision, refused):
    create_function("f", EMPTY)
    awslambda.publish_version(FunctionName="f")
    provision(2)

    assert refused(awslambda.put_function_concurrency, FunctionName="f", ReservedConcurrentExecutions=1)[
        :2
    ] == (
        "InvalidParameterValueException",
        " ReservedConcurrentExecutions  1 should not be lower than function's total provisioned concurrency [2].",
    )
    awslambda.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=2)
    with pytest.raises(ClientError) as caught:
        provision(3)
    assert caught.value.response["Error"]["Message"] == (
        "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution for function"
    )
