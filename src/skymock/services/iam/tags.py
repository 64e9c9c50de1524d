"""Tags of users, roles and policies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from skymock.services.iam.errors import InvalidInputException, LimitExceededException

# (IAM User Guide: IAM and AWS STS quotas)
MOST_TAGS = 50


class Tags:
    """Tags in the order in which they were set; keys keep their case, which does not tell them apart."""

    def __init__(self, tags: Iterable[Mapping[str, str]] | None = None) -> None:
        self._by_key: dict[str, tuple[str, str]] = {}
        self.set(tags or ())

    def set(self, tags: Iterable[Mapping[str, str]]) -> None:
        pairs = [(tag["Key"], tag["Value"]) for tag in tags]
        changed = {key.lower(): (key, value) for key, value in pairs}
        if len(changed) < len(pairs):
            raise InvalidInputException(
                "Duplicate tag keys found. Please note that Tag keys are case insensitive."
            )
        if len(self._by_key.keys() | changed.keys()) > MOST_TAGS:
            raise LimitExceededException(
                f"The number of tags has reached the maximum limit. Maximum: {MOST_TAGS}"
            )
        self._by_key.update(changed)

    def remove(self, keys: Iterable[str]) -> None:
        for key in keys:
            self._by_key.pop(key.lower(), None)

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def values(self) -> dict[str, str]:
        return dict(self._by_key.values())

    def listing(self) -> list[dict[str, str]]:
        """As AWS shows them."""
        return [{"Key": key, "Value": value} for key, value in self._by_key.values()]
