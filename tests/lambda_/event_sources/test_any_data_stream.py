"""Over any program of puts, splits, merges and clock moves, a function gets every record, each key in its order."""

import base64
import json

import boto3
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock import mock_serverless

from ..conftest import TRUST, zipped

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/orders"

# Fails a batch with an odd number in it the first time.
RELUCTANT = """
import base64

seen = set()

def handler(event, context):
    numbers = {int(base64.b64decode(record["kinesis"]["data"])) for record in event["Records"]}
    new = {number for number in numbers if number % 2 and number not in seen}
    seen.update(numbers)
    if new:
        raise ValueError("told to fail")
"""

_STEPS = st.one_of(
    st.tuples(st.just("put"), st.sampled_from("abcd")),
    st.tuples(st.just("put"), st.sampled_from("abcd")),
    st.tuples(st.just("split"), st.integers(0, 9)),
    st.tuples(st.just("merge"), st.integers(0, 9)),
    st.tuples(st.just("move"), st.sampled_from([1, 5])),
)
_SETTINGS = st.fixed_dictionaries(
    {
        "BatchSize": st.sampled_from([1, 2, 100]),
        "ParallelizationFactor": st.sampled_from([1, 3]),
        "MaximumBatchingWindowInSeconds": st.sampled_from([0, 3]),
    }
)


@settings(max_examples=10)
@given(st.lists(_STEPS, min_size=1, max_size=14), _SETTINGS, st.booleans())
def test_every_record_comes_and_each_key_in_its_order(program, mapping, comes_first):
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z", throttling=False) as cloud:
        _build()
        if comes_first:
            _map(mapping)
        put = _run(program, cloud)
        if not comes_first:
            _map(mapping)
        cloud.clock.advance(minutes=10)
        seen = _first_seen(cloud)

    by_key = {key: [number for found, number in seen if found == key] for key in "abcd"}
    assert by_key == put


def _build():
    iam, awslambda = boto3.client("iam"), boto3.client("lambda")
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    allowed = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    iam.put_role_policy(RoleName="r", PolicyName="all", PolicyDocument=json.dumps(allowed))
    awslambda.create_function(
        FunctionName="f",
        Runtime="python3.12",
        Handler="app.handler",
        Role=role,
        Code={"ZipFile": zipped({"app.py": RELUCTANT})},
    )
    boto3.client("kinesis").create_stream(StreamName="orders", ShardCount=2)


def _map(mapping):
    boto3.client("lambda").create_event_source_mapping(
        FunctionName="f", EventSourceArn=ARN, StartingPosition="TRIM_HORIZON", **mapping
    )


def _run(program, cloud):
    """Take the steps; gives the numbers that were put under each key."""
    kinesis = boto3.client("kinesis")
    put = {key: [] for key in "abcd"}
    count = 0
    for step, choice in program:
        if step == "move":
            cloud.clock.advance(seconds=choice)
        elif step == "put":
            kinesis.put_record(StreamName="orders", Data=str(count).encode(), PartitionKey=choice)
            put[choice].append(count)
            count += 1
        else:
            _reshard(kinesis, step, choice)
    return put


def _reshard(kinesis, step, choice):
    latest = kinesis.list_shards(StreamName="orders", ShardFilter={"Type": "AT_LATEST"})["Shards"]
    shards = sorted(latest, key=lambda shard: int(shard["HashKeyRange"]["StartingHashKey"]))
    if step == "split":
        shard = shards[choice % len(shards)]
        start, end = (int(shard["HashKeyRange"][f"{edge}HashKey"]) for edge in ("Starting", "Ending"))
        middle = str((start + end) // 2)
        kinesis.split_shard(StreamName="orders", ShardToSplit=shard["ShardId"], NewStartingHashKey=middle)
    elif len(shards) > 1:
        lower = choice % (len(shards) - 1)
        kinesis.merge_shards(
            StreamName="orders",
            ShardToMerge=shards[lower]["ShardId"],
            AdjacentShardToMerge=shards[lower + 1]["ShardId"],
        )


def _first_seen(cloud):
    """The key and number of each record, in the order in which the function first saw them."""
    seen = {}
    for event in cloud.timeline:
        if event.operation == "Invocation":
            for record in json.loads(event.parameters["Payload"])["Records"]:
                number = int(base64.b64decode(record["kinesis"]["data"]))
                seen.setdefault((record["kinesis"]["partitionKey"], number))
    return list(seen)
