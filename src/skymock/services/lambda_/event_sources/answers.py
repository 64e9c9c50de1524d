"""What a function says of a batch: which of its records it could not do. (Lambda: Partial batch responses)"""

from __future__ import annotations

import json
from collections.abc import Collection


def failed_items(payload: bytes, known: Collection[str]) -> set[str] | None:
    """The identifiers of the records that failed; None where the answer fails the batch as a whole.

    That is so for an item without an identifier, or with one that is not of the batch. Nothing at all, null and
    what names no failures is success. (recorded: test_dynamodb_report_batch_item_…_scenarios)
    """
    try:
        answer = json.loads(payload) if payload else None
    except ValueError:
        return None
    if not answer:
        return set()
    if not isinstance(answer, dict):
        return None
    failures = answer.get("batchItemFailures")
    if not failures:
        return set()
    try:
        identifiers = [failure["itemIdentifier"] for failure in failures]
    except (TypeError, KeyError):
        return None
    if not all(isinstance(found, str) and found in known for found in identifiers):
        return None
    return set(identifiers)
