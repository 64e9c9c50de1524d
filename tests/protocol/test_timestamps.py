"""AWS's timestamp formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skymock.protocol import timestamps

MOMENTS = st.datetimes(timezones=st.just(timezone.utc))
ZONED = st.datetimes(
    min_value=datetime(2, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(9998, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-720, 720).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
MILLISECOND = timedelta(milliseconds=1)


@given(ZONED)
def test_iso8601_keeps_milliseconds(moment: datetime) -> None:
    read = timestamps.from_iso8601(timestamps.to_iso8601(moment))

    assert timedelta() <= moment - read < MILLISECOND


@given(MOMENTS)
def test_epoch_seconds_keep_milliseconds(moment: datetime) -> None:
    read = timestamps.from_epoch_seconds(timestamps.to_epoch_seconds(moment))

    assert abs(read - moment) <= MILLISECOND


@given(st.datetimes(min_value=datetime(1971, 1, 1), timezones=st.just(timezone.utc)))  # noqa: DTZ001
def test_rfc822_keeps_seconds(moment: datetime) -> None:
    assert timestamps.from_rfc822(timestamps.to_rfc822(moment)) == moment.replace(microsecond=0)


@given(MOMENTS)
def test_a_datetime_and_its_seconds_are_written_alike(moment: datetime) -> None:
    whole = moment.replace(microsecond=0)

    for write in timestamps.WRITE.values():
        assert write(whole) == write(whole.timestamp())


@pytest.mark.parametrize(
    ("write", "seconds", "written"),
    [
        (timestamps.to_iso8601, 0, "1970-01-01T00:00:00Z"),
        (timestamps.to_iso8601, 1709251199.123, "2024-02-29T23:59:59.123Z"),
        (timestamps.to_iso8601, -62135596800, "0001-01-01T00:00:00Z"),
        (timestamps.to_iso8601_milliseconds, 0, "1970-01-01T00:00:00.000Z"),
        (timestamps.to_rfc822, 0, "Thu, 01 Jan 1970 00:00:00 GMT"),
        (timestamps.to_epoch_seconds, 1.0, 1),
        (timestamps.to_epoch_seconds, 1.0004, 1),
        (timestamps.to_epoch_seconds, 1.5, 1.5),
    ],
)
def test_a_moment_is_written(write: Callable[[float], object], seconds: float, written: object) -> None:
    assert repr(write(seconds)) == repr(written)


@pytest.mark.parametrize(
    ("read", "text", "seconds"),
    [
        (timestamps.from_iso8601, "1970-01-01T00:00:01Z", 1),
        (timestamps.from_iso8601, "1970-01-01T00:00:01", 1),
        (timestamps.from_iso8601, "1970-01-01t01:00:01.5+01:00", 1.5),
        (timestamps.from_iso8601, "1970-01-01 01:00:01.123456789+0100", 1.123456),
        (timestamps.from_rfc822, "Thu, 01 Jan 1970 00:00:01 GMT", 1),
        (timestamps.from_rfc822, "Thu, 01 Jan 1970 00:00:01 -0000", 1),
        (timestamps.from_epoch_text, "1.5", 1.5),
    ],
)
def test_a_text_is_read(read: Callable[[str], datetime], text: str, seconds: float) -> None:
    moment = read(text)

    assert (moment.timestamp(), moment.tzinfo) == (seconds, timezone.utc)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (timestamps.from_iso8601, ""),
        (timestamps.from_iso8601, "2024-02-30T00:00:00Z"),
        (timestamps.from_iso8601, "2024-02-03"),
        (timestamps.from_iso8601, "1709251199"),
        (timestamps.from_iso8601, "0001-01-01T00:00:00+01:00"),
        (timestamps.from_rfc822, "today"),
        (timestamps.from_epoch_text, "today"),
        (timestamps.from_epoch_text, "1e300"),
        (timestamps.from_epoch_text, "nan"),
    ],
)
def test_what_is_no_timestamp_is_a_value_error(read: Callable[[str], datetime], text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(text)
