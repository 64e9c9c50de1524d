"""An execution environment: one import of a function's code, which runs one invocation after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from skymock.services.lambda_ import runtime
from skymock.services.lambda_.bootstrap.lambda_context import LambdaContext
from skymock.services.lambda_.bootstrap.python_runtime import Handler, unmarshal
from skymock.services.lambda_.bootstrap.snapshot_hooks import MODULE_NAME, SnapshotHooks
from skymock.services.lambda_.environment_variables import TRACE_ID, trace_id, variables_of
from skymock.services.lambda_.errors import SnapStartException, SnapStartTimeoutException
from skymock.services.lambda_.initialization import (
    INIT_SECONDS,
    RESTORE_SECONDS,
    SNAP_START,
    ahead_seconds,
)
from skymock.services.lambda_.log import LogEvent, LogStream, text_of
from skymock.services.lambda_.response_stream import ResponseStream
from skymock.services.lambda_.role import RoleSession
from skymock.services.lambda_.runtime import Result, Runtime
from skymock.services.lambda_.sandbox import Exited, Sandbox
from skymock.services.lambda_.timeout import WATCHDOG, TimedOut

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.cloud.timeline import Event
    from skymock.services.lambda_.version import Version

T = TypeVar("T")

# How long a handler may work for real, at least, where time is frozen: the clock says when it is late, and a slow
# machine must not.
FROZEN_SECONDS = 30

# In the place of an event whose payload is still to be read.
UNREAD: Any = object()


@dataclass(slots=True)
class Invocation:
    """One event on its way to a handler.

    payload: JSON text. invoked_arn: the function as the caller named it. client_context: what came as ClientContext,
    read. identity: {"cognitoIdentityId", "cognitoIdentityPoolId"} of a caller from an identity pool. streams: the
    caller takes the response as a stream, if the runtime gives it so. read: the event, where the payload has been read
    already.
    """

    request_id: str
    payload: bytes
    invoked_arn: str
    client_context: dict[str, Any] | None = None
    identity: Mapping[str, str] | None = None
    streams: bool = False
    read: Any = UNREAD

    def take_event(self) -> Any:
        """The event, another object each time, for handlers change theirs. Raises RuntimeFault for what is no JSON."""
        event, self.read = self.read, UNREAD
        return unmarshal(self.payload) if event is UNREAD else event


@dataclass(slots=True)
class Outcome:
    """What came of an invocation.

    payload: JSON text, of the answer or of the error. error: AWS's word for a failure ("Unhandled"), else
    None. logged: in the meantime. failure: what went wrong, in a line. exception: what the code raised, where it did.
    version: the number of the version that ran. event: the invocation in the timeline, once the function has recorded
    it. stream: the response instead of the payload, where it came as a stream.
    """

    payload: bytes
    error: str | None
    logged: Sequence[LogEvent]
    failure: str = ""
    exception: BaseException | None = None
    version: str = "$LATEST"
    event: Event | None = None
    stream: ResponseStream | None = None

    @property
    def log(self) -> str:
        """The text of what was logged."""
        return text_of(self.logged)


class Environment(Protocol):
    """Where a version's code runs, whatever it is made of.

    log: its log stream. is_spent: it must not be used again. initialization: "on-demand", or why it was prepared.
    """

    log: LogStream
    initialization: str

    @property
    def is_spent(self) -> bool: ...

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run one event; one at a time."""

    def prepare(self) -> bool:
        """Import the code ahead of all invocations; whether that went well. If not, it is spent."""

    def close(self) -> None:
        """Give up what it holds."""


