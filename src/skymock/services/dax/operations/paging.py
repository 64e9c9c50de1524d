"""Pages of what Describe operations list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skymock.services.dax.errors import InvalidParameterValueException

MIN_RESULTS, MAX_RESULTS = 20, 100


def page(
    member: str, entries: Sequence[Any], max_results: int | None, next_token: str | None
) -> dict[str, Any]:
    """A page of entries. A token is the place of the next page's first entry. Raises InvalidParameterValueException."""
    if max_results is not None and not MIN_RESULTS <= max_results <= MAX_RESULTS:
        raise InvalidParameterValueException(
            f"MaxResults must be between {MIN_RESULTS} and {MAX_RESULTS}, not {max_results}."
        )
    start = _start(next_token, len(entries))
    end = start + (max_results or MAX_RESULTS)
    output: dict[str, Any] = {member: list(entries[start:end])}
    if end < len(entries):
        output["NextToken"] = str(end)
    return output


def _start(next_token: str | None, count: int) -> int:
    if next_token is None:
        return 0
    if not next_token.isascii() or not next_token.isdigit() or int(next_token) > count:
        raise InvalidParameterValueException(f"Invalid NextToken: {next_token}")
    return int(next_token)
