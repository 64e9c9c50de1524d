"""A tiny test, under pytest with garbage collection on: decorated, a fresh client, one table, one put, one get.

Three pytest runs, one each on canned replies with a kept session, on skymock, and on moto; the median test of each.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.report import Row

TESTS = 150

BODY = """
import boto3
import pytest

def work(client):
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    client.put_item(TableName="orders", Item={"pk": {"S": "1"}, "n": {"N": "1"}})
    assert client.get_item(TableName="orders", Key={"pk": {"S": "1"}})["Item"]["n"] == {"N": "1"}
"""

CANNED = f"""{BODY}
from benchmarks.canned import RecordedReplies
from skymock import mock_serverless

replies = RecordedReplies()
session = boto3.Session(region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
with mock_serverless(shared_models=False), replies.recording():
    work(session.client("dynamodb"))

@pytest.mark.parametrize("number", range({TESTS}))
def test_it(number):
    with replies.answering():
        work(session.client("dynamodb"))
"""

SKYMOCK = f"""{BODY}
from skymock import mock_serverless

@pytest.mark.parametrize("number", range({TESTS}))
@mock_serverless
def test_it(number):
    work(boto3.client("dynamodb"))
"""

MOTO = f"""{BODY}
from moto import mock_aws

@pytest.mark.parametrize("number", range({TESTS}))
@mock_aws
def test_it(number):
    work(boto3.client("dynamodb", region_name="us-east-1"))
"""

CONFTEST = """
import statistics
import time

import pytest

taken = []

@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item):
    start = time.perf_counter()
    yield
    taken.append(time.perf_counter() - start)

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"MEDIAN {statistics.median(taken)} MEAN {statistics.mean(taken[5:])}")
"""


def rows() -> list[Row]:
    best: dict[str, float] = {}
    for _ in range(3):
        for name, text in (("canned", CANNED), ("skymock", SKYMOCK), ("moto", MOTO)):
            seconds = _seconds_a_test(text)
            best[name] = min(seconds, best.get(name, seconds))
    note = ", ".join(f"{name} {seconds * 1000:.1f} ms" for name, seconds in best.items())
    return [
        Row("a tiny test on skymock", best["skymock"] / best["canned"], "x canned", 1.4, note),
        Row("a tiny test on moto", best["moto"] / best["canned"], "x canned"),
    ]


def _seconds_a_test(text: str) -> float:
    """The mean of one run, so that the garbage that some tests collect for others counts."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "test_tiny.py").write_text(text)
        (Path(folder) / "conftest.py").write_text(CONFTEST)
        (Path(folder) / "pytest.ini").write_text("[pytest]\n")
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:cacheprovider",
            folder,
        ]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    if ran.returncode != 0:
        raise RuntimeError(ran.stdout)
    found = re.search(r"MEAN (\S+)", ran.stdout)
    assert found is not None
    return float(found[1])
