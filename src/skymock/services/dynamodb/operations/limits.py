"""The quotas of the account."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.dynamodb.operations.base import TableService
from skymock.services.dynamodb.quotas import ACCOUNT_UNITS, TABLE_UNITS


class LimitOperations(TableService):
    @operation
    def describe_limits(self) -> Output:
        """The account's quotas of capacity: AWS's defaults. (DynamoDB API: DescribeLimits)"""
        return {
            "AccountMaxReadCapacityUnits": ACCOUNT_UNITS,
            "AccountMaxWriteCapacityUnits": ACCOUNT_UNITS,
            "TableMaxReadCapacityUnits": TABLE_UNITS,
            "TableMaxWriteCapacityUnits": TABLE_UNITS,
        }
