"""What a function logs: START, END and REPORT, what it prints, and what it logs."""

import base64
import re

import pytest

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")


@pytest.fixture
def tail(awslambda):
    """`tail(name, payload)`: the log of an invocation, its request id as ID."""

    def invoke(name, payload="{}"):
        answer = awslambda.invoke(FunctionName=name, Payload=payload, LogType="Tail")
        log = base64.b64decode(answer["LogResult"]).decode()
        log = log.replace(answer["ResponseMetadata"]["RequestId"], "ID")
        return re.sub(r"Max Memory Used: \d+", "Max Memory Used: 42", log)

    return invoke


PRINTING = """
import sys

def handler(event, context):
    print("one\\ntwo")
    print("err", file=sys.stderr)
    print("no end", end="")
"""


def test_the_first_invocation_reports_its_cold_start(create_function, tail):
    create_function("f", "import time\ntime.sleep(0.25)\ndef handler(event, context):\n    time.sleep(1.5)\n")

    assert tail("f") == (
        "START RequestId: ID Version: $LATEST\n"
        "END RequestId: ID\n"
        "REPORT RequestId: ID\tDuration: 1500.00 ms\tBilled Duration: 1500 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 42 MB\tInit Duration: 250.00 ms\t\n"
    )


def test_a_warm_invocation_has_no_init_duration(create_function, tail):
    create_function("f", "def handler(event, context):\n    pass\n")
    tail("f")

    assert tail("f").endswith(
        "REPORT RequestId: ID\tDuration: 0.00 ms\tBilled Duration: 1 ms\tMemory Size: 128 MB\t"
        "Max Memory Used: 42 MB\t\n"
    )


def test_what_a_handler_prints_stands_between_start_and_end(create_function, tail):
    create_function("f", PRINTING)

    assert tail("f").startswith(
        "START RequestId: ID Version: $LATEST\none\ntwo\nerr\nno endEND RequestId: ID\n"
    )


def test_each_line_is_an_event_of_the_log_stream(create_function, awslambda, cloud):
    create_function("f", PRINTING)

    awslambda.invoke(FunctionName="f")

    (stream,) = cloud.service("lambda").functions["f"].log_streams
    assert (stream.group, stream.name[:21]) == ("/aws/lambda/f", "2026/01/05/[$LATEST]" + stream.name[20])
    assert stream.events[0].message.startswith("INIT_START Runtime Version: python:3.12.v")
    assert [event.message for event in stream.events[2:6]] == ["one\n", "two\n", "err\n", "no end"]
    assert {event.at_seconds for event in stream.events} == {1767614400.0}


def test_python_logging_has_lambdas_format(create_function, tail):
    source = """
import logging

logging.getLogger().setLevel("INFO")

def handler(event, context):
    logging.info("hello %s", "world")
    logging.getLogger("mine").error("broken")
    logging.debug("unseen")
"""
    create_function("f", source)

    assert (
        "[INFO]\t2026-01-05T12:00:00.000Z\tID\thello world\n[ERROR]\t2026-01-05T12:00:00.000Z\tID\tbroken\nEND"
        in (tail("f"))
    )


def test_a_function_logs_into_its_own_log_only(create_function, tail):
    source = """
import logging
import boto3

def handler(event, context):
    if event:
        boto3.client("lambda").invoke(FunctionName="inner")
    logging.warning("from %s", context.function_name)
"""
    create_function("outer", source)
    create_function("inner", source.replace("if event", "if False"))

    assert re.findall("from .*", tail("outer", "1")) == ["from outer"]


def test_a_handler_that_a_function_added_is_still_there_when_it_is_warm(create_function, invoke):
    source = """
import logging

class Counting(logging.Handler):
    count = 0

    def emit(self, record):
        Counting.count += 1

logging.getLogger().addHandler(Counting())

def handler(event, context):
    logging.warning("counted")
    return Counting.count
"""
    create_function("f", source)

    assert [invoke("f"), invoke("f")] == [1, 2]


def test_an_error_is_logged_as_one_event(create_function, tail):
    create_function("f", "def handler(event, context):\n    raise ValueError('bad')\n")

    assert (
        "[ERROR] ValueError: bad\rTraceback (most recent call last):\r"
        '\u00a0\u00a0File "/var/task/app.py", line 2, in handler\r'
        "\u00a0\u00a0\u00a0\u00a0raise ValueError('bad')\nEND"
    ) in tail("f")
    assert tail("f").endswith("Status: error\n")


def test_a_timeout_is_logged(create_function, tail):
    create_function("f", "import time\ndef handler(event, context):\n    time.sleep(9)\n")

    log = tail("f")

    assert "2026-01-05T12:00:03.000Z ID Task timed out after 3.00 seconds\n\n" in log
    assert log.endswith("Init Duration: 0.00 ms\tStatus: timeout\n")


def test_the_tail_is_four_kilobytes(create_function, awslambda):
    create_function("f", "def handler(event, context):\n    print('x' * 10_000)\n")

    answer = awslambda.invoke(FunctionName="f", LogType="Tail")

    log = base64.b64decode(answer["LogResult"])
    assert len(log) == 4096
    assert log.endswith(b"\t\n")


def test_the_tail_is_cut_between_bytes(create_function, awslambda, cloud):
    create_function("f", "def handler(event, context):\n    print('é' * 3000)\n")

    answer = awslambda.invoke(FunctionName="f", LogType="Tail")

    assert base64.b64decode(answer["LogResult"]) == cloud.functions["f"].log.encode()[-4096:]


def test_an_import_that_fails_is_reported(create_function, awslambda, cloud):
    create_function("f", "import never_heard_of\n")

    awslambda.invoke(FunctionName="f")

    (report,) = [line for line in cloud.functions["f"].log.splitlines() if line.startswith("INIT_REPORT")]
    assert report.endswith(" ms\tPhase: init\tStatus: error\tError Type: Runtime.ImportModuleError")


def test_what_is_printed_at_import_is_in_the_log_but_not_in_the_tail(create_function, tail, cloud):
    create_function("f", "print('imported')\ndef handler(event, context):\n    pass\n")

    assert "imported" not in tail("f")
    (stream,) = cloud.service("lambda").functions["f"].log_streams
    assert stream.events[1].message == "imported\n"
