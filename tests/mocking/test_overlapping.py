"""Mocks that are on at the same time in tasks and threads: each task or thread that has entered one is in its own."""

import asyncio
import contextvars
import gc
import os
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from botocore.httpsession import URLLib3Session

from skymock import current_cloud, mock_serverless


def create_user(name):
    boto3.client("iam").create_user(UserName=name)


def users():
    return [user["UserName"] for user in boto3.client("iam").list_users()["Users"]]


@mock_serverless
async def user_of_its_own(number):
    create_user(f"user-{number}")
    await asyncio.sleep(0.002 * number)
    return users()


async def three_at_once():
    return await asyncio.gather(*map(user_of_its_own, range(3)))


def test_coroutines_that_run_together_have_a_cloud_each():
    assert asyncio.run(three_at_once()) == [["user-0"], ["user-1"], ["user-2"]]


def test_coroutines_that_run_together_inside_a_mock_have_a_cloud_each():
    with mock_serverless():
        create_user("outer")
        assert asyncio.run(three_at_once()) == [["user-0"], ["user-1"], ["user-2"]]
        assert users() == ["outer"]


def test_coroutines_that_run_together_leave_nothing():
    before, send = dict(os.environ), URLLib3Session.send

    asyncio.run(three_at_once())

    assert dict(os.environ) == before
    assert URLLib3Session.send is send


def test_threads_have_a_cloud_each():
    both, seen = threading.Barrier(2, timeout=10), {}

    def work(name):
        with mock_serverless():
            client = boto3.Session().client("iam")
            both.wait()
            client.create_user(UserName=name)
            both.wait()
            seen[name] = [user["UserName"] for user in client.list_users()["Users"]]
            both.wait()

    threads = [threading.Thread(target=work, args=(name,)) for name in ("alice", "bob")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert seen == {"alice": ["alice"], "bob": ["bob"]}


def test_a_thread_that_has_entered_no_mock_sees_the_latest():
    with mock_serverless(), mock_serverless() as inner, ThreadPoolExecutor(1) as pool:
        assert pool.submit(current_cloud).result() is inner


def test_a_mock_entered_by_another_thread_is_not_ones_own():
    inside, done = threading.Event(), threading.Event()

    def work():
        with mock_serverless():
            inside.set()
            done.wait(10)

    with mock_serverless() as cloud:
        thread = threading.Thread(target=work)
        thread.start()
        inside.wait(10)
        seen = current_cloud()
        done.set()
        thread.join()

    assert seen is cloud


def test_what_a_task_enters_within_ones_own_mock_is_seen():
    """As an asynchronous fixture does, whose test is another task."""
    mock = mock_serverless()
    with mock_serverless() as outer:
        inner = contextvars.copy_context().run(mock.start)
        assert current_cloud() is inner
        contextvars.copy_context().run(mock.stop)
        assert current_cloud() is outer


def test_a_mock_may_be_ended_from_another_task():
    mock = mock_serverless()
    mock.start()
    contextvars.copy_context().run(mock.stop)

    with pytest.raises(RuntimeError, match="no mock_serverless is on"):
        current_cloud()


def test_a_task_whose_own_mock_has_ended_is_in_the_one_around_it():
    mock = mock_serverless()
    with mock_serverless() as outer, mock_serverless() as middle:
        inner = mock.start()
        contextvars.copy_context().run(mock.stop)
        assert current_cloud() is middle
        assert inner is not outer


def test_a_context_that_outlives_its_mock_does_not_keep_the_cloud():
    with mock_serverless() as cloud:
        context = contextvars.copy_context()
        reference = weakref.ref(cloud)
    del cloud
    gc.collect()

    assert reference() is None
    assert context
