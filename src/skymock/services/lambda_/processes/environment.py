"""An execution environment in a process of its own: whatever it does, it can be stopped, and its memory is limited."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING

from skymock.cloud.clock import real_epoch_seconds, real_seconds
from skymock.cloud.timeline import current_event
from skymock.services.lambda_ import runtime
from skymock.services.lambda_.environment import Invocation, Outcome
from skymock.services.lambda_.environment_variables import trace_id, variables_of
from skymock.services.lambda_.errors import SnapStartException, SnapStartTimeoutException
from skymock.services.lambda_.initialization import (
    INIT_SECONDS,
    RESTORE_SECONDS,
    SNAP_START,
    ahead_seconds,
)
from skymock.services.lambda_.log import LogStream
from skymock.services.lambda_.processes.child import Child, Mailbox
from skymock.services.lambda_.processes.commands import InvalidEntrypoint, command_of
from skymock.services.lambda_.processes.runtime_api import REQUEST_ID, RuntimeApi, Told
from skymock.services.lambda_.processes.streaming import (
    TIMED_OUT,
    TRUNCATED,
    Received,
    broken_off,
    most_bytes,
    receive,
    result_of,
    result_of_error,
)
from skymock.services.lambda_.role import RoleSession
from skymock.services.lambda_.runtime import Result
from skymock.services.lambda_.sandbox.output import Lines

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.lambda_.version import Version


class ProcessEnvironment:
    """An environment whose code runs in a child process, under its runtime.

    The process has real time, whatever the cloud's clock says; a timeout is one of real time, after which the process
    is killed. What it asks of AWS is answered by the same cloud, and stands below the invocation in the timeline.
    """

    def __init__(
        self, cloud: Cloud, version: Version, session: RoleSession, log: LogStream, initialization: str
    ) -> None:
        self.log = log
        self.initialization = initialization
        self._cloud = cloud
        self._version = version
        self._session = session
        self._child: Child | None = None
        self._api: RuntimeApi | None = None
        self._prepared_ms: float | None = None
        self._restore_ms: float | None = None
        self._is_restored = initialization != SNAP_START
        self._failed = False
        self._lines = Lines(log.print)

    @property
    def is_spent(self) -> bool:
        return self._failed or self._cloud.clock.time() >= self._session.expires_at_seconds

    def invoke(self, invocation: Invocation) -> Outcome:
        log, clock = self.log, self._cloud.clock
        log.begin(invocation.request_id)
        told, init_ms, self._prepared_ms = None, self._prepared_ms, None
        if self._child is None:
            told, init_ms = self._initialise(invocation.request_id, INIT_SECONDS)
        first = log.start()
        started_at = clock.time()
        result = self._run(invocation, told)
        self._lines.end()
        used_mb = self._child.peak_memory_mb if self._child is not None else 0
        if self.initialization == SNAP_START:
            init_ms = None
        log.end((clock.time() - started_at) * 1000, init_ms, result, used_mb, self._restore_ms)
        self._restore_ms = None
        if self._failed:
            self.close()
        self._raise_bug()
        error = None if result.status is None else "Unhandled"
        return Outcome(
            result.payload,
            error,
            log.events[first:],
            result.failure,
            version=self._version.number,
            stream=result.stream,
        )

    def prepare(self) -> bool:
        seconds = ahead_seconds(self._version.configuration.timeout_seconds)
        failure, self._prepared_ms = self._initialise("", seconds)
        self._lines.end()
        self._failed = failure is not None or self._prepared_ms is None
        if self._failed:
            self.close()
        self._raise_bug()
        return not self._failed

    def close(self) -> None:
        child, self._child = self._child, None
        api, self._api = self._api, None
        if api is not None:
            api.close()
        if child is not None:
            child.close()

    def _raise_bug(self) -> None:
        if self._api is not None and self._api.bug is not None:
            bug, self._api.bug = self._api.bug, None
            raise bug

    def _initialise(self, request_id: str, seconds: float) -> tuple[Result | None, float | None]:
        """Start the process. Returns what that failed with, and the milliseconds that it took, if it did not take too
        long; then it is started anew in the invocation."""
        started_at = self._cloud.clock.time()
        self.log.init_start()
        try:
            told = self._start(seconds)
        except InvalidEntrypoint as error:
            return self._broken(request_id, "Runtime.InvalidEntrypoint", str(error)), 0.0
        taken_ms = (self._cloud.clock.time() - started_at) * 1000
        if told is None:
            self.close()
            self.log.init_report(seconds * 1000.0, "timeout")
            return None, None
        failure = self._result_of_init(request_id, told)
        self._lines.end()
        if failure is None:
            self.log.init_report(taken_ms, "success")
        else:
            self.log.init_report(taken_ms, "error", failure.error_type)
        return failure, taken_ms

    def _start(self, seconds: float) -> Told | None:
        """Start the process and wait until it asks for its first event."""
        command = command_of(self._version)
        mailbox = Mailbox()
        self._api = api = RuntimeApi(self._cloud, mailbox.put)
        api.cause = current_event()
        folder = self._version.code.folder
        variables = {
            **({"HOME": os.environ["HOME"]} if "HOME" in os.environ else {}),
            **variables_of(self, self._version, self._session),
            "AWS_LAMBDA_RUNTIME_API": api.netloc,
            "AWS_LAMBDA_METADATA_API": api.netloc,
            "AWS_ENDPOINT_URL": f"http://{api.netloc}",
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        api.variables = variables
        child = Child(command.words, folder, variables, command.memory_mb, mailbox, self._print, api.finish)
        self._child = child
        return child.wait(seconds, "ready", "init/error")

    def _result_of_init(self, request_id: str, told: Told) -> Result | None:
        if told.kind == "ready":
            return None
        self._failed = True
        if told.kind == "end":
            return self._ended(request_id)
        return result_of_error(told)

    def _run(self, invocation: Invocation, failure: Result | None) -> Result:
        if failure is not None:
            return failure
        timeout = self._version.configuration.timeout_seconds
        if self._child is None:  # its start has taken too long, and counts as of the invocation's time
            told = self._start(timeout)
            failure = (
                self._timed_out(invocation.request_id)
                if told is None
                else self._result_of_init(invocation.request_id, told)
            )
            if failure is not None:
                return failure
        child, api = self._child, self._api
        assert child is not None  # they are started together
        assert api is not None
        api.cause = current_event()
        if not self._is_restored:
            self._restore(child, api)
        api.most_streamed_bytes = most_bytes(streams=invocation.streams)
        ends_at = real_seconds() + timeout
        api.send(self._headers(invocation), invocation.payload)
        result = self._answer(child, api, invocation, ends_at)
        if not self._failed:
            self._until_ready(child, api, ends_at)
        return result

    def _answer(self, child: Child, api: RuntimeApi, invocation: Invocation, ends_at: float) -> Result:
        told = child.wait(ends_at - real_seconds(), "response", "error", "stream")
        if told is None:
            return self._timed_out(invocation.request_id)
        if told.kind == "end":
            return self._ended(invocation.request_id)
        if told.kind == "stream":
            return self._streamed(invocation, receive(child, api, told, ends_at))
        if told.is_too_large:
            return runtime.too_large()
        return Result(told.body) if told.kind == "response" else result_of_error(told)

    def _until_ready(self, child: Child, api: RuntimeApi, ends_at: float) -> None:
        """An invocation lasts until the runtime asks for the next event; what it has answered before stands.

        (Lambda Developer Guide: Understanding the Lambda execution environment lifecycle, Invoke phase)
        """
        if api.is_asked:
            child.read()
            return
        told = child.wait(ends_at - real_seconds(), "ready")
        if told is None:
            self._expire()
        elif told.kind == "end":
            self._failed = True

    def _streamed(self, invocation: Invocation, received: Received) -> Result:
        ending, streams = received.ending, invocation.streams
        if ending is None:
            result = self._timed_out(invocation.request_id)
            return broken_off(result, received, TIMED_OUT) if streams else result
        if ending.kind == "end":
            result = self._ended(invocation.request_id)
            return broken_off(result, received, TRUNCATED) if streams else result
        return result_of(received, streams=streams)

    def _restore(self, child: Child, api: RuntimeApi) -> None:
        """Raises SnapStartException, SnapStartTimeoutException."""
        self._is_restored = True
        started_at = self._cloud.clock.time()
        self.log.restore_start()
        api.restore()
        told = child.wait(RESTORE_SECONDS, "ready", "restore/error")
        self._restore_ms = (self._cloud.clock.time() - started_at) * 1000
        if told is not None and told.kind == "ready":
            self.log.restored(self._restore_ms, "success")
            return
        self._failed = True
        self.log.restored(self._restore_ms, "timeout" if told is None else "error")
        raise SnapStartTimeoutException if told is None else SnapStartException

    def _ended(self, request_id: str) -> Result:
        self._failed = True
        assert self._child is not None  # it has just ended
        if self._child.has_crashed:
            return self._timed_out(request_id)  # (recorded: test_lambda_runtime_exit_segfault)
        return self._broken(request_id, "Runtime.ExitError", f"Runtime {self._child.end}")

    def _broken(self, request_id: str, error_type: str, reason: str) -> Result:
        self._failed = True
        return runtime.failed(error_type, f"RequestId: {request_id} Error: {reason}")

    def _timed_out(self, request_id: str) -> Result:
        self._expire()
        return runtime.timed_out(request_id, self._version.configuration.timeout_seconds)

    def _expire(self) -> None:
        self._failed = True
        timeout = self._version.configuration.timeout_seconds
        if self._cloud.clock.is_frozen:
            self._cloud.clock.advance(seconds=timeout)
        self.log.timed_out(timeout)

    def _headers(self, invocation: Invocation) -> dict[str, str]:
        deadline = real_epoch_seconds() + self._version.configuration.timeout_seconds
        headers = {
            REQUEST_ID: invocation.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": invocation.invoked_arn,
            "Lambda-Runtime-Trace-Id": trace_id(
                self._cloud.clock.time(), invocation.request_id, self._version.configuration.is_traced
            ),
        }
        if invocation.client_context is not None:
            headers["Lambda-Runtime-Client-Context"] = json.dumps(invocation.client_context)
        if invocation.identity is not None:
            headers["Lambda-Runtime-Cognito-Identity"] = json.dumps(dict(invocation.identity))
        return headers

    def _print(self, text: str) -> None:
        self._lines.write(text)
        sys.stdout.write(text)
