"""A whole serverless cloud in one process, for unit tests."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.errors import AwsError, NotSupported
    from skymock.interception import NetworkBlocked
    from skymock.mocking import current_cloud, mock_serverless

__all__ = ["AwsError", "Cloud", "NetworkBlocked", "NotSupported", "current_cloud", "mock_serverless"]

# The pytest plugin is imported in every test run of an environment that has skymock: botocore must not be with it.
_HOMES = {
    "AwsError": "skymock.errors",
    "Cloud": "skymock.cloud.cloud",
    "NetworkBlocked": "skymock.interception",
    "NotSupported": "skymock.errors",
    "current_cloud": "skymock.mocking",
    "mock_serverless": "skymock.mocking",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
