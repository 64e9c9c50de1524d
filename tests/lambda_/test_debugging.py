"""What developers do to code that runs: breakpoints, tracing, coverage."""

import os
import subprocess
import sys
import threading

import pytest

SOURCE = """def handler(event, context):
    doubled = event * 2
    {statement}
    return doubled
"""


@pytest.fixture
def folder(tmp_path):
    """`folder(statement)`: a folder whose app.py has that statement in line 3."""

    def write(statement):
        (tmp_path / "app.py").write_text(SOURCE.format(statement=statement))
        return tmp_path

    return write


def test_a_breakpoint_stops_in_the_handler(cloud, folder, monkeypatch):
    stopped = []

    def stop():
        frame = sys._getframe(1)
        stopped.append((frame.f_code.co_filename, frame.f_lineno, frame.f_locals["doubled"]))

    monkeypatch.setattr(sys, "breakpointhook", stop)
    created = cloud.functions.create("f", folder("breakpoint()"))

    assert created.invoke(4) == 8
    assert stopped == [(os.path.join(os.path.realpath(folder("pass")), "app.py"), 3, 8)]


def test_a_tracer_sees_the_lines_of_a_folder_where_they_lie(cloud, folder):
    path = os.path.join(os.path.realpath(folder("pass")), "app.py")
    created = cloud.functions.create("f", folder("pass"))
    lines = set()

    def trace(frame, event, argument):
        if frame.f_code.co_filename == path and event == "line":
            lines.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        created.invoke(1)
    finally:
        sys.settrace(before)

    assert {2, 3, 4} <= lines


def test_a_tracer_of_threads_sees_a_handlers_threads(cloud, tmp_path):
    source = """import threading
def work():
    seen = 1
def handler(event, context):
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
"""
    (tmp_path / "app.py").write_text(source)
    created = cloud.functions.create("f", tmp_path)
    names = set()

    def trace(frame, event, argument):
        names.add(frame.f_code.co_name)

    threading.settrace(trace)
    try:
        created.invoke()
    finally:
        threading.settrace(None)  # type: ignore[arg-type]

    assert "work" in names


# Until Python 3.12 the interpreter hung at the first function that a tracer looked into.
TRACED_AFTER = """
import sys
from skymock import mock_serverless

def spinning(event, context):
    while True:
        pass

def traced():
    return "traced"

def trace(frame, event, argument):
    return trace

with mock_serverless() as cloud:
    cloud.functions.create("spinning", spinning, Timeout=1).invoke()
    sys.settrace(trace)
    found = traced()
    sys.settrace(None)
print(found)
"""


def test_a_tracer_works_after_a_handler_was_stopped():
    run = subprocess.run(
        [sys.executable, "-c", TRACED_AFTER], capture_output=True, text=True, timeout=30, check=False
    )

    assert run.stdout == "traced\n", run.stderr
