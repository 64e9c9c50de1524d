"""Lambda's exceptions, under AWS's names."""

from __future__ import annotations

from typing import Any

from skymock.errors import AwsError


class LambdaError(AwsError):
    """What all of Lambda's modelled errors have: a `Type` that says whose fault it was."""

    def __init__(self, message: str = "", **members: Any) -> None:
        super().__init__(message, **{"Type": "User", **members})


class AccessDeniedException(AwsError):
    """Neither the caller's policies nor the function's own allow the call."""

    code, status = "AccessDeniedException", 403


class ValidationException(AwsError):
    """A value that the model's constraints refuse."""

    code, status = "ValidationException", 400


class CodeSigningConfigNotFoundException(LambdaError):
    """A function cannot have a code signing configuration that there is not."""


class CodeStorageExceededException(LambdaError):
    """The account has no room for so much code."""


class InvalidParameterValueException(LambdaError):
    """A value that is well-formed but cannot be."""


class InvalidRequestContentException(LambdaError):
    """The payload of an invocation is not JSON."""


class PolicyLengthExceededException(LambdaError):
    """A resource policy would be too long."""


class PreconditionFailedException(LambdaError):
    """The revision id given is not that of the latest revision."""


class RequestTooLargeException(LambdaError):
    """The payload of an invocation is larger than its kind of invocation takes."""

    # The wire calls it otherwise than the model. (ClientErrors in the issues of ASFHyP3/hyp3 and aws/aws-pdk)
    code, status = "RequestEntityTooLargeException", 413


class ResourceConflictException(LambdaError):
    """It exists already."""


class ResourceNotFoundException(LambdaError):
    """The function, policy or mapping does not exist."""


def alias_not_found(arn: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Cannot find alias arn: {arn}")


class ProvisionedConcurrencyConfigNotFoundException(LambdaError):
    """The version or alias has no provisioned concurrency."""


class RecursiveInvocationException(LambdaError):
    """The function is part of a loop that Lambda has stopped."""


class SnapStartException(LambdaError):
    """What the function wants done after its snapshot was restored has failed."""

    def __init__(self) -> None:
        # (Lambda API: Invoke)
        super().__init__(
            "The afterRestore() runtime hook encountered an error. For more information, check the Amazon CloudWatch "
            "logs."
        )


class SnapStartTimeoutException(LambdaError):
    """It has taken too long."""

    def __init__(self) -> None:
        super().__init__("Lambda couldn't restore the snapshot within the timeout limit.")


class TooManyRequestsException(LambdaError):
    """There is no concurrency left for the invocation, or none for the function."""
