"""Cognito's exceptions, under AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class ResourceNotFoundException(AwsError):
    """The user pool, app client or group does not exist."""


class InvalidParameterException(AwsError):
    """A parameter that AWS refuses; also what the model's constraints refuse."""


class NotAuthorizedException(AwsError):
    """Not allowed: a wrong password, a token that is not valid, a secret hash that does not fit."""


class UserNotFoundException(AwsError):
    """The user does not exist in the pool."""


class UsernameExistsException(AwsError):
    """The username is taken, or the email address or phone number that serves as one."""


class AliasExistsException(AwsError):
    """Another user already signs in with the email address, phone number or preferred username."""


class UserNotConfirmedException(AwsError):
    """The user signed up and did not confirm it yet."""


class CodeMismatchException(AwsError):
    """The code is not the one that was sent."""


class ExpiredCodeException(AwsError):
    """The code has expired, or none was sent."""


class InvalidPasswordException(AwsError):
    """The password does not satisfy the pool's policy."""


class UnsupportedUserStateException(AwsError):
    """The user is in a state in which this cannot be done."""


class GroupExistsException(AwsError):
    """The pool already has a group of that name."""


class UnauthorizedException(AwsError):
    """The app client may not revoke the token."""


class UnsupportedTokenTypeException(AwsError):
    """The token is not a refresh token."""


class UnsupportedOperationException(AwsError):
    """The app client does not have what the operation needs turned on."""
