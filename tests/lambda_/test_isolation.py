"""A function and the test, and two functions, see nothing of each other."""

import asyncio
import gc
import importlib
import importlib.machinery
import json
import logging
import os
import subprocess
import sys
import threading
import time
import types
import weakref

import boto3
import pytest

from skymock import mock_serverless

from .conftest import zipped

NESTED = """
import json, os
import boto3
import helper

client = boto3.client("lambda")

def handler(event, context):
    before = [helper.WHO, os.environ["WHO"]]
    inner = json.load(client.invoke(FunctionName="inner")["Payload"])
    import lazy
    return {"before": before, "inner": inner, "after": [helper.WHO, os.environ["WHO"], lazy.WHO]}
"""

INNER = """
import os
import helper

def handler(event, context):
    import lazy
    print("inner speaks")
    return [helper.WHO, os.environ["WHO"], lazy.WHO]
"""


def who(name):
    return {"helper.py": f"WHO = {name!r}", "lazy.py": f"WHO = {name!r}"}


def variables(name):
    return {"Variables": {"WHO": name}}


@pytest.fixture
def nested(create_function):
    create_function("outer", NESTED, files=who("outer"), Environment=variables("outer"))
    create_function("inner", INNER, files=who("inner"), Environment=variables("inner"))


def test_a_function_that_invokes_another_one_keeps_its_own_modules_and_variables(nested, invoke):
    assert invoke("outer") == {
        "before": ["outer", "outer"],
        "inner": ["inner", "inner", "inner"],
        "after": ["outer", "outer", "outer"],
    }


def test_a_function_that_invokes_itself_has_two_environments(create_function, invoke):
    source = """
import json
import boto3

calls = 0

def handler(event, context):
    global calls
    calls += 1
    if not event:
        return calls
    answer = boto3.client("lambda").invoke(FunctionName="f", Payload=json.dumps(event - 1))
    return [calls, json.load(answer["Payload"])]
"""
    create_function("f", source)

    assert invoke("f", 2) == [1, [1, 1]]


SURROUNDINGS = """
import os, sys, time
import helper

sys.path.append("/somewhere")
os.environ["SET_AT_IMPORT"] = "1"

def handler(event, context):
    os.environ["SET_BY_HANDLER"] = "1"
    del os.environ["AWS_SECRET_ACCESS_KEY"]
    os.chdir("/")
    print("hello")
"""


def surroundings():
    return {
        "variables": dict(os.environ),
        "path": sys.path[:],
        "own modules": sorted({"app", "helper"} & sys.modules.keys()),
        "directory": os.getcwd(),
        "session": boto3.DEFAULT_SESSION,
        "output": (sys.stdout, sys.stderr),
        "logging": (logging.root.level, logging.root.handlers[:]),
        "sleep": time.sleep,
        "bytecode": sys.dont_write_bytecode,
    }


@pytest.mark.parametrize("times", [1, 2], ids=["cold", "warm"])
def test_afterwards_everything_of_the_test_is_as_before(create_function, awslambda, times):
    create_function("f", SURROUNDINGS, files={"helper.py": ""})
    before = surroundings()

    for _ in range(times):
        awslambda.invoke(FunctionName="f")

    assert surroundings() == before


def test_everything_is_as_before_after_a_failure_too(create_function, awslambda):
    create_function("f", "import helper, os\nos.chdir('/')\n1 / 0\n", files={"helper.py": ""})
    before = surroundings()

    awslambda.invoke(FunctionName="f")

    assert surroundings() == before


