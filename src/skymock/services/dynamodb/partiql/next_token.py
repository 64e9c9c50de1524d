"""NextToken: where a SELECT goes on, and for which statement it was given."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256

from skymock.errors import SerializationException
from skymock.services.dynamodb.errors import ValidationException
from skymock.services.dynamodb.partiql.select import INVALID_NEXT_TOKEN
from skymock.services.dynamodb.values import AttributeValue, Item, checked_item

_DIGEST_SIZE = 16


def token_of_key(key: Item, statement: str, parameters: Sequence[AttributeValue] | None) -> str:
    digest = _digest(statement, parameters)
    return b64encode(digest + json.dumps(key, separators=(",", ":")).encode()).decode()


def key_of_token(token: str, statement: str, parameters: Sequence[AttributeValue] | None) -> Item:
    """The key that a token stands for. Raises ValidationException, also for another statement's token."""
    try:
        content = b64decode(token, validate=True)
        key = json.loads(content[_DIGEST_SIZE:])
        if not isinstance(key, dict):
            raise ValidationException(INVALID_NEXT_TOKEN)
        checked = checked_item(key)
    except (ValueError, ValidationException, SerializationException):
        raise ValidationException(INVALID_NEXT_TOKEN) from None
    if content[:_DIGEST_SIZE] != _digest(statement, parameters):
        raise ValidationException("NextToken does not match request")
    return checked


def _digest(statement: str, parameters: Sequence[AttributeValue] | None) -> bytes:
    request = json.dumps([statement, parameters])
    return sha256(request.encode()).digest()[:_DIGEST_SIZE]
