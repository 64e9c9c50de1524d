"""CloudWatch Logs' client, and a group with a stream."""

import boto3
import pytest

PLACE = {"logGroupName": "/app/orders", "logStreamName": "web-1"}


@pytest.fixture
def logs(cloud):
    return boto3.client("logs")


@pytest.fixture
def group(logs):
    logs.create_log_group(logGroupName="/app/orders")
    return "/app/orders"


@pytest.fixture
def stream(logs, group):
    logs.create_log_stream(**PLACE)
    return "web-1"


@pytest.fixture
def put(cloud, logs, stream):
    """A function that puts messages into the stream, a millisecond apart from now on or from a given time."""

    def put(*messages, at=None, stream_name=stream):
        begin = int(cloud.clock.time() * 1000) if at is None else at
        events = [{"timestamp": begin + n, "message": message} for n, message in enumerate(messages)]
        return logs.put_log_events(**{**PLACE, "logStreamName": stream_name}, logEvents=events)

    return put


def texts(answer):
    return [event["message"] for event in answer["events"]]
