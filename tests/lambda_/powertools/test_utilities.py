"""Powertools' idempotency, logger and event classes inside handlers."""

import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

PAYMENT = """
from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer, IdempotencyConfig, idempotent
)

store = DynamoDBPersistenceLayer(table_name="idempotency")
config = IdempotencyConfig(event_key_jmespath="order", expires_after_seconds=60)

@idempotent(persistence_store=store, config=config)
def handler(event, context):
    print("charged", event["order"])
    if event.get("fails"):
        raise ValueError("no money")
    return {"charged": event["order"]}
"""
LOGGER = """
from aws_lambda_powertools import Logger

logger = Logger(service="orders")

@logger.inject_lambda_context(clear_state=True)
def handler(event, context):
    logger.append_keys(order=event["order"])
    logger.info("took it")
"""


@pytest.fixture
def charged(cloud):
    boto3.client("dynamodb").create_table(
        TableName="idempotency",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return lambda: cloud.functions["f"].log.count("charged a")


def test_an_event_that_comes_again_is_answered_without_being_handled(create_function, invoke, charged):
    create_function("f", PAYMENT)

    answers = [invoke("f", {"order": "a"}) for _ in range(2)]

    assert answers == [{"charged": "a"}] * 2
    assert charged() == 1


def test_it_is_handled_again_when_its_record_has_expired(create_function, invoke, charged, cloud):
    create_function("f", PAYMENT)
    invoke("f", {"order": "a"})

    cloud.clock.advance(seconds=61)
    invoke("f", {"order": "a"})

    assert charged() == 2


def test_a_failure_leaves_no_record(create_function, invoke, charged):
    create_function("f", PAYMENT)

    failed = invoke("f", {"order": "a", "fails": True})
    invoke("f", {"order": "a"})

    assert failed["errorType"] == "ValueError"
    assert charged() == 2


def test_the_logger_writes_json_with_the_context(create_function, invoke, awslambda, cloud):
    created = create_function("f", LOGGER)

    awslambda.invoke(FunctionName="f", Payload=b'{"order": "a"}')

    (line,) = [line for line in cloud.functions["f"].log.splitlines() if line.startswith("{")]
    written = json.loads(line)
    assert {name: written[name] for name in ("level", "message", "service", "order", "function_arn")} == {
        "level": "INFO",
        "message": "took it",
        "service": "orders",
        "order": "a",
        "function_arn": created["FunctionArn"],
    }
    assert written["cold_start"] is True
    assert written["function_request_id"]


def test_the_event_of_a_subscription_is_read(create_function, awslambda, invoke, cloud):
    create_function("f", "def handler(event, context):\n    print('hello')\n")
    reader = """
from aws_lambda_powertools.utilities.data_classes import CloudWatchLogsEvent, event_source

@event_source(data_class=CloudWatchLogsEvent)
def handler(event, context):
    data = event.parse_logs_data()
    print("read", data.log_group, [found.message for found in data.log_events])
"""
    create_function("reader", reader)
    awslambda.add_permission(
        FunctionName="reader",
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
    )
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="/aws/lambda/f")
    logs.put_subscription_filter(
        logGroupName="/aws/lambda/f",
        filterName="all",
        filterPattern="hello",
        destinationArn="arn:aws:lambda:us-east-1:123456789012:function:reader",
    )

    invoke("f")

    assert "read /aws/lambda/f ['hello\\n']" in cloud.functions["reader"].log
