"""Lambda's Python runtime: it finds the handler, calls it, and tells what came of it.

Error types and texts are those of AWS's own runtime. (aws-lambda-python-runtime-interface-client)
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import json
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from types import ModuleType, TracebackType
from typing import Any

from skymock.errors import NotSupported
from skymock.services.lambda_.log import LogStream
from skymock.services.lambda_.sandbox.current import current_sandbox
from skymock.services.lambda_.sandbox.modules import OwnModules

Handler = Callable[[Any, Any], Any]

# Where a function's code lies on AWS; traces show it there.
TASK_ROOT = "/var/task"

# A response may have 100 bytes more than the 6 MB of a request. (recorded: test_lambda_too_large_response)
MOST_RESPONSE_BYTES = 6 * 1024 * 1024 + 100


class RuntimeFault(Exception):
    """What the runtime itself finds wrong, by AWS's error type ("Runtime.HandlerNotFound")."""

    def __init__(self, error_type: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace or []


@dataclass(frozen=True, slots=True)
class Result:
    """What an invocation gave: its payload (JSON), which is the error's if it failed.

    status: what REPORT says of it ("error", "timeout"); None for success. failure: what went wrong, in a
    line. exception: what the handler or its module raised. error_type: AWS's or the exception's name for it.
    ends_runtime: the runtime's process is gone with it.
    """

    payload: bytes
    status: str | None = None
    failure: str = ""
    exception: BaseException | None = None
    error_type: str = ""
    ends_runtime: bool = False


class Runtime:
    """The runtime inside one execution environment.

    name: "python3.12"; empty for an image. folder: where the code lies. It is to be used with the environment on stage.
    """

    def __init__(self, name: str, folder: str, log: LogStream) -> None:
        self._folder = folder
        self._log = log
        # Since Python 3.12 the runtime leaves non-ASCII characters as they are. An image has this process's Python.
        minor = int(name.removeprefix("python3.")) if name else sys.version_info.minor
        self._encode = json.JSONEncoder(default=_encode_decimal, ensure_ascii=minor < 12).encode

    def find_handler(self, name: str) -> Handler | Result:
        """The function that the handler's name ("app.handler") means, or what its import failed with."""
        return self.found(lambda: _handler(name, self._folder))

    def found(self, find: Callable[[], Handler]) -> Handler | Result:
        """A handler, or what came of looking for it."""
        try:
            return find()
        except RuntimeFault as fault:
            return self._failed(fault.error_type, str(fault), fault.trace, "", fault.__cause__)
        except NotSupported:
            raise
        except Exception as error:
            return self._raised(error, "")

    def call(self, handler: Handler, event: bytes, context: Any) -> Result:
        """Call the handler with an event (JSON text)."""
        try:
            payload = self._marshal(handler(_unmarshal(event), context))
        except RuntimeFault as fault:
            return self._failed(
                fault.error_type, str(fault), fault.trace, context.aws_request_id, fault.__cause__
            )
        except NotSupported:
            raise  # it tells the test about skymock, not the function's caller about the function
        except Exception as error:
            return self._raised(error, context.aws_request_id)
        if len(payload) > MOST_RESPONSE_BYTES:
            return _too_large()
        return Result(payload)

    def _marshal(self, answer: Any) -> bytes:
        if isinstance(answer, bytes):
            return answer
        if inspect.iscoroutine(answer):
            answer.close()  # nobody will await it; JSON cannot hold it either
        try:
            return self._encode(answer).encode()
        except Exception as error:
            raise RuntimeFault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error

    def _raised(self, error: Exception, request_id: str) -> Result:
        trace = traceback.format_list(_frames_of_code(error.__traceback__, self._folder))
        try:
            message = str(error)
        except Exception:  # AWS's runtime is not prepared for that, and dies of it
            return exited(self._log.request_id, 1, error)
        return self._failed(type(error).__name__, message, trace, request_id, error)

    def _failed(
        self,
        error_type: str,
        message: str,
        trace: list[str],
        request_id: str,
        exception: BaseException | None,
    ) -> Result:
        error = {
            "errorMessage": message,
            "errorType": error_type,
            "requestId": request_id,
            "stackTrace": trace,
        }
        self._log.failed(error)
        failure = f"{error_type}: {message}"
        return Result(self._encode(error).encode(), "error", failure, exception, error_type)


def timed_out(request_id: str, timeout_seconds: int) -> Result:
    """(recorded: test_lambda_runtime_exit_segfault)"""
    text = f"Task timed out after {timeout_seconds:.2f} seconds"
    return _failed("Sandbox.Timedout", f"RequestId: {request_id} Error: {text}", "timeout")


def exited(request_id: str, code: object, exception: BaseException | None = None) -> Result:
    """What the end of the runtime's process comes to: by `sys.exit` (code is its argument), `os._exit`, or by what is
    no Exception. (recorded: test_lambda_handler_exit)"""
    status = 0 if code is None else code if isinstance(code, int) else 1
    reason = (
        f"exited with error: exit status {status & 255}" if status else "exited without providing a reason"
    )
    message = f"RequestId: {request_id} Error: Runtime {reason}"
    return _failed("Runtime.ExitError", message, exception=exception, ends_runtime=True)


def is_the_functions(error: BaseException, modules: OwnModules) -> bool:
    """Whether something that is no Exception was raised by a function's code for its own ends, rather than by a test
    runner that ends the test or by the user who interrupts it."""
    kind = type(error)
    if isinstance(error, KeyboardInterrupt):
        return False
    is_pythons = getattr(builtins, kind.__name__, None) is kind or kind.__module__ == "asyncio.exceptions"
    return is_pythons or modules.owns(kind.__module__)


def _too_large() -> Result:
    """(recorded: test_lambda_too_large_response)"""
    return _failed(
        "Function.ResponseSizeTooLarge",
        f"Response payload size exceeded maximum allowed payload size ({MOST_RESPONSE_BYTES} bytes).",
    )


def _failed(
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


def import_module(name: str) -> ModuleType:
    """Import for the function whose sandbox this is."""
    sandbox = current_sandbox()
    return importlib.import_module(name) if sandbox is None else sandbox.modules.load(name)


def _handler(name: str, folder: str) -> Handler:
    """Import a handler's module. Raises RuntimeFault, and whatever the module raises."""
    try:
        module_name, function_name = name.rsplit(".", 1)
    except ValueError as error:
        raise RuntimeFault("Runtime.MalformedHandlerName", f"Bad handler '{name}': {error}") from error
    module_name = module_name.replace("/", ".")
    if module_name.partition(".")[0] in sys.builtin_module_names:
        raise RuntimeFault(
            "Runtime.BuiltInModuleConflict", f"Cannot use built-in module {module_name} as a handler module"
        )
    try:
        module = import_module(module_name)
    except ImportError as error:
        raise RuntimeFault(
            "Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}"
        ) from error
    except SyntaxError as error:
        trace = [f'  File "{_shown(error.filename or "", folder)}" Line {error.lineno}\n    {error.text}']
        raise RuntimeFault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module_name}': {error}", trace
        ) from error
    try:
        handler: Handler = getattr(module, function_name)
    except AttributeError as error:
        raise RuntimeFault(
            "Runtime.HandlerNotFound", f"Handler '{function_name}' missing on module '{module_name}'"
        ) from error
    return handler


def _unmarshal(event: bytes) -> Any:
    try:
        return json.loads(event)
    except ValueError as error:
        raise RuntimeFault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def _encode_decimal(value: object) -> Any:
    """Decimals become numbers, as in AWS's runtime; nothing else that JSON lacks does."""
    if not isinstance(value, Decimal):
        raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")
    is_integer = value.is_finite() and value.as_tuple().exponent == 0
    return int(value) if is_integer else float(value)


def _frames_of_code(trace: TracebackType | None, folder: str) -> list[tuple[str, int, str, str]]:
    """The frames below the runtime's own."""
    frames = [
        (_shown(frame.filename, folder), frame.lineno or 0, frame.name, frame.line or "")
        for frame in traceback.extract_tb(trace)
    ]
    while frames and frames[0][0].startswith(_OURS):
        del frames[0]
    return frames


# The runtime, and what it imports modules with: the frames above a function's own.
_OURS = (__file__, os.path.dirname(__file__), "<frozen importlib")


def _shown(filename: str, folder: str) -> str:
    return TASK_ROOT + filename[len(folder) :] if filename.startswith(folder + os.sep) else filename
