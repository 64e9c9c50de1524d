"""What a Publish costs: to nobody, and to a queue, with all that comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from benchmarks.canned import RecordedReplies
from benchmarks.measuring import Contestant, compare
from benchmarks.report import Row
from skymock import mock_serverless

CALLS, ROUNDS = 15, 40
TOPIC = "arn:aws:sns:us-east-1:123456789012:orders"
QUEUE = "arn:aws:sqs:us-east-1:123456789012:inbox"
CREDENTIALS = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}

Subscribe = Callable[[Any], None]


def rows() -> list[Row]:
    return [
        *_rows("Publish to nobody", lambda sns: None, 1.5),
        *_rows("Publish to a queue", _subscribe_queue, 4),
    ]


def _rows(name: str, subscribe: Subscribe, at_most: float) -> list[Row]:
    sns = boto3.client("sns", **CREDENTIALS)  # before moto is imported, which adds to all that come later
    replies = RecordedReplies()
    with mock_serverless():
        _create_topic(sns, subscribe)
        with replies.recording():
            _publish(sns)
        contestants = [
            Contestant("canned", lambda: _publish(sns), replies.answering),
            Contestant("skymock", lambda: _publish(sns)),
            _moto(subscribe),
        ]
        measured = compare(contestants, calls=CALLS, rounds=ROUNDS)
    return [
        Row(
            f"{name} on skymock", measured.ratios["skymock"], "x canned", at_most, measured.in_microseconds()
        ),
        Row(f"{name} on moto", measured.ratios["moto"], "x canned"),
    ]


def _publish(sns: Any) -> object:
    return sns.publish(TopicArn=TOPIC, Message="x" * 200, Subject="an order")


def _create_topic(sns: Any, subscribe: Subscribe) -> None:
    sns.create_topic(Name="orders")
    subscribe(sns)


def _subscribe_queue(sns: Any) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": QUEUE}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    boto3.client("sqs", **CREDENTIALS).create_queue(QueueName="inbox", Attributes={"Policy": policy})
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE)


def _moto(subscribe: Subscribe) -> Contestant:
    from moto import mock_aws  # noqa: PLC0415 - see _rows()

    clients: list[Any] = []

    @contextmanager
    def mocked() -> Iterator[None]:
        with mock_aws():
            client = boto3.client("sns", **CREDENTIALS)
            _create_topic(client, subscribe)
            clients.append(client)
            yield

    return Contestant("moto", lambda: _publish(clients[-1]), mocked)
