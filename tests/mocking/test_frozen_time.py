"""Time that a mock freezes: waits move it, event loops go on, and mocks and freezegun may be nested."""

import asyncio
import datetime as dt
import time

import boto3
import freezegun
import pytest
from botocore.config import Config

from skymock import current_cloud, mock_serverless


def this_hour():
    return dt.datetime.now(dt.timezone.utc).hour


def test_an_event_loop_goes_on_under_frozen_time():
    @mock_serverless(freeze_time="2026-01-01")
    async def sleep():
        await asyncio.wait_for(asyncio.sleep(0.001), timeout=5)
        return current_cloud().clock.now()

    assert asyncio.run(sleep()) == dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)


@pytest.mark.parametrize("mode", ["legacy", "standard", "adaptive"])
def test_waits_between_retries_move_the_frozen_clock(mode):
    started_seconds = time.perf_counter()
    with mock_serverless(freeze_time="2026-01-01") as cloud:
        sts = boto3.client("sts", config=Config(retries={"mode": mode, "max_attempts": 5}))
        for _ in range(5):
            cloud.faults.throttle("sts", times=3)
            sts.get_caller_identity()
        moved_seconds = cloud.clock.time() - dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc).timestamp()

    assert moved_seconds > 1
    assert time.perf_counter() - started_seconds < moved_seconds


def test_nested_frozen_mocks_have_a_time_each():
    with mock_serverless(freeze_time="2026-01-01") as outer:
        with mock_serverless(freeze_time="2027-01-01") as inner:
            inner.clock.advance(hours=1)
            assert inner.clock.now().isoformat() == "2027-01-01T01:00:00+00:00"
        assert outer.clock.now().isoformat() == "2026-01-01T00:00:00+00:00"


def test_a_mock_inside_frozen_time_moves_it():
    with mock_serverless(freeze_time="2026-01-01") as outer, mock_serverless() as inner:
        inner.clock.advance(hours=1)
        assert (inner.clock.now().hour, this_hour(), outer.clock.now().hour) == (1, 1, 1)


def test_frozen_mocks_may_end_in_another_order_than_they_began():
    first, second = mock_serverless(freeze_time="2020-01-01"), mock_serverless(freeze_time="2021-01-01")
    first.start()
    cloud = second.start()
    first.stop()
    assert cloud.clock.now().year == 2021
    second.stop()

    assert time.time() > dt.datetime(2022, 1, 1, tzinfo=dt.timezone.utc).timestamp()


@freezegun.freeze_time("2020-02-02")
@mock_serverless
def test_freezegun_may_stand_outside():
    assert current_cloud().clock.now().year == 2020


@mock_serverless
@freezegun.freeze_time("2020-02-02")
def test_freezegun_may_stand_inside():
    assert current_cloud().clock.now().year == 2020
    assert boto3.client("sts").get_caller_identity()
