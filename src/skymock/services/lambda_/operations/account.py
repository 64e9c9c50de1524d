"""What an account may have, and has."""

from __future__ import annotations

from skymock.cloud.service import Output, operation
from skymock.services.lambda_.code import MOST_UNZIPPED_BYTES
from skymock.services.lambda_.operations.packages import MOST_STORED_BYTES, Packages

# A package that comes with a request. (Lambda Developer Guide: Lambda quotas)
MOST_ZIPPED_BYTES = 50 * 1024 * 1024


class AccountOperations(Packages):
    @operation
    def get_account_settings(self) -> Output:
        """The account's limits, and what it uses of them here. (Lambda API: GetAccountSettings)"""
        return {
            "AccountLimit": {
                "TotalCodeSize": MOST_STORED_BYTES,
                "CodeSizeUnzipped": MOST_UNZIPPED_BYTES,
                "CodeSizeZipped": MOST_ZIPPED_BYTES,
                "ConcurrentExecutions": self.concurrency.limit,
                "UnreservedConcurrentExecutions": self.concurrency.unreserved,
            },
            "AccountUsage": {"TotalCodeSize": self.stored_bytes, "FunctionCount": len(self.functions)},
        }
