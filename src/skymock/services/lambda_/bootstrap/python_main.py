"""Lambda's Python runtime as a process's program: `python python_main.py '["/folder", …]'`, folders for `sys.path`."""

from __future__ import annotations

import datetime as dt
import http.client
import json
import logging
import os
import signal
import sys
import time
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
if HERE not in sys.path:
    sys.path.insert(0, HERE)
import lambda_context  # type: ignore[import-not-found]  # noqa: E402 - they stand beside this file
import log_formats  # type: ignore[import-not-found]  # noqa: E402
import python_runtime  # type: ignore[import-not-found]  # noqa: E402
import snapshot_hooks  # type: ignore[import-not-found]  # noqa: E402

_VERSION = "/2018-06-01/runtime"


class RuntimeApi:
    """What Lambda is asked and told."""

    def __init__(self, netloc: str) -> None:
        self._connection = http.client.HTTPConnection(netloc)

    def next(self) -> tuple[Any, bytes]:
        self._connection.request("GET", f"{_VERSION}/invocation/next")
        response = self._connection.getresponse()
        return response.headers, response.read()

    def await_restore(self) -> None:
        self._connection.request("GET", f"{_VERSION}/restore/next")
        self._connection.getresponse().read()

    def tell(self, path: str, body: bytes, error_type: str | None = None) -> None:
        headers = {"Lambda-Runtime-Function-Error-Type": error_type} if error_type else {}
        sys.stdout.flush()
        self._connection.request("POST", f"{_VERSION}/{path}", body, headers)
        self._connection.getresponse().read()


class LogHandler(logging.Handler):
    """The root logger's. request_id: of the invocation that is going on."""

    request_id = ""

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        sys.stdout.write(self.format(record))


def main(folders: list[str]) -> None:
    # A function's own modules may have the names of ours.
    sys.path[:] = [*folders, *(path for path in sys.path if path != HERE)]
    for name in ("lambda_context", "log_formats", "python_runtime", "snapshot_hooks"):
        del sys.modules[name]
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    is_json = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
    log = LogHandler()
    log.setFormatter(log_formats.ApplicationJson() if is_json else log_formats.ApplicationText())
    logging.root.addHandler(log)
    if is_json:
        logging.root.setLevel(log_formats.PYTHON_LEVELS[os.environ["AWS_LAMBDA_LOG_LEVEL"]])
    runtime = Runtime(api, log, folders[0], is_json)
    hooks = snapshot_hooks.SnapshotHooks()
    sys.modules[snapshot_hooks.MODULE_NAME] = hooks.module
    handler = runtime.find_handler(os.environ["_HANDLER"])
    if os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] == "snap-start":
        runtime.hooked(hooks.before_snapshot, "init/error")
        api.await_restore()
        runtime.hooked(hooks.after_restore, "restore/error")
    while True:
        runtime.run_next(handler)


class Runtime:
    """folder: where the code lies."""

    def __init__(self, api: RuntimeApi, log: LogHandler, folder: str, is_json: bool) -> None:
        self._api = api
        self._log = log
        self._folder = folder
        self._is_json = is_json
        version = os.environ.get("AWS_EXECUTION_ENV", "").rpartition("python3.")[2]
        self._encode = python_runtime.encoder_of(int(version) if version else sys.version_info.minor)

    def find_handler(self, name: str) -> Any:
        try:
            return python_runtime.find_handler(name, self._folder)
        except MemoryError:
            _die_of_memory()
        except Exception as error:
            self._tell_failure(error, "init/error", "")
            sys.exit(1)

    def hooked(self, hooks: Any, path: str) -> None:
        """Do what the function wants done at its snapshot."""
        try:
            hooks()
        except Exception as error:
            self._tell_failure(error, path, "")
            sys.exit(1)

    def run_next(self, handler: Any) -> None:
        headers, event = self._api.next()
        request_id = self._log.request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers["Lambda-Runtime-Trace-Id"]
        try:
            answer = handler(python_runtime.unmarshal(event), self._context(headers))
            payload = python_runtime.marshal(answer, self._encode)
        except MemoryError:
            _die_of_memory()
        except Exception as error:
            self._tell_failure(error, f"invocation/{request_id}/error", request_id)
        else:
            self._api.tell(f"invocation/{request_id}/response", payload)

    def _tell_failure(self, error: Exception, path: str, request_id: str) -> None:
        described = python_runtime.description_of(error, self._folder, request_id)
        now = dt.datetime.now(dt.timezone.utc)
        as_text = (
            log_formats.error_as_json(now, described)
            if self._is_json
            else log_formats.error_as_text(described)
        )
        sys.stdout.write(as_text)
        self._api.tell(path, self._encode(described).encode(), described["errorType"])

    @staticmethod
    def _context(headers: Any) -> Any:
        client_context = headers.get("Lambda-Runtime-Client-Context")
        identity = headers.get("Lambda-Runtime-Cognito-Identity")
        return lambda_context.LambdaContext(
            time,
            int(headers["Lambda-Runtime-Deadline-Ms"]) / 1000,
            aws_request_id=headers["Lambda-Runtime-Aws-Request-Id"],
            function_name=os.environ["AWS_LAMBDA_FUNCTION_NAME"],
            function_version=os.environ["AWS_LAMBDA_FUNCTION_VERSION"],
            invoked_function_arn=headers["Lambda-Runtime-Invoked-Function-Arn"],
            memory_limit_in_mb=os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
            log_group_name=os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME"),
            log_stream_name=os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME"),
            client_context=json.loads(client_context) if client_context else None,
            identity=json.loads(identity) if identity else None,
        )


def _die_of_memory() -> Any:
    """AWS kills a process that wants more memory than it may have; here Python is told no first."""
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
