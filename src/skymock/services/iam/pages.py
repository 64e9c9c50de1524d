"""Lists in pages: `Marker` and `MaxItems`, as all of IAM's listings have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from skymock.cloud.pages import page_at
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
    try:
        listed, following = page_at(items, marker, max_items or DEFAULT_ITEMS, "Marker")
    except ValueError:
        raise ValidationError(f"Invalid Marker: {marker}") from None
    return {member: [show(item) for item in listed], "IsTruncated": bool(following), **following}
