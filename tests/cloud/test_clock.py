"""The cloud's clock, with and without frozen time."""

import datetime as dt
import time

import boto3
import freezegun
import pytest
import time_machine

from skymock import mock_serverless
from skymock.cloud.clock import Clock


def test_an_unfrozen_clock_tells_the_real_time():
    assert Clock().time() == pytest.approx(time.time(), abs=1)


def test_an_unfrozen_clock_that_is_advanced_moves_only_the_cloud():
    with mock_serverless() as cloud:
        before = time.time()
        cloud.clock.advance(hours=1)

        assert cloud.clock.time() - before == pytest.approx(3600, abs=1)
        assert time.time() - before < 1


def test_a_frozen_clock_stands():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        assert cloud.clock.now() == dt.datetime(2026, 1, 5, 12, tzinfo=dt.timezone.utc)
        assert cloud.clock.time() == cloud.clock.time()


def test_a_frozen_clock_that_is_advanced_moves_what_the_code_under_test_sees():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        cloud.clock.advance(days=1, hours=2, minutes=3, seconds=4.5)

        moved = dt.datetime(2026, 1, 6, 14, 3, 4, 500_000, dt.timezone.utc)
        assert dt.datetime.now(dt.timezone.utc) == moved
        assert time.time() == moved.timestamp()


@pytest.mark.parametrize(
    "moment",
    [
        "2026-01-05T12:00:00Z",
        "2026-01-05T13:00:00+01:00",
        "20260105T120000.0Z",
        dt.datetime(2026, 1, 5, 12),  # noqa: DTZ001 - a naive datetime is what is tested
        dt.datetime(2026, 1, 5, 12, tzinfo=dt.timezone.utc),
        1767614400,
    ],
)
def test_time_is_frozen_at_any_form_of_a_moment(moment):
    with mock_serverless(freeze_time=moment) as cloud:
        assert cloud.clock.time() == 1767614400


def test_the_clock_moves_to_a_moment():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        cloud.clock.move_to("2026-01-05T12:00:30Z")

        assert cloud.clock.time() == 1767614430


def test_the_clock_never_moves_back():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z") as cloud:
        with pytest.raises(ValueError, match="time only moves forward"):
            cloud.clock.advance(seconds=-1)
        with pytest.raises(ValueError, match="time only moves forward"):
            cloud.clock.move_to("2026-01-05T11:59:59Z")


def test_time_is_real_again_after_the_mock():
    with mock_serverless(freeze_time="2020-01-01"):
        pass

    assert dt.datetime.now(dt.timezone.utc).year > 2020


def test_freezegun_around_the_mock_steers_the_cloud():
    with freezegun.freeze_time("2021-03-04T05:06:07Z") as frozen, mock_serverless() as cloud:
        assert cloud.clock.now() == dt.datetime(2021, 3, 4, 5, 6, 7, tzinfo=dt.timezone.utc)
        frozen.tick(60)
        assert cloud.clock.now() == dt.datetime(2021, 3, 4, 5, 7, 7, tzinfo=dt.timezone.utc)


def test_time_machine_around_the_mock_steers_the_cloud():
    start = dt.datetime(2021, 3, 4, tzinfo=dt.timezone.utc)
    with time_machine.travel(start, tick=False) as traveller, mock_serverless() as cloud:
        traveller.shift(60)
        assert cloud.clock.now() == dt.datetime(2021, 3, 4, 0, 1, tzinfo=dt.timezone.utc)


def test_answers_carry_the_clocks_date():
    with mock_serverless(freeze_time="2026-01-05T12:00:00Z"):
        answer = boto3.client("sts").get_caller_identity()

    assert answer["ResponseMetadata"]["HTTPHeaders"]["date"] == "Mon, 05 Jan 2026 12:00:00 GMT"
