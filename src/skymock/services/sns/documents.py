"""JSON documents as values of attributes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def compact(document: Mapping[str, Any]) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def is_same(shown: str | None, given: str) -> bool:
    """Whether an attribute has the value that is given; documents are the same however they are written."""
    if shown is None or shown == given:
        return shown == given
    try:
        return bool(json.loads(shown) == json.loads(given))
    except ValueError:
        return False
