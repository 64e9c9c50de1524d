"""Powertools' parser, validation, parameters, feature flags and metrics inside handlers."""

import json

import boto3
import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

STREAM_PARSER = """
from aws_lambda_powertools.utilities.parser import BaseModel, event_parser
from aws_lambda_powertools.utilities.parser.models import DynamoDBStreamModel

@event_parser(model=DynamoDBStreamModel)
def handler(event, context):
    for record in event.Records:
        print("parsed", record.eventName, record.dynamodb.NewImage, record.eventSourceARN == record.eventSourceARN)
"""
QUEUE_PARSER = """
from aws_lambda_powertools.utilities.parser import BaseModel, envelopes, event_parser

class Order(BaseModel):
    id: int

@event_parser(model=Order, envelope=envelopes.SqsEnvelope)
def handler(orders, context):
    print("parsed", [order.id for order in orders])
"""
VALIDATED = """
from aws_lambda_powertools.utilities.validation import validator

INBOUND = {
    "$schema": "http://json-schema.org/draft-07/schema",
    "type": "object",
    "properties": {"order": {"type": "integer"}},
    "required": ["order"],
}

@validator(inbound_schema=INBOUND)
def handler(event, context):
    return event["order"]
"""
PARAMETERS = """
from aws_lambda_powertools.utilities import parameters

provider = parameters.DynamoDBProvider(table_name="settings")

def handler(event, context):
    return provider.get("limit", max_age=60)
"""
FLAGS = """
import boto3, json
from aws_lambda_powertools.utilities.feature_flags import FeatureFlags, StoreProvider

class Bucket(StoreProvider):
    @property
    def get_raw_configuration(self):
        return json.load(boto3.client("s3").get_object(Bucket="flags", Key="flags.json")["Body"])

    def get_configuration(self):
        return self.get_raw_configuration

flags = FeatureFlags(store=Bucket())

def handler(event, context):
    return flags.evaluate(name="premium", context=event, default=False)
"""
METRICS = """
from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

metrics = Metrics(namespace="Shop", service="orders")

@metrics.log_metrics(capture_cold_start_metric=True)
def handler(event, context):
    metrics.add_metric(name="Sold", unit=MetricUnit.Count, value=3)
"""


@pytest.fixture
def parsed(cloud):
    """`parsed()`: what the function printed of what it parsed."""
    return lambda: [
        line.removeprefix("parsed ")
        for line in cloud.functions["f"].log.splitlines()
        if line.startswith("parsed")
    ]


def test_the_event_of_a_stream_is_parsed(create_function, awslambda, parsed):
    dynamodb = boto3.client("dynamodb")
    table = dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )["TableDescription"]
    create_function("f", STREAM_PARSER)
    awslambda.create_event_source_mapping(
        FunctionName="f", EventSourceArn=table["LatestStreamArn"], StartingPosition="TRIM_HORIZON"
    )

    dynamodb.put_item(TableName="orders", Item={"pk": {"S": "a"}, "n": {"N": "1"}})
    dynamodb.delete_item(TableName="orders", Key={"pk": {"S": "a"}})

    inserted, removed = parsed()
    assert inserted.startswith("INSERT {'pk': 'a', 'n': Decimal('1')}")
    assert removed.startswith("REMOVE None")


def test_the_bodies_of_messages_are_parsed(create_function, awslambda, parsed):
    sqs = boto3.client("sqs")
    url = sqs.create_queue(QueueName="orders")["QueueUrl"]
    create_function("f", QUEUE_PARSER)
    awslambda.create_event_source_mapping(
        FunctionName="f", EventSourceArn="arn:aws:sqs:us-east-1:123456789012:orders"
    )

    sqs.send_message(QueueUrl=url, MessageBody='{"id": 7}')

    assert parsed() == ["[7]"]


def test_what_a_schema_refuses_is_an_error_of_the_function(create_function, invoke):
    create_function("f", VALIDATED)

    assert invoke("f", {"order": 7}) == 7
    assert invoke("f", {"order": "seven"})["errorType"] == "SchemaValidationError"


def test_parameters_are_read_from_a_table_and_kept_for_a_while(create_function, invoke, cloud):
    dynamodb = boto3.client("dynamodb")
    dynamodb.create_table(
        TableName="settings",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    create_function("f", PARAMETERS)

    def answer_with(value):
        dynamodb.put_item(TableName="settings", Item={"id": {"S": "limit"}, "value": {"S": value}})
        return invoke("f")

    answers = [answer_with("1"), answer_with("2")]
    cloud.clock.advance(seconds=61)
    answers.append(answer_with("3"))

    assert answers == ["1", "1", "3"]


def test_feature_flags_are_evaluated(create_function, invoke):
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="flags")
    condition = {"action": "EQUALS", "key": "tier", "value": "gold"}
    rule = {"when_match": True, "conditions": [condition]}
    flags = {"premium": {"default": False, "rules": {"gold tier": rule}}}
    s3.put_object(Bucket="flags", Key="flags.json", Body=json.dumps(flags))
    create_function("f", FLAGS)

    assert [invoke("f", {"tier": tier}) for tier in ("gold", "none")] == [True, False]


def test_metrics_are_written_to_the_log(create_function, invoke, cloud):
    create_function("f", METRICS)

    invoke("f")

    lines = [json.loads(line) for line in cloud.functions["f"].log.splitlines() if line.startswith("{")]
    cold_start, sold = lines
    assert (cold_start["ColdStart"], cold_start["function_name"]) == ([1.0], "f")
    assert (sold["Sold"], sold["service"]) == ([3.0], "orders")
    assert sold["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Shop"
