"""AWS's three timestamp formats, read and written. What is read is always aware, in UTC."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from email.utils import formatdate, parsedate_to_datetime

Timestamp = datetime | int | float

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_ISO8601 = re.compile(
    r"(?P<date>\d{4}-\d{2}-\d{2})[Tt ](?P<time>\d{2}:\d{2}:\d{2})(?:[.,](?P<fraction>\d+))?"
    r"(?P<zone>[Zz]|[+-]\d{2}:?\d{2})?"
)


def from_epoch_seconds(seconds: float) -> datetime:
    """Raises ValueError for what no calendar holds."""
    try:
        return _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError(f"timestamp out of range: {seconds}") from error


def from_epoch_text(text: str) -> datetime:
    return from_epoch_seconds(float(text))


def from_iso8601(text: str) -> datetime:
    match = _ISO8601.fullmatch(text.strip())
    if match is None:
        raise ValueError(f"not an ISO 8601 timestamp: {text}")
    # Python 3.10's own reader knows neither `Z` nor other than 3 or 6 digits of a fraction.
    fraction = (match["fraction"] or "").ljust(6, "0")[:6]
    zone = (match["zone"] or "Z").upper().replace("Z", "+00:00")
    if ":" not in zone:
        zone = f"{zone[:3]}:{zone[3:]}"
    return _in_utc(datetime.fromisoformat(f"{match['date']}T{match['time']}.{fraction}{zone}"))


def from_rfc822(text: str) -> datetime:
    moment = parsedate_to_datetime(text)
    return _in_utc(moment) if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def to_epoch_seconds(moment: Timestamp) -> int | float:
    """Seconds since 1970, with milliseconds where there are any: AWS's services know no finer time."""
    milliseconds = round(_epoch_seconds_of(moment) * 1000)
    return milliseconds / 1000 if milliseconds % 1000 else milliseconds // 1000


def to_iso8601(moment: Timestamp) -> str:
    """`2024-05-17T09:30:00Z`, with milliseconds where there are any."""
    text = to_iso8601_milliseconds(moment)
    return text.replace(".000Z", "Z")


def to_iso8601_milliseconds(moment: Timestamp) -> str:
    """`2024-05-17T09:30:00.000Z`: the milliseconds are always there, as S3 writes them."""
    return _naive_utc(moment).isoformat(timespec="milliseconds") + "Z"


def to_rfc822(moment: Timestamp) -> str:
    # Fractions are cut off while they are exact: a far date's float would round them up.
    whole = moment.replace(microsecond=0) if isinstance(moment, datetime) else moment
    return formatdate(int(_epoch_seconds_of(whole)), usegmt=True)


READ_TEXT: dict[str, Callable[[str], datetime]] = {
    "iso8601": from_iso8601,
    "rfc822": from_rfc822,
    "unixtimestamp": from_epoch_text,
}

WRITE: dict[str, Callable[[Timestamp], str | int | float]] = {
    "iso8601": to_iso8601,
    "rfc822": to_rfc822,
    "unixtimestamp": to_epoch_seconds,
}


def _epoch_seconds_of(moment: Timestamp) -> float:
    return moment.timestamp() if isinstance(moment, datetime) else moment


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError as error:
        raise ValueError(f"timestamp out of range: {moment}") from error


def _naive_utc(moment: Timestamp) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(timezone.utc).replace(tzinfo=None)
    return from_epoch_seconds(moment).replace(tzinfo=None)
