"""What a GetItem costs that DAX has cached: times the client's own cost with a canned answer on a fake socket.

The client is the real one. The floor is a socket that has the reply ready; beside both stands the same GetItem
through boto3.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import boto3

from benchmarks.measuring import Contestant, compare
from benchmarks.operations import ITEM, TABLE, create_table
from benchmarks.report import Row
from skymock import mock_serverless
from skymock.interception.dax_socket import NodeSocket

CALLS, ROUNDS = 25, 60
FEW = 1000
KEY = {"pk": {"S": "customer-1"}, "sk": {"N": "1"}}
QUERY = {
    "TableName": TABLE,
    "KeyConditionExpression": "pk = :pk",
    "ExpressionAttributeValues": {":pk": {"S": "customer-2"}},
}


def rows(count: int = 0) -> list[Row]:
    """count: of cached items, for the figure among so many; by default it is left out."""
    from amazondax import AmazonDaxClient  # noqa: PLC0415 - only who measures DAX needs it

    with mock_serverless(throttling=False) as cloud:
        dynamodb = boto3.client("dynamodb")
        create_table(dynamodb)
        boto3.client("dax").create_cluster(
            ClusterName="bench",
            NodeType="dax.r5.large",
            ReplicationFactor=1,
            IamRoleArn="arn:aws:iam::123456789012:role/dax",
        )
        cluster = cloud.dax.cluster("bench")
        with AmazonDaxClient(endpoint_url=cluster.endpoint_url) as dax:
            measured = [*_hit_rows(dax, dynamodb), *_query_rows(dax)]
            return [*measured, *_among_rows(dax, cluster, count)] if count else measured


def _hit_rows(dax: Any, dynamodb: Any) -> list[Row]:
    def hit() -> object:
        return dax.get_item(TableName=TABLE, Key=KEY)

    contestants = [
        Contestant("canned", hit, _answering(hit)),
        Contestant("skymock", hit),
        Contestant("boto3", lambda: dynamodb.get_item(TableName=TABLE, Key=KEY)),
    ]
    measured = compare(contestants, calls=CALLS, rounds=ROUNDS)
    against_boto3 = measured.seconds["skymock"] / measured.seconds["boto3"]
    return [
        Row("GetItem that hits", measured.ratios["skymock"], "x canned", 1.3, measured.in_microseconds()),
        Row("GetItem that hits", against_boto3, "x boto3", 1.0),
    ]


def _query_rows(dax: Any) -> list[Row]:
    def hit() -> object:
        return dax.query(**QUERY)

    measured = compare(
        [Contestant("canned", hit, _answering(hit)), Contestant("skymock", hit)], calls=CALLS, rounds=ROUNDS
    )
    return [Row("Query of 20 items that hits", measured.ratios["skymock"], "x canned", 1.3)]


def _among_rows(dax: Any, cluster: Any, count: int) -> list[Row]:
    few, many = (_filled(cluster, dax, number) for number in (FEW, count))
    measured = compare([Contestant("few", few), Contestant("many", many)], calls=CALLS, rounds=ROUNDS)
    return [Row(f"GetItem that hits, among {count:,}", measured.ratios["many"], "x among few", 1.2)]


def _filled(cluster: Any, dax: Any, count: int) -> Callable[[], object]:
    """Have that many items of a table of its own in the cache; gives a read of one after the other."""
    table = f"among-{count}"
    boto3.client("dynamodb").create_table(
        TableName=table,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dax.put_item(TableName=table, Item={**ITEM, "pk": {"S": "0"}})
    (content,) = (entry.content for key, entry in cluster.leader.items.living(0, 0) if key[0] == table)
    for number in range(count):
        cluster.store_item(cluster.leader, table, str(number).encode(), content)
    numbers = itertools.cycle(range(0, count, max(1, count // FEW)))
    return lambda: dax.get_item(TableName=table, Key={"pk": {"S": str(next(numbers))}})


def _answering(call: Callable[[], object]) -> Callable[[], Any]:
    """Answer every request with what skymock answered to the call, and without it."""
    replies: list[bytes] = []
    reply_for_real = NodeSocket._reply

    def record(node_socket: NodeSocket) -> bytes:
        replies.append(reply_for_real(node_socket))
        return replies[-1]

    with patch.object(NodeSocket, "_reply", record):
        for _ in range(3):  # the first may ask for key schemas and names of attributes
            call()

    def answer(node_socket: NodeSocket) -> bytes:
        node_socket._sent.clear()
        return replies[-1]

    @contextmanager
    def answering() -> Iterator[None]:
        with patch.object(NodeSocket, "_reply", answer):
            yield

    return answering
