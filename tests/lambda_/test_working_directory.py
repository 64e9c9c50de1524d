"""The working directory, where threads cannot have one of their own: as on macOS."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def one_directory(monkeypatch):
    """A system whose processes have one working directory for all threads."""
    monkeypatch.setattr(sys, "platform", "darwin")


WHERE = """
import os, time

def handler(event, context):
    seen = set()
    for _ in range(10):
        seen.add(open_name())
        time.sleep(0.0005)
    return sorted(seen)

def open_name():
    with open("name.txt") as file:
        return file.read()
"""


def test_functions_from_different_folders_take_turns(create_function, invoke, one_directory):
    for name in ("one", "two"):
        create_function(name, WHERE, files={"name.txt": name})
    before = os.getcwd()

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(invoke, ["one", "two"])) == [["one"], ["two"]]

    assert os.getcwd() == before


def test_a_functions_own_environments_do_not_wait_for_each_other(create_function, invoke, one_directory):
    source = """
import time

def handler(event, context):
    start = time.monotonic()
    time.sleep(0.1)
    return [start, time.monotonic()]
"""
    create_function("f", source)

    with ThreadPoolExecutor(2) as pool:
        (begin, end), (other_begin, other_end) = pool.map(invoke, ["f", "f"])

    assert max(begin, other_begin) < min(end, other_end)


def test_a_handlers_threads_invoke_functions_without_waiting_for_it(create_function, invoke, one_directory):
    outer = """
import json, os
from concurrent.futures import ThreadPoolExecutor
import boto3

client = boto3.client("lambda")

def call(number):
    return json.load(client.invoke(FunctionName="inner", Payload=json.dumps(number))["Payload"])

def handler(event, context):
    with ThreadPoolExecutor(3) as pool:
        return [*pool.map(call, range(4)), os.path.exists("outer.txt")]
"""
    create_function("outer", outer, files={"outer.txt": ""})
    create_function("inner", "def handler(event, context):\n    return event * 2\n")

    assert invoke("outer") == [0, 2, 4, 6, True]


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")
def test_what_falls_due_while_a_handler_sleeps_does_not_wait_for_it(
    create_function, invoke, awslambda, cloud
):
    # On the main thread, which has the process's directory on every system. A failed event is tried again in a minute.
    create_function("later", "def handler(event, context):\n    raise ValueError\n")
    create_function("sleeper", "import time\ndef handler(event, context):\n    time.sleep(61)\n", Timeout=90)
    awslambda.invoke(FunctionName="later", InvocationType="Event")

    invoke("sleeper")

    assert cloud.functions["later"].log.count("START RequestId") == 2
