"""The quotas of the account."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.operations.base import TableService

# Quotas in DynamoDB: default throughput quotas, of an account in a region and of one table
ACCOUNT_UNITS = 80_000
TABLE_UNITS = 40_000


class LimitOperations(TableService):
    @operation
    def describe_limits(self) -> Output:
        """The account's quotas of provisioned capacity: AWS's defaults. (DynamoDB API: DescribeLimits)

        Nothing is held to them.
        """
        return {
            "AccountMaxReadCapacityUnits": ACCOUNT_UNITS,
            "AccountMaxWriteCapacityUnits": ACCOUNT_UNITS,
            "TableMaxReadCapacityUnits": TABLE_UNITS,
            "TableMaxWriteCapacityUnits": TABLE_UNITS,
        }
