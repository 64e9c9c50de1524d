"""Scaling policies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from skymock.cloud.service import Output, operation
from skymock.services.application_autoscaling.errors import ObjectNotFoundException, ValidationException
from skymock.services.application_autoscaling.operations.base import ScalingService, page, shown
from skymock.services.application_autoscaling.policy import Policy, checked_configuration


class PolicyOperations(ScalingService):
    @operation
    def put_scaling_policy(
        self,
        policy_name: str,
        service_namespace: str,
        resource_id: str,
        scalable_dimension: str,
        policy_type: str = "StepScaling",
        target_tracking_scaling_policy_configuration: Mapping[str, Any] | None = None,
    ) -> Output:
        """Let a target's use be tracked, or change how. (Application Auto Scaling API: PutScalingPolicy)

        TargetValue: percent of the provisioned units, 20 to 90. Cooldowns: seconds, 0 by default.
        Returns `PolicyARN` and the `Alarms` that trigger it.
        Raises ObjectNotFoundException, ValidationException.
        """
        capacity = self.capacity(service_namespace, resource_id, scalable_dimension)
        target = self.target_at(service_namespace, resource_id, scalable_dimension)
        configuration = checked_configuration(
            policy_type, target_tracking_scaling_policy_configuration, capacity
        )
        others = [policy for name, policy in target.policies.items() if name != policy_name]
        if any(policy.metric_type == capacity.metric_type for policy in others):
            raise ValidationException(
                "Only one TargetTrackingScaling policy for a given metric specification is allowed."
            )
        known, ids, now = target.policies.get(policy_name), self.cloud.ids, self.cloud.clock.now()
        arn = known.arn if known is not None else self._policy_arn(policy_name, resource_id)
        policy = Policy(
            policy_name, arn, configuration, capacity, ids.uuid(), known.created_at if known else now
        )
        target.put_policy(policy)
        return {"PolicyARN": policy.arn, "Alarms": policy.alarms()}

    def _policy_arn(self, name: str, resource_id: str) -> str:
        resource = f"scalingPolicy:{self.cloud.ids.uuid()}:resource/dynamodb/{resource_id}:policyName/{name}"
        return f"arn:{self.partition}:autoscaling:{self.region}:{self.account_id}:{resource}"

    @operation
    def delete_scaling_policy(
        self, policy_name: str, service_namespace: str, resource_id: str, scalable_dimension: str
    ) -> Output:
        """Delete a policy and its alarms. (Application Auto Scaling API: DeleteScalingPolicy)

        Raises ObjectNotFoundException.
        """
        key = (service_namespace, resource_id, scalable_dimension)
        target = self.targets.get(key)
        if target is None or policy_name not in target.policies:
            raise ObjectNotFoundException(
                f"No scaling policy found for {shown(key)}, policy name: {policy_name}"
            )
        target.remove_policy(policy_name)
        return {}

    @operation
    def describe_scaling_policies(
        self,
        service_namespace: str,
        policy_names: Sequence[str] | None = None,
        resource_id: str | None = None,
        scalable_dimension: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """List policies. (Application Auto Scaling API: DescribeScalingPolicies)

        Raises ValidationException, InvalidNextTokenException.
        """
        found = [
            policy.document(target.key)
            for target in self.selected(service_namespace, resource_id, scalable_dimension)
            for policy in target.policies.values()
            if not policy_names or policy.name in policy_names
        ]
        return page("ScalingPolicies", found, max_results, next_token)
