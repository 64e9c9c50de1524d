"""Amazon SNS's exceptions, by AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class AuthorizationErrorException(AwsError):
    """The caller's policies, or the topic's, do not allow the action."""


class NotFoundException(AwsError):
    """There is no such topic, subscription, application or device."""


class ResourceNotFoundException(AwsError):
    """There is no such topic to tag."""


class InvalidParameterException(AwsError):
    """A parameter is not what it should be."""


class InvalidParameterValueException(AwsError):
    """A message attribute is not what it should be."""


class EndpointDisabledException(AwsError):
    """The device's endpoint, or its application, is disabled."""


class OptedOutException(AwsError):
    """The phone's owner wants no messages."""


class TagLimitExceededException(AwsError):
    """A topic has no more than 50 tags."""


class FilterPolicyLimitExceededException(AwsError):
    """A topic has no more than 200 filter policies."""


class EmptyBatchRequestException(AwsError):
    """The batch has no entry."""


class TooManyEntriesInBatchRequestException(AwsError):
    """The batch has more than ten entries."""


class BatchEntryIdsNotDistinctException(AwsError):
    """Two entries of the batch have the same id."""


class InvalidBatchEntryIdException(AwsError):
    """An entry's id has characters that it may not have."""


class BatchRequestTooLongException(AwsError):
    """The messages of the batch are too long together."""


def invalid(what: str) -> InvalidParameterException:
    """What SNS says of most that is wrong."""
    return InvalidParameterException(f"Invalid parameter: {what}")
