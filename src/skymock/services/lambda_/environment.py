"""An execution environment: one import of a function's code, with all that it believes to be its own."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from skymock.services.lambda_ import runtime
from skymock.services.lambda_.code import Code
from skymock.services.lambda_.context import LambdaContext
from skymock.services.lambda_.log import LogStream, init_start_line, report_line
from skymock.services.lambda_.names import LATEST
from skymock.services.lambda_.role import RoleSession
from skymock.services.lambda_.runtime import Handler, Result, Runtime
from skymock.services.lambda_.sleep import Sleep, TimedOut
from skymock.services.lambda_.stage import STAGE
from skymock.services.lambda_.surroundings import (
    DefaultSession,
    EventLoop,
    Modules,
    Output,
    RootLogger,
    Variables,
    WorkingDirectory,
)

try:
    import resource
except ImportError:  # pragma: no cover - Windows
    resource = None  # type: ignore[assignment]  # as it says

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.configuration import Configuration

# What a process needs of the machine that it runs on; all other variables of the test stay the test's.
_OF_THE_MACHINE = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP")

# macOS counts bytes, Linux kilobytes. (man getrusage)
_RSS_UNITS_PER_MB = 1024 * 1024 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a handler.

    payload: JSON text. invoked_arn: the function as the caller named it.
    """

    request_id: str
    payload: bytes
    invoked_arn: str
    client_context: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an invocation.

    payload: JSON text, of the answer or of the error. error: AWS's word for a failure ("Unhandled"), else
    None. log: what was logged in the meantime. failure: what went wrong, in a line. exception: what the code
    raised, where it did.
    """

    payload: bytes
    error: str | None
    log: str
    failure: str = ""
    exception: BaseException | None = None


class Environment:
    """One execution environment. It runs one invocation at a time; the first imports the code.

    Time is the cloud's. A handler times out when a `time.sleep` of its own reaches its deadline, or when it
    returns after it; one that never returns is not stopped, and `asyncio.sleep` takes its real time.

    is_spent: it must not be used again: the code could not be imported, exited or timed out, or its
    credentials have expired.
    """

    def __init__(self, cloud: Cloud, configuration: Configuration, code: Code, session: RoleSession) -> None:
        self._clock = cloud.clock
        self._configuration = configuration
        self._code = code
        self._session = session
        self._handler: Handler | None = None
        self._failed = False
        day = self._clock.now().strftime("%Y/%m/%d")
        name = f"{day}/[{LATEST}]{cloud.ids.hex(32)}"
        self.log = LogStream(f"/aws/lambda/{configuration.function_name}", name, self._clock)
        self._runtime = Runtime(configuration.runtime, code.folder, self.log)
        self._output = Output(self.log)
        self._sleep = Sleep(self._clock)
        self._surroundings = (
            Variables(self._variables(code.folder)),
            Modules(code.folder, code.module_names),
            self._output,
            RootLogger(self.log),
            DefaultSession(),
            WorkingDirectory(code.folder),
            EventLoop(),
            self._sleep,
        )

    @property
    def is_spent(self) -> bool:
        return self._failed or self._clock.time() >= self._session.expires_at_seconds

    def is_of(self, configuration: Configuration, code: Code) -> bool:
        """Whether it runs that configuration and code."""
        return self._configuration is configuration and self._code is code

    def invoke(self, invocation: Invocation) -> Outcome:
        """Run the handler, as soon as no other function is on."""
        with STAGE.held(self._surroundings, self._session.access_key_id):
            self.log.request_id = invocation.request_id
            init_ms = None
            handler: Handler | Result | None = self._handler
            if handler is None:
                started_at = self._clock.time()
                handler = self._initialise()
                init_ms = (self._clock.time() - started_at) * 1000
            first = len(self.log.events)
            self.log.add(f"START RequestId: {invocation.request_id} Version: {LATEST}\n")
            started_at = self._clock.time()
            result = handler if isinstance(handler, Result) else self._call(handler, invocation, started_at)
            self._output.end_lines()
            self.log.add(f"END RequestId: {invocation.request_id}\n")
            self._report(invocation, (self._clock.time() - started_at) * 1000, init_ms, result.status)
        error = None if result.status is None else "Unhandled"
        return Outcome(result.payload, error, self.log.since(first), result.failure, result.exception)

    def _initialise(self) -> Handler | Result:
        """Import the handler's module; a Result is what that failed with."""
        self.log.add(init_start_line(self._configuration.runtime, self._configuration.runtime_version_arn))
        try:
            found = self._runtime.find_handler(self._configuration.handler)
        except SystemExit as error:
            found = runtime.exited(self.log.request_id, error.code)
        if isinstance(found, Result):
            self._failed = True
        else:
            self._handler = found
        return found

    def _call(self, handler: Handler, invocation: Invocation, started_at_seconds: float) -> Result:
        deadline = started_at_seconds + self._configuration.timeout_seconds
        context = self._context(invocation, deadline)
        self._sleep.deadline_seconds = deadline
        try:
            result = self._runtime.call(handler, invocation.payload, context)
        except TimedOut:
            return self._timed_out(invocation)
        except SystemExit as error:
            self._failed = True
            return runtime.exited(invocation.request_id, error.code)
        except BaseException:
            self._failed = True
            raise
        finally:
            self._sleep.deadline_seconds = None
        return result if self._clock.time() < deadline else self._timed_out(invocation)

    def _timed_out(self, invocation: Invocation) -> Result:
        self._failed = True
        seconds = self._configuration.timeout_seconds
        moment = self._clock.now().isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self.log.add(f"{moment} {invocation.request_id} Task timed out after {seconds:.2f} seconds\n\n")
        return runtime.timed_out(invocation.request_id, seconds)

    def _report(
        self, invocation: Invocation, duration_ms: float, init_ms: float | None, status: str | None
    ) -> None:
        memory = self._configuration.memory_mb
        used = min(memory, _peak_memory_mb())
        self.log.add(report_line(invocation.request_id, duration_ms, memory, used, init_ms, status))

    def _context(self, invocation: Invocation, deadline_seconds: float) -> LambdaContext:
        return LambdaContext(
            self._clock,
            deadline_seconds,
            aws_request_id=invocation.request_id,
            function_name=self._configuration.function_name,
            function_version=LATEST,
            invoked_function_arn=invocation.invoked_arn,
            memory_limit_in_mb=str(self._configuration.memory_mb),
            log_group_name=self.log.group,
            log_stream_name=self.log.name,
            client_context=invocation.client_context,
        )

    def _variables(self, folder: str) -> Mapping[str, str]:
        """(Lambda Developer Guide: Defined runtime environment variables)"""
        configuration, session = self._configuration, self._session
        return {
            **{name: os.environ[name] for name in _OF_THE_MACHINE if name in os.environ},
            **configuration.variables,
            "_HANDLER": configuration.handler,
            "AWS_ACCESS_KEY_ID": session.access_key_id,
            "AWS_DEFAULT_REGION": configuration.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
            "AWS_LAMBDA_FUNCTION_NAME": configuration.function_name,
            "AWS_LAMBDA_FUNCTION_VERSION": LATEST,
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": self.log.group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self.log.name,
            "AWS_REGION": configuration.region,
            "AWS_SECRET_ACCESS_KEY": session.secret_access_key,
            "AWS_SESSION_TOKEN": session.session_token,
            "LAMBDA_TASK_ROOT": folder,
            "LANG": "en_US.UTF-8",
            "PWD": folder,
            "TZ": ":UTC",
        }


def _peak_memory_mb() -> int:
    """The process's, for it is the process that runs the handler; 0 where the platform does not tell."""
    if resource is None:  # pragma: no cover - Windows
        return 0
    peak: int = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // _RSS_UNITS_PER_MB
