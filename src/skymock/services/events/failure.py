"""Why a delivery failed, by the codes that dead-letter queues show, and whether trying again may help.

(EventBridge User Guide: Using dead-letter queues to process undelivered events)
"""

from __future__ import annotations

from dataclasses import dataclass

from skymock.errors import AwsError


class FailedToAssumeRole(AwsError):
    """The target's role does not let EventBridge assume it."""


class ThirdHop(Exception):
    """An event that came from another bus is not sent on to a third one."""


class EndpointFailed(Exception):
    """An HTTP endpoint did not take an event."""

    def __init__(self, code: str, message: str, *, may_pass: bool, retry_after_seconds: float = 0) -> None:
        super().__init__(message)
        # A negative wait ends all attempts. (EventBridge User Guide: API destinations)
        self.failure = Failure(code, message, may_pass and retry_after_seconds >= 0, retry_after_seconds)


@dataclass(frozen=True, slots=True)
class Failure:
    """code: of the dead-letter queue's messages. may_pass: whether EventBridge tries again, and if, not before
    retry_after_seconds have passed."""

    code: str
    message: str
    may_pass: bool
    retry_after_seconds: float = 0


def failure_of(error: Exception) -> Failure:
    """What a target's error means. The documentation names the codes, but not for which errors they stand."""
    if isinstance(error, EndpointFailed):
        return error.failure
    if not isinstance(error, AwsError):
        return Failure("THIRD_ACCOUNT_HOP_DETECTED", str(error), may_pass=False)
    if isinstance(error, FailedToAssumeRole):
        return Failure("FAILED_TO_ASSUME_ROLE", error.message, may_pass=False)
    code, status = error.code or error.shape_name, error.status or 400
    if status == 429 or "Thrott" in code or "TooManyRequests" in code or "Exceeded" in code:
        return Failure("THROTTLING", error.message, may_pass=True)
    if status >= 500:
        return Failure("INTERNAL_ERROR", error.message, may_pass=True)
    if "AccessDenied" in code or "AuthorizationError" in code or "NotAuthorized" in code:
        return Failure("NO_PERMISSIONS", error.message, may_pass=False)
    if any(word in code for word in ("NotFound", "NonExistent", "NoSuch")):
        return Failure("NO_RESOURCE", error.message, may_pass=False)
    return Failure("SDK_CLIENT_ERROR", error.message, may_pass=True)
