"""Handlers that take longer than their function may."""

import json
import time

import boto3
import pytest

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

SLEEPING = """
import time

calls = 0

def handler(event, context):
    global calls
    calls += 1
    time.sleep(event)
    return calls
"""


@frozen
def test_a_sleep_past_the_timeout_is_a_timeout(create_function, awslambda):
    create_function("f", SLEEPING, Timeout=900)

    answer = awslambda.invoke(FunctionName="f", Payload="901")

    request_id = answer["ResponseMetadata"]["RequestId"]
    assert answer["FunctionError"] == "Unhandled"
    assert json.load(answer["Payload"]) == {
        "errorType": "Sandbox.Timedout",
        "errorMessage": f"RequestId: {request_id} Error: Task timed out after 900.00 seconds",
    }


@frozen
def test_a_timeout_ends_at_the_deadline(create_function, invoke, cloud):
    create_function("f", SLEEPING)
    started_at = cloud.clock.time()

    invoke("f", 3600)

    assert cloud.clock.time() - started_at == 3


@frozen
def test_a_sleep_within_the_timeout_moves_the_clock(create_function, invoke, cloud):
    create_function("f", SLEEPING)
    started_at = cloud.clock.time()

    assert invoke("f", 2.5) == 1
    assert cloud.clock.time() - started_at == 2.5


@frozen
def test_a_timeout_ends_the_environment(create_function, invoke):
    create_function("f", SLEEPING)
    invoke("f", 0)
    invoke("f", 4)

    assert invoke("f", 0) == 1


@frozen
def test_a_handler_cannot_catch_its_timeout(create_function, invoke):
    source = """
import time

def handler(event, context):
    try:
        time.sleep(60)
    except Exception:
        return "caught"
"""
    create_function("f", source)

    assert invoke("f")["errorType"] == "Sandbox.Timedout"


@frozen
def test_a_handler_that_returns_too_late_has_timed_out(create_function, invoke):
    create_function("slow", SLEEPING, Timeout=60)
    source = """
import boto3

def handler(event, context):
    return boto3.client("lambda").invoke(FunctionName="slow", Payload="10")["StatusCode"]
"""
    create_function("f", source)

    assert invoke("f")["errorType"] == "Sandbox.Timedout"


@frozen
def test_the_time_that_the_import_takes_does_not_count(create_function, invoke):
    create_function("f", "import time\ntime.sleep(5)\n" + SLEEPING)

    assert invoke("f", 1) == 1


@frozen
def test_what_falls_due_while_a_handler_sleeps_happens_then(create_function, invoke, awslambda):
    source = """
import time, boto3

def handler(event, context):
    if event == "fail":
        boto3.client("iam").create_user(UserName="u" + str(int(time.time())))
        raise ValueError
    time.sleep(event)
    return [user["UserName"] for user in boto3.client("iam").list_users()["Users"]]
"""
    create_function("f", source, Timeout=300)
    awslambda.invoke(FunctionName="f", InvocationType="Event", Payload='"fail"')

    assert invoke("f", 100) == ["u1767614400", "u1767614460"]


def test_without_a_frozen_clock_a_sleep_passes_until_the_deadline(create_function, invoke):
    create_function("f", SLEEPING, Timeout=1)
    started_at = time.monotonic()

    assert invoke("f", 30)["errorType"] == "Sandbox.Timedout"
    assert 0.9 < time.monotonic() - started_at < 10


def test_without_a_frozen_clock_a_short_sleep_takes_its_time(create_function, invoke):
    create_function("f", SLEEPING)
    started_at = time.monotonic()

    assert invoke("f", 0.05) == 1
    assert time.monotonic() - started_at >= 0.05


@frozen
def test_a_thread_of_the_handler_sleeps_for_real(run, cloud):
    source = """
import threading, time

def handler(event, context):
    thread = threading.Thread(target=time.sleep, args=(0.01,))
    thread.start()
    thread.join()
"""
    before = cloud.clock.time()

    run(source)

    assert cloud.clock.time() == before


@frozen
def test_the_timeline_names_the_timeout(create_function, invoke, last_invocation):
    create_function("f", SLEEPING)

    invoke("f", 10)

    assert last_invocation().outcome.endswith("Error: Task timed out after 3.00 seconds")


@frozen
def test_a_clients_retries_take_the_clouds_time_too(create_function, invoke, cloud):
    source = """
import boto3

def handler(event, context):
    boto3.client("iam").list_users()
"""
    create_function("f", source)
    boto3.client("iam").list_users()
    cloud.faults.throttle("iam", "ListUsers", times=3)
    before = cloud.clock.time()

    invoke("f")

    assert cloud.clock.time() > before
