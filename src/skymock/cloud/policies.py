"""The one evaluator of policies."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

PolicyDocument = dict[str, Any]


def is_allowed(
    policies: Sequence[PolicyDocument],
    action: str,
    resource: str,
    context: Mapping[str, Any] | None = None,
) -> bool:
    """Whether identity policies allow an action on a resource: some statement allows it and none denies it.

    (IAM User Guide: Policy evaluation logic)
    """
    raise NotImplementedError
