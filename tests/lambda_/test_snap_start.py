"""SnapStart: versions that are initialised when they are published, and go on from there."""

import json

import pytest

from .conftest import refusal

pytestmark = pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z")

SNAP_START = {"SnapStart": {"ApplyOn": "PublishedVersions"}, "Publish": True}
TELLING = """
import os, time
loaded_at = int(time.time())

def handler(event, context):
    return {
        "type": os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"],
        "age": int(time.time()) - loaded_at,
        "streams": [os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME"), context.log_group_name],
    }
"""
HOOKS = """
import time
from snapshot_restore_py import register_after_restore, register_before_snapshot

done = []

@register_before_snapshot
def first():
    done.append("first before")

@register_before_snapshot
def second():
    done.append("second before")

def restored(*values, **named):
    time.sleep(named.get("seconds", 0))
    done.append(["restored", *values])

register_after_restore(restored, 1, seconds=2)
register_after_restore(restored, 2)

def handler(event, context):
    return done
"""
FAILING = """
from snapshot_restore_py import register_{when}

@register_{when}
def hook():
    raise ValueError("no")

def handler(event, context):
    pass
"""


@pytest.fixture
def logged(cloud):
    """`logged(kind)`: the lines of the function's log that begin so."""
    return lambda kind: [line for line in cloud.functions["f"].log.splitlines() if line.startswith(kind)]


def test_the_code_is_imported_once_and_goes_on_from_there(create_function, invoke, logged, cloud):
    create_function("f", "print('imported')\n" + TELLING, **SNAP_START)
    before = logged("imported")
    cloud.clock.advance(minutes=5)

    answer = invoke("f:1")

    assert (before, logged("imported")) == (["imported"], ["imported"])
    assert answer == {"type": "snap-start", "age": 300, "streams": [None, None]}


def test_a_folder_of_the_tests_has_a_snapshot(cloud, tmp_path, invoke, awslambda, logged):
    (tmp_path / "app.py").write_text("print('imported')\n" + TELLING)
    settings = {**SNAP_START, "Runtime": "python3.12"}

    cloud.functions.create("f", tmp_path, **settings)

    assert logged("imported") == ["imported"]
    assert invoke("f:1")["type"] == "snap-start"
    assert awslambda.get_function_configuration(FunctionName="f", Qualifier="1")["State"] == "Active"


def test_code_that_a_test_puts_in_place_has_a_snapshot_of_its_own(
    create_function, cloud, tmp_path, awslambda, logged
):
    (tmp_path / "app.py").write_text("print('imported')\n" + TELLING)
    create_function("f", "import never_heard_of", **SNAP_START)

    cloud.functions.use("f", tmp_path)

    assert awslambda.get_function_configuration(FunctionName="f", Qualifier="1")["State"] == "Active"
    assert logged("imported") == ["imported"]


def test_the_latest_version_has_no_snapshot(create_function, invoke, logged):
    create_function("f", TELLING, **SNAP_START)

    assert invoke("f")["type"] == "on-demand"


@pytest.mark.serverless(freeze_time="2026-01-05T12:00:00Z", transitions="realistic")
def test_the_snapshot_is_taken_while_the_version_is_pending(create_function, awslambda, logged, cloud):
    create_function("f", "print('imported')\n" + TELLING, **SNAP_START)

    cloud.clock.advance(seconds=119)
    before = logged("imported")
    cloud.clock.advance(seconds=1)

    assert (before, logged("imported")) == ([], ["imported"])


def test_a_version_published_later_has_one_too(create_function, awslambda, invoke, logged):
    create_function("f", TELLING, SnapStart=SNAP_START["SnapStart"])

    awslambda.publish_version(FunctionName="f")

    assert len(logged("INIT_START")) == 1
    assert invoke("f:1")["type"] == "snap-start"


