"""Application Auto Scaling's operations."""

from __future__ import annotations

from skymock.services.application_autoscaling.operations.policies import PolicyOperations
from skymock.services.application_autoscaling.operations.scheduled_actions import ScheduledActionOperations
from skymock.services.application_autoscaling.operations.tags import TagOperations
from skymock.services.application_autoscaling.operations.targets import TargetOperations


class ApplicationAutoScaling(PolicyOperations, ScheduledActionOperations, TagOperations, TargetOperations):
    """Application Auto Scaling, for DynamoDB's provisioned capacity: it scales when the clock moves."""

    name = "application-autoscaling"
