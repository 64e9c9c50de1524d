"""What happened in a cloud, each call and event with its cause."""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from skymock.cloud.fault import Fault
    from skymock.cloud.principals import Principal

# A suite that writes a million items must not keep them alive through its timeline.
EVENTS_KEPT = 10_000

# Members that say best what a call was about, in the order in which they are looked for.
_TELLING = (
    "TableName", "FunctionName", "QueueUrl", "TopicArn", "StreamName", "Bucket", "RoleName", "RoleArn",
    "EventSourceArn", "StreamArn", "StreamARN", "ConsumerARN", "ClusterName",
    "UserPoolId", "ClientId", "ApiId", "RouteKey", "Name",
)  # fmt: skip


class Event:
    """One thing that happened: an API call, a request to a deployed URL, an event that a service caused by itself.

    kind: "call" (service and operation), "http" (a data-plane URL), or "event" (e.g. a TTL deletion, a delivery).
    parameters and error are the objects themselves, not copies. Times are epoch seconds on the cloud's clock.
    lasting: the planted faults that make a call last, until their time has passed.
    latency_seconds: what such a call takes on AWS by AWS's own account, where a service has a model of it; 0 where not.
    No time passes for it on the clock.
    """

    __slots__ = (
        "_parameters", "_read", "account_id", "at_seconds", "cause", "detail", "error", "kind",
        "lasting", "latency_seconds", "operation", "outcome", "principal", "region", "request_id", "service",
    )  # fmt: skip

    def __init__(
        self,
        kind: str,
        service: str,
        operation: str,
        at_seconds: float,
        cause: Event | None,
        parameters: Mapping[str, Any] | None = None,
        account_id: str = "",
        region: str = "",
        principal: Principal | None = None,
        request_id: str = "",
    ) -> None:
        self.kind = kind
        self.service = service
        self.operation = operation
        self.at_seconds = at_seconds
        self.cause = cause
        self._parameters: Any = parameters
        self._read: Callable[[Any], Mapping[str, Any]] | None = None
        self.account_id = account_id
        self.region = region
        self.principal = principal
        self.request_id = request_id
        self.error: BaseException | None = None
        self.detail = ""
        self.outcome = ""
        self.lasting: Sequence[Fault] = ()
        self.latency_seconds = 0.0

    def take_time(self) -> None:
        """Let the time pass that planted faults make the call take."""
        lasting, self.lasting = self.lasting, ()
        for fault in lasting:
            fault.let_pass()

    @property
    def parameters(self) -> Mapping[str, Any] | None:
        if self._read is not None:
            self._parameters, self._read = self._read(self._parameters), None
        parameters: Mapping[str, Any] | None = self._parameters
        return parameters

    def let_go(self, read: Callable[[Any], Mapping[str, Any]], text: object) -> None:
        """Keep a text in place of the parameters, now that the call is over: `read` gives them again.

        A request's text is a fraction of its parameters' memory, and nothing for the garbage collector to visit.
        """
        self._parameters, self._read = text, read

    @property
    def subject(self) -> str:
        """What it was about, in a word: the table, the function, the URL."""
        parameters = self.parameters
        if self.detail or parameters is None:
            return self.detail
        return next((str(parameters[name]) for name in _TELLING if name in parameters), "")

    def __str__(self) -> str:
        parts = [self.service, self.operation, self.subject]
        if self.error is not None:
            code = getattr(self.error, "code", None) or type(self.error).__name__
            parts.append(f"✗ {code}: {self.error}")
        elif self.outcome:
            parts.append(f"→ {self.outcome}")
        return " ".join(part for part in parts if part)

    def __repr__(self) -> str:
        return f"<Event {self}>"


_current: ContextVar[Event | None] = ContextVar("skymock_current_event", default=None)

current_event = _current.get
set_current_event = _current.set
reset_current_event = _current.reset


@contextmanager
def within(event: Event | None) -> Iterator[None]:
    """Let everything that happens inside have `event` as its cause."""
    token = _current.set(event)
    try:
        yield
    finally:
        _current.reset(token)


class Timeline:
    """The events in the order in which they began. Iterate it, or print it: it prints as a tree of causes.

    Only the last `kept` events are kept (all references, no copies).
    """

    def __init__(self, kept: int = EVENTS_KEPT) -> None:
        self._events: deque[Event] = deque(maxlen=kept)
        self.add = self._events.append

    def __iter__(self) -> Iterator[Event]:
        return iter(list(self._events))

    def __len__(self) -> int:
        return len(self._events)

    def calls(self, service: str | None = None, operation: str | None = None) -> list[Event]:
        """The API calls, of one service or operation if named (AWS's names: "dynamodb", "PutItem")."""
        return [
            event
            for event in self
            if event.kind == "call"
            and service in (None, event.service)
            and operation in (None, event.operation)
        ]

    def clear(self) -> None:
        self._events.clear()

    def go_with(self, error: BaseException) -> None:
        """Let an exception carry it (as `skymock_timeline`), for the pytest plugin to show."""
        object.__setattr__(error, "skymock_timeline", self)  # frozen dataclasses may be exceptions

    def tree(self) -> str:
        """The events as text, each below its cause, with the clock's time of day (UTC)."""
        events = list(self)
        known = set(map(id, events))
        children: dict[int | None, list[Event]] = {}
        for event in events:
            parent = id(event.cause) if event.cause is not None and id(event.cause) in known else None
            children.setdefault(parent, []).append(event)
        lines: list[str] = []
        pending = [(event, 0) for event in reversed(children.get(None, []))]
        while pending:
            event, depth = pending.pop()
            lines.append(f"{_time_of_day(event.at_seconds)}  {'   ' * depth}{'└─ ' if depth else ''}{event}")
            pending.extend((child, depth + 1) for child in reversed(children.get(id(event), [])))
        return "\n".join(lines)

    __str__ = tree


def _time_of_day(seconds: float) -> str:
    moment = dt.datetime.fromtimestamp(seconds, dt.timezone.utc)
    return moment.strftime("%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
