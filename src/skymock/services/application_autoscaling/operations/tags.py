"""Tags of scalable targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.services.application_autoscaling.errors import ResourceNotFoundException, TooManyTagsException
from skymock.services.application_autoscaling.operations.base import ScalingService
from skymock.services.application_autoscaling.target import ScalableTarget

MAX_TAGS = 50


class TagOperations(ScalingService):
    @operation
    def tag_resource(self, resource_arn: str, tags: Mapping[str, str]) -> Output:
        """Add tags to a scalable target, or change them. (Application Auto Scaling API: TagResource)

        Raises ResourceNotFoundException, TooManyTagsException.
        """
        target = self._target_of(resource_arn)
        merged = {**target.tags, **tags}
        if len(merged) > MAX_TAGS:
            raise TooManyTagsException("Tag limit exceeded", ResourceName=resource_arn)
        target.tags = merged
        return {}

    @operation
    def untag_resource(self, resource_arn: str, tag_keys: Sequence[str]) -> Output:
        """Remove tags. (Application Auto Scaling API: UntagResource)

        Raises ResourceNotFoundException.
        """
        target = self._target_of(resource_arn)
        target.tags = {key: value for key, value in target.tags.items() if key not in tag_keys}
        return {}

    @operation
    def list_tags_for_resource(self, resource_arn: str) -> Output:
        """List a scalable target's tags. (Application Auto Scaling API: ListTagsForResource)

        Raises ResourceNotFoundException.
        """
        return {"Tags": dict(self._target_of(resource_arn).tags)}

    def _target_of(self, arn: str) -> ScalableTarget:
        for target in self.targets.values():
            if target.arn == arn:
                return target
        raise ResourceNotFoundException(f"Resource not found: {arn}", ResourceName=arn)
