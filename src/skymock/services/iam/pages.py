"""Lists in pages: `Marker` and `MaxItems`, as all of IAM's listings have them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from skymock.cloud.query_errors import ValidationError

T = TypeVar("T")

# (IAM API: ListRoles)
DEFAULT_ITEMS = 100


def page(
    member: str,
    items: Sequence[T],
    show: Callable[[T], Any],
    marker: str | None,
    max_items: int | None,
) -> dict[str, Any]:
    """The part of a list that a marker and a maximum ask for, under the answer's member."""
    start = _position(marker)
    end = start + (max_items or DEFAULT_ITEMS)
    answer: dict[str, Any] = {
        member: [show(item) for item in items[start:end]],
        "IsTruncated": end < len(items),
    }
    if end < len(items):
        answer["Marker"] = base64.b64encode(str(end).encode()).decode()
    return answer


def _position(marker: str | None) -> int:
    if marker is None:
        return 0
    try:
        return int(base64.b64decode(marker, validate=True))
    except (binascii.Error, ValueError):
        raise ValidationError(f"Invalid Marker: {marker}") from None
