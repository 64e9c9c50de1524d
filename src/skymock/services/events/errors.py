"""Amazon EventBridge's exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class ValidationException(AwsError):
    """What a request asks for is not possible. The model omits it."""

    code, status = "ValidationException", 400


class ResourceNotFoundException(AwsError):
    """There is no such bus, rule, archive, replay or statement."""


class ResourceAlreadyExistsException(AwsError):
    """There is a bus, archive or replay of that name already."""


class InvalidEventPatternException(AwsError):
    """The text is no event pattern."""


class LimitExceededException(AwsError):
    """There are as many of the kind as there may be."""

    def __init__(self) -> None:
        super().__init__("The requested resource exceeds the maximum number allowed.")


class PolicyLengthExceededException(AwsError):
    """A bus's policy would be longer than it may be."""


class AccessDeniedException(AwsError):
    """The sender's policies, or the bus's, do not allow it to put events."""


class IllegalStatusException(AwsError):
    """The replay is over, or being cancelled already."""
