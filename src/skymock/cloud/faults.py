"""Planted faults: throttles, errors, timeouts, slow calls, conflicts; where and how often a test wants them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from skymock.cloud.fault import Conflict, Fault, Hold
from skymock.errors import AwsError

if TYPE_CHECKING:
    import random

    from skymock.cloud.clock import Clock
    from skymock.cloud.timeline import Event


IsKey = Callable[[Mapping[str, Any]], bool]


class ReadTimedOut(Exception):
    """The answer never came; each interceptor raises its library's own read timeout for it."""


def planted_error(code: str, message: str, status: int, **members: Any) -> AwsError:
    """An AWS error of any code, of a class of its own as every AWS error is."""
    named: type[AwsError] = type(code, (AwsError,), {"code": code, "status": status})
    return named(message, **members)


class Faults:
    """The fault plan. Every method plants one fault and returns it; `planted` are those that may strike any call.

    service, operation: AWS's names ("dynamodb", "PutItem"); None means any.
    resource: an ARN or its last part ("orders"), with `*` and `?`.
    times: how often it strikes (None: always). probability: 0 to 1, drawn from the cloud's seed.
    """

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self.planted: list[Fault] = []
        self.conflicts: list[Conflict] = []

    def error(
        self,
        service: str | None = None,
        operation: str | None = None,
        *,
        code: str = "InternalServerError",
        message: str = "Internal server error",
        status: int = 500,
        resource: str | None = None,
        times: int | None = None,
        probability: float = 1.0,
        **members: Any,
    ) -> Fault:
        """Answer with an AWS error of that code, HTTP status, and further members of its shape."""
        make = partial(planted_error, code, message, status, **members)
        return self._plant(Fault(self._forget, service, operation, resource, times, probability, make))

    def throttle(
        self,
        service: str | None = None,
        operation: str | None = None,
        *,
        code: str = "ThrottlingException",
        message: str = "Rate exceeded",
        status: int = 400,
        resource: str | None = None,
        times: int | None = None,
        probability: float = 1.0,
    ) -> Fault:
        """Throttle, as AWS does when a rate is exceeded: an error that clients retry."""
        return self.error(
            service,
            operation,
            code=code,
            message=message,
            status=status,
            resource=resource,
            times=times,
            probability=probability,
        )

    def timeout(
        self,
        service: str | None = None,
        operation: str | None = None,
        *,
        resource: str | None = None,
        times: int | None = None,
        probability: float = 1.0,
    ) -> Fault:
        """Let the answer never come: the client raises its own read timeout (after its own retries)."""
        return self._plant(
            Fault(self._forget, service, operation, resource, times, probability, ReadTimedOut)
        )

    def slow(
        self,
        service: str | None = None,
        operation: str | None = None,
        *,
        seconds: float,
        resource: str | None = None,
        times: int | None = None,
        probability: float = 1.0,
    ) -> Fault:
        """Let the call take that long on the cloud's clock: it is moved, nothing waits for real."""
        pass_time = partial(self._clock.advance, seconds=seconds)
        return self._plant(
            Fault(self._forget, service, operation, resource, times, probability, pass_time=pass_time)
        )

    def hold(
        self,
        service: str | None = None,
        operation: str | None = None,
        *,
        resource: str | None = None,
        times: int | None = None,
        at_most_seconds: float = 10.0,
    ) -> Hold:
        """Hold the calls of other threads, for real, while the test does something else; see `Hold`.

        A call that nobody lets go on fails with a RuntimeError after `at_most_seconds`.
        """
        hold = Hold(self._forget, service, operation, resource, times, at_most_seconds)
        self.planted.append(hold)
        return hold

    def conflict(
        self,
        service: str = "dynamodb",
        operation: str | None = None,
        *,
        resource: str | None = None,
        key: Mapping[str, Any] | None = None,
        times: int | None = None,
        probability: float = 1.0,
    ) -> Fault:
        """Let an item of a table look as if a transaction were at work on it.

        key: the item's, as on the wire ({"pk": {"S": "a"}}); any item's if None. A call is struck once.
        """
        conflict = Conflict(self._forget, service, operation, resource, times, probability, key)
        self.conflicts.append(conflict)
        return conflict

    def remove(self, fault: Fault) -> None:
        fault.remove()

    def _forget(self, fault: Fault) -> None:
        for planted in (self.planted, self.conflicts):
            if fault in planted:
                planted.remove(fault)  # type: ignore[arg-type]  # it is in this very list

    def clear(self) -> None:
        for fault in (*self.planted, *self.conflicts):
            fault.remove()

    def strike(self, service: str, operation: str, resources: Sequence[str]) -> list[Fault]:
        """Raise the first planted error that meets a call; returns the faults that make the call last.

        Where an error follows them, their time passes before it.
        """
        lasting: list[Fault] = []
        for fault in list(self.planted):
            if not self._strikes(fault, service, operation, resources):
                continue
            if fault.make_error is not None:
                for slow in lasting:
                    slow.let_pass()
                raise fault.make_error()
            lasting.append(fault)
        return lasting

    def conflicting(self, call: Event, resource: str, is_key: IsKey) -> bool:
        """Whether a planted conflict strikes a call at an item. is_key: whether a key is the item's."""
        for conflict in list(self.conflicts):
            if conflict.struck_call is call or not (conflict.key is None or is_key(conflict.key)):
                continue
            if self._strikes(conflict, call.service, call.operation, [resource]):
                conflict.struck_call = call
                return True
        return False

    def _strikes(self, fault: Fault, service: str, operation: str, resources: Sequence[str]) -> bool:
        if not fault.meets(service, operation, resources):
            return False
        if fault.probability < 1.0 and self._chance.random() >= fault.probability:
            return False
        fault.strikes += 1
        return True

    def _plant(self, fault: Fault) -> Fault:
        self.planted.append(fault)
        return fault
