"""Handlers that take longer than their function may."""

import asyncio
import json
import sys
import time
import types

import boto3
import pytest

from skymock.services.lambda_ import environment
from skymock.services.lambda_.timeout import Watchdog

frozen = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

# A handler that is struck while Python collects garbage has that ignored, which Python says; the next strike stops it.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

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


def run_async(body):
    return f"""
import asyncio

async def main(event):
{body}

def handler(event, context):
    return asyncio.run(main(event))
"""


@frozen
def test_an_asynchronous_sleep_moves_the_clock(run, cloud):
    started_at = cloud.clock.time()

    assert run(run_async("    await asyncio.sleep(2.5)\n    return 1")) == 1
    assert cloud.clock.time() - started_at == pytest.approx(2.5)


@frozen
@pytest.mark.parametrize("seconds", [0.001, 1e-7, 0.1, 1 / 3])
def test_an_asynchronous_sleep_of_any_length_ends(run, seconds):
    assert run(run_async(f"    await asyncio.sleep({seconds})\n    return 1")) == 1


@frozen
def test_sleeps_at_the_same_time_take_as_long_as_the_longest(run, cloud):
    started_at = cloud.clock.time()

    run(run_async("    await asyncio.gather(asyncio.sleep(1), asyncio.sleep(2), asyncio.sleep(1.5))"))

    assert cloud.clock.time() - started_at == pytest.approx(2)


@frozen
def test_an_asynchronous_sleep_past_the_timeout_is_a_timeout(run, cloud):
    started_at = cloud.clock.time()

    error = run(run_async("    await asyncio.sleep(1000)"), Timeout=900)

    assert error["errorMessage"].endswith("Task timed out after 900.00 seconds")
    assert cloud.clock.time() - started_at == 900


@frozen
def test_a_limit_of_asyncios_own_is_kept_on_the_clock(run):
    body = """
    try:
        await asyncio.wait_for(asyncio.sleep(60), timeout=1)
    except asyncio.TimeoutError:
        return "too long"
"""
    assert run(run_async(body)) == "too long"


@frozen
def test_work_in_threads_is_waited_for_and_not_overtaken_by_the_clock(run, cloud):
    body = """
    import time
    from concurrent.futures import ThreadPoolExecutor
    loop = asyncio.get_running_loop()
    return await asyncio.wait_for(loop.run_in_executor(None, lambda: time.sleep(0.02) or 1), timeout=2)
"""
    started_at = cloud.clock.time()

    assert run(run_async(body)) == 1
    assert cloud.clock.time() == started_at


@frozen
def test_a_thread_that_ends_late_is_waited_for_when_the_loop_ends(run, cloud):
    body = """
    import time
    loop = asyncio.get_running_loop()
    loop.run_in_executor(None, time.sleep, 0.2)
    await asyncio.sleep(0)
    return "done"
"""
    started_at = cloud.clock.time()

    assert run(run_async(body)) == "done"
    assert cloud.clock.time() == started_at


@frozen
def test_the_tests_own_event_loop_keeps_real_time(create_function, invoke, cloud):
    create_function("f", run_async("    await asyncio.sleep(1)"))

    async def test():
        before = asyncio.get_running_loop().time()
        invoke("f")
        await asyncio.sleep(0.001)
        return asyncio.get_running_loop().time() - before

    assert 0.001 <= asyncio.run(test()) < 0.9


RUNAWAYS = {
    "a loop": "while True:\n        pass",
    "a loop that catches exceptions": """while True:
        try:
            sum(range(10))
        except Exception:
            pass""",
    "a generator": "sum(1 for _ in iter(int, 1))",
    "a coroutine": """import asyncio
    async def spin():
        while True:
            await asyncio.sleep(0)
    asyncio.run(spin())""",
    "a wait that Python can leave": "import threading\n    while not threading.Event().wait(0.01):\n        pass",
    "calls to AWS": """import boto3
    client = boto3.client("iam")
    while True:
        client.list_users()""",
    "a thread that it waits for": """import threading
    def spin():
        while True:
            pass
    thread = threading.Thread(target=spin)
    thread.start()
    while thread.is_alive():
        thread.join(0.01)""",
}


