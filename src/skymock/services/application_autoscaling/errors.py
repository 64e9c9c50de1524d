"""Application Auto Scaling's exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class ValidationException(AwsError):
    """What a request asks for is not possible."""

    code, status = "ValidationException", 400


class ObjectNotFoundException(AwsError):
    """There is no such scalable target, policy or scheduled action."""

    code, status = "ObjectNotFoundException", 400


class ResourceNotFoundException(AwsError):
    """There is no resource with that ARN to tag."""

    code, status = "ResourceNotFoundException", 400


class LimitExceededException(AwsError):
    """There are as many of the kind as an account may have."""

    code, status = "LimitExceededException", 400


class TooManyTagsException(AwsError):
    """A resource has at most 50 tags."""

    code, status = "TooManyTagsException", 400


class InvalidNextTokenException(AwsError):
    """The token is none that a listing gave."""

    code, status = "InvalidNextTokenException", 400
