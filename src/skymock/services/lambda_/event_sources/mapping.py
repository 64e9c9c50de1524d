"""Event source mappings: a stream's records or a queue's messages go to a function, in batches."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from skymock.cloud.principals import Principal
from skymock.cloud.timeline import Event, current_event, within
from skymock.cloud.transitions import Change, Transition
from skymock.errors import AwsError
from skymock.services.lambda_.bucket_destination import destination_target, is_bucket
from skymock.services.lambda_.environment import Invocation
from skymock.services.lambda_.event_sources.settings import MappingSettings
from skymock.services.lambda_.function import Function
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.role import RoleSession, assume
from skymock.services.lambda_.timeline_events import note

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.scheduler import Entry
    from skymock.services.lambda_.event_sources.source_kind import SourceKind

# How long Lambda takes to switch a mapping; AWS does not say, it is under a minute.
SWITCH_SECONDS = 10

FUNCTION_FAILED = "PROBLEM: Function call failed"


class Poller(Protocol):
    """What reads a kind of source."""

    def find_start(self) -> None: ...

    def poll(self) -> bool: ...

    def next_moment(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What the function answered to a batch. error: AWS's word for a failure. version: the one that ran."""

    payload: bytes
    error: str | None
    request_id: str
    version: str


class EventSourceMapping:
    """A source's mapping to a function.

    state: "Creating", "Enabling", "Enabled", "Disabling", "Disabled", "Updating" or "Deleting".
    last_result: what came of the last batch, in AWS's words.
    """

    def __init__(
        self,
        cloud: Cloud,
        arn: str,
        function: Function,
        function_arn: str,
        source_arn: str,
        settings: MappingSettings,
        kind: SourceKind,
        starting_position: str | None,
        starting_timestamp: dt.datetime | None,
        tags: Mapping[str, str],
    ) -> None:
        self.cloud = cloud
        self.arn = arn
        self.source_arn = source_arn
        self.settings = settings
        self.function = function
        self.function_arn = function_arn
        self.kind = kind
        self.starting_position = starting_position
        self.starting_timestamp = starting_timestamp
        self.tags = dict(tags)
        self.state = "Disabled"
        self.last_result = "No records processed"
        self.modified_at = cloud.clock.now()
        self._session: RoleSession | None = None
        self._poller: Poller | None = None
        self._entry: Entry | None = None
        self._unsubscribe: Callable[[], None] = lambda: None
        self._switching: Transition | None = None

    @property
    def uuid(self) -> str:
        return self.arn.rpartition(":")[2]

    @property
    def timeout_seconds(self) -> int:
        """Of the function's version that is mapped."""
        qualifier = self.function_arn[len(self.function.arn) + 1 :]
        return self.function.configuration_of(qualifier or LATEST).timeout_seconds

    def now(self) -> float:
        """Epoch seconds on the cloud's clock."""
        return self.cloud.clock.time()

    def read_with(self, poller: Poller) -> None:
        """Have the source read by a poller. Raises what the source's API refuses with."""
        poller.find_start()
        self._poller = poller

    def change(self, function: Function, function_arn: str, settings: MappingSettings) -> None:
        self.function, self.function_arn, self.settings = function, function_arn, settings
        self._session = None
        self.modified_at = self.cloud.clock.now()

    def switch(
        self, meanwhile: str, *, on: bool, forget: Callable[[], object] = lambda: None
    ) -> dict[str, Any]:
        """Enable or disable, passing through a state; reading goes on from where it has got to.

        forget: what else there is to do once it is off for good. Returns the mapping as it is meanwhile.
        """
        self.state = meanwhile
        self._unsubscribe()

        def finish() -> None:
            self.state = "Enabled" if on else "Disabled"
            forget()
            if on:
                self._unsubscribe = self.cloud.sources.subscribe(self.source_arn, self._announced)
                self._wake()

        shown = self.describe()
        self._switching = self.cloud.transitions.begin(Change(SWITCH_SECONDS, finish))
        return shown

    def described(self) -> None:
        """Note that the mapping is about to be described: a state may have been seen often enough."""
        if self._switching is not None:
            self._switching.described()

    def role_principal(self) -> Principal:
        """The function's execution role, assumed anew when its session has expired."""
        if self._session is None or self.now() >= self._session.expires_at_seconds:
            function = self.function
            self._session = assume(
                self.cloud,
                function.configuration.role,
                function.name,
                function.account_id,
                function.configuration.region,
            )
        return self._session.principal

    def invoke(self, payload: bytes, what: str) -> Answer | None:
        """Hand an event to the function; None where it could not be invoked at all."""
        event = self._event("EventSourceMapping", f"{what} of {self.source_arn} to {self.function.name}")
        request_id = self.cloud.ids.uuid()
        with within(event):
            try:
                outcome = self.function.invoke(Invocation(request_id, payload, self.function_arn))
            except AwsError as error:
                event.error = error
                self.last_result = FUNCTION_FAILED
                return None
        self.last_result = "OK" if outcome.error is None else FUNCTION_FAILED
        return Answer(outcome.payload, outcome.error, request_id, outcome.version)

    def tell_failure(self, shard_id: str, document: Callable[[bool], bytes]) -> None:
        """Tell the on-failure destination, if there is one, as the execution role; else nobody is told.

        document: called with whether it is to hold the event too, which buckets get.
        """
        destination = self.settings.on_failure
        if destination is None:
            return
        event = self._event("OnFailure", f"{self.source_arn} to {destination}")
        with within(event):
            try:
                folder = f"aws/lambda/{self.uuid}/{shard_id}"
                region = self.function.configuration.region
                target = destination_target(self.cloud, destination, folder, region)
                record = document(is_bucket(destination))
                target.deliver(record, self.role_principal(), self.function.arn)
            except AwsError as error:  # as on AWS, nobody but the metrics is told
                event.error = error

    def _event(self, operation: str, detail: str) -> Event:
        return note(self.cloud, self.function, operation, {"EventSourceArn": self.source_arn}, detail)

    def _announced(self) -> None:
        """Poll for something new, of which what goes on now is the cause, also if a poll was due anyhow."""
        self._wake()
        if self._entry is not None:
            self._entry.cause = current_event()

    def _wake(self) -> None:
        """Poll once the present call is over."""
        self._poll_at(self.now())

    def _poll_at(self, moment_seconds: float) -> None:
        if self._entry is not None:
            if self._entry.due_at_seconds <= moment_seconds:
                return
            self._entry.cancel()
        self._entry = self.cloud.scheduler.at(moment_seconds, self._poll)

    def _poll(self) -> None:
        """Deliver what is ready, and come back for more."""
        self._entry = None
        if self.state != "Enabled" or self.function.is_deleted or self._poller is None:
            return
        if self._poller.poll():
            self._wake()
            return
        moment = self._poller.next_moment()
        if moment is not None:
            self._poll_at(max(moment, self.now()))

    def describe(self) -> dict[str, Any]:
        """The mapping as AWS shows it."""
        settings = self.settings
        shown: dict[str, Any] = {
            "UUID": self.uuid,
            "EventSourceMappingArn": self.arn,
            "EventSourceArn": self.source_arn,
            "FunctionArn": self.function_arn,
            "BatchSize": settings.batch_size,
            "MaximumBatchingWindowInSeconds": settings.window_seconds,
            "FunctionResponseTypes": settings.response_types,
            "LastModified": self.modified_at,
            "State": self.state,
            "StateTransitionReason": self.kind.reason,
            **self.kind.show(self),
        }
        if settings.filters.criteria:
            shown["FilterCriteria"] = settings.filters.document()
        return shown