class InProcessEnvironment:
    """An environment in the test's own process, so that breakpoints, coverage and patches work in it.

    Time is the cloud's: under a frozen clock only waits move it. A handler times out when it waits past its deadline,
    when it comes back after it, and when it has been running for so long for real; what blocks outside of Python
    cannot be stopped before it returns.

    It is spent when the code could not be imported, exited or timed out, or when its credentials have expired.
    """

    def __init__(
        self, cloud: Cloud, version: Version, session: RoleSession, log: LogStream, initialization: str
    ) -> None:
        self.log = log
        self.initialization = initialization
        self._clock = cloud.clock
        self._version = version
        self._configuration = version.configuration
        self._is_traced = version.configuration.is_traced
        self._session = session
        self._handler: Handler | None = None
        self._found: Handler | Result | None = None
        self._prepared_ms: float | None = None
        self._restore_ms: float | None = None
        self._is_cold = True
        self._hooks = SnapshotHooks()
        self._failed = False
        is_named = initialization != SNAP_START  # see environment_variables
        self._log_names = (log.group, log.name) if is_named else (None, None)
        folder = version.code.folder
        self._runtime = Runtime(self._configuration.runtime, folder, log)
        variables = variables_of(self, version, session)
        self._sandbox = Sandbox(cloud.clock, log, variables, version.sources)
        self._sandbox.modules.provide(MODULE_NAME, self._hooks.module)

    @property
    def is_spent(self) -> bool:
        return self._failed or self._clock.time() >= self._session.expires_at_seconds

    def invoke(self, invocation: Invocation) -> Outcome:
        log, clock, timeout = self.log, self._clock, self._configuration.timeout_seconds
        with self._sandbox:
            log.begin(invocation.request_id)
            trace = trace_id(clock.time(), invocation.request_id, self._is_traced)
            self._sandbox.set_variable(TRACE_ID, trace)
            init_ms = self._start() if self._is_cold else None
            first = log.start()
            started_at = clock.time()
            result = self._limited(timeout, self._run, invocation, started_at + timeout)
            if result is None:
                result = runtime.timed_out(invocation.request_id, timeout)
                log.timed_out(timeout)
            self._sandbox.end_lines()  # before END
            log.end((clock.time() - started_at) * 1000, init_ms, result, restore_ms=self._restore_ms)
            self._restore_ms = None
        self._failed = self._failed or result.ends_runtime
        if self._failed:
            self._sandbox.close()
        error = None if result.status is None else "Unhandled"
        return Outcome(
            result.payload,
            error,
            log.events[first:],
            result.failure,
            result.exception,
            self._version.number,
        )

    def prepare(self) -> bool:
        with self._sandbox:
            self._prepared_ms = self._initialise(ahead_seconds(self._configuration.timeout_seconds))
        if self._handler is None:
            self._failed = True
            self._sandbox.close()
        return self._handler is not None

    def close(self) -> None:
        self._sandbox.close()

    def _start(self) -> float | None:
        """Before the first invocation. Returns what the import has taken in milliseconds, if that is to be told."""
        self._is_cold = False
        if self.initialization == SNAP_START:
            self._restore()
            return None
        return self._initialise(INIT_SECONDS) if self._prepared_ms is None else self._prepared_ms

    def _restore(self) -> None:
        """Do what the function wants done after its snapshot. Raises SnapStartException, SnapStartTimeoutException."""
        started_at = self._clock.time()
        self.log.restore_start()
        failure = self._limited(RESTORE_SECONDS, self._restored)
        self._restore_ms = (self._clock.time() - started_at) * 1000
        if failure is True:
            self.log.restored(self._restore_ms, "success")
            return
        self._failed = True
        self.log.restored(self._restore_ms, "timeout" if failure is None else "error")
        raise SnapStartTimeoutException if failure is None else SnapStartException

    def _restored(self) -> Result | bool:
        return self._hooked(self._hooks.after_restore) or True

    def _hooked(self, hooks: Callable[[], None]) -> Result | None:
        return self._ending(self._runtime.hooked, hooks)

    def _initialise(self, seconds: float) -> float | None:
        """Import the code, if that takes no longer than it may. Returns the milliseconds that it took."""
        started_at = self._clock.time()
        self.log.init_start()
        self._found = self._limited(seconds, self._find_handler)
        taken_ms = (self._clock.time() - started_at) * 1000
        if isinstance(self._found, Result):
            self.log.init_report(taken_ms, "error", self._found.error_type)
        else:
            self.log.init_report(taken_ms, "timeout" if self._found is None else "success")
        return None if self._found is None else taken_ms

    def _find_handler(self) -> Handler | Result:
        found = self._ending(self._version.code.handler, self._runtime, self._configuration.handler)
        if not isinstance(found, Result) and self.initialization == SNAP_START:
            found = self._hooked(self._hooks.before_snapshot) or found
        if not isinstance(found, Result):
            self._handler = found
        return found

    def _run(self, invocation: Invocation, deadline_seconds: float) -> Result:
        handler = self._handler
        if handler is None:
            # The import failed, or is still to be done.
            found, self._found = self._found or self._find_handler(), None
            if isinstance(found, Result):
                self._failed = True
                return found
            handler = found
        context = self._context(invocation, deadline_seconds)
        return self._ending(self._runtime.call, handler, invocation.take_event, context)

    def _ending(self, work: Callable[..., T], *arguments: Any) -> T | Result:
        """Do something that may end the runtime's process, which is this one."""
        try:
            return work(*arguments)
        except SystemExit as error:
            return runtime.exited(self.log.request_id, error.code)
        except Exited as error:
            return runtime.exited(self.log.request_id, error.status)
        except TimedOut:
            raise
        except BaseException as error:
            self._failed = True
            if not runtime.is_the_functions(error, self._sandbox.modules):
                raise  # a test runner's own, or the user who interrupts it
            return runtime.exited(self.log.request_id, 1, error)

    def _limited(self, seconds: float, work: Callable[..., T], *arguments: Any) -> T | None:
        """Do something that may take so long, on the clock and for real; None where it took longer."""
        clock, waits = self._clock, self._sandbox.waits
        deadline = waits.deadline_seconds = clock.time() + seconds
        watch = WATCHDOG.watch(max(seconds, FROZEN_SECONDS) if clock.is_frozen else seconds)
        try:
            try:
                done = work(*arguments)
            finally:
                watch.end()
        except TimedOut:
            watch.end()
            self._failed = True
            if clock.is_frozen and clock.time() < deadline:  # it worked without waiting
                waits.deadline_seconds = None
                waits.sleep(deadline - clock.time())
            return None
        finally:
            waits.deadline_seconds = None
        if clock.time() < deadline or watch.is_stepped:
            return done
        self._failed = True
        return None

    def _context(self, invocation: Invocation, deadline_seconds: float) -> LambdaContext:
        return LambdaContext(
            self._clock,
            deadline_seconds,
            aws_request_id=invocation.request_id,
            function_name=self._configuration.function_name,
            function_version=self._version.number,
            invoked_function_arn=invocation.invoked_arn,
            memory_limit_in_mb=str(self._configuration.memory_mb),
            log_group_name=self._log_names[0],
            log_stream_name=self._log_names[1],
            client_context=invocation.client_context,
            identity=invocation.identity,
        )
