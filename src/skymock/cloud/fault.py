"""One planted fault: what it meets, and what it does to a call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import TracebackType

    from skymock.cloud.timeline import Event


class Fault:
    """One planted fault. `strikes` counts how often it struck. As a context manager it is removed at the end.

    make_error: of a fault that ends the call. pass_time: of one that makes it last.
    """

    def __init__(
        self,
        remove: Callable[[Fault], None],
        service: str | None,
        operation: str | None,
        resource: str | None,
        times: int | None,
        probability: float,
        make_error: Callable[[], Exception] | None = None,
        pass_time: Callable[[], None] | None = None,
    ) -> None:
        self._remove = remove
        self.service = service
        self.operation = operation
        self.resource = resource
        self.times = times
        self.probability = probability
        self.make_error = make_error
        self._pass_time = pass_time
        self.strikes = 0

    def meets(self, service: str, operation: str, resources: Sequence[str]) -> bool:
        return (
            self.service in (None, service)
            and self.operation in (None, operation)
            and (self.times is None or self.strikes < self.times)
            and (self.resource is None or any(_names(self.resource, resource) for resource in resources))
        )

    def let_pass(self) -> None:
        """Let the time pass that it makes a call take."""
        if self._pass_time is not None:
            self._pass_time()

    def remove(self) -> None:
        self._remove(self)

    def __enter__(self) -> Fault:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.remove()


class Hold(Fault):
    """A planted fault that holds its calls, for real, until it is removed or `release` is called."""

    def __init__(
        self,
        remove: Callable[[Fault], None],
        service: str | None,
        operation: str | None,
        resource: str | None,
        times: int | None,
        at_most_seconds: float,
    ) -> None:
        super().__init__(remove, service, operation, resource, times, 1.0, pass_time=self._wait)
        self._at_most_seconds = at_most_seconds
        self._has_come = threading.Event()
        self._may_go_on = threading.Event()

    def __enter__(self) -> Hold:
        return self

    def wait_for_call(self) -> None:
        """Wait until a call is held."""
        if not self._has_come.wait(self._at_most_seconds):
            raise RuntimeError(f"no call came to be held in {self._at_most_seconds} seconds")

    def release(self) -> None:
        """Let the held calls go on; no other one is held."""
        self._may_go_on.set()

    def remove(self) -> None:
        super().remove()
        self.release()

    def _wait(self) -> None:
        self._has_come.set()
        if not self._may_go_on.wait(self._at_most_seconds):
            raise RuntimeError(f"nobody released the held call in {self._at_most_seconds} seconds")


class Conflict(Fault):
    """A planted fault that lets an item look as if another request were at work on it.

    key: of the item, as on the wire; None means any. The services that know such conflicts look for these faults.
    """

    def __init__(
        self,
        remove: Callable[[Fault], None],
        service: str,
        operation: str | None,
        resource: str | None,
        times: int | None,
        probability: float,
        key: Mapping[str, Any] | None,
    ) -> None:
        super().__init__(remove, service, operation, resource, times, probability)
        self.key = key
        self.struck_call: Event | None = None


def _names(pattern: str, resource: str) -> bool:
    """Whether a pattern (`*`, `?`) names a resource: its whole ARN, or the name at the ARN's end."""
    return fnmatchcase(resource, pattern) or fnmatchcase(resource.replace("/", ":").split(":")[-1], pattern)
