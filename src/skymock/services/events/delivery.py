"""Deliveries: one event on its way to one target, tried again until it arrives or is given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from skymock.cloud.principals import service_principal
from skymock.cloud.timeline import Event, current_event, within
from skymock.errors import AwsError
from skymock.services.events.failure import EndpointFailed, Failure, ThirdHop, failure_of
from skymock.services.events.sending import EVENTS, Sending, send

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.events.bus_event import BusEvent
    from skymock.services.events.rule import Rule
    from skymock.services.events.rule_target import RuleTarget

# The documentation says that waits grow exponentially and are jittered, and that 185 retries come in 24 hours at most.
# With these, the retries are used up after some 23 hours.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1, 600

# (EventBridge User Guide: Using dead-letter queues)
RETRIES_EXHAUSTED, TOO_OLD = "MaximumRetryAttempts", "MaximumEventAgeInSeconds"


class Delivery:
    """An event that matched a rule, on its way to one of the rule's targets.

    The target is as it was when the event matched.
    """

    def __init__(self, cloud: Cloud, rule: Rule, target: RuleTarget, event: BusEvent) -> None:
        self._cloud = cloud
        self._rule = rule
        self._target = target
        self._event = event
        self._retries = 0

    def begin(self) -> None:
        self._cloud.scheduler.after(0, self._attempt)

    def _attempt(self) -> None:
        noted = self._noted("Invocation", str(self._target.arn))
        failure = self._send(noted)
        if failure is None:
            return
        if not failure.may_pass:
            self._give_up(noted, failure, None)
        elif self._retries >= self._target.retries:
            self._give_up(noted, failure, RETRIES_EXHAUSTED)
        else:
            self._wait(noted, failure)

    def _send(self, noted: Event) -> Failure | None:
        """Send the event once; why that failed, if it did."""
        with within(noted):
            try:
                send(Sending(self._cloud, self._rule, self._target, self._event))
            except (AwsError, EndpointFailed, ThirdHop) as error:
                noted.error = error
                return failure_of(error)
        return None

    def _wait(self, noted: Event, failure: Failure) -> None:
        """Wait for the next attempt, or for the end where the event would be too old by then."""
        scheduler = self._cloud.scheduler
        due_at = self._cloud.clock.time() + max(self._wait_seconds(), failure.retry_after_seconds)
        expires_at = self._event.ingested_at_seconds + self._target.age_seconds
        if due_at >= expires_at:
            scheduler.at(expires_at, lambda: self._give_up(noted, failure, TOO_OLD))
            return
        self._retries += 1
        scheduler.at(due_at, self._attempt)

    def _wait_seconds(self) -> float:
        """Between a half and the whole of what doubles with each retry."""
        longest = min(FIRST_WAIT_SECONDS << min(self._retries, 20), LONGEST_WAIT_SECONDS)
        return longest * (0.5 + self._cloud.ids.random.random() / 2)

    def _give_up(self, last: Event, failure: Failure, condition: str | None) -> None:
        """Drop the event, into the target's dead-letter queue if it has one. last: the attempt that failed."""
        queue = self._target.dead_letter_arn
        if queue is None:
            return
        with within(last):
            noted = self._noted("DeadLetter", queue)
        with within(noted):
            try:
                self._cloud.target(queue).deliver(
                    self._event.text.encode(),
                    service_principal(EVENTS, self._rule.account_id),
                    self._rule.arn,
                    self._attributes(failure, condition),
                )
            except AwsError as error:  # as on AWS, nobody but the metrics is told
                noted.error = error

    def _attributes(self, failure: Failure, condition: str | None) -> Mapping[str, Mapping[str, str]]:
        texts = {
            "RULE_ARN": self._rule.arn,
            "TARGET_ARN": str(self._target.arn),
            "ERROR_CODE": failure.code,
            "ERROR_MESSAGE": failure.message,
            "EXHAUSTED_RETRY_CONDITION": condition,
            "RETRY_ATTEMPTS": str(self._retries),
        }
        return {name: {"DataType": "String", "StringValue": text} for name, text in texts.items() if text}

    def _noted(self, what: str, arn: str) -> Event:
        noted = Event(
            "event",
            "events",
            what,
            self._cloud.clock.time(),
            current_event(),
            {"Rule": self._rule.name, "Target": arn},
            self._rule.account_id,
            self._rule.region,
        )
        noted.detail = f"{self._rule.name} → {arn}"
        self._cloud.timeline.add(noted)
        return noted
