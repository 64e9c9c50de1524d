"""Versions and aliases wherever other services name a function."""

import boto3
import pytest
import requests

ARN = "arn:aws:lambda:us-east-1:123456789012:function:f"
SOURCE = "def handler(event, context):\n    return {}\n"


@pytest.fixture
def alias(create_function, awslambda):
    """The ARN of the alias `live` of version 1; $LATEST is another one."""
    create_function(
        "f", SOURCE.format("{'statusCode': 200, 'body': context.invoked_function_arn}"), Publish=True
    )
    awslambda.update_function_configuration(FunctionName="f", Description="2")
    return awslambda.create_alias(FunctionName="f", Name="live", FunctionVersion="1")["AliasArn"]


@pytest.fixture
def allow(awslambda):
    """`allow(service, qualifier)`: let a service invoke the function, or what the qualifier names."""

    def call(service, **qualifier):
        awslambda.add_permission(
            FunctionName="f",
            StatementId=service,
            Action="lambda:InvokeFunction",
            Principal=f"{service}.amazonaws.com",
            **qualifier,
        )

    return call


@pytest.fixture
def log(cloud):
    """`log()`: what all versions of the function have logged."""
    return lambda: cloud.functions["f"].log


@pytest.fixture
def api_of(cloud):
    """`api_of(function_arn)`: the URL of an HTTP API that has everything done by it."""

    def create(function_arn):
        apigateway = boto3.client("apigatewayv2")
        return apigateway.create_api(Name="orders", ProtocolType="HTTP", Target=function_arn)["ApiEndpoint"]

    return create


def test_an_http_api_invokes_the_alias_of_its_integration(alias, api_of, allow):
    allow("apigateway", Qualifier="live")

    answer = requests.get(api_of(alias), timeout=5)

    assert (answer.status_code, answer.text) == (200, alias)


def test_an_http_api_needs_the_permission_of_just_that_alias(alias, api_of, allow, log):
    allow("apigateway")

    answer = requests.get(api_of(alias), timeout=5)

    assert (answer.status_code, log()) == (500, "")


def test_a_subscription_filter_sends_to_an_alias(alias, allow, log, cloud):
    allow("logs", Qualifier="live")
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/app")
    logs.create_log_stream(logGroupName="/app", logStreamName="a")
    logs.put_subscription_filter(
        logGroupName="/app", filterName="all", filterPattern="", destinationArn=alias
    )

    events = [{"timestamp": int(cloud.clock.time() * 1000), "message": "x"}]
    logs.put_log_events(logGroupName="/app", logStreamName="a", logEvents=events)

    assert "Version: 1\n" in log()


def test_a_mapping_hands_messages_to_an_alias(alias, awslambda, log):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    source = "arn:aws:sqs:us-east-1:123456789012:q"
    mapping = awslambda.create_event_source_mapping(FunctionName="f:live", EventSourceArn=source)

    sqs.send_message(QueueUrl=url, MessageBody="x")

    assert mapping["FunctionArn"] == alias
    assert "Version: 1\n" in log()


def test_mappings_are_listed_by_the_alias_that_they_are_for(alias, awslambda):
    boto3.client("sqs").create_queue(QueueName="q")
    source = "arn:aws:sqs:us-east-1:123456789012:q"
    made = {
        name: awslambda.create_event_source_mapping(FunctionName=name, EventSourceArn=source)["UUID"]
        for name in ("f", "f:live")
    }

    listed = {
        name: [
            found["UUID"]
            for found in awslambda.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]
        ]
        for name in made
    }

    assert listed == {name: [uuid] for name, uuid in made.items()}


def test_an_alias_is_the_destination_of_another_function(alias, create_function, awslambda, log):
    create_function("g", SOURCE.format("1"))
    awslambda.put_function_event_invoke_config(
        FunctionName="g", DestinationConfig={"OnSuccess": {"Destination": alias}}
    )

    awslambda.invoke(FunctionName="g", InvocationType="Event")

    assert "Version: 1\n" in log()


def test_an_event_for_an_alias_runs_its_version(alias, awslambda, log):
    awslambda.invoke(FunctionName="f", Qualifier="live", InvocationType="Event")

    assert "Version: 1\n" in log()


def test_cloud_call_invokes_by_qualifier_too(alias, cloud):
    answer = cloud.call("lambda", "Invoke", {"FunctionName": "f", "Qualifier": "live"})

    assert answer["ExecutedVersion"] == "1"