@pytest.fixture
def quick(monkeypatch):
    """A watchdog whose second lasts a tenth, under a frozen clock too."""
    watch = Watchdog.watch

    def sooner(watchdog, seconds, depth=1):
        return watch(watchdog, seconds / 10, depth + 1)

    monkeypatch.setattr(Watchdog, "watch", sooner)
    monkeypatch.setattr(environment, "FROZEN_SECONDS", 0)


@pytest.mark.parametrize("body", RUNAWAYS.values(), ids=RUNAWAYS)
@pytest.mark.parametrize("clock", [pytest.param("frozen", marks=frozen), "real"])
def test_a_runaway_is_stopped(create_function, awslambda, quick, body, clock):
    create_function("f", f"def handler(event, context):\n    {body}\n", Timeout=1)

    answer = awslambda.invoke(FunctionName="f")

    assert json.load(answer["Payload"])["errorMessage"].endswith("Task timed out after 1.00 seconds")
    assert answer["FunctionError"] == "Unhandled"


@frozen
def test_a_runaway_has_used_its_time_on_the_clock(create_function, invoke, cloud, quick):
    create_function("f", "def handler(event, context):\n    while True:\n        pass\n", Timeout=1)
    started_at = cloud.clock.time()

    invoke("f")

    assert cloud.clock.time() - started_at == 1


def test_after_a_runaway_the_next_invocation_starts_anew(create_function, invoke, quick):
    source = """
calls = 0

def handler(event, context):
    global calls
    calls += 1
    while event:
        pass
    return calls
"""
    create_function("f", source, Timeout=1)
    invoke("f", 0)
    invoke("f", 1)

    assert invoke("f", 0) == 1


def test_an_outer_function_does_not_cut_off_what_it_invoked(create_function, invoke, quick):
    outer = """
import json, boto3
client = boto3.client("lambda")

def handler(event, context):
    client.invoke(FunctionName="inner")
    while True:
        pass
"""
    inner = """
import time
done = 0

def handler(event, context):
    global done
    if event == "asked":
        return done
    end = time.monotonic() + 0.2
    while time.monotonic() < end:
        pass
    done += 1
"""
    create_function("outer", outer, Timeout=1)
    create_function("inner", inner, Timeout=10)

    assert invoke("outer")["errorType"] == "Sandbox.Timedout"
    assert invoke("inner", "asked") == 1


PROMPT = """
import time

def prompt():
    end = time.monotonic() + 0.3
    while time.monotonic() < end:
        pass
"""


def test_a_handler_under_a_debugger_may_take_as_long_as_it_likes(create_function, invoke, quick, monkeypatch):
    debugger = types.ModuleType("pdb")
    exec(PROMPT, vars(debugger))
    monkeypatch.setitem(sys.modules, "a_debugger", debugger)
    source = "import a_debugger\ndef handler(event, context):\n    a_debugger.prompt()\n    return 1\n"
    create_function("f", source, Timeout=1)

    assert invoke("f") == 1


@frozen
def test_an_import_that_takes_too_long_is_begun_anew_in_the_invocation(create_function, invoke, cloud):
    source = """
import time, boto3
iam = boto3.client("iam")
iam.create_user(UserName=f"u{int(time.time())}")
time.sleep(11 if len(iam.list_users()["Users"]) == 1 else 1)

def handler(event, context):
    return [context.get_remaining_time_in_millis(), len(iam.list_users()["Users"])]
"""
    create_function("f", source)
    started_at = cloud.clock.time()

    assert invoke("f") == [2000, 2]
    assert cloud.clock.time() - started_at == 11
    (stream,) = cloud.service("lambda").functions["f"].log_streams
    assert (
        stream.events[1].message == "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout\n"
    )


@frozen
def test_a_negative_sleep_is_pythons_own_error(run):
    error = run("import time\ndef handler(event, context):\n    time.sleep(-1)\n")

    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "sleep length must be non-negative")
