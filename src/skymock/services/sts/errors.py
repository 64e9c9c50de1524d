"""STS's exceptions, under AWS's names."""

from __future__ import annotations

from skymock.errors import AwsError


class InvalidParameterValue(AwsError):
    """Session tags that do not go together. STS's model omits it."""

    code, status = "InvalidParameterValue", 400
