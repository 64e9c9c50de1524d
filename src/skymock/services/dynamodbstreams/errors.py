"""DynamoDB Streams' exceptions, under AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class ExpiredIteratorException(AwsError):
    """The shard iterator is older than 15 minutes."""


class TrimmedDataAccessException(AwsError):
    """The records are older than 24 hours, and gone."""
