"""IAM's exceptions, under AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class NoSuchEntityException(AwsError):
    """There is no user, role, policy or key of that name."""


class EntityAlreadyExistsException(AwsError):
    """The name is taken; case makes no difference."""


class DeleteConflictException(AwsError):
    """What is to be deleted still has policies, keys or versions."""


class LimitExceededException(AwsError):
    """A quota of IAM's is used up."""


class InvalidInputException(AwsError):
    """A value that the model allows and IAM does not."""
