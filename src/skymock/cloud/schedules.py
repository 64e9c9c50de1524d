"""Schedule expressions, as Application Auto Scaling, EventBridge and their like write them: at, rate and cron.

(Amazon EventBridge Scheduler User Guide: Schedule types)
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

UTC = dt.timezone.utc

_SECONDS = {"minute": 60, "hour": 3600, "day": 86400}
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)(s?)\)")
_AT = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")
_CRON = re.compile(r"cron\(([^()]+)\)")

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_FIRST_YEAR, _LAST_YEAR = 1970, 2199


class InvalidSchedule(ValueError):
    """The text is no schedule expression."""


@dataclass(frozen=True, slots=True)
class Once:
    """`at(...)`: a single moment, in epoch seconds."""

    at_seconds: float

    def next_after(self, seconds: float, started_at_seconds: float) -> float | None:
        return self.at_seconds if self.at_seconds > seconds else None


@dataclass(frozen=True, slots=True)
class Rate:
    """`rate(...)`: again and again, counted from where the schedule starts."""

    every_seconds: int

    def next_after(self, seconds: float, started_at_seconds: float) -> float | None:
        passed = max(0, int((seconds - started_at_seconds) // self.every_seconds))
        following = started_at_seconds + passed * self.every_seconds
        return following if following > seconds else following + self.every_seconds


@dataclass(frozen=True, slots=True)
class Cron:
    """`cron(...)`: at the minutes that six fields name, on the clocks of a time zone."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: DayField
    months: frozenset[int]
    years: frozenset[int]
    zone: dt.tzinfo

    def next_after(self, seconds: float, started_at_seconds: float) -> float | None:
        """The first moment after a time; None where none is left."""
        after = dt.datetime.fromtimestamp(seconds, UTC)
        # A local day that began before `after` may still have minutes left.
        first_day = after.astimezone(self.zone).date()
        for day in self._days_from(first_day):
            for moment in self._moments_of(day):
                if moment > after:
                    return moment.timestamp()
        return None

    def _days_from(self, first: dt.date) -> Iterator[dt.date]:
        for year in sorted(year for year in self.years if year >= first.year):
            for month in sorted(self.months):
                if (year, month) >= (first.year, first.month):
                    days = self.days.of(year, month)
                    yield from (day for day in (dt.date(year, month, n) for n in days) if day >= first)

    def _moments_of(self, day: dt.date) -> list[dt.datetime]:
        """In UTC and in order. A time that the zone's clocks skip that day does not come."""
        moments = []
        for hour in self.hours:
            for minute in self.minutes:
                local = dt.datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.zone)
                moment = local.astimezone(UTC)
                if moment.astimezone(self.zone).replace(tzinfo=None) == local.replace(tzinfo=None):
                    moments.append(moment)
        return sorted(moments)


Schedule = Once | Rate | Cron


@dataclass(frozen=True, slots=True)
class DayField:
    """Which days of a month: one of cron's fields for days is always `?`."""

    of_month: str
    of_week: str

    def of(self, year: int, month: int) -> list[int]:
        last = calendar.monthrange(year, month)[1]
        field = self.of_month if self.of_week == "?" else self.of_week
        by_week = field is self.of_week
        found: set[int] = set()
        for part in field.split(","):
            found.update(_week_days(part, year, month) if by_week else _month_days(part, year, month))
        return sorted(day for day in found if 1 <= day <= last)


def parse_schedule(text: str, timezone: str | None = None) -> Schedule:
    """Read a schedule expression. timezone: an IANA name, UTC if None. Raises InvalidSchedule."""
    zone = _zone(timezone)
    if match := _AT.fullmatch(text):
        try:
            moment = dt.datetime.fromisoformat(match[1])
        except ValueError:
            raise InvalidSchedule(text) from None
        return Once(moment.replace(tzinfo=zone).timestamp())
    if match := _RATE.fullmatch(text):
        count = int(match[1])
        # One is singular, everything else plural: "rate(1 hours)" is refused.
        if count == 0 or (count == 1) == bool(match[3]):
            raise InvalidSchedule(text)
        return Rate(count * _SECONDS[match[2]])
    if match := _CRON.fullmatch(text):
        return _cron(match[1].split(), zone, text)
    raise InvalidSchedule(text)


