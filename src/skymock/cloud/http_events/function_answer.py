"""The parts of a function's answer that both payload formats have. All raise ValueError for bad ones."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any


def status_code(value: Any) -> int:
    """An HTTP status, as a number or as its digits."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise ValueError(f"not a status code: {value!r}")
    status = int(value)
    if not 100 <= status <= 599:
        raise ValueError(f"not a status code: {value!r}")
    return status


def header_text(value: Any) -> str:
    """A header's value; numbers and booleans as JSON writes them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise ValueError(f"not a header's value: {value!r}")


def encoded_body(answer: Mapping[str, Any]) -> bytes:
    """The body, decoded where the function says that it is base64."""
    body = answer.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise ValueError("the body is not text")
    return base64.b64decode(body, validate=True) if answer.get("isBase64Encoded") else body.encode()
