"""How many invocations may go on at once: the account's limit, and what functions have reserved and provisioned.

(Lambda Developer Guide: Understanding Lambda function scaling)
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from skymock.cloud.transitions import Change, Transition
from skymock.services.lambda_.errors import InvalidParameterValueException, TooManyRequestsException

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# Quotas of an account in a region.
ACCOUNT_LIMIT = 1000
LEAST_UNRESERVED = 100

# How long provisioned concurrency takes to be ready; AWS says a minute or two.
PROVISIONING_SECONDS = 60

# Why there is none, where the function's code cannot be imported; CloudFormation shows it so. (issues of
# serverless/serverless and others)
INIT_FAILED = "FUNCTION_ERROR_INIT_FAILURE"

FUNCTION_LIMIT, ACCOUNT_LIMIT_REASON = (
    "ReservedFunctionConcurrentInvocationLimitExceeded",
    "ConcurrentInvocationLimitExceeded",
)


class AccountConcurrency:
    """The concurrency of an account in a region.

    limit: how many invocations it may have at once. busy: those going on that belong to no reserved or provisioned
    concurrency.
    """

    def __init__(self) -> None:
        self.limit = ACCOUNT_LIMIT
        self.busy = 0
        self.lock = threading.Lock()
        self._functions: list[FunctionConcurrency] = []

    @property
    def unreserved(self) -> int:
        """What is left for functions that have reserved nothing."""
        left = self.limit
        for function in self._functions:
            if function.reserved is not None or function.provisioned:
                left -= function.set_aside
        return left

    @property
    def least_unreserved(self) -> int:
        return min(LEAST_UNRESERVED, self.limit)

    def add(self, function: FunctionConcurrency) -> None:
        self._functions.append(function)

    def remove(self, function: FunctionConcurrency) -> None:
        """Forget a function that was deleted."""
        if function in self._functions:
            self._functions.remove(function)


class Provisioned:
    """The provisioned concurrency of a version or an alias.

    requested: how much was asked for; allocated: how much of it is there. busy: how much of it is at work.
    has_failed: the code could not be imported. prepare: makes so many environments ready, and says whether it could.
    """

    def __init__(self, cloud: Cloud, prepare: Callable[[int], bool]) -> None:
        self.requested = 0
        self.has_failed = False
        self.allocated = 0
        self.busy = 0
        self.modified_at: dt.datetime = cloud.clock.now()
        self._cloud = cloud
        self._prepare = prepare
        self._transition: Transition | None = None

    def request(self, amount: int) -> dict[str, Any]:
        """Ask for another amount, which is there after as long as that takes on AWS. Returns it as it is until then."""
        self.requested = amount
        self.allocated = min(self.allocated, amount)
        self.modified_at = self._cloud.clock.now()
        shown = self.describe()
        self.allocate()
        return shown

    def allocate(self) -> None:
        """Have it ready after as long as that takes on AWS, in all versions that it is for."""

        # The function's code runs then, once whatever is going on now is over.
        def begin() -> None:
            self._cloud.scheduler.after(0, self._finish)

        self._transition = self._cloud.transitions.begin(Change(PROVISIONING_SECONDS, begin))

    def described(self) -> None:
        """Note that it is about to be described: its state may have been seen often enough."""
        if self._transition is not None:
            self._transition.described()

    def describe(self) -> dict[str, Any]:
        """(recorded: test_provisioned_concurrency)"""
        status = "READY" if self.allocated == self.requested else "IN_PROGRESS"
        shown = {
            "RequestedProvisionedConcurrentExecutions": self.requested,
            "AvailableProvisionedConcurrentExecutions": max(0, self.allocated - self.busy),
            "AllocatedProvisionedConcurrentExecutions": self.allocated,
            "Status": "FAILED" if self.has_failed else status,
            "LastModified": f"{self.modified_at:%Y-%m-%dT%H:%M:%S}+0000",
        }
        return {**shown, "StatusReason": INIT_FAILED} if self.has_failed else shown

    def _finish(self) -> None:
        self.has_failed = not self._prepare(self.requested)
        self.allocated = 0 if self.has_failed else self.requested


class FunctionConcurrency:
    """One function's share of the account's concurrency.

    reserved: how much only it may use, and no more; None where it shares what is unreserved.
    provisioned: by the version or alias that is invoked.
    """

    def __init__(self, account: AccountConcurrency) -> None:
        self.reserved: int | None = None
        self.provisioned: dict[str, Provisioned] = {}
        self._account = account
        self._busy = 0
        account.add(self)

    @property
    def total_provisioned(self) -> int:
        return sum(found.requested for found in self.provisioned.values())

    @property
    def set_aside(self) -> int:
        """What the account's other functions cannot use."""
        return self.total_provisioned if self.reserved is None else self.reserved

    def take(self, qualifier: str) -> Provisioned | None:
        """Begin an invocation; returns the provisioned concurrency that it uses, if it does, for `give_back`.

        Raises TooManyRequestsException.
        """
        account = self._account
        with account.lock:
            provisioned = self.provisioned.get(qualifier) if self.provisioned else None
            if provisioned is not None and provisioned.busy < provisioned.allocated:
                provisioned.busy += 1
                return provisioned
            if self.reserved is None:
                if account.busy >= account.unreserved:
                    raise _throttled(ACCOUNT_LIMIT_REASON)
                account.busy += 1
            # Of what is reserved, others than their versions cannot use what is provisioned. (recorded:
            # test_reserved_provisioned_overlap)
            elif self._busy >= self.reserved - self.total_provisioned:
                raise _throttled(FUNCTION_LIMIT)
            self._busy += 1
        return None

    def give_back(self, provisioned: Provisioned | None) -> None:
        """An invocation has ended."""
        with self._account.lock:
            if provisioned is not None:
                provisioned.busy -= 1
                return
            self._busy -= 1
            if self.reserved is None:
                self._account.busy -= 1

    def reserve(self, amount: int | None) -> None:
        """Reserve so much, or nothing any more. Raises InvalidParameterValueException."""
        account = self._account
        with account.lock:
            if amount is not None:
                self._check_reservable(amount)
            if self.reserved is None and amount is not None:
                account.busy -= self._busy
            elif self.reserved is not None and amount is None:
                account.busy += self._busy
            self.reserved = amount

    def check_provisionable(self, qualifier: str, amount: int) -> None:
        """Raises InvalidParameterValueException where so much cannot be provisioned."""
        found = self.provisioned.get(qualifier)
        further = amount - (0 if found is None else found.requested)
        if self.reserved is not None:
            if self.total_provisioned + further > self.reserved:
                raise InvalidParameterValueException(
                    "Requested Provisioned Concurrency should not be greater than the reservedConcurrentExecution "
                    "for function"
                )
            return
        unreserved = self._account.unreserved
        if further > unreserved:
            raise InvalidParameterValueException(
                "Specified ConcurrentExecutions for function is greater than account's unreserved concurrency "
                f"[{unreserved}]."
            )
        self._check_left(unreserved - further, "ConcurrentExecutions")

    def close(self) -> None:
        """Give its share back: the function is deleted."""
        self._account.remove(self)

    def _check_reservable(self, amount: int) -> None:
        if amount < self.total_provisioned:
            # The spaces are AWS's. (recorded: test_reserved_provisioned_overlap)
            raise InvalidParameterValueException(
                f" ReservedConcurrentExecutions  {amount} should not be lower than function's total provisioned "
                f"concurrency [{self.total_provisioned}]."
            )
        self._check_left(self._account.unreserved + self.set_aside - amount, "ReservedConcurrentExecutions")

    def _check_left(self, unreserved: int, what: str) -> None:
        least = self._account.least_unreserved
        if unreserved < least:
            raise InvalidParameterValueException(
                f"Specified {what} for function decreases account's UnreservedConcurrentExecution below its minimum "
                f"value of [{least}]."
            )


def _throttled(reason: str) -> TooManyRequestsException:
    """(recorded: test_reserved_concurrency_async_queue)"""
    return TooManyRequestsException("Rate Exceeded.", Reason=reason)
