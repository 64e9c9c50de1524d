"""Scalable targets and their activities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.services.application_autoscaling.errors import ValidationException
from skymock.services.application_autoscaling.operations.base import ScalingService, page
from skymock.services.application_autoscaling.scheduled_action import check_order
from skymock.services.application_autoscaling.target import Key, ScalableTarget


class TargetOperations(ScalingService):
    @operation
    def register_scalable_target(
        self,
        service_namespace: str,
        resource_id: str,
        scalable_dimension: str,
        min_capacity: int | None = None,
        max_capacity: int | None = None,
        role_arn: str | None = None,
        suspended_state: Mapping[str, bool] | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> Output:
        """Make a capacity scalable, or change what is given of it. (Application Auto Scaling API)

        min_capacity, max_capacity: units, both needed the first time. Returns `ScalableTargetARN`.
        Raises ValidationException.
        """
        key = (service_namespace, resource_id, scalable_dimension)
        target = self.targets.get(key)
        minimum = min_capacity if min_capacity is not None or target is None else target.minimum
        maximum = max_capacity if max_capacity is not None or target is None else target.maximum
        if minimum is None or maximum is None:
            raise ValidationException(
                "Both MinCapacity and MaxCapacity must be specified for a new scalable target."
            )
        check_order(minimum, maximum)
        if minimum < 0:
            raise ValidationException("Minimum capacity cannot be less than 0")
        if target is None:
            target = self._new_target(key)
        target.limit(minimum, maximum)
        target.role_arn = role_arn or target.role_arn or target.capacity.role_arn(self.partition)
        target.suspended.update(suspended_state or {})
        target.tags.update(tags or {})
        self.targets[key] = target
        return {"ScalableTargetARN": target.arn}

    def _new_target(self, key: Key) -> ScalableTarget:
        capacity = self.capacity(*key)
        capacity.check_exists()
        cloud = self.cloud
        arn = self.arn(f"scalable-target/{cloud.ids.hex(36)}")
        return ScalableTarget(
            key, arn, capacity, cloud.clock, cloud.scheduler, cloud.timeline, cloud.ids.uuid
        )

    @operation
    def deregister_scalable_target(
        self, service_namespace: str, resource_id: str, scalable_dimension: str
    ) -> Output:
        """Remove a target with its policies and scheduled actions. (Application Auto Scaling API)

        Raises ObjectNotFoundException.
        """
        target = self.target_at(service_namespace, resource_id, scalable_dimension)
        target.stop()
        del self.targets[target.key]
        return {}

    @operation
    def describe_scalable_targets(
        self,
        service_namespace: str,
        resource_ids: Sequence[str] | None = None,
        scalable_dimension: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """List scalable targets. (Application Auto Scaling API: DescribeScalableTargets)

        Raises ValidationException, InvalidNextTokenException.
        """
        if scalable_dimension is not None and not resource_ids:
            raise ValidationException("ResourceIds must be specified if ScalableDimension is specified.")
        found = [
            target.document()
            for target in self.selected(service_namespace)
            if (not resource_ids or target.key[1] in resource_ids)
            and scalable_dimension in (None, target.key[2])
        ]
        return page("ScalableTargets", found, max_results, next_token)

    @operation
    def describe_scaling_activities(
        self,
        service_namespace: str,
        resource_id: str | None = None,
        scalable_dimension: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
        include_not_scaled_activities: bool = False,
    ) -> Output:
        """List what was scaled, the latest first. (Application Auto Scaling API: DescribeScalingActivities)

        An alarm that changes nothing leaves no activity here, also where those not scaled are asked for.
        Raises ValidationException, InvalidNextTokenException.
        """
        targets = self.selected(service_namespace, resource_id, scalable_dimension)
        activities = [activity for target in targets for activity in reversed(target.activities)]
        activities.sort(key=lambda activity: activity.at, reverse=True)
        found = [activity.document() for activity in activities]
        return page("ScalingActivities", found, max_results, next_token)
