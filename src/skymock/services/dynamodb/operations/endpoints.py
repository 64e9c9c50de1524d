"""The endpoints of the region."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.operations.base import TableService

CACHED_MINUTES = 1440


class EndpointOperations(TableService):
    @operation
    def describe_endpoints(self) -> Output:
        """The one endpoint of the region. (DynamoDB API: DescribeEndpoints)"""
        suffix = "amazonaws.com.cn" if self.partition == "aws-cn" else "amazonaws.com"
        address = f"dynamodb.{self.region}.{suffix}"
        return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": CACHED_MINUTES}]}
