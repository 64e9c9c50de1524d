"""Functions that run at the same moment, in threads of the test, have nothing in common but the process's modules."""

import json
import logging
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest

MEETING = """
import os, pathlib, sys, threading
import helper
import meeting_place

def handler(event, context):
    meeting_place.BARRIER.wait(5)
    seen = [helper.WHO, os.environ["WHO"], pathlib.Path("name.txt").read_text(), sys.modules["helper"].WHO]
    print("printed by " + os.environ["WHO"])
    meeting_place.BARRIER.wait(5)
    from lazy import WHO
    return [*seen, WHO]
"""


@pytest.fixture
def meeting_place(monkeypatch):
    """A module of the process's, by which handlers wait for each other."""
    place = type(sys)("meeting_place")
    place.BARRIER = threading.Barrier(2)
    monkeypatch.setitem(sys.modules, "meeting_place", place)
    return place


def own(name):
    return {"helper.py": f"WHO = {name!r}", "lazy.py": f"WHO = {name!r}", "name.txt": name}


def invoke_all(names, payload=b"{}"):
    client = boto3.client("lambda")
    with ThreadPoolExecutor(len(names)) as pool:
        answers = pool.map(lambda name: client.invoke(FunctionName=name, Payload=payload), names)
        return [json.load(answer["Payload"]) for answer in answers]


def test_two_functions_at_once_see_their_own_modules_variables_and_files(create_function, meeting_place):
    for name in ("one", "two"):
        create_function(name, MEETING, files=own(name), Environment={"Variables": {"WHO": name}})

    assert invoke_all(["one", "two"]) == [["one"] * 5, ["two"] * 5]


def test_what_they_print_does_not_mix(create_function, meeting_place, cloud):
    for name in ("one", "two"):
        create_function(name, MEETING, files=own(name), Environment={"Variables": {"WHO": name}})

    invoke_all(["one", "two"])

    for name in ("one", "two"):
        (stream,) = cloud.service("lambda").functions[name].log_streams
        printed = [event.message for event in stream.events if event.message.startswith("printed")]
        assert printed == [f"printed by {name}\n"]


def test_one_function_at_once_has_an_environment_each(create_function, meeting_place, invoke, cloud):
    source = """
import meeting_place

calls = 0

def handler(event, context):
    global calls
    calls += 1
    meeting_place.BARRIER.wait(5)
    return calls
"""
    create_function("f", source)

    assert invoke_all(["f", "f"]) == [1, 1]
    assert invoke_all(["f", "f"]) == [2, 2]
    assert len(cloud.service("lambda").functions["f"].log_streams) == 2


def test_the_import_of_one_does_not_wait_for_the_import_of_another(create_function, meeting_place):
    source = (
        "import meeting_place\nmeeting_place.BARRIER.wait(5)\ndef handler(event, context):\n    return 1\n"
    )
    create_function("one", source)
    create_function("two", source)

    assert invoke_all(["one", "two"]) == [1, 1]


def test_the_test_sees_its_own_world_while_a_function_runs(
    create_function, meeting_place, awslambda, monkeypatch
):
    source = """
import os
import meeting_place

def handler(event, context):
    meeting_place.BARRIER.wait(5)
    meeting_place.BARRIER.wait(5)
"""
    create_function("f", source, Environment={"Variables": {"WHO": "function"}})
    monkeypatch.setenv("WHO", "test")
    running = threading.Thread(target=lambda: awslambda.invoke(FunctionName="f"))
    running.start()
    meeting_place.BARRIER.wait(5)
    seen = os.environ["WHO"], "app" in sys.modules, any("skymock-lambda" in entry for entry in sys.path)
    meeting_place.BARRIER.wait(5)
    running.join()

    assert seen == ("test", False, False)


def test_levels_that_functions_set_do_not_mix(create_function, meeting_place):
    source = """
import logging, os
import meeting_place

logging.getLogger().setLevel(os.environ["LEVEL"])

def handler(event, context):
    meeting_place.BARRIER.wait(5)
    return [logging.getLogger("shared").isEnabledFor(level) for level in (10, 20, 30)]
"""
    for level in ("DEBUG", "WARNING"):
        create_function(level, source, Environment={"Variables": {"LEVEL": level}})

    assert invoke_all(["DEBUG", "WARNING"]) == [[True, True, True], [False, False, True]]


def test_handlers_that_a_function_adds_to_a_named_logger_are_its_own(create_function, invoke):
    source = """
import logging

logger = logging.getLogger("everybodys")
logger.addHandler(logging.NullHandler())

def handler(event, context):
    return len(logger.handlers)
"""
    create_function("one", source)
    create_function("two", source)

    assert [invoke("one"), invoke("two"), invoke("one")] == [1, 1, 1]
    assert logging.getLogger("everybodys").handlers == []


def test_a_loggers_kept_stream_writes_into_the_log_of_who_logs(create_function, invoke, cloud):
    # As aws-lambda-powertools does: the first one that asks for a logger gives it its handler.
    source = """
import logging, sys

def handler(event, context):
    print("by", context.function_name, file=STREAM)
"""
    create_function(
        "one", "import sys, keeper\nkeeper.STREAM = sys.stdout\n" + source.replace("STREAM", "sys.stdout")
    )
    create_function("two", "import keeper\n" + source.replace("STREAM", "keeper.STREAM"))
    sys.modules["keeper"] = type(sys)("keeper")
    try:
        invoke("one")
        invoke("two")
    finally:
        del sys.modules["keeper"]

    (stream,) = cloud.service("lambda").functions["two"].log_streams
    assert "by two\n" in [event.message for event in stream.events]


def test_a_thread_that_a_handler_left_behind_goes_on_in_its_world(create_function, invoke, cloud):
    source = """
import os, threading

DONE = threading.Event()
GO = threading.Event()
seen = []

def work():
    GO.wait(5)
    import helper
    seen.append([os.environ["WHO"], helper.WHO])
    print("late")
    DONE.set()

def handler(event, context):
    if event == "start":
        threading.Thread(target=work).start()
        return
    GO.set()
    DONE.wait(5)
    return seen
"""
    create_function("f", source, files=own("f"), Environment={"Variables": {"WHO": "f"}})
    invoke("f", "start")

    assert invoke("f") == [["f", "f"]]
    (stream,) = cloud.service("lambda").functions["f"].log_streams
    assert "late\n" in [event.message for event in stream.events]


def test_the_calls_of_a_handlers_threads_stand_below_it_in_the_timeline(create_function, invoke, cloud):
    source = """
import boto3
from concurrent.futures import ThreadPoolExecutor

client = boto3.client("iam")

def handler(event, context):
    with ThreadPoolExecutor(1) as pool:
        pool.submit(client.list_users).result()
"""
    create_function("f", source)

    invoke("f")

    (listed,) = cloud.timeline.calls("iam", "ListUsers")
    assert listed.cause.operation == "Invocation"


def test_threads_that_are_left_behind_end_with_the_environment(create_function, invoke, awslambda):
    source = """
import threading, time

def work():
    while True:
        time.sleep(60)

def handler(event, context):
    threading.Thread(target=work, name="left behind").start()
"""
    create_function("f", source)
    invoke("f")
    assert [each for each in threading.enumerate() if each.name == "left behind"]

    awslambda.update_function_configuration(FunctionName="f", Description="new")

    ends_at = time.monotonic() + 5
    while any(each.name == "left behind" for each in threading.enumerate()) and time.monotonic() < ends_at:
        time.sleep(0.001)
    assert not [each for each in threading.enumerate() if each.name == "left behind"]
