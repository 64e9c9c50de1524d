"""Scaling activities: what was scaled, why, and what came of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity, as DescribeScalingActivities shows it. It is over when it is recorded."""

    activity_id: str
    key: tuple[str, str, str]
    description: str
    cause: str
    at: dt.datetime
    status_code: str
    status_message: str

    def document(self) -> dict[str, Any]:
        namespace, resource_id, dimension = self.key
        return {
            "ActivityId": self.activity_id,
            "ServiceNamespace": namespace,
            "ResourceId": resource_id,
            "ScalableDimension": dimension,
            "Description": self.description,
            "Cause": self.cause,
            "StartTime": self.at,
            "EndTime": self.at,
            "StatusCode": self.status_code,
            "StatusMessage": self.status_message,
        }
