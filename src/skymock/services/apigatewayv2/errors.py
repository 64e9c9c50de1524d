"""API Gateway v2's exceptions, under AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class BadRequestException(AwsError):
    """A request that AWS refuses for what it says."""


class NotFoundException(AwsError):
    """The API, or the part of it that was named, does not exist."""


class ConflictException(AwsError):
    """The request contradicts what is there."""


class AccessDeniedException(AwsError):
    """The caller's policies do not allow the action."""

    code, status = "AccessDeniedException", 403


class MissingAuthenticationTokenException(AwsError):
    """Nobody signed the request."""

    code, status = "MissingAuthenticationTokenException", 403
