"""CloudWatch Logs' exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class InvalidParameterException(AwsError):
    """A parameter is not what it should be."""


class ResourceNotFoundException(AwsError):
    """There is no such group, stream, filter or policy."""


class ResourceAlreadyExistsException(AwsError):
    """There is a group or stream of that name already."""


class LimitExceededException(AwsError):
    """There are as many of the kind as there may be."""


class ValidationException(AwsError):
    """The group is protected from what is asked."""


class TooManyTagsException(AwsError):
    """A resource has at most 50 tags."""
