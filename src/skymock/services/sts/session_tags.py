"""Tags that a session is given when a role is assumed. (IAM User Guide: Pass session tags in AWS STS)"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from skymock.services.sts.errors import InvalidParameterValue


def session_tags(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Raises InvalidParameterValue for two keys that differ by case alone."""
    values = {tag["Key"]: tag["Value"] for tag in tags}
    if len({key.lower() for key in values}) < len(tags):
        raise InvalidParameterValue(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive."
        )
    return values


def transitive(tags: Mapping[str, str], keys: Collection[str]) -> dict[str, str]:
    """The tags that go on to sessions made from the session. Raises InvalidParameterValue."""
    if not set(keys) <= tags.keys():
        raise InvalidParameterValue(
            "The specified transitive tag key must be included in the requested tags."
        )
    return {key: tags[key] for key in keys}


def overlaid(below: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """Tags of two origins; where keys differ by case alone, the upper ones hide the lower."""
    hidden = {key.lower() for key in above}
    return {key: value for key, value in below.items() if key.lower() not in hidden} | dict(above)
