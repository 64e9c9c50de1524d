"""Documents as the API shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Document = dict[str, Any]


def stated(members: Mapping[str, Any]) -> Document:
    """The members that have a value: what has none is not in AWS's answers."""
    return {name: value for name, value in members.items() if value is not None}
