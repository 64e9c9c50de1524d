"""Lists in pages: MaxResults and NextToken, which API Gateway v2 has as text."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any, Protocol

from skymock.services.apigatewayv2.errors import BadRequestException


class Described(Protocol):
    def described(self) -> dict[str, Any]: ...


def page_of(items: Iterable[Described], max_results: str | None, next_token: str | None) -> dict[str, Any]:
    """One page of a list; all that is left without `max_results`.

    Differs from AWS: the token is readable, and there is no page size of its own. Raises BadRequestException.
    """
    start = _number(next_token, "Invalid position parameter specified") if next_token is not None else 0
    size = _number(max_results, "Invalid limit parameter specified") if max_results is not None else None
    end = None if size is None else start + size
    listed = list(islice(items, start, None if end is None else end + 1))
    page: dict[str, Any] = {"Items": [item.described() for item in listed[:size]]}
    if size is not None and len(listed) > size:
        page["NextToken"] = str(end)
    return page


def _number(text: str, message: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadRequestException(message)
    return int(text)
