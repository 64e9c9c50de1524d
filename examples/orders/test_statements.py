"""What goes wrong with statements: a provider that is slow or down, and a handler to be stepped through."""

import bdb
import json
import linecache
import os
import time
from unittest.mock import patch
from urllib.error import URLError

import boto3
import pytest

from examples.orders.deploy import APP, deploy, deploy_statements

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def failed(cloud):
    """`failed()`: what the queue of failed statements is told. Alice's orders come to 42."""
    deploy()
    queue_url = deploy_statements()
    boto3.client("dynamodb").put_item(
        TableName="totals", Item={"customer": {"S": "alice"}, "amount": {"N": "42"}}
    )

    def received():
        messages = boto3.client("sqs").receive_message(QueueUrl=queue_url).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return received


@pytest.fixture
def provider():
    """The mail provider, as the functions see it."""
    with patch("urllib.request.urlopen") as urlopen:
        yield urlopen


def send_later(customer):
    boto3.client("lambda").invoke(
        FunctionName="statements", InvocationType="Event", Payload=json.dumps({"customer": customer})
    )


def test_a_statement_is_mailed(failed, provider):
    send_later("alice")

    (_, body), _ = provider.call_args
    assert json.loads(body) == {"to": "alice", "text": "Your orders come to 42."}
    assert failed() == []


def test_a_provider_who_does_not_answer_runs_it_into_its_timeout(failed, provider, cloud):
    provider.side_effect = lambda *request, timeout: time.sleep(timeout)

    error = cloud.functions["statements"].invoke({"customer": "alice"})

    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"].endswith("Error: Task timed out after 10.00 seconds")
    assert f"{cloud.clock.now():%H:%M:%S}" == "12:00:10"


def test_a_provider_who_is_down_is_tried_again_and_then_told_of(failed, provider, cloud):
    provider.side_effect = URLError("connection refused")

    send_later("alice")
    cloud.clock.advance(minutes=3)

    (record,) = failed()
    assert provider.call_count == 3
    assert record["requestPayload"] == {"customer": "alice"}
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["responsePayload"]["errorType"] == "URLError"


def test_a_provider_who_is_down_for_a_minute_is_no_failure(failed, provider, cloud):
    provider.side_effect = [URLError("connection refused"), provider.return_value]

    send_later("alice")
    cloud.clock.advance(minutes=3)

    assert provider.call_count == 2
    assert failed() == []


class Stepper(bdb.Bdb):
    """A debugger that goes through the handler line by line, noting each and what `total` is by then."""

    def __init__(self, path, line):
        super().__init__()
        self.seen = []
        self._path = self.canonic(path)
        self.set_break(path, line)

    def user_line(self, frame):
        if self.canonic(frame.f_code.co_filename) != self._path:
            self.set_continue()
            return
        line = linecache.getline(self._path, frame.f_lineno).strip()
        self.seen.append((line, frame.f_locals.get("total")))
        self.set_next(frame)


def test_the_handler_is_stepped_through(failed, provider, cloud):
    statements = cloud.functions.use("statements", APP)  # the files themselves, where breakpoints are
    path = os.path.realpath(APP / "statements.py")
    lines = (APP / "statements.py").read_text().splitlines()
    stepper = Stepper(path, lines.index("def handler(event, context):") + 2)

    answer = stepper.runcall(statements.invoke, {"customer": "alice"})

    assert answer == {"customer": "alice", "total": 42}
    assert stepper.seen == [
        ('customer = event["customer"]', None),
        ("total = total_of(customer)", None),
        ("if total:", 42),
        ('send(customer, f"Your orders come to {total}.")', 42),
        ('return {"customer": customer, "total": total}', 42),
    ]
    assert provider.called
