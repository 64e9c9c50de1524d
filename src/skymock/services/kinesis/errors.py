"""Amazon Kinesis Data Streams' exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class ResourceNotFoundException(AwsError):
    """There is no such stream, shard or consumer, or the stream is not there yet."""


class ResourceInUseException(AwsError):
    """The resource is there already, or in a state that does not allow it."""


class InvalidArgumentException(AwsError):
    """A parameter is not what it should be."""


class LimitExceededException(AwsError):
    """The account, the stream or the operation has a limit that the request would pass."""


class ValidationException(AwsError):
    """What the model's constraints refuse, or what the stream's capacity mode does not have."""


class ProvisionedThroughputExceededException(AwsError):
    """The shard took, or gave, as much as it can in a second."""


class ExpiredIteratorException(AwsError):
    """The shard iterator is older than five minutes."""


class ExpiredNextTokenException(AwsError):
    """The pagination token is older than five minutes."""
