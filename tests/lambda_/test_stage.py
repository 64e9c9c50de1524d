"""The stage: one environment at a time, but for those that wait for each other."""

import threading
from collections import deque

import pytest

from skymock.cloud.principals import Principal
from skymock.cloud.timeline import Event, within
from skymock.services.lambda_.stage import Stage


class Recorded:
    """A surrounding that writes down when it is laid and lifted."""

    def __init__(self, name, record):
        self.name = name
        self.record = record

    def lay(self):
        self.record.append(f"lay {self.name}")

    def lift(self):
        self.record.append(f"lift {self.name}")


class Broken(Recorded):
    def lay(self):
        raise OSError("no such folder")


@pytest.fixture
def record():
    return deque()


def call_of(access_key_id, cause=None):
    """A call in the timeline, signed with a key."""
    principal = Principal("assumed-role", "123456789012", "arn", "id", None, access_key_id)
    return Event("call", "lambda", "Invoke", 0.0, cause, principal=principal)


def run(*targets):
    threads = [threading.Thread(target=target, daemon=True) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def test_surroundings_are_laid_in_order_and_lifted_in_reverse(record):
    with Stage().held([Recorded("a", record), Recorded("b", record)], "KEY"):
        record.append("on")

    assert list(record) == ["lay a", "lay b", "on", "lift b", "lift a"]


def test_surroundings_are_lifted_after_a_failure(record):
    with pytest.raises(ValueError, match="failed"), Stage().held([Recorded("a", record)], "KEY"):
        raise ValueError("failed")

    assert list(record) == ["lay a", "lift a"]


def test_where_one_surrounding_fails_the_others_are_lifted(record):
    stage = Stage()
    surroundings = [Recorded("a", record), Broken("b", record)]

    with pytest.raises(OSError, match="no such folder"):
        stage.held(surroundings, "KEY").__enter__()

    with stage.held([Recorded("next", record)], "KEY"):
        pass
    assert list(record) == ["lay a", "lift a", "lay next", "lift next"]


def test_the_same_thread_comes_on_top(record):
    stage = Stage()

    with stage.held([Recorded("outer", record)], "OUTER"), stage.held([Recorded("inner", record)], "INNER"):
        pass

    assert list(record) == ["lay outer", "lay inner", "lift inner", "lift outer"]


def test_another_thread_waits_until_the_stage_is_free(record):
    stage = Stage()
    is_on, may_leave = threading.Event(), threading.Event()

    def first():
        with stage.held([Recorded("first", record)], "FIRST"):
            is_on.set()
            may_leave.wait(5)

    def second():
        is_on.wait(5)
        leaving = threading.Timer(0.05, may_leave.set)
        leaving.start()
        with stage.held([Recorded("second", record)], "SECOND"):
            leaving.join()

    for thread in run(first, second):
        thread.join(5)

    assert list(record) == ["lay first", "lift first", "lay second", "lift second"]


@pytest.mark.parametrize("calls_between", [0, 3])
def test_a_thread_whose_call_the_environment_signed_comes_on_top(record, calls_between):
    stage = Stage()
    cause = call_of("OUTER")
    for _ in range(calls_between):
        cause = call_of("OTHER", cause)

    def worker():
        with within(cause), stage.held([Recorded("inner", record)], "INNER"):
            pass

    with stage.held([Recorded("outer", record)], "OUTER"):
        (thread,) = run(worker)
        thread.join(5)
        record.append("outer goes on")

    assert list(record) == ["lay outer", "lay inner", "lift inner", "outer goes on", "lift outer"]


def test_two_threads_of_one_environment_take_turns(record):
    stage = Stage()

    def worker(name):
        with within(call_of("OUTER")), stage.held([Recorded(name, record)], name):
            threading.Event().wait(0.01)

    with stage.held([], "OUTER"):
        for thread in run(lambda: worker("a"), lambda: worker("b")):
            thread.join(5)

    order = "ab" if record[0] == "lay a" else "ba"
    assert list(record) == [f"{step} {name}" for name in order for step in ("lay", "lift")]


def test_an_environment_stays_until_what_it_left_behind_is_done(record):
    stage = Stage()
    is_on, may_leave = threading.Event(), threading.Event()

    def left_behind():
        with within(call_of("OUTER")), stage.held([Recorded("inner", record)], "INNER"):
            is_on.set()
            may_leave.wait(5)

    def outer():
        with stage.held([Recorded("outer", record)], "OUTER"):
            run(left_behind)
            is_on.wait(5)

    (thread,) = run(outer)
    is_on.wait(5)
    may_leave.set()
    thread.join(5)

    assert list(record) == ["lay outer", "lay inner", "lift inner", "lift outer"]
