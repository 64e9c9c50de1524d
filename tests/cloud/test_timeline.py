"""What the timeline keeps, and how it prints."""

import gc

import boto3
import pytest
import requests

from skymock import mock_serverless
from skymock.cloud.timeline import Event, Timeline, within


def event(service, operation, at_seconds, cause=None, **parameters):
    return Event("call", service, operation, at_seconds, cause, parameters)


def test_calls_are_recorded_with_their_parameters_and_principal():
    with mock_serverless() as cloud:
        boto3.client("sts").get_access_key_info(AccessKeyId="ASIAIOSFODNN7EXAMPLE")

    (call,) = cloud.timeline.calls("sts", "GetAccessKeyInfo")
    assert call.parameters == {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE"}
    assert call.principal.arn == "arn:aws:iam::123456789012:root"
    assert call.error is None


def test_a_call_that_is_over_keeps_its_parameters_as_the_text_they_came_in():
    record = {"Data": b"\x00", "PartitionKey": "a"}
    read = iter([{"Records": [record]}])
    call = event("kinesis", "PutRecords", 0, Records=[record])
    call.let_go(lambda text: next(read), b"{}")

    assert call.parameters == {"Records": [record]}
    assert call.parameters is call.parameters


def test_a_call_that_is_over_does_not_keep_its_parsed_parameters(cloud):
    boto3.client("dynamodb", region_name="us-east-1").list_tables(ExclusiveStartTableName="unmistakable")

    dicts = [each for each in gc.get_objects() if type(each) is dict]
    assert not [each for each in dicts if each.get("ExclusiveStartTableName") == "unmistakable"]
    assert cloud.timeline.calls()[-1].parameters == {"ExclusiveStartTableName": "unmistakable"}


def test_a_refused_call_is_recorded_with_its_error():
    with mock_serverless() as cloud:
        client = boto3.client("iam")
        with pytest.raises(client.exceptions.NoSuchEntityException):
            client.get_role(RoleName="nobody")

    (call,) = cloud.timeline.calls("iam")
    assert type(call.error).__name__ == "NoSuchEntityException"


def test_a_call_that_is_refused_before_its_operation_is_recorded_too(cloud):
    url = "https://dynamodb.us-east-1.amazonaws.com/"
    requests.post(url, data="{}", headers={"X-Amz-Target": "DynamoDB_20120810.ListTables"}, timeout=5)

    (call,) = cloud.timeline.calls("dynamodb", "ListTables")
    assert type(call.error).__name__ == "MissingAuthenticationTokenException"


def test_calls_are_found_by_service_and_operation():
    with mock_serverless() as cloud:
        boto3.client("sts").get_caller_identity()
        boto3.client("iam").list_roles()

    assert [call.operation for call in cloud.timeline.calls()] == ["GetCallerIdentity", "ListRoles"]
    assert [call.service for call in cloud.timeline.calls(operation="ListRoles")] == ["iam"]
    assert cloud.timeline.calls("dynamodb") == []


def test_it_prints_as_a_tree_of_causes():
    timeline = Timeline()
    put = event("dynamodb", "PutItem", 0.25, TableName="orders")
    deliver = event("lambda", "Invoke", 0.5, put, FunctionName="totals")
    other = event("sts", "GetCallerIdentity", 1)
    for each in (put, deliver, other):
        timeline.add(each)

    assert str(timeline) == (
        "00:00:00.250  dynamodb PutItem orders\n"
        "00:00:00.500     └─ lambda Invoke totals\n"
        "00:00:01.000  sts GetCallerIdentity"
    )


def test_an_error_stands_behind_its_call():
    call = event("dynamodb", "PutItem", 0, TableName="orders")
    call.error = ValueError("a bug")

    assert str(call) == "dynamodb PutItem orders ✗ ValueError: a bug"


def test_what_happens_within_an_event_has_it_as_its_cause():
    with mock_serverless() as cloud:
        cause = Event("event", "lambda", "handler", 0, None)
        cloud.timeline.add(cause)
        with within(cause):
            boto3.client("sts").get_caller_identity()

    assert cloud.timeline.calls("sts")[0].cause is cause


def test_scheduled_work_has_what_scheduled_it_as_its_cause():
    with mock_serverless() as cloud:
        cause = Event("event", "lambda", "handler", 0, None)
        with within(cause):
            cloud.scheduler.after(10, lambda: boto3.client("sts").get_caller_identity())

        cloud.clock.advance(seconds=10)

    assert cloud.timeline.calls("sts")[0].cause is cause


def test_only_the_latest_events_are_kept():
    timeline = Timeline(kept=3)
    for number in range(5):
        timeline.add(event("sts", f"Call{number}", number))

    assert [each.operation for each in timeline] == ["Call2", "Call3", "Call4"]


def test_an_event_whose_cause_is_no_longer_kept_stands_by_itself():
    timeline = Timeline(kept=1)
    cause = event("sts", "First", 0)
    timeline.add(cause)
    timeline.add(event("sts", "Second", 1, cause))

    assert str(timeline) == "00:00:01.000  sts Second"
