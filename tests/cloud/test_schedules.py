"""Schedule expressions: what they say, and when they come next."""

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skymock.cloud.schedules import InvalidSchedule, parse_schedule

START = dt.datetime(2026, 1, 5, 12, 0, 30, tzinfo=dt.timezone.utc)  # a Monday


def coming(text, count, timezone=None, after=START):
    """The next moments of a schedule that starts at START, as ISO 8601 texts in UTC."""
    schedule = parse_schedule(text, timezone)
    found, seconds = [], after.timestamp()
    while len(found) < count and (seconds := schedule.next_after(seconds, START.timestamp())) is not None:
        found.append(dt.datetime.fromtimestamp(seconds, dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("text", "moments"),
    [
        ("at(2026-01-05T12:00:31)", ["2026-01-05T12:00:31"]),
        ("at(2026-01-05T12:00:30)", []),
        ("rate(1 minute)", ["2026-01-05T12:01:30", "2026-01-05T12:02:30"]),
        ("rate(2 hours)", ["2026-01-05T14:00:30", "2026-01-05T16:00:30"]),
        ("rate(3 days)", ["2026-01-08T12:00:30", "2026-01-11T12:00:30"]),
        ("cron(0/20 12 * * ? *)", ["2026-01-05T12:20:00", "2026-01-05T12:40:00"]),
        ("cron(15 10 ? * MON-FRI *)", ["2026-01-06T10:15:00", "2026-01-07T10:15:00"]),
        ("cron(0 8 L * ? *)", ["2026-01-31T08:00:00", "2026-02-28T08:00:00"]),
        ("cron(0 8 ? * 6L *)", ["2026-01-30T08:00:00", "2026-02-27T08:00:00"]),
        ("cron(0 8 ? * 3#2 *)", ["2026-01-13T08:00:00", "2026-02-10T08:00:00"]),
        ("cron(0 8 ? * TUE#5 2026)", ["2026-03-31T08:00:00", "2026-06-30T08:00:00"]),
        ("cron(0 8 1W * ? *)", ["2026-02-02T08:00:00", "2026-03-02T08:00:00"]),
        ("cron(0 8 31W 5 ? *)", ["2026-05-29T08:00:00", "2027-05-31T08:00:00"]),
        ("cron(0 0 29 FEB ? *)", ["2028-02-29T00:00:00", "2032-02-29T00:00:00"]),
        ("cron(0 0 1 1 ? 2026,2030-2031)", ["2030-01-01T00:00:00", "2031-01-01T00:00:00"]),
        ("cron(0 0 30 2 ? *)", []),
        ("cron(0 0 1 1 ? 2025)", []),
    ],
)
def test_a_schedule_comes_at_its_moments(text, moments):
    assert coming(text, 2) == moments


@pytest.mark.parametrize(
    ("text", "timezone", "moments"),
    [
        ("at(2026-07-01T09:00:00)", "Europe/Berlin", ["2026-07-01T07:00:00"]),
        ("cron(0 9 * * ? *)", "America/New_York", ["2026-01-05T14:00:00", "2026-01-06T14:00:00"]),
        # The clocks of Berlin skip the hour after two on the last Sunday of March.
        ("cron(30 2 28-31 3 ? 2026)", "Europe/Berlin", ["2026-03-28T01:30:00", "2026-03-30T00:30:00"]),
    ],
)
def test_a_schedule_follows_the_clocks_of_its_time_zone(text, timezone, moments):
    assert coming(text, len(moments), timezone) == moments


@pytest.mark.parametrize(
    "text",
    [
        "", "every(1 hour)", "rate(0 minutes)", "rate(1 minutes)", "rate(2 minute)", "rate(1 second)",
        "at(2026-01-05)", "at(2026-13-05T00:00:00)", "cron(* * * * *)", "cron(* * * * * *)", "cron(* * ? * ? *)",
        "cron(60 * * * ? *)", "cron(* 24 * * ? *)", "cron(* * 32 * ? *)", "cron(* * * 13 ? *)", "cron(* * ? * 8 *)",
        "cron(* * ? * MON#6 *)", "cron(5-1 * * * ? *)", "cron(*/0 * * * ? *)", "cron(* * * * ? 1969)",
        "cron(a * * * ? *)",
    ],
)  # fmt: skip
def test_what_is_no_schedule_is_refused(text):
    with pytest.raises(InvalidSchedule):
        parse_schedule(text)


def test_an_unknown_time_zone_is_refused():
    with pytest.raises(InvalidSchedule):
        parse_schedule("rate(1 hour)", "Europe/Atlantis")


@settings(max_examples=40, deadline=None)
@given(
    minutes=st.sets(st.integers(0, 59), min_size=1, max_size=3),
    hours=st.sets(st.integers(0, 23), min_size=1, max_size=2),
    weekdays=st.sets(st.integers(1, 7), min_size=1, max_size=3),
    offset=st.integers(0, 40 * 24 * 3600),
)
def test_a_cron_schedule_comes_at_the_first_minute_that_its_fields_name(minutes, hours, weekdays, offset):
    fields = [",".join(map(str, sorted(values))) for values in (minutes, hours, weekdays)]
    after = START + dt.timedelta(seconds=offset)
    minute = after.replace(second=0)
    while minute <= after or not (
        minute.minute in minutes and minute.hour in hours and minute.isoweekday() % 7 + 1 in weekdays
    ):
        minute += dt.timedelta(minutes=1)

    (found,) = coming(f"cron({fields[0]} {fields[1]} ? * {fields[2]} *)", 1, after=after)

    assert found == minute.strftime("%Y-%m-%dT%H:%M:%S")
