"""Lambda's Python runtime in a sandbox of this process: it finds the handler, calls it, and tells what came of it."""

from __future__ import annotations

import builtins
import importlib
import json
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

from skymock.errors import NotSupported
from skymock.services.lambda_.bootstrap.python_runtime import (
    Handler,
    RuntimeFault,
    description_of,
    encoder_of,
    find_handler,
    marshal,
)
from skymock.services.lambda_.log import LogStream
from skymock.services.lambda_.response_stream import ResponseStream
from skymock.services.lambda_.sandbox.current import current_sandbox
from skymock.services.lambda_.sandbox.modules import OwnModules

# A response may have 100 bytes more than the 6 MB of a request. (recorded: test_lambda_too_large_response)
MOST_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


class Result(NamedTuple):
    """What an invocation gave: its payload (JSON), which is the error's if it failed.

    status: what REPORT says of it ("error", "timeout"); None for success. failure: what went wrong, in a
    line. exception: what the handler or its module raised. error_type: AWS's or the exception's name for it.
    ends_runtime: the runtime's process is gone with it. stream: the response, where it came and was wanted as a
    stream; then payload is nobody's.
    """

    payload: bytes
    status: str | None = None
    failure: str = ""
    exception: BaseException | None = None
    error_type: str = ""
    ends_runtime: bool = False
    stream: ResponseStream | None = None


class Runtime:
    """The runtime inside a sandbox, in which it is to be used.

    name: "python3.12"; empty for an image, which has this process's Python. folder: where the code lies.
    """

    def __init__(self, name: str, folder: str, log: LogStream) -> None:
        self._folder = folder
        self._log = log
        self._encode = encoder_of(int(name.removeprefix("python3.")) if name else sys.version_info.minor)

    def find_handler(self, name: str) -> Handler | Result:
        """The function that the handler's name ("app.handler") means, or what its import failed with."""
        try:
            return find_handler(name, self._folder, _import_module)
        except NotSupported:
            raise
        except Exception as error:
            return self._failed(error, "")

    def call(self, handler: Handler, event: Callable[[], Any], context: Any) -> Result:
        """Call the handler with an event, which `event` reads."""
        try:
            payload = marshal(handler(event(), context), self._encode)
        except NotSupported:
            raise  # it tells the test about skymock, not the function's caller about the function
        except Exception as error:
            return self._failed(error, context.aws_request_id)
        return too_large() if len(payload) > MOST_RESPONSE_BYTES else Result(payload)

    def hooked(self, hooks: Callable[[], None]) -> Result | None:
        """Do what the function wants done at its snapshot; what that failed with."""
        try:
            hooks()
        except NotSupported:
            raise
        except Exception as error:
            return self._failed(error, "")
        return None

    def _failed(self, error: Exception, request_id: str) -> Result:
        try:
            described = description_of(error, self._folder, request_id)
        except Exception:  # AWS's runtime is not prepared for a text that cannot be had, and dies of it
            return exited(self._log.request_id, 1, error)
        self._log.failed(described)
        error_type = described["errorType"]
        failure = f"{error_type}: {described['errorMessage']}"
        raised = error.__cause__ if isinstance(error, RuntimeFault) else error
        return Result(self._encode(described).encode(), "error", failure, raised, error_type)


def _import_module(name: str) -> Any:
    """Import for the function whose sandbox this is."""
    sandbox = current_sandbox()
    return importlib.import_module(name) if sandbox is None else sandbox.modules.load(name)


def timed_out(request_id: str, timeout_seconds: int) -> Result:
    """(recorded: test_lambda_runtime_exit_segfault)"""
    text = f"Task timed out after {timeout_seconds:.2f} seconds"
    return failed("Sandbox.Timedout", f"RequestId: {request_id} Error: {text}", "timeout")


def exited(request_id: str, code: object, exception: BaseException | None = None) -> Result:
    """What the end of the runtime's process comes to: by `sys.exit` (code is its argument), `os._exit`, or by what is
    no Exception. (recorded: test_lambda_handler_exit)"""
    status = 0 if code is None else code if isinstance(code, int) else 1
    reason = (
        f"exited with error: exit status {status & 255}" if status else "exited without providing a reason"
    )
    message = f"RequestId: {request_id} Error: Runtime {reason}"
    return failed("Runtime.ExitError", message, exception=exception, ends_runtime=True)


def is_the_functions(error: BaseException, modules: OwnModules) -> bool:
    """Whether something that is no Exception was raised by a function's code for its own ends, rather than by a test
    runner that ends the test or by the user who interrupts it."""
    kind = type(error)
    if isinstance(error, KeyboardInterrupt):
        return False
    is_pythons = getattr(builtins, kind.__name__, None) is kind or kind.__module__ == "asyncio.exceptions"
    return is_pythons or modules.owns(kind.__module__)


def too_large(most_bytes: int = MOST_RESPONSE_BYTES) -> Result:
    """(recorded: test_lambda_too_large_response)"""
    return failed(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({most_bytes} bytes).",
    )


def failed(
    error_type: str,
    message: str,
    status: str = "error",
    exception: BaseException | None = None,
    *,
    ends_runtime: bool = False,
) -> Result:
    """A failure that Lambda tells of, not the runtime inside."""
    payload = json.dumps({"errorType": error_type, "errorMessage": message}).encode()
    return Result(payload, status, f"{error_type}: {message}", exception, error_type, ends_runtime)
