"""Replies to what is refused: a sequence of codes from the general to the particular, a message, and details."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from skymock.errors import AwsError
from skymock.services.dax.wire import cbor
from skymock.services.dax.wire.items import write_item

RETRYABLE, CLIENT_ERROR = 1, 4

_FROM_DYNAMODB = (CLIENT_ERROR, 37, 38, 39)
_CODES: dict[str, tuple[int, ...]] = {
    "ProvisionedThroughputExceededException": (*_FROM_DYNAMODB, 40),
    "ResourceNotFoundException": (*_FROM_DYNAMODB, 41),
    "ConditionalCheckFailedException": (*_FROM_DYNAMODB, 43),
    "ResourceInUseException": (*_FROM_DYNAMODB, 45),
    "ValidationException": (*_FROM_DYNAMODB, 46),
    "InternalServerError": (*_FROM_DYNAMODB, 47),
    "ItemCollectionSizeLimitExceededException": (*_FROM_DYNAMODB, 48),
    "LimitExceededException": (*_FROM_DYNAMODB, 49),
    "ThrottlingException": (*_FROM_DYNAMODB, 50),
    "TransactionConflictException": (*_FROM_DYNAMODB, 57),
    "TransactionCanceledException": (*_FROM_DYNAMODB, 58),
    "TransactionInProgressException": (*_FROM_DYNAMODB, 59),
    "IdempotentParameterMismatchException": (*_FROM_DYNAMODB, 60),
    "RequestLimitExceeded": (*_FROM_DYNAMODB, 61),
    "AccessDeniedException": (CLIENT_ERROR, 37, 38, 42),
    "UnrecognizedClientException": (CLIENT_ERROR, 23, 31, 32),
    "ExpiredTokenException": (CLIENT_ERROR, 23, 31, 32),
    "MissingAuthenticationTokenException": (CLIENT_ERROR, 23, 31, 33),
}
# What clients have no code for goes by the name that stands in the details.
_OTHER_CLIENT_ERROR = (*_FROM_DYNAMODB, 0)
_OTHER_SERVER_ERROR = (RETRYABLE, 37, 38, 53)

KeyNames = Callable[[int], Sequence[str]]


def failure(error: AwsError, request_id: str, key_names: KeyNames) -> bytes:
    """The reply that reports an error.

    key_names: gives the names of the key attributes of a transaction's nth item, which its old item goes without.
    """
    code = error.code or error.shape_name
    status = error.status or 400
    other = _OTHER_SERVER_ERROR if status >= 500 else _OTHER_CLIENT_ERROR
    details = [cbor.text(request_id), cbor.text(code), cbor.integer(status)]
    reasons = error.members.get("CancellationReasons")
    if reasons is not None:
        details.append(_reasons(reasons, key_names))
    codes = cbor.array([cbor.integer(number) for number in _CODES.get(code, other)])
    return codes + cbor.text(error.message) + cbor.array(details)


def _reasons(reasons: Sequence[Mapping[str, Any]], key_names: KeyNames) -> bytes:
    """Three values for each of the transaction's items: code, message and old item."""
    flat: list[bytes] = []
    for place, reason in enumerate(reasons):
        item = reason.get("Item")
        flat += [
            _text_or_null(reason.get("Code")),
            _text_or_null(reason.get("Message")),
            cbor.null if item is None else cbor.binary(write_item(item, key_names(place))),
        ]
    return cbor.array(flat)


def _text_or_null(text: str | None) -> bytes:
    return cbor.null if text is None else cbor.text(text)
