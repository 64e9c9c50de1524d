"""Scheduled actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from skymock.cloud.service import Output, operation
from skymock.services.application_autoscaling.errors import ObjectNotFoundException, ValidationException
from skymock.services.application_autoscaling.operations.base import ScalingService, page, shown
from skymock.services.application_autoscaling.scheduled_action import (
    ScheduledAction,
    checked_limits,
    checked_schedule,
)


class ScheduledActionOperations(ScalingService):
    @operation
    def put_scheduled_action(
        self,
        service_namespace: str,
        scheduled_action_name: str,
        resource_id: str,
        scalable_dimension: str,
        schedule: str | None = None,
        timezone: str | None = None,
        start_time: dt.datetime | None = None,
        end_time: dt.datetime | None = None,
        scalable_target_action: Mapping[str, int] | None = None,
    ) -> Output:
        """Set a target's limits at the times of a schedule. (Application Auto Scaling API: PutScheduledAction)

        schedule: at(...), rate(...) or cron(...). timezone: an IANA name, UTC by default.
        What is left out of an action that is there stays as it was.
        Raises ObjectNotFoundException, ValidationException.
        """
        target = self.target_at(service_namespace, resource_id, scalable_dimension)
        known = target.scheduled_actions.get(scheduled_action_name)
        if known is None and schedule is None:
            raise ValidationException("Schedule must be specified for a new scheduled action.")
        text = known.schedule_text if schedule is None and known is not None else schedule
        zone = known.timezone if timezone is None and known is not None else timezone
        assert text is not None
        parsed = checked_schedule(text, zone)
        limits = (known.minimum, known.maximum) if known is not None else (None, None)
        if known is None or scalable_target_action is not None:
            limits = checked_limits(scalable_target_action)
        if start_time is not None and end_time is not None and start_time > end_time:
            raise ValidationException("Start time cannot be after end time")
        target.put_scheduled_action(
            ScheduledAction(
                scheduled_action_name,
                known.arn if known is not None else self._action_arn(scheduled_action_name, resource_id),
                text,
                zone,
                start_time or (known.start if known is not None else None),
                end_time or (known.end if known is not None else None),
                *limits,
                known.created_at if known is not None else self.cloud.clock.now(),
                parsed,
            )
        )
        return {}

    def _action_arn(self, name: str, resource_id: str) -> str:
        resource = f"scheduledAction:{self.cloud.ids.uuid()}:resource/dynamodb/{resource_id}"
        where = f"arn:{self.partition}:autoscaling:{self.region}:{self.account_id}"
        return f"{where}:{resource}:scheduledActionName/{name}"

    @operation
    def delete_scheduled_action(
        self, service_namespace: str, scheduled_action_name: str, resource_id: str, scalable_dimension: str
    ) -> Output:
        """Delete a scheduled action. (Application Auto Scaling API: DeleteScheduledAction)

        Raises ObjectNotFoundException.
        """
        key = (service_namespace, resource_id, scalable_dimension)
        target = self.targets.get(key)
        if target is None or scheduled_action_name not in target.scheduled_actions:
            raise ObjectNotFoundException(
                f"No scheduled action found for {shown(key)}, scheduled action name: {scheduled_action_name}"
            )
        target.remove_scheduled_action(scheduled_action_name)
        return {}

    @operation
    def describe_scheduled_actions(
        self,
        service_namespace: str,
        scheduled_action_names: Sequence[str] | None = None,
        resource_id: str | None = None,
        scalable_dimension: str | None = None,
        max_results: int | None = None,
        next_token: str | None = None,
    ) -> Output:
        """List scheduled actions. (Application Auto Scaling API: DescribeScheduledActions)

        Raises ValidationException, InvalidNextTokenException.
        """
        found = [
            action.document(target.key)
            for target in self.selected(service_namespace, resource_id, scalable_dimension)
            for action in target.scheduled_actions.values()
            if not scheduled_action_names or action.name in scheduled_action_names
        ]
        return page("ScheduledActions", found, max_results, next_token)
