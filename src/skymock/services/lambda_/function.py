"""A function: what its resource has, and its versions and aliases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from skymock.cloud.timeline import Event, current_event, reset_current_event, set_current_event
from skymock.services.lambda_.alias import Alias
from skymock.services.lambda_.code import Code
from skymock.services.lambda_.concurrency import AccountConcurrency, FunctionConcurrency
from skymock.services.lambda_.configuration import Configuration
from skymock.services.lambda_.environment import Invocation, Outcome
from skymock.services.lambda_.errors import ResourceConflictException, ResourceNotFoundException
from skymock.services.lambda_.event_invoke_config import DEFAULTS, EventInvokeConfig
from skymock.services.lambda_.function_url import HOST_KIND, FunctionUrl
from skymock.services.lambda_.initialization import PROVISIONED, SNAP_START
from skymock.services.lambda_.lifecycle import PENDING, UPDATING, Lifecycle
from skymock.services.lambda_.log import LogStream
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.policy import ResourcePolicy
from skymock.services.lambda_.provisioning import take_snapshot, withdraw
from skymock.services.lambda_.recursion import check_loop
from skymock.services.lambda_.sandbox import PROCESS
from skymock.services.lambda_.version import Version

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

# How long a function from a zip is Pending, and an update InProgress; AWS does not say, it is a few seconds.
SETTLING_SECONDS = 5

# How long a version with SnapStart is Pending. (Lambda Developer Guide: Activating and managing Lambda SnapStart, "a
# few minutes")
SNAPSHOT_SECONDS = 120


class Function:
    """A function in one account and region.

    latest: the version that callers change and, unless they name another one, invoke. versions: the published ones by
    their numbers, the first one first. aliases: by name. is_deleted: events that still wait for it are dropped.
    event_invoke_configs: of its asynchronous invocations, by qualifier ("$LATEST", a version's
    number, an alias's name). concurrency: how many of its invocations may go on at once.
    urls: its own (None) and its aliases'. runtime_management: of versions by number, as AWS shows it. recursive_loop:
    "Terminate" or "Allow".
    A qualifier is a version's number, $LATEST, or an alias's name; None is the function itself, which runs $LATEST.
    """

    def __init__(
        self,
        cloud: Cloud,
        account_id: str,
        arn: str,
        configuration: Configuration,
        code: Code,
        tags: dict[str, str],
        account: AccountConcurrency,
    ) -> None:
        self.arn = arn
        self.account_id = account_id
        self.name = configuration.function_name
        self.region = configuration.region
        self._isolation: str = cloud.function_isolation
        layers = [layer.code for layer in configuration.layers]
        self.latest = Version(
            cloud, account_id, configuration, code, layers=layers, isolation=self._isolation
        )
        self.versions: dict[str, Version] = {}
        self.aliases: dict[str, Alias] = {}
        self.tags = tags
        self.is_deleted = False
        self._policies: dict[str | None, ResourcePolicy] = {}
        self._earlier_log_streams: list[LogStream] = []
        # What $LATEST runs; an update that is in progress is not in it yet. (Lambda Developer Guide: Lambda function
        # states)
        self._serving = self.latest
        self._published = 0
        self._last_published: tuple[Configuration, str, tuple[Code, ...]] | None = None
        self.event_invoke_configs: dict[str, EventInvokeConfig] = {}
        self.concurrency = FunctionConcurrency(account)
        self.urls: dict[str | None, FunctionUrl] = {}
        self.runtime_management: dict[str, dict[str, str]] = {}
        self.recursive_loop = "Terminate"
        self.code_signing_config_arn: str | None = None
        self._cloud = cloud
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
        """Of all its execution environments: those of $LATEST, the first one first, then those of each version."""
        running = [self._serving, *self.versions.values()]
        return [
            *self._earlier_log_streams,
            *(stream for version in running for stream in version.log_streams),
        ]

    def qualified_arn(self, qualifier: str | None) -> str:
        return self.arn if qualifier is None else f"{self.arn}:{qualifier}"

    def has(self, qualifier: str | None) -> bool:
        return qualifier in (None, LATEST) or qualifier in self.versions or qualifier in self.aliases

    def version(self, qualifier: str | None) -> Version:
        """The version that a qualifier names; an alias's is its first one. Raises ResourceNotFoundException."""
        if qualifier is None or qualifier == LATEST:
            return self.latest
        alias = self.aliases.get(qualifier)
        number = qualifier if alias is None else alias.function_version
        if number == LATEST:
            return self.latest
        try:
            return self.versions[number]
        except KeyError:
            raise self._not_found(qualifier) from None

    def policy(self, qualifier: str | None = None) -> ResourcePolicy:
        """The policy that the function, a version or an alias has of its own."""
        try:
            return self._policies[qualifier]
        except KeyError:
            return self._policies.setdefault(qualifier, ResourcePolicy(self._cloud.ids))

    def describe(self, qualifier: str | None = None) -> dict[str, Any]:
        """The configuration of a version, as AWS shows it. Raises ResourceNotFoundException."""
        version = self.version(qualifier)
        version.lifecycle.described()
        return version.describe(self.qualified_arn(qualifier))

    def create(self, *, publish: bool = False) -> dict[str, Any]:
        """What CreateFunction answers: the function, Pending."""
        self.latest.lifecycle.enter(PENDING)
        created = self._new_version(PENDING) if publish else self.latest
        # The ARN is the function's also where a version is shown. (recorded: test_invocation_with_qualifier)
        answer = created.describe(self.arn)
        self.latest.lifecycle.become_active(SETTLING_SECONDS)
        if publish:
            self._settle(created)
        return answer

    def update(self, configuration: Configuration, code: Code, *, publish: bool = False) -> dict[str, Any]:
        """Take on another configuration or code: the next invocation starts a new environment.

        Returns what the update answers: $LATEST, or the version that was published from it.
        """
        before = self.latest
        layers: Sequence[Code] = before.layers
        if configuration.layers != before.configuration.layers:
            layers = [layer.code for layer in configuration.layers]
        self._replace(configuration, code, layers)
        self.latest.lifecycle.enter(UPDATING)
        updated = self._new_version(PENDING) if publish else self.latest
        answer = updated.describe(self.qualified_arn(updated.number if publish else None))
        self.latest.lifecycle.become_active(SETTLING_SECONDS, self._serve_latest)
        if publish:
            self._settle(updated)
        return answer

    def publish(self, description: str | None = None) -> dict[str, Any]:
        """Make a version of what $LATEST is. Returns it, or the last one again where nothing has changed since.

        Raises ResourceConflictException while the function is being created or updated.
        """
        self.latest.lifecycle.check_active(self.arn)
        last = self.versions.get(str(self._published))
        if last is not None and self._last_published == self._content():
            return last.describe(self.qualified_arn(last.number))
        snapshots = self.configuration.has_snapshots
        version = self._new_version(PENDING if snapshots else None, description)
        answer = version.describe(self.qualified_arn(version.number))
        if snapshots:
            self._settle(version)
        return answer

    def delete_version(self, number: str) -> None:
        """Delete a published version; one that there is not is deleted already.

        Raises ResourceConflictException for one that an alias stands for.
        """
        names = sorted(alias.name for alias in self.aliases.values() if number in alias.versions)
        if names:
            raise ResourceConflictException(
                f"Unable to delete version because the following aliases reference it: [{', '.join(names)}]"
            )
        version = self.versions.get(number)
        if version is not None:
            self.forget(number)
            del self.versions[number]
            self._earlier_log_streams += version.log_streams
            version.close()

    def forget(self, qualifier: str) -> None:
        """Drop what was set up for a version or an alias that is no more."""
        withdraw(self, qualifier)
        self._policies.pop(qualifier, None)
        self.event_invoke_configs.pop(qualifier, None)
        self.runtime_management.pop(qualifier, None)
        self.close_url(qualifier)

    def close_url(self, qualifier: str | None) -> None:
        """Take the URL away that the function or an alias has, if it has one."""
        url = self.urls.pop(qualifier, None)
        if url is not None:
            self._cloud.endpoints.unregister(HOST_KIND, url.url_id)

    def delete(self) -> None:
        """Give up all that it has of its account; events that wait for it are dropped."""
        self.is_deleted = True
        self.concurrency.close()
        for qualifier in list(self.urls):
            self.close_url(qualifier)

    def use(self, code: Code, layers: Sequence[Code] = (), *, image_uri: str | None = None) -> None:
        """Have a test's own code run from now on, in all versions, or in those of an image alone."""
        for package in (code, *layers):
            self._cloud.on_close(package.remove)
        for version in (self.latest, *self.versions.values()):
            if image_uri in (None, version.code.image_uri):
                self._remake(version, code, layers)

    def isolate(self, isolation: str) -> None:
        """Where its code runs from now on: "sandbox" or "process"."""
        self._isolation = isolation
        for version in (self.latest, *self.versions.values()):
            self._remake(version, version.code, version.layers)

    def close(self) -> None:
        """Give up its environments."""
        for version in (self._serving, self.latest, *self.versions.values()):
            version.close()
        PROCESS.make_plain()

    def event_invoke_config(self, qualifier: str) -> EventInvokeConfig:
        """The settings of its asynchronous invocations, the defaults where none were made."""
        return self.event_invoke_configs.get(qualifier, DEFAULTS)

    def configuration_of(self, qualifier: str) -> Configuration:
        """Of what a qualifier names; that of $LATEST where it names nothing any more."""
        return self.version(qualifier).configuration if self.has(qualifier) else self.configuration

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run one event in an environment that is free, or in a new one, of the version that it was sent to.

        Raises ResourceNotFoundException where there is no such version or alias any more, ResourceConflictException
        while it is being created, RecursiveInvocationException where it is part of an endless loop,
        TooManyRequestsException where there is no concurrency left,
        AccessDeniedException where the execution role cannot be assumed any more.
        """
        version = self.invoked_version(invocation.invoked_arn)
        version.lifecycle.check_invocable()
        check_loop(self._cloud, self)
        provisioned = self.concurrency.take(invocation.invoked_arn[len(self.arn) + 1 :])
        try:
            event = self._record(invocation)
            token = set_current_event(event)
            try:
                outcome = version.invoke(invocation, None if provisioned is None else PROVISIONED)
            finally:
                reset_current_event(token)
        finally:
            self.concurrency.give_back(provisioned)
        event.error = outcome.exception
        event.outcome = outcome.failure or "succeeded"
        outcome.event = event
        return outcome

    def check_invocable(self, invoked_arn: str) -> None:
        """Raises ResourceConflictException while what is invoked is being created."""
        self.version(invoked_arn[len(self.arn) + 1 :] or None).lifecycle.check_invocable()

    def invoked_version(self, invoked_arn: str) -> Version:
        """What runs an invocation of the function, a version or an alias; an alias draws one of its versions.

        Raises ResourceNotFoundException.
        """
        qualifier = invoked_arn[len(self.arn) + 1 :]
        alias = self.aliases.get(qualifier)
        number = qualifier if alias is None else alias.choose(self._cloud.ids.random.random)
        if not number or number == LATEST:
            return self._serving
        try:
            return self.versions[number]
        except KeyError:
            raise self._not_found(qualifier) from None

    def _settle(self, version: Version) -> None:
        """Let a published version become active, once its snapshot is taken if it has one."""
        if version.initialization != SNAP_START:
            version.lifecycle.become_active(SETTLING_SECONDS)
            return

        # The function's code runs then, once whatever is going on now is over.
        def begin() -> None:
            self._cloud.scheduler.after(0, lambda: take_snapshot(self._cloud, self, version))

        version.lifecycle.become_active(SNAPSHOT_SECONDS, begin)

    def _content(self) -> tuple[Configuration, str, tuple[Code, ...]]:
        """What makes a version another one than the last."""
        return self.configuration, self.code.sha256, self.latest.layers

    def _new_version(self, state: Mapping[str, str] | None, description: str | None = None) -> Version:
        configuration = self.configuration.published(description)
        self._published += 1
        number = str(self._published)
        version = self._version(number, configuration, self.code, self.latest.layers)
        if state is not None:
            version.lifecycle.enter(state)
        self._last_published = self._content()
        self.versions[number] = version
        return version

    def _replace(self, configuration: Configuration, code: Code, layers: Sequence[Code]) -> None:
        """Put another version in the place of $LATEST; it is to be served then."""
        before = self.latest
        if code is not before.code:
            self._cloud.on_close(code.remove)
        self.latest = self._version(LATEST, configuration, code, layers, before.lifecycle)

    def _remake(self, version: Version, code: Code, layers: Sequence[Code]) -> None:
        """Start a version anew, with other code perhaps."""
        if version is self.latest:
            self._replace(version.configuration, code, layers)
            self._serve_latest()
            return
        number = version.number
        self.versions[number] = self._version(number, version.configuration, code, layers, version.lifecycle)
        self._earlier_log_streams += version.log_streams
        version.close()
        if version.initialization == SNAP_START:
            self._settle(self.versions[number])

    def _version(
        self,
        number: str,
        configuration: Configuration,
        code: Code,
        layers: Sequence[Code],
        lifecycle: Lifecycle | None = None,
    ) -> Version:
        return Version(
            self._cloud,
            self.account_id,
            configuration,
            code,
            number,
            layers,
            self._isolation,
            lifecycle,
        )

    def _serve_latest(self) -> None:
        before, self._serving = self._serving, self.latest
        self._earlier_log_streams += before.log_streams
        before.close()

    def _not_found(self, qualifier: str) -> ResourceNotFoundException:
        return ResourceNotFoundException(f"Function not found: {self.arn}:{qualifier}")

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
            self.region,
            None,
            invocation.request_id,
        )
        self._cloud.timeline.add(event)
        return event