def test_hooks_run_before_the_snapshot_backwards_and_after_it_forwards(create_function, invoke):
    create_function("f", HOOKS, **SNAP_START)

    assert invoke("f:1") == ["second before", "first before", ["restored", 1], ["restored", 2]]
    assert invoke("f:1")[4:] == []


@pytest.mark.serverless(function_isolation="process")
def test_hooks_run_in_a_process_of_its_own(create_function, invoke, logged):
    create_function("f", HOOKS, **SNAP_START)

    assert invoke("f:1") == ["second before", "first before", ["restored", 1], ["restored", 2]]
    assert len(logged("RESTORE_REPORT")) == 1
    assert "Restore Duration" in logged("REPORT")[0]


def test_hooks_are_nothing_to_functions_without_snapshots(create_function, invoke):
    create_function("f", HOOKS)

    assert invoke("f") == []


def test_reports_tell_of_the_restore_instead_of_the_import(create_function, invoke, logged):
    create_function("f", HOOKS, **SNAP_START)

    invoke("f:1")
    invoke("f:1")

    assert logged("INIT_REPORT") == ["INIT_REPORT Init Duration: 0.00 ms"]
    assert logged("RESTORE_REPORT") == ["RESTORE_REPORT Restore Duration: 2000.00 ms"]
    first, second = logged("REPORT")
    assert "Init Duration" not in first
    assert first.endswith("Restore Duration: 2000.00 ms\tBilled Restore Duration: 2000 ms\t")
    assert "Restore Duration" not in second


def test_json_logs_tell_of_the_restore(create_function, invoke, cloud):
    create_function("f", HOOKS, LoggingConfig={"LogFormat": "JSON"}, **SNAP_START)

    invoke("f:1")

    told = [json.loads(line) for line in cloud.functions["f"].log.splitlines()]
    assert [each["type"].removeprefix("platform.") for each in told] == [
        *("initStart", "initReport", "restoreStart", "restoreReport", "start", "report")
    ]
    assert told[3]["record"] == {"status": "success", "metrics": {"durationMs": 2000.0}}
    assert told[5]["record"]["metrics"]["restoreDurationMs"] == 2000.0


@pytest.mark.parametrize("isolation", ["sandbox", "process"])
def test_a_hook_that_fails_after_the_restore_fails_the_invocation(
    create_function, awslambda, cloud, isolation
):
    create_function("f", FAILING.format(when="after_restore"), **SNAP_START)
    cloud.functions["f"].isolate(isolation)

    assert refusal(awslambda.invoke, FunctionName="f", Qualifier="1") == (
        "SnapStartException",
        400,
        "The afterRestore() runtime hook encountered an error. For more information, check the Amazon CloudWatch logs.",
    )
    assert "[ERROR] ValueError: no" in cloud.functions["f"].log


def test_hooks_after_the_restore_have_ten_seconds(create_function, awslambda):
    create_function("f", HOOKS.replace("seconds=2", "seconds=20"), **SNAP_START)

    assert refusal(awslambda.invoke, FunctionName="f", Qualifier="1") == (
        "SnapStartTimeoutException",
        408,
        "Lambda couldn't restore the snapshot within the timeout limit.",
    )


@pytest.fixture
def state(awslambda):
    def get():
        shown = awslambda.get_function_configuration(FunctionName="f", Qualifier="1")
        return shown["State"], shown["StateReasonCode"]

    return get


@pytest.mark.parametrize("source", [FAILING.format(when="before_snapshot"), "import never_heard_of"])
def test_a_version_whose_snapshot_cannot_be_taken_has_failed(create_function, state, source):
    create_function("f", source, **SNAP_START)

    assert state() == ("Failed", "FunctionError")


@pytest.mark.serverless(function_isolation="process")
def test_a_process_whose_snapshot_cannot_be_taken_has_failed(create_function, state):
    create_function("f", FAILING.format(when="before_snapshot"), **SNAP_START)

    assert state() == ("Failed", "FunctionError")
