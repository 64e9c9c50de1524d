"""A whole serverless cloud in one process, for unit tests."""

from skymock.cloud.cloud import Cloud
from skymock.errors import AwsError, NotSupported
from skymock.interception import NetworkBlocked
from skymock.mocking import current_cloud, mock_serverless

__all__ = ["AwsError", "Cloud", "NetworkBlocked", "NotSupported", "current_cloud", "mock_serverless"]
