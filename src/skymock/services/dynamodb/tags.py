"""The tags of a table: which of them AWS takes. (Tagging restrictions in DynamoDB)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.services.dynamodb.errors import ValidationException

MAX_TAGS = 50


def checked_tags(tags: Mapping[str, str], added: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Tags with those that are added to them or replace some. Raises ValidationException."""
    merged = dict(tags)
    seen = set()
    for tag in added:
        key = tag["Key"]
        if key.startswith("aws:"):
            raise ValidationException(f"Tag Key cannot be prefixed with aws:, Key: {key}")
        if key in seen:
            raise ValidationException(f"Duplicate Tag Keys provided as input: Duplicate Tag Key found {key}")
        seen.add(key)
        merged[key] = tag["Value"]
    if len(merged) > MAX_TAGS:
        raise ValidationException("Number of Tags exceed the current limit for the provided ResourceArn")
    return merged
