"""Asynchronous invocations: Lambda's own queue of events, which tries a failing function again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skymock.services.lambda_.environment import Invocation
from skymock.services.lambda_.errors import ResourceNotFoundException
from skymock.services.lambda_.function import Function

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# How long Lambda waits before the second and the third attempt. (Lambda Developer Guide: How Lambda handles
# errors and retries with asynchronous invocation)
RETRY_DELAYS_SECONDS = (60, 120)


class QueuedInvocation:
    """An event that was accepted; the function runs once the present call is over."""

    def __init__(self, cloud: Cloud, function: Function, invocation: Invocation) -> None:
        self._cloud = cloud
        self._function = function
        self._invocation = invocation
        self._delays = iter(RETRY_DELAYS_SECONDS)

    def enqueue(self) -> None:
        self._cloud.scheduler.after(0, self._attempt)

    def _attempt(self) -> None:
        if self._function.is_deleted:
            return
        try:
            outcome = self._function.invoke(self._invocation)
        except ResourceNotFoundException:  # the version or alias is deleted by now
            return
        delay_seconds = next(self._delays, None)
        if outcome.error is not None and delay_seconds is not None:
            self._cloud.scheduler.after(delay_seconds, self._attempt)
