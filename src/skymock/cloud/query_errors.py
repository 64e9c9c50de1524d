"""How services of the query protocol (IAM, STS) call the errors that every service has."""

from __future__ import annotations

from skymock.errors import AwsError


class ValidationError(AwsError):
    """What the model's constraints refuse."""

    code, status = "ValidationError", 400


class AccessDenied(AwsError):
    """The caller's policies do not allow the action."""

    code, status = "AccessDenied", 403


class MissingAuthenticationToken(AwsError):
    """An unsigned request. The message is always the same."""

    code, status = "MissingAuthenticationToken", 403

    def __init__(self, message: str = "") -> None:
        super().__init__("Request is missing Authentication Token")


class InvalidClientTokenId(AwsError):
    """The access key or the session token is not one that was issued, or no longer."""

    code, status = "InvalidClientTokenId", 403


class ExpiredToken(AwsError):
    """Temporary credentials past their expiration."""

    code, status = "ExpiredToken", 403