def _zone(name: str | None) -> dt.tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, IsADirectoryError):
        raise InvalidSchedule(name) from None


def _cron(fields: list[str], zone: dt.tzinfo, text: str) -> Cron:
    if len(fields) != 6:
        raise InvalidSchedule(text)
    minutes, hours, month_days, months, week_days, years = (field.upper() for field in fields)
    if (month_days == "?") == (week_days == "?"):
        raise InvalidSchedule(text)
    days = DayField(month_days, week_days)
    try:
        days.of(2000, 1)
        return Cron(
            _numbers(minutes, 0, 59),
            _numbers(hours, 0, 23),
            days,
            _numbers(months, 1, 12, _MONTHS),
            _numbers(years, _FIRST_YEAR, _LAST_YEAR),
            zone,
        )
    except ValueError:
        raise InvalidSchedule(text) from None


def _numbers(field: str, low: int, high: int, names: tuple[str, ...] = ()) -> frozenset[int]:
    """The numbers that a field names: `*`, lists, ranges and steps. Raises ValueError."""
    found: set[int] = set()
    for part in field.split(","):
        span, slash, step_text = part.partition("/")
        step = int(step_text) if slash else 1
        if step < 1:
            raise ValueError(field)
        first, dash, last = span.partition("-")
        if span == "*":
            start, stop = low, high
        else:
            start = _number(first, low, high, names)
            stop = _number(last, low, high, names) if dash else (high if slash else start)
        if stop < start:
            raise ValueError(field)
        found.update(range(start, stop + 1, step))
    return frozenset(found)


def _number(text: str, low: int, high: int, names: tuple[str, ...]) -> int:
    number = names.index(text) + low if text in names else int(text)
    if not low <= number <= high:
        raise ValueError(text)
    return number


def _month_days(part: str, year: int, month: int) -> set[int]:
    """Days of the month: numbers, `L` the last, `15W` the weekday nearest to the 15th."""
    last = calendar.monthrange(year, month)[1]
    if part == "L":
        return {last}
    if part.endswith("W"):
        return {_nearest_weekday(year, month, _number(part[:-1], 1, 31, ()), last)}
    return set(_numbers(part, 1, 31))


def _nearest_weekday(year: int, month: int, day: int, last: int) -> int:
    """Within the month: the 1st, a Saturday, gives Monday the 3rd."""
    day = min(day, last)
    weekday = calendar.weekday(year, month, day)
    if weekday == calendar.SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == calendar.SUNDAY:
        return day + 1 if day < last else day - 2
    return day


def _week_days(part: str, year: int, month: int) -> set[int]:
    """Days of the week: 1 or SUN to 7 or SAT, `6L` the last Friday, `3#2` the second Tuesday."""
    if part.endswith("L") and part != "L":
        return {max(_days_that_are(_number(part[:-1], 1, 7, _WEEKDAYS), year, month))}
    if "#" in part:
        weekday, _, nth = part.partition("#")
        days = _days_that_are(_number(weekday, 1, 7, _WEEKDAYS), year, month)
        return set(days[_number(nth, 1, 5, ()) - 1 :][:1])
    wanted = {7} if part == "L" else _numbers(part, 1, 7, _WEEKDAYS)
    return {day for weekday in wanted for day in _days_that_are(weekday, year, month)}


def _days_that_are(weekday: int, year: int, month: int) -> list[int]:
    """The days of a month that are a day of the week, 1 being Sunday."""
    last = calendar.monthrange(year, month)[1]
    return [day for day in range(1, last + 1) if (calendar.weekday(year, month, day) + 1) % 7 == weekday - 1]
