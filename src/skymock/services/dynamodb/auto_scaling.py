"""What Application Auto Scaling knows of a table and its global indexes: asked and told by its operations.

DynamoDB keeps no settings of its own: what is set through one of the two services is seen and acts through the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Wire = Mapping[str, Any]
# The index (None: the table itself) and "Read" or "Write".
Dimension = tuple["str | None", str]
# Calls an operation of Application Auto Scaling's in a region.
Call = Callable[[str, Wire, str], Wire]

_NAMESPACE = {"ServiceNamespace": "dynamodb"}


class AutoScaling:
    """The auto scaling of one table of a region."""

    def __init__(self, call: Call, table_name: str, region: str) -> None:
        self._call = call
        self._table_name = table_name
        self._region = region

    def is_tracked(self, dimension: Dimension) -> bool:
        """Whether a policy scales a dimension; a target alone does not."""
        return bool(self._policies(dimension))

    def setting(self, dimension: Dimension) -> dict[str, Any] | None:
        """A dimension's AutoScalingSettingsDescription, as DynamoDB's API has it; None where nothing is registered."""
        name = self._named(dimension)
        asked = {
            **_NAMESPACE,
            "ResourceIds": [name["ResourceId"]],
            "ScalableDimension": name["ScalableDimension"],
        }
        for target in self._call("DescribeScalableTargets", asked, self._region)["ScalableTargets"]:
            return {
                "MinimumUnits": target["MinCapacity"],
                "MaximumUnits": target["MaxCapacity"],
                "AutoScalingRoleArn": target["RoleARN"],
                "ScalingPolicies": [_described(policy) for policy in self._policies(dimension)],
            }
        return None

    def set(self, dimension: Dimension, wanted: Wire) -> None:
        """Have limits, role and policy as an AutoScalingSettingsUpdate says; what it leaves out stays."""
        name = self._named(dimension)
        target = {
            "MinCapacity": wanted.get("MinimumUnits"),
            "MaxCapacity": wanted.get("MaximumUnits"),
            "RoleARN": wanted.get("AutoScalingRoleArn"),
        }
        given = {member: value for member, value in target.items() if value is not None}
        self._call("RegisterScalableTarget", {**name, **given}, self._region)
        policy = wanted.get("ScalingPolicyUpdate")
        if policy is not None:
            self._put_policy(dimension, policy)

    def disable(self, dimension: Dimension) -> None:
        """Scale a dimension no more, if it is scaled."""
        if self.setting(dimension) is not None:
            self._call("DeregisterScalableTarget", self._named(dimension), self._region)

    def copy(self, other: AutoScaling, dimension: Dimension) -> None:
        """Scale a dimension as another region's table is scaled."""
        setting = other.setting(dimension)
        if setting is not None:
            self.set(dimension, setting)
            for policy in setting["ScalingPolicies"]:
                self._put_policy(dimension, policy)

    def _put_policy(self, dimension: Dimension, policy: Wire) -> None:
        """Put a dimension's one policy, in the place of one that has another name."""
        name = self._named(dimension)
        known = [each["PolicyName"] for each in self._policies(dimension)]
        kind = f"DynamoDB{dimension[1]}CapacityUtilization"
        policy_name = policy.get("PolicyName") or (known[0] if known else f"{kind}:{name['ResourceId']}")
        for other in known:
            if other != policy_name:
                self._call("DeleteScalingPolicy", {**name, "PolicyName": other}, self._region)
        configuration = {
            **policy["TargetTrackingScalingPolicyConfiguration"],
            "PredefinedMetricSpecification": {"PredefinedMetricType": kind},
        }
        put = {
            "PolicyName": policy_name,
            "PolicyType": "TargetTrackingScaling",
            "TargetTrackingScalingPolicyConfiguration": configuration,
        }
        self._call("PutScalingPolicy", {**name, **put}, self._region)

    def _policies(self, dimension: Dimension) -> list[Wire]:
        answer = self._call("DescribeScalingPolicies", self._named(dimension), self._region)
        policies: list[Wire] = answer["ScalingPolicies"]
        return policies

    def _named(self, dimension: Dimension) -> dict[str, str]:
        """A dimension as Application Auto Scaling's requests name it."""
        index, direction = dimension
        resource, kind = f"table/{self._table_name}", "table"
        if index is not None:
            resource, kind = f"{resource}/index/{index}", "index"
        scalable = f"dynamodb:{kind}:{direction}CapacityUnits"
        return {**_NAMESPACE, "ResourceId": resource, "ScalableDimension": scalable}


def _described(policy: Wire) -> dict[str, Any]:
    """A policy as DynamoDB's API shows it: its metric goes without saying."""
    configuration = dict(policy["TargetTrackingScalingPolicyConfiguration"])
    del configuration["PredefinedMetricSpecification"]
    return {"PolicyName": policy["PolicyName"], "TargetTrackingScalingPolicyConfiguration": configuration}
