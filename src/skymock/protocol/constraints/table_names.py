"""Names of DynamoDB's tables: held to rules that its model does not state, for most may be ARNs instead.

(paritysuite/dynamodb-conformance, putItem.test.ts, createTable.test.ts and batchGetItem.test.ts, recorded)
"""

from __future__ import annotations

import re

from skymock.protocol.constraints.stated import PATTERN, Constraint

MAX_LENGTH = 255
MIN_NEW_LENGTH = 3  # of a table that is created, and in the maps of batches

_is_name = re.compile(r"[a-zA-Z0-9_.-]+").fullmatch


def is_arn(value: str) -> bool:
    return value.startswith("arn:")


def has_name_characters(value: str) -> bool:
    # Of an empty name AWS tells the length alone.
    return not value or is_arn(value) or _is_name(value) is not None


def is_table(value: str) -> bool:
    """Whether a text may name a table. It is asked on every call, mostly of an identifier."""
    if value.isidentifier() and value.isascii():
        return len(value) <= MAX_LENGTH
    return bool(value) and has_name_characters(value) and (len(value) <= MAX_LENGTH or is_arn(value))


def is_new_table(value: str) -> bool:
    return is_table(value) and len(value) >= MIN_NEW_LENGTH


def _constraints(min_length: int) -> list[Constraint]:
    return [
        Constraint(
            lambda value: len(value) <= MAX_LENGTH or is_arn(value),
            f"Member must have length less than or equal to {MAX_LENGTH}",
        ),
        Constraint(
            lambda value: len(value) >= min_length,
            f"Member must have length greater than or equal to {min_length}",
        ),
        Constraint(has_name_characters, f"{PATTERN}[a-zA-Z0-9_.-]+"),
    ]


TABLE = _constraints(1)
NEW_TABLE = _constraints(MIN_NEW_LENGTH)
