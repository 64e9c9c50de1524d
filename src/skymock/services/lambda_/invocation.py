"""Asynchronous invocations: Lambda's own queue of events, which tries a failing function again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from skymock.cloud.timeline import within
from skymock.errors import AwsError
from skymock.services.lambda_ import destinations
from skymock.services.lambda_.destinations import Response
from skymock.services.lambda_.environment import Invocation, Outcome
from skymock.services.lambda_.errors import (
    RecursiveInvocationException,
    ResourceNotFoundException,
    TooManyRequestsException,
)
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LATEST

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.timeline import Event

# How long Lambda waits before the second and the third attempt at a function that fails, and at first and at most
# before it tries again what was throttled, which does not count as an attempt. (Lambda Developer Guide: How Lambda
# handles errors and retries with asynchronous invocation)
RETRY_DELAYS_SECONDS = (60, 120)
FIRST_BACKOFF_SECONDS, LONGEST_BACKOFF_SECONDS = 1, 300


class QueuedInvocation:
    """An event that was accepted; the function runs once the present call is over.

    A failing function is tried again, as often as its settings say; one that is throttled, until the event is too old.
    Settings hold as they are when they are needed. Events of a function, version or alias that is gone are dropped.
    """

    def __init__(self, cloud: Cloud, function: Function, invocation: Invocation) -> None:
        self._cloud = cloud
        self._function = function
        self._invocation = invocation
        self._qualifier = invocation.invoked_arn[len(function.arn) + 1 :] or LATEST
        self._accepted_at_seconds = cloud.clock.time()
        self._invocations = 0
        self._throttles = 0
        self._response: Response | None = None
        self._event: Event | None = None

    def enqueue(self) -> None:
        self._cloud.scheduler.after(0, self._attempt)

    def _attempt(self) -> None:
        if self._function.is_deleted:
            return
        if self._cloud.clock.time() >= self._expires_at_seconds:
            self._fail(destinations.TOO_OLD)
            return
        try:
            outcome = self._function.invoke(self._invocation)
        except ResourceNotFoundException:  # the version or alias
            return
        except RecursiveInvocationException as error:
            self._response = Response(400, error=error.shape_name, message=error.message)
            self._fail(destinations.RECURSIVE)
        except TooManyRequestsException as error:
            self._throttled(error)
        except AwsError:
            self._back_off()
        else:
            self._answered(outcome)

    @property
    def _expires_at_seconds(self) -> float:
        return self._accepted_at_seconds + self._function.event_invoke_config(self._qualifier).age_seconds

    def _answered(self, outcome: Outcome) -> None:
        self._invocations += 1
        self._throttles = 0
        self._event = outcome.event
        self._response = Response(
            200, outcome.payload, outcome.error, outcome.version, _error_message(outcome)
        )
        config = self._function.event_invoke_config(self._qualifier)
        if outcome.error is None:
            if config.on_success is not None:
                self._tell("OnSuccess", config.on_success, destinations.SUCCESS)
        elif self._invocations > config.retries:
            self._fail(destinations.RETRIES_EXHAUSTED)
        else:
            self._again_after(RETRY_DELAYS_SECONDS[self._invocations - 1])

    def _throttled(self, error: TooManyRequestsException) -> None:
        if self._function.concurrency.reserved == 0:
            # Such events are not kept. (Lambda Developer Guide: Configuring reserved concurrency)
            self._fail(destinations.NEVER_MAY_RUN)
            return
        self._response = Response(error.status or 429, message=error.message)
        self._back_off()

    def _back_off(self) -> None:
        delay = min(FIRST_BACKOFF_SECONDS * 2**self._throttles, LONGEST_BACKOFF_SECONDS)
        self._throttles += 1
        self._again_after(delay)

    def _again_after(self, seconds: float) -> None:
        """Try again, or give up when the event will be too old by then. (recorded: test_maxeventage)"""
        due_at, expires_at = self._cloud.clock.time() + seconds, self._expires_at_seconds
        if due_at < expires_at:
            self._cloud.scheduler.at(due_at, self._attempt)
        else:
            self._cloud.scheduler.at(expires_at, lambda: self._fail(destinations.TOO_OLD))

    def _fail(self, condition: str) -> None:
        """Give the event up, and tell the destination and the dead-letter queue, if there are any."""
        on_failure = self._function.event_invoke_config(self._qualifier).on_failure
        if on_failure is not None:
            self._tell("OnFailure", on_failure, condition)
        # Versions have the queue of $LATEST. (Lambda Developer Guide: Adding a dead-letter queue)
        queue = self._function.configuration.dead_letter_arn
        if queue is not None:
            attributes = destinations.dead_letter_attributes(
                self._invocation.request_id, condition, self._response
            )
            with within(self._event):
                destinations.send(
                    self._cloud,
                    self._function,
                    self._function.configuration_of(self._qualifier),
                    "DeadLetter",
                    queue,
                    self._invocation.payload,
                    attributes,
                )

    def _tell(self, what: str, destination: str, condition: str) -> None:
        now = self._cloud.clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        record = destinations.invocation_record(
            f"{self._function.arn}:{self._qualifier}",
            self._invocation,
            condition,
            self._invocations,
            self._response,
            now,
        )
        configuration = self._function.configuration_of(self._qualifier)
        with within(self._event):
            destinations.send(self._cloud, self._function, configuration, what, destination, record)


def _error_message(outcome: Outcome) -> str:
    """What the function's error says."""
    if outcome.error is None:
        return ""
    try:
        described = json.loads(outcome.payload)
    except ValueError:  # a custom runtime describes its errors as it likes
        return ""
    return str(described.get("errorMessage", "")) if isinstance(described, dict) else ""
