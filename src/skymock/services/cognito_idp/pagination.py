"""Lists in pages, with the opaque tokens that lead from one to the next."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from skymock.services.cognito_idp.errors import InvalidParameterException

T = TypeVar("T")

LONGEST_PAGE = 60


def page(items: Sequence[T], limit: int | None, token: str | None) -> tuple[Sequence[T], str | None]:
    """The items that a token leads to, at most `limit` (0 and None: 60), and the token of the next page.

    Raises InvalidParameterException for a token that was never given.
    """
    start = _position(token)
    end = start + (limit or LONGEST_PAGE)
    return items[start:end], _token(end) if end < len(items) else None


def _token(position: int) -> str:
    return base64.urlsafe_b64encode(f"next:{position}".encode()).decode()


def _position(token: str | None) -> int:
    if token is None:
        return 0
    try:
        kind, _, position = base64.urlsafe_b64decode(token).decode().partition(":")
        if kind == "next":
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise InvalidParameterException("Invalid pagination token")
