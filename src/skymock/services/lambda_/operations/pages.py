"""Lists in pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from skymock.services.lambda_.names import LATEST


def page_of(
    names: Sequence[str], marker: str | None, size: int, rank: Callable[[str], Any] = str
) -> tuple[Sequence[str], str | None]:
    """A page of names that are in the order of their ranks, and the marker of the next one, if there is one.

    A marker is the last name of a page: what is deleted between two pages leaves no gap.
    """
    left = names if marker is None else [name for name in names if rank(name) > rank(marker)]
    page = left[:size]
    return page, page[-1] if len(page) < len(left) else None


def version_rank(number: str) -> tuple[int, str]:
    """$LATEST comes first, then the versions by number."""
    return (0, "") if number == LATEST else (len(number), number)


def listed(described: dict[str, Any]) -> dict[str, Any]:
    """Lists leave the state out. (recorded: test_version_lifecycle)"""
    hidden = ("State", "LastUpdateStatus", "RuntimeVersionConfig")
    return {name: value for name, value in described.items() if not name.startswith(hidden)}
