"""Kinesis streams as targets of rules."""

import json

import boto3
import pytest

from .conftest import ACCOUNT, PATTERN

STREAM = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/orders"


@pytest.fixture
def kinesis(cloud):
    return boto3.client("kinesis")


@pytest.fixture
def to(events, kinesis, role):
    """A function that makes the stream `orders`, and a rule that sends to it with further settings."""

    def send_to(**settings):
        kinesis.create_stream(StreamName="orders", ShardCount=1)
        events.put_rule(Name="r", EventPattern=PATTERN)
        events.put_targets(Rule="r", Targets=[{"Id": "t", "Arn": STREAM, "RoleArn": role, **settings}])

    return send_to


@pytest.fixture
def records(kinesis):
    """A function that gives the stream's records: (the partition key, the data parsed) of each."""

    def read():
        (shard,) = kinesis.list_shards(StreamARN=STREAM)["Shards"]
        iterator = kinesis.get_shard_iterator(
            StreamARN=STREAM, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]
        found = kinesis.get_records(ShardIterator=iterator, StreamARN=STREAM)["Records"]
        return [(record["PartitionKey"], json.loads(record["Data"])) for record in found]

    return read


def test_a_stream_gets_the_event_under_its_id(to, put, records):
    to()
    entry = put({"n": 1})

    ((key, event),) = records()
    assert (key, event["id"], event["detail"]) == (entry["EventId"], entry["EventId"], {"n": 1})


@pytest.mark.parametrize(
    ("path", "key"),
    [("$.detail.customer", "ann"), ("$.detail.n", "1"), ("$.detail.gone", None), ("nonsense", None)],
)
def test_the_partition_key_may_come_from_the_event(to, put, records, path, key):
    to(KinesisParameters={"PartitionKeyPath": path}, InputPath="$.detail")
    entry = put({"customer": "ann", "n": 1})

    assert records() == [(key or entry["EventId"], {"customer": "ann", "n": 1})]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_a_stream_that_takes_no_more_gets_the_event_later(cloud, to, put, records):
    to()
    cloud.faults.throttle("kinesis", "PutRecord", code="ProvisionedThroughputExceededException", times=1)
    put()
    before = records()
    cloud.clock.advance(seconds=1)

    assert (before, len(records())) == ([], 1)


def test_the_role_has_to_be_allowed_to_put_records(cloud, to, put, records):
    to()
    boto3.client("iam").delete_role_policy(RoleName="events", PolicyName="all")
    put()

    assert records() == []
    assert "AccessDenied" in str(cloud.timeline)
