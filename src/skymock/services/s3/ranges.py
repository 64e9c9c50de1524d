"""Ranges of bytes. (RFC 9110; Amazon S3 API: GetObject)"""

from __future__ import annotations

import re

from skymock.services.s3.errors import InvalidRange

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def span_of(text: str | None, size: int) -> range | None:
    """The bytes that a Range header asks for; None for all, as also for a header that is no single range.

    Raises InvalidRange.
    """
    found = _RANGE.fullmatch(text or "")
    if found is None or found[1] == found[2] == "":
        return None
    if found[1] == "":
        start, stop = max(0, size - int(found[2])), size
        is_nothing = int(found[2]) == 0
    else:
        start = int(found[1])
        stop = min(size, int(found[2]) + 1) if found[2] else size
        if found[2] and int(found[2]) < start:
            return None
        is_nothing = False
    if is_nothing or start >= size:
        raise InvalidRange(
            "The requested range is not satisfiable", ActualObjectSize=str(size), RangeRequested=str(text)
        )
    return range(start, stop)
