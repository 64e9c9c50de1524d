"""A scalable target: a capacity with its limits, the policies and schedules that move it, and what they did."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from skymock.cloud.clock import Clock
from skymock.cloud.scheduler import Entry, Scheduler
from skymock.cloud.timeline import Event, Timeline, current_event, within
from skymock.errors import AwsError
from skymock.services.application_autoscaling.activity import Activity
from skymock.services.application_autoscaling.dimension import CapacityUnits
from skymock.services.application_autoscaling.policy import Policy
from skymock.services.application_autoscaling.scheduled_action import ScheduledAction
from skymock.services.application_autoscaling.tracking import PERIOD_SECONDS

Key = tuple[str, str, str]  # service namespace, resource id, scalable dimension

_SUSPENSIONS = ("DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended")


class ScalableTarget:
    """One scalable target. While it has a policy, its use is looked at once a minute, on the scheduler.

    Where the capacity lies outside of the limits, the next look brings it back within them.
    """

    def __init__(
        self,
        key: Key,
        arn: str,
        capacity: CapacityUnits,
        clock: Clock,
        scheduler: Scheduler,
        timeline: Timeline,
        new_id: Callable[[], str],
    ) -> None:
        self.key = key
        self.arn = arn
        self.capacity = capacity
        self.minimum = self.maximum = 0
        self.limits_are_new = True
        self.role_arn = ""
        self.created_at: dt.datetime = clock.now()
        self.suspended = dict.fromkeys(_SUSPENSIONS, False)
        self.tags: dict[str, str] = {}
        self.policies: dict[str, Policy] = {}
        self.scheduled_actions: dict[str, ScheduledAction] = {}
        self.activities: list[Activity] = []
        self._clock = clock
        self._scheduler = scheduler
        self._timeline = timeline
        self._new_id = new_id
        self._entry: Entry | None = None
        self._consumed = 0.0

    def document(self) -> dict[str, Any]:
        """As the API shows it."""
        namespace, resource_id, dimension = self.key
        return {
            "ServiceNamespace": namespace,
            "ResourceId": resource_id,
            "ScalableDimension": dimension,
            "MinCapacity": self.minimum,
            "MaxCapacity": self.maximum,
            "RoleARN": self.role_arn,
            "CreationTime": self.created_at,
            "SuspendedState": dict(self.suspended),
            "ScalableTargetARN": self.arn,
        }

    def limit(self, minimum: int, maximum: int) -> None:
        """Set the limits; the next look brings the capacity within them."""
        self.minimum, self.maximum = minimum, maximum
        self.limits_are_new = True

    def put_policy(self, policy: Policy) -> None:
        """Add a policy, or replace the one of its name."""
        self.policies[policy.name] = policy
        if self._entry is None:
            self._consumed = self.capacity.consumed()
            self._look_later()

    def remove_policy(self, name: str) -> None:
        del self.policies[name]
        if not self.policies:
            self._stop_looking()

    def put_scheduled_action(self, action: ScheduledAction) -> None:
        """Add a scheduled action, or replace the one of its name."""
        replaced = self.scheduled_actions.get(action.name)
        if replaced is not None:
            replaced.cancel()
        self.scheduled_actions[action.name] = action
        self._schedule(action)

    def remove_scheduled_action(self, name: str) -> None:
        self.scheduled_actions.pop(name).cancel()

    def stop(self) -> None:
        """Let nothing scale it any more."""
        self._stop_looking()
        for action in self.scheduled_actions.values():
            action.cancel()

    def _look_later(self) -> None:
        self._entry = self._scheduler.after(PERIOD_SECONDS, self._look)

    def _stop_looking(self) -> None:
        if self._entry is not None:
            self._entry.cancel()
            self._entry = None

    def _look(self) -> None:
        """Take in the minute that is over, and scale where an alarm is on."""
        consumed = self.capacity.consumed()
        # A test may have had the usage cleared meanwhile.
        units, self._consumed = max(consumed - self._consumed, 0.0), consumed
        # An idle minute costs nothing: without use there is no alarm, and the limits have been looked at.
        if units or self.limits_are_new:
            provisioned = self.capacity.provisioned()
            if provisioned is not None and not self._return_within_limits(provisioned):
                self.limits_are_new = False
                self._track(units, provisioned)
        else:
            self._track_idle()
        self._look_later()

    def _return_within_limits(self, provisioned: int) -> bool:
        if provisioned < self.minimum and not self.suspended["DynamicScalingOutSuspended"]:
            self._scale(self.minimum, f"minimum capacity was set to {self.minimum}")
        elif provisioned > self.maximum and not self.suspended["DynamicScalingInSuspended"]:
            self._scale(self.maximum, f"maximum capacity was set to {self.maximum}")
        else:
            return False
        return True

    def _track_idle(self) -> None:
        for policy in self.policies.values():
            policy.tracking.observe(0.0, 1)

    def _track(self, units: float, provisioned: int) -> None:
        now = self._clock.time()
        for policy in self.policies.values():
            alarm = policy.tracking.observe(units, provisioned)
            wanted = min(max(policy.tracking.wanted(units), self.minimum), self.maximum)
            if alarm == "AlarmHigh" and wanted > provisioned:
                allowed = not self.suspended["DynamicScalingOutSuspended"] and policy.may_scale_out(now)
            elif alarm == "AlarmLow" and wanted < provisioned:
                allowed = not self.suspended["DynamicScalingInSuspended"] and policy.may_scale_in(now)
            else:
                continue
            if allowed:
                cause = (
                    f"monitor alarm {policy.alarm_name(alarm)} in state ALARM triggered policy {policy.name}"
                )
                policy.scaled(now, is_out=wanted > provisioned)
                self._scale(wanted, cause)
                return

    def _scale(self, units: int, cause: str) -> None:
        """Provision that many units and note what came of it."""
        event = Event("event", "application-autoscaling", "Scale", self._clock.time(), current_event())
        event.detail = f"{self.capacity.resource_id} to {units} {self.capacity.unit}"
        self._timeline.add(event)
        description = f"Setting {self.capacity.unit} to {units}."
        with within(event):
            try:
                self.capacity.provision(units)
            except AwsError as error:
                # The next look tries again, as Application Auto Scaling does.
                message = f"Failed to set {self.capacity.unit} to {units}. Reason: {error.message}"
                self._note(description, cause, "Failed", message)
                return
        message = (
            f"Successfully set {self.capacity.unit} to {units}. Change successfully fulfilled by dynamodb."
        )
        self._note(description, cause, "Successful", message)

    def _note(self, description: str, cause: str, status: str, message: str) -> None:
        activity = Activity(self._new_id(), self.key, description, cause, self._clock.now(), status, message)
        self.activities.append(activity)

    def _schedule(self, action: ScheduledAction) -> None:
        due = action.next_after(self._clock.time())
        if due is not None:
            action.entry = self._scheduler.at(due, lambda: self._run(action))

    def _run(self, action: ScheduledAction) -> None:
        if not self.suspended["ScheduledScalingSuspended"]:
            self._apply(action)
        self._schedule(action)

    def _apply(self, action: ScheduledAction) -> None:
        """Set the limits that the action names, and bring the capacity within them."""
        minimum = self.minimum if action.minimum is None else action.minimum
        maximum = self.maximum if action.maximum is None else action.maximum
        # A limit that is set alone moves the other one where they would cross.
        if minimum > maximum:
            minimum = maximum = maximum if action.minimum is None else minimum
        self.limit(minimum, maximum)
        text = " and ".join(action.limits)
        cause = f"scheduled action name {action.name} was triggered"
        self._note(f"Setting {text}", cause, "Successful", f"Successfully set {text}")
        provisioned = self.capacity.provisioned()
        if provisioned is not None:
            self._return_within_limits(provisioned)
