"""Planted faults: throttles, errors, timeouts and slow calls, where and how often a test wants them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import TYPE_CHECKING, Any

from skymock.errors import AwsError

if TYPE_CHECKING:
    import random
    from types import TracebackType

    from skymock.cloud.clock import Clock


class ReadTimedOut(Exception):
    """The answer never came; each interceptor raises its library's own read timeout for it."""


def planted_error(code: str, message: str, status: int, **members: Any) -> AwsError:
    """An AWS error of any code, of a class of its own as every AWS error is."""
    named: type[AwsError] = type(code, (AwsError,), {"code": code, "status": status})
    return named(message, **members)


class Fault:
    """One planted fault. `strikes` counts how often it struck. As a context manager it is removed at the end."""

    def __init__(
        self,
        faults: Faults,
        service: str | None,
        operation: str | None,
        resource: str | None,
        times: int | None,
        probability: float,
        make_error: Callable[[], Exception] | None = None,
        seconds: float = 0.0,
    ) -> None:
        self._faults = faults
        self.service = service
        self.operation = operation
        self.resource = resource
        self.times = times
        self.probability = probability
        self.make_error = make_error
        self.seconds = seconds
        self.strikes = 0

    def meets(self, service: str, operation: str, resources: Sequence[str]) -> bool:
        return (
            self.service in (None, service)
            and self.operation in (None, operation)
            and (self.times is None or self.strikes < self.times)
            and (self.resource is None or any(_names(self.resource, resource) for resource in resources))
        )

    def remove(self) -> None:
        self._faults.remove(self)

    def __enter__(self) -> Fault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


def _names(pattern: str, resource: str) -> bool:
    """Whether a pattern (`*`, `?`) names a resource: its whole ARN, or the name at the ARN's end."""
    return fnmatchcase(resource, pattern) or fnmatchcase(resource.replace("/", ":").split(":")[-1], pattern)


class Faults:
    """The fault plan. Every method plants one fault and returns it.

    service, operation: AWS's names ("dynamodb", "PutItem"); None means any.
    resource: an ARN or its last part ("orders"), with `*` and `?`.
    times: how often it strikes (None: always). probability: 0 to 1, drawn from the cloud's seed.
    """

    def __init__(self, clock: Clock, chance: random.Random) -> None:
        self._clock = clock
        self._chance = chance
        self._planted: list[Fault] = []

    def __bool__(self) -> bool:
        return bool(self._planted)

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
        return self._plant(Fault(self, service, operation, resource, times, probability, make))

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
        return self._plant(Fault(self, service, operation, resource, times, probability, ReadTimedOut))

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
        return self._plant(Fault(self, service, operation, resource, times, probability, None, seconds))

    def remove(self, fault: Fault) -> None:
        if fault in self._planted:
            self._planted.remove(fault)

    def clear(self) -> None:
        self._planted.clear()

    def strike(self, service: str, operation: str, resources: Sequence[str]) -> None:
        """Raise the first planted error that meets a call; slow ones that meet it take their time before."""
        for fault in list(self._planted):
            if not fault.meets(service, operation, resources):
                continue
            if fault.probability < 1.0 and self._chance.random() >= fault.probability:
                continue
            fault.strikes += 1
            if fault.make_error is not None:
                raise fault.make_error()
            self._clock.advance(seconds=fault.seconds)

    def _plant(self, fault: Fault) -> Fault:
        self._planted.append(fault)
        return fault