def test_a_variable_that_a_handler_sets_is_not_inherited_by_later_processes(create_function, awslambda):
    create_function("f", "import os\ndef handler(event, context):\n    os.environ['LEFT_BEHIND'] = '1'\n")

    awslambda.invoke(FunctionName="f")

    child = [sys.executable, "-c", "import os; print('LEFT_BEHIND' in os.environ)"]
    assert subprocess.run(child, capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_variable_that_a_handler_sets_stays_its_own(create_function, invoke):
    source = """
import os

def handler(event, context):
    return os.environ.setdefault("COUNT", str(event))
"""
    create_function("f", source)
    invoke("f", 1)

    assert invoke("f", 2) == "1"


def test_a_test_may_have_replaced_the_variables_altogether(create_function, invoke, monkeypatch):
    create_function(
        "f",
        "import os\ndef handler(event, context):\n    return os.environ['WHO']\n",
        Environment=variables("f"),
    )
    replaced = dict(os.environ)
    monkeypatch.setattr(os, "environ", replaced)

    assert invoke("f") == "f"
    assert os.environ is replaced


@pytest.fixture
def tests_own_module(tmp_path, monkeypatch):
    (tmp_path / "helper.py").write_text("WHO = 'the test'")
    monkeypatch.syspath_prepend(tmp_path)
    importlib.invalidate_caches()
    yield importlib.import_module("helper")
    sys.modules.pop("helper", None)


def test_a_module_of_the_test_of_the_same_name_is_not_the_functions(
    create_function, invoke, tests_own_module
):
    create_function("inner", INNER, files=who("inner"), Environment=variables("inner"))

    assert invoke("inner")[0] == "inner"
    assert sys.modules["helper"] is tests_own_module


def test_compiled_modules_that_the_process_has_serve_functions_too(create_function, invoke, monkeypatch):
    compiled = types.ModuleType("helper")
    compiled.__file__ = "helper" + importlib.machinery.EXTENSION_SUFFIXES[0]
    compiled.WHO = "the process"
    monkeypatch.setitem(sys.modules, "helper", compiled)
    create_function("inner", INNER, files=who("inner"), Environment=variables("inner"))

    assert invoke("inner")[0] == "the process"
    assert sys.modules["helper"] is compiled


def test_a_test_may_stand_in_a_folder_that_is_gone(create_function, invoke, tmp_path, monkeypatch):
    create_function("f", "def handler(event, context):\n    return 1\n")
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()

    assert invoke("f") == 1


def test_two_functions_on_the_same_code_have_modules_of_their_own(create_function, invoke):
    source = "calls = 0\ndef handler(event, context):\n    global calls\n    calls += 1\n    return calls\n"
    create_function("f", source)
    create_function("g", source)
    invoke("f")

    assert invoke("g") == 1


def test_the_process_answers_for_botos_modules_even_if_the_zip_has_them(run):
    source = "import boto3\ndef handler(event, context):\n    return hasattr(boto3, 'client')\n"

    assert run(source, files={"boto3/__init__.py": "", "botocore/__init__.py": ""}) is True


def test_functions_have_default_sessions_of_their_own(create_function, invoke, create_role):
    source = """
import boto3

def handler(event, context):
    return boto3.client("sts").get_caller_identity()["Arn"].rsplit("/", 2)[1]
"""
    create_function("first", source)
    create_function("second", source, Role=create_role("second-role", ("*", "*")))

    assert [invoke("first"), invoke("second"), invoke("first")] == ["everything", "second-role", "everything"]


def test_the_output_of_a_function_shows_in_the_tests_output(create_function, awslambda, capsys):
    create_function(
        "f", "import sys\ndef handler(event, context):\n    print('out')\n    print('err', file=sys.stderr)\n"
    )

    awslambda.invoke(FunctionName="f")

    assert capsys.readouterr() == ("out\n", "err\n")


def test_the_test_sees_what_a_function_logs(create_function, awslambda, caplog):
    create_function("f", "import logging\ndef handler(event, context):\n    logging.warning('careful')\n")

    awslambda.invoke(FunctionName="f")

    assert "careful" in caplog.messages


def test_a_level_that_a_function_set_holds_in_its_environment_only(create_function, invoke):
    source = """
import logging

logging.getLogger().setLevel(logging.DEBUG)

def handler(event, context):
    return logging.getLogger().level
"""
    create_function("f", source)
    before = logging.root.level

    assert [invoke("f"), invoke("f"), logging.root.level] == [logging.DEBUG, logging.DEBUG, before]


@pytest.mark.parametrize("count", [4])
def test_concurrent_invocations_see_their_own_variables(create_function, invoke, count):
    source = """
import os, time

def handler(event, context):
    seen = set()
    for _ in range(20):
        seen.add(os.environ["WHO"])
        time.sleep(0.0005)
    return sorted(seen)
"""
    names = [f"f{number}" for number in range(count)]
    for name in names:
        create_function(name, source, Environment=variables(name))
    found = {}

    threads = [
        threading.Thread(target=lambda name=name: found.update({name: invoke(name)})) for name in names
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {name: [name] for name in names}


def test_a_handlers_threads_may_invoke_functions_and_be_waited_for(create_function, invoke):
    source = """
import json
from concurrent.futures import ThreadPoolExecutor

import boto3

client = boto3.client("lambda")

def call(number):
    return json.load(client.invoke(FunctionName="inner", Payload=json.dumps(number))["Payload"])

def handler(event, context):
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(call, range(5)))
"""
    create_function("outer", source)
    create_function("inner", "def handler(event, context):\n    return event * 2\n")

    assert invoke("outer") == [0, 2, 4, 6, 8]


def test_a_function_can_be_invoked_from_a_coroutine(create_function, invoke):
    create_function("f", "def handler(event, context):\n    return event\n")

    async def both():
        first = invoke("f", 1)
        await asyncio.sleep(0)
        return first, invoke("f", 2)

    assert asyncio.run(both()) == (1, 2)


def test_invocations_stand_in_the_timeline_below_what_caused_them(nested, invoke, cloud):
    cloud.timeline.clear()

    invoke("outer")

    assert [
        (event.operation, event.subject, event.outcome, event.cause and event.cause.operation)
        for event in cloud.timeline
        if event.service == "lambda"
    ] == [
        ("Invoke", "outer", "", None),
        ("Invocation", "outer", "succeeded", "Invoke"),
        ("Invoke", "inner", "", "Invocation"),
        ("Invocation", "inner", "succeeded", "Invoke"),
    ]


def test_the_event_is_in_the_timeline(create_function, invoke, last_invocation):
    create_function("f", "def handler(event, context):\n    pass\n")

    invoke("f", {"a": 1})

    assert json.loads(last_invocation().parameters["Payload"]) == {"a": 1}


def test_a_cloud_whose_functions_have_run_is_freed_and_leaves_nothing_behind():
    source = """
import logging, threading, time
logging.getLogger("left").setLevel(10)

def handler(event, context):
    logging.getLogger().setLevel(20)
    threading.Thread(target=time.sleep, args=(60,)).start()
"""
    with mock_serverless() as cloud:
        cloud.functions.create("f", zipped({"app.py": source})).invoke()
        gone = weakref.ref(cloud)
    del cloud

    ends_at = time.monotonic() + 5  # its thread ends in its own time
    while gone() is not None and time.monotonic() < ends_at:
        gc.collect()
    assert gone() is None
    assert type(sys.modules) is dict
    assert (type(logging.root), type(logging.getLogger("left"))) == (logging.RootLogger, logging.Logger)
