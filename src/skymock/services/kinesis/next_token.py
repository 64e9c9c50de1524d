"""Pagination tokens, good for five minutes. (Kinesis API: ListShards)"""

from __future__ import annotations

import base64
import binascii
import json
from typing import Any

from skymock.services.kinesis.errors import ExpiredNextTokenException, InvalidArgumentException

VALID_SECONDS = 300  # ListShards: tokens expire after 300 seconds


def next_token(state: dict[str, Any], now_seconds: float) -> str:
    """A token that holds where a listing goes on."""
    return base64.b64encode(json.dumps([now_seconds, state]).encode()).decode()


def read_token(token: str, now_seconds: float) -> dict[str, Any]:
    """What a token holds. Raises InvalidArgumentException, ExpiredNextTokenException; the words are ours."""
    try:
        made_at_seconds, state = json.loads(base64.b64decode(token, validate=True))
        found: dict[str, Any] = dict(state)
    except (ValueError, TypeError, binascii.Error):
        raise InvalidArgumentException("NextToken is invalid.") from None
    if now_seconds - made_at_seconds > VALID_SECONDS:
        raise ExpiredNextTokenException("NextToken has expired.")
    return found
