"""What PutEvents takes: the entries' size, and what each must have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.errors import AwsError
from skymock.services.events.bus_event import parsed
from skymock.services.events.errors import ValidationException

Entry = Mapping[str, Any]

# (EventBridge API: PutEvents)
MOST_BYTES = 1_048_576
_TIME_BYTES = 14

# Only AWS's own services send events whose source begins so.
_RESERVED = "aws."

MALFORMED = "Detail is malformed."


class InvalidArgument(AwsError):
    """An entry lacks what it must have; the other entries are taken."""


class MalformedDetail(AwsError):
    """An entry's detail is no JSON object."""


class NotAuthorizedForSourceException(AwsError):
    """An entry has a source that is AWS's own."""


def size_without_time(entry: Entry) -> int:
    """Bytes of an entry but for its time. (EventBridge User Guide: Calculating PutEvents event entry size)"""
    texts = [
        entry.get("Source"),
        entry.get("DetailType"),
        entry.get("Detail"),
        *(entry.get("Resources") or ()),
    ]
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts if text)


def check_size(entries: Sequence[Entry]) -> None:
    """Raises ValidationException. (recorded by LocalStack: test_put_event_with_too_big_detail)"""
    times = sum(entry.get("Time") is not None for entry in entries)
    if sum(map(size_without_time, entries)) + times * _TIME_BYTES >= MOST_BYTES:
        raise ValidationException("Total size of the entries in the request is over the limit.")


def checked_detail(entry: Entry, *, by_a_service: bool) -> Mapping[str, Any]:
    """An entry's detail, parsed. Raises InvalidArgument, NotAuthorizedForSourceException, MalformedDetail.

    The texts are recorded by LocalStack (test_put_events_without_source and its like), that of a source as users
    report it.
    """
    for member in ("Source", "DetailType", "Detail"):
        if not entry.get(member):
            raise InvalidArgument(
                f"Parameter {member} is not valid. Reason: {member} is a required argument."
            )
    if entry["Source"].startswith(_RESERVED) and not by_a_service:
        raise NotAuthorizedForSourceException("Not authorized for the source.")
    try:
        detail = parsed(entry["Detail"])
    except (ValueError, RecursionError):
        detail = None
    if not isinstance(detail, dict):
        raise MalformedDetail(MALFORMED)
    return detail
