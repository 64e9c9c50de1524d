"""Lists in pages whose token is the place of the next page's first entry, in Base64."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


def page_at(
    items: Sequence[T], token: str | None, size: int, member: str = "NextToken"
) -> tuple[Sequence[T], dict[str, str]]:
    """The page that a token leads to (None: the first), and the answer's member of the next page, if there is one.

    Raises ValueError for a token that was never given.
    """
    start = 0 if token is None else int(base64.b64decode(token, validate=True))
    end = start + size
    following = {} if end >= len(items) else {member: base64.b64encode(str(end).encode()).decode()}
    return items[start:end], following
