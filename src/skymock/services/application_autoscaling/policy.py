"""Scaling policies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from skymock.errors import NotSupported
from skymock.services.application_autoscaling.dimension import CapacityUnits
from skymock.services.application_autoscaling.errors import ValidationException
from skymock.services.application_autoscaling.tracking import Tracking

Wire = Mapping[str, Any]

# TargetValue: "between 20 and 90" for DynamoDB. (DynamoDB: Using the AWS CLI to manage auto scaling)
_TARGETS = (20, 90)
_ALARMS = ("AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow")


class Policy:
    """A target tracking policy, and when it last scaled. Cooldowns are 0 by default for DynamoDB."""

    def __init__(
        self,
        name: str,
        arn: str,
        configuration: Wire,
        capacity: CapacityUnits,
        policy_id: str,
        now: dt.datetime,
    ) -> None:
        self.name = name
        self.arn = arn
        self.configuration = configuration
        self.created_at = now
        self.tracking = Tracking(configuration["TargetValue"])
        self._resource_id = capacity.resource_id
        self._alarm_arn_prefix = _alarm_arn_prefix(arn)
        self._policy_id = policy_id
        self._scale_out_cooldown: int = configuration.get("ScaleOutCooldown", 0)
        self._scale_in_cooldown: int = configuration.get("ScaleInCooldown", 0)
        self._scaled_out_at_seconds = self._scaled_in_at_seconds = float("-inf")

    @property
    def metric_type(self) -> str:
        metric: str = self.configuration["PredefinedMetricSpecification"]["PredefinedMetricType"]
        return metric

    def may_scale_out(self, now_seconds: float) -> bool:
        """Whether the cooldown after the last scaling out is over."""
        return now_seconds - self._scaled_out_at_seconds >= self._scale_out_cooldown

    def may_scale_in(self, now_seconds: float) -> bool:
        """Whether it scales in at all, and the cooldown after any scaling is over."""
        if self.configuration.get("DisableScaleIn"):
            return False
        last = max(self._scaled_in_at_seconds, self._scaled_out_at_seconds)
        return now_seconds - last >= self._scale_in_cooldown

    def scaled(self, now_seconds: float, *, is_out: bool) -> None:
        if is_out:
            self._scaled_out_at_seconds = now_seconds
        else:
            self._scaled_in_at_seconds = now_seconds

    def alarm_name(self, kind: str) -> str:
        """The name of one of the policy's alarms."""
        return f"TargetTracking-{self._resource_id}-{kind}-{self._policy_id}"

    def alarms(self) -> list[dict[str, str]]:
        """The alarms as the API shows them."""
        names = [self.alarm_name(kind) for kind in _ALARMS]
        return [{"AlarmName": name, "AlarmARN": self._alarm_arn_prefix + name} for name in names]

    def document(self, key: tuple[str, str, str]) -> dict[str, Any]:
        """As the API shows it."""
        namespace, resource_id, dimension = key
        return {
            "PolicyARN": self.arn,
            "PolicyName": self.name,
            "ServiceNamespace": namespace,
            "ResourceId": resource_id,
            "ScalableDimension": dimension,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": self.configuration,
            "Alarms": self.alarms(),
            "CreationTime": self.created_at,
        }


def _alarm_arn_prefix(policy_arn: str) -> str:
    partition, region, account_id = policy_arn.split(":")[1], *policy_arn.split(":")[3:5]
    return f"arn:{partition}:cloudwatch:{region}:{account_id}:alarm:"


def checked_configuration(
    policy_type: str | None, configuration: Wire | None, capacity: CapacityUnits
) -> Wire:
    """What a policy is to do. Raises ValidationException, NotSupported.

    DynamoDB's capacity has target tracking alone. (Application Auto Scaling: Step scaling policies)
    """
    if policy_type == "PredictiveScaling":
        raise NotSupported("application-autoscaling: PredictiveScaling is not supported yet")
    if policy_type != "TargetTrackingScaling":
        raise ValidationException("StepScaling policies are not supported for this scalable dimension.")
    if configuration is None:
        raise ValidationException("TargetTrackingScalingPolicyConfiguration must be specified.")
    metric = configuration.get("PredefinedMetricSpecification")
    if configuration.get("CustomizedMetricSpecification") is not None:
        raise NotSupported("application-autoscaling: CustomizedMetricSpecification is not supported yet")
    if metric is None:
        raise ValidationException(
            "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be specified."
        )
    if metric["PredefinedMetricType"] != capacity.metric_type:
        raise ValidationException(
            f"Predefined metric type {metric['PredefinedMetricType']} is not valid for the scalable dimension."
        )
    low, high = _TARGETS
    if not low <= configuration["TargetValue"] <= high:
        raise ValidationException(
            f"TargetValue must be between {low} and {high} for this scalable dimension."
        )
    return configuration
