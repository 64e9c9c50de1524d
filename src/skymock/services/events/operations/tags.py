"""Tags of buses and rules."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.services.events.errors import ValidationException
from skymock.services.events.operations.base import EventsService

_RULE = re.compile(r"rule/(?:(?P<bus>.+)/)?(?P<name>[^/]+)")

# (EventBridge User Guide: Tagging)
MOST_TAGS = 50


class TagOperations(EventsService):
    @operation
    def tag_resource(self, resource_arn: str, tags: Sequence[Mapping[str, str]]) -> Output:
        """Add tags to a bus or a rule, or change them. (EventBridge API: TagResource)

        Raises ResourceNotFoundException, ValidationException.
        """
        known = self._tags_of(resource_arn)
        merged = known | tag_values(tags)
        _check_count(merged)
        known.update(merged)
        return {}

    @operation
    def untag_resource(self, resource_arn: str, tag_keys: Sequence[str]) -> Output:
        """Remove tags. (EventBridge API: UntagResource)

        Raises ResourceNotFoundException.
        """
        known = self._tags_of(resource_arn)
        for key in tag_keys:
            known.pop(key, None)
        return {}

    @operation
    def list_tags_for_resource(self, resource_arn: str) -> Output:
        """List the tags of a bus or a rule. (EventBridge API: ListTagsForResource)

        Raises ResourceNotFoundException.
        """
        tags = self._tags_of(resource_arn)
        return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}

    def _tags_of(self, arn: str) -> dict[str, str]:
        """The tags themselves, to be changed in place. Raises ResourceNotFoundException, ValidationException."""
        parts = arn.split(":", 5)
        resource = parts[5] if len(parts) == 6 else ""
        if resource.startswith("event-bus/"):
            return self.bus(arn).tags
        rule = _RULE.fullmatch(resource)
        if rule is None:
            raise ValidationException(
                f"Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
            )
        return self.bus(rule["bus"]).rule(rule["name"]).tags


def tag_values(tags: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Tags as a request has them, by their keys. Raises ValidationException."""
    values = {tag["Key"]: tag["Value"] for tag in tags}
    if len(values) < len(tags):
        raise ValidationException("Invalid parameter: Duplicated keys are not allowed.")
    _check_count(values)
    return values


def _check_count(tags: Mapping[str, str]) -> None:
    if len(tags) > MOST_TAGS:
        raise ValidationException(f"The number of tags exceeds the maximum of {MOST_TAGS}.")
