"""A version of a function: what is configured and which code, and the environments that it runs in."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from skymock.errors import AwsError
from skymock.services.lambda_.code import Code, with_layers
from skymock.services.lambda_.configuration import Configuration
from skymock.services.lambda_.environment import Environment, InProcessEnvironment, Invocation, Outcome
from skymock.services.lambda_.errors import AccessDeniedException
from skymock.services.lambda_.initialization import ON_DEMAND, SNAP_START
from skymock.services.lambda_.lifecycle import Lifecycle
from skymock.services.lambda_.log import LogStream
from skymock.services.lambda_.log_delivery import deliver
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.role import assume
from skymock.services.lambda_.sandbox.modules import Sources

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud


class Version:
    """Code and configuration that belong together, and do not change.

    An update makes another version; warm environments of the one before are not used again.

    number: "$LATEST", or as it was published. layers: their contents, the first one first. sources: where its
    modules come from. isolation: "sandbox" or "process". lifecycle: its own unless one is handed on to it.
    log_streams: of all its environments, the first one first. initialization: of environments that nothing else is
    said of: from a snapshot, for published versions with SnapStart.
    """

    def __init__(
        self,
        cloud: Cloud,
        account_id: str,
        configuration: Configuration,
        code: Code,
        number: str = LATEST,
        layers: Sequence[Code] = (),
        isolation: str = "sandbox",
        lifecycle: Lifecycle | None = None,
    ) -> None:
        self.account_id = account_id
        self.configuration = configuration
        self.code = code
        self.number = number
        self.layers = tuple(layers)
        self.isolation = isolation
        has_snapshots = number != LATEST and configuration.has_snapshots
        self.initialization = SNAP_START if has_snapshots else ON_DEMAND
        self.lifecycle = lifecycle or Lifecycle(cloud)
        self._sources: Sources | None = None
        self.log_streams: list[LogStream] = []
        self._cloud = cloud
        self._lock = threading.Lock()
        self._idle: dict[str, list[Environment]] = {}  # by how they were initialised
        self._busy: set[Environment] = set()
        self._is_over = False

    @property
    def sources(self) -> Sources:
        if self._sources is None:
            configuration = self.configuration
            python_path = configuration.variables.get("PYTHONPATH", "")
            self._sources = with_layers(self.code, self.layers, configuration.runtime, python_path)
        return self._sources

    @property
    def busy(self) -> int:
        """How many invocations are going on."""
        return len(self._busy)

    def describe(self, arn: str) -> dict[str, Any]:
        """The configuration as AWS shows it, under the ARN that the caller named it by."""
        return {
            **self.configuration.describe(),
            **self.lifecycle.state,
            "FunctionArn": arn,
            "CodeSize": self.code.size,
            "CodeSha256": self.code.sha256,
            "LastModified": _last_modified(self.lifecycle.modified_at),
            "RevisionId": self.lifecycle.revision_id,
            "Version": self.number,
        }

    def invoke(self, invocation: Invocation, initialization: str | None = None) -> Outcome:
        """Run one event in an environment that is free, or in a new one. Whether it may is the caller's to know.

        Raises AccessDeniedException where the execution role cannot be assumed any more.
        """
        environment = self._take(initialization or self.initialization)
        try:
            return environment.invoke(invocation)
        finally:
            self._give_back(environment)

    def keep_ready(self, initialization: str, count: int) -> bool:
        """Have so many environments of a kind, at work or prepared to; whether their code could be imported.

        Raises AccessDeniedException where the execution role cannot be assumed.
        """
        with self._lock:
            idle = self._idle.setdefault(initialization, [])
            busy = sum(environment.initialization == initialization for environment in self._busy)
            surplus = idle[max(0, count - busy) :]
            del idle[max(0, count - busy) :]
            missing = count - busy - len(idle)
        for environment in surplus:
            environment.close()
        return all(self._prepare(initialization) for _ in range(missing))

    def close(self) -> None:
        """Give up the environments: those at work when they are done."""
        with self._lock:
            self._is_over = True
            idle, self._idle = self._idle, {}
        for environments in idle.values():
            for environment in environments:
                environment.close()

    def _prepare(self, initialization: str) -> bool:
        environment = self._new_environment(initialization)
        is_ready = environment.prepare()
        with self._lock:
            is_kept = is_ready and not self._is_over
            if is_kept:
                self._idle.setdefault(initialization, []).append(environment)
        if not is_kept:
            environment.close()
        return is_ready

    def _take(self, initialization: str) -> Environment:
        spent: list[Environment] = []
        try:
            with self._lock:
                idle = self._idle.get(initialization)
                while idle:
                    environment = idle.pop()
                    if not environment.is_spent:
                        self._busy.add(environment)
                        return environment
                    spent.append(environment)
        finally:
            for each in spent:
                each.close()
        environment = self._new_environment(initialization)
        if initialization != ON_DEMAND:
            environment.prepare()
        with self._lock:
            self._busy.add(environment)
        return environment

    def _give_back(self, environment: Environment) -> None:
        with self._lock:
            self._busy.discard(environment)
            is_kept = not (self._is_over or environment.is_spent)
            if is_kept:
                self._idle.setdefault(environment.initialization, []).append(environment)
        if not is_kept:
            environment.close()

    def _new_environment(self, initialization: str) -> Environment:
        configuration = self.configuration
        try:
            session = assume(
                self._cloud,
                configuration.role,
                configuration.function_name,
                self.account_id,
                configuration.region,
            )
        except AwsError:
            raise AccessDeniedException(
                "The role defined for the function cannot be assumed by Lambda."
            ) from None
        log = LogStream(
            self._cloud.clock, configuration, self.number, self._cloud.ids.hex(32), initialization
        )
        self.log_streams.append(log)
        deliver(self._cloud, log, session.principal, self.account_id, configuration.region)
        if self.isolation == "process" or not configuration.runs_in_process:
            # Only those who use it wait for its import.
            from skymock.services.lambda_.processes.environment import ProcessEnvironment  # noqa: PLC0415

            return ProcessEnvironment(self._cloud, self, session, log, initialization)
        return InProcessEnvironment(self._cloud, self, session, log, initialization)


def _last_modified(moment: dt.datetime) -> str:
    """2026-01-05T12:00:00.000+0000"""
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "+0000")
