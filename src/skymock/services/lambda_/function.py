"""A function: what its resource has, and the version that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import Event, current_event, within
from skymock.services.lambda_.code import Code
from skymock.services.lambda_.configuration import Configuration
from skymock.services.lambda_.environment import Invocation, Outcome
from skymock.services.lambda_.errors import PreconditionFailedException
from skymock.services.lambda_.log import LogStream
from skymock.services.lambda_.policy import ResourcePolicy
from skymock.services.lambda_.sandbox import PROCESS
from skymock.services.lambda_.version import Version

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# A new function is "Pending", and an updated one "InProgress", in the answer to the call; right after it is
# active. (recorded: test_redundant_updates)
_PENDING = {
    "State": "Pending",
    "StateReason": "The function is being created.",
    "StateReasonCode": "Creating",
}
_UPDATING = {
    "State": "Active",
    "LastUpdateStatus": "InProgress",
    "LastUpdateStatusReason": "The function is being created.",
    "LastUpdateStatusReasonCode": "Creating",
}
_ACTIVE = {"State": "Active", "LastUpdateStatus": "Successful"}


class Function:
    """A function in one account and region.

    latest: the version that callers change and, unless they name another one, invoke. is_deleted: events that still
    wait for it are dropped.
    """

    def __init__(
        self,
        cloud: Cloud,
        account_id: str,
        arn: str,
        configuration: Configuration,
        code: Code,
        tags: dict[str, str],
    ) -> None:
        self.arn = arn
        self.account_id = account_id
        self._isolation: str = cloud.function_isolation
        self.latest = Version(cloud, account_id, configuration, code, isolation=self._isolation)
        self.tags = tags
        self.policy = ResourcePolicy(cloud.ids)
        self._earlier_log_streams: list[LogStream] = []
        self.revision_id = ""
        self.is_deleted = False
        self._cloud = cloud
        self._modified_at = cloud.clock.now()
        cloud.on_close(code.remove)
        cloud.on_close(self.close)

    @property
    def configuration(self) -> Configuration:
        return self.latest.configuration

    @property
    def code(self) -> Code:
        return self.latest.code

    @property
    def log_streams(self) -> list[LogStream]:
        """Of all its execution environments, the first one first."""
        return [*self._earlier_log_streams, *self.latest.log_streams]

    @property
    def name(self) -> str:
        return self.configuration.function_name

    def check_revision(self, revision_id: str | None) -> None:
        """Raises PreconditionFailedException where a caller knows another revision than the latest."""
        if revision_id is not None and revision_id != self.revision_id:
            raise PreconditionFailedException(
                "The Revision Id provided does not match the latest Revision Id. Call the "
                "GetFunction/GetAlias API to retrieve the latest Revision Id"
            )

    def create(self) -> dict[str, Any]:
        """What CreateFunction answers; the function is active from then on."""
        return self._settle(_PENDING)

    def update(self, configuration: Configuration, code: Code) -> dict[str, Any]:
        """Take on another configuration or code: the next invocation starts a new environment.

        Returns what the update answers.
        """
        self._replace(configuration, code, self.latest.layers)
        self._modified_at = self._cloud.clock.now()
        return self._settle(_UPDATING)

    def use(self, code: Code, layers: Sequence[Code] = ()) -> None:
        """Have a test's own code run from now on."""
        for layer in layers:
            self._cloud.on_close(layer.remove)
        self._replace(self.configuration, code, layers)

    def isolate(self, isolation: str) -> None:
        """Where its code runs from now on: "sandbox" or "process"."""
        self._isolation = isolation
        self._replace(self.configuration, self.code, self.latest.layers)

    def _replace(self, configuration: Configuration, code: Code, layers: Sequence[Code]) -> None:
        before = self.latest
        if code is not before.code:
            self._cloud.on_close(code.remove)
        self._earlier_log_streams += before.log_streams
        self.latest = Version(
            self._cloud, self.account_id, configuration, code, before.number, layers, self._isolation
        )
        before.close()

    def close(self) -> None:
        """Give up its environments."""
        self.latest.close()
        PROCESS.make_plain()

    def describe(self) -> dict[str, Any]:
        """The function's configuration, as AWS shows it."""
        return self._described(_ACTIVE)

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run one event in an environment that is free, or in a new one.

        Raises AccessDeniedException where the execution role cannot be assumed any more.
        """
        event = self._record(invocation)
        with within(event):
            outcome = self.latest.invoke(invocation)
        event.error = outcome.exception
        event.outcome = outcome.failure or "succeeded"
        return outcome

    def _settle(self, state_meanwhile: dict[str, str]) -> dict[str, Any]:
        self.revision_id = self._cloud.ids.uuid()
        answer = self._described(state_meanwhile)
        self.revision_id = self._cloud.ids.uuid()
        return answer

    def _described(self, state: dict[str, str]) -> dict[str, Any]:
        return {
            **self.configuration.describe(),
            **state,
            "FunctionArn": self.arn,
            "CodeSize": self.code.size,
            "CodeSha256": self.code.sha256,
            "LastModified": _last_modified(self._modified_at),
            "RevisionId": self.revision_id,
            "Version": self.latest.number,
        }

    def _record(self, invocation: Invocation) -> Event:
        """The invocation in the timeline: what the handler does has it as its cause."""
        event = Event(
            "event",
            "lambda",
            "Invocation",
            self._cloud.clock.time(),
            current_event(),
            {"FunctionName": self.name, "Payload": invocation.payload},
            self.account_id,
            self.configuration.region,
            None,
            invocation.request_id,
        )
        self._cloud.timeline.add(event)
        return event


def _last_modified(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00.000+0000"""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
