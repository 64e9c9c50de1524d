"""Lambda's Runtime API for one environment's process, and AWS's own endpoint for it, at one address on loopback.

(Lambda Developer Guide: Using the Lambda runtime API for custom runtimes)
"""

from __future__ import annotations

import base64
import json
import queue
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skymock.addressing import address_of
from skymock.cloud.faults import ReadTimedOut
from skymock.cloud.timeline import Event, set_current_event
from skymock.services.lambda_ import metadata_endpoint
from skymock.services.lambda_.processes.http_body import HttpBody
from skymock.services.lambda_.processes.http_listener import HttpListener
from skymock.services.lambda_.runtime import MOST_RESPONSE_BYTES
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

_VERSION = "/2018-06-01/runtime/"

REQUEST_ID = "Lambda-Runtime-Aws-Request-Id"

# Of an error, and behind a streamed response that breaks off. (Lambda Developer Guide: Building a custom runtime)
ERROR_TYPE, ERROR_BODY = "Lambda-Runtime-Function-Error-Type", "Lambda-Runtime-Function-Error-Body"

# How long a process that has ended is heard, for what it had asked of AWS meanwhile.
LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Told:
    """What the process told: "ready" (it asks for an event, or to be restored), "response", "error", "init/error" or
    "restore/error", and of a response that it streams: "stream" (it begins), each "chunk", and at last "streamed", or
    "cut" where the connection ended first.

    request_id: of the invocation that it is about. error_type: that of an error, or what a stream broke off with, of
    which the body then says more. content_type: of a stream. is_too_large: the body is left out, or what a stream has
    more than it may.
    """

    kind: str
    body: bytes = b""
    request_id: str = ""
    error_type: str = ""
    content_type: str = ""
    is_too_large: bool = False


class RuntimeApi:
    """Both APIs for one process.

    tell: called with what the process tells, from another thread. cause: the invocation that is going on, which what
    the process asks of AWS has as its cause. bug: what went wrong in skymock itself meanwhile.
    variables: of the process's environment. most_streamed_bytes: how much of a streamed response there may be.
    is_asked: the process waits for an event.
    """

    most_streamed_bytes = MOST_RESPONSE_BYTES
    is_asked = False

    def __init__(self, cloud: Cloud, tell: Callable[[Told], None]) -> None:
        self.variables: Mapping[str, str] = {}
        self.cause: Event | None = None
        self.bug: BaseException | None = None
        self._cloud = cloud
        self._tell = tell
        self._current = ""
        self._is_answered = False
        self._restores: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[tuple[dict[str, str], bytes] | None] = queue.SimpleQueue()
        self._listener = HttpListener(self._serve)

    @property
    def netloc(self) -> str:
        return self._listener.netloc

    def send(self, headers: dict[str, str], event: bytes) -> None:
        """Give the process its next event."""
        self._current, self._is_answered = headers[REQUEST_ID], False
        self._events.put((headers, event))

    def restore(self) -> None:
        """Let the process go on after its snapshot."""
        self._restores.put(True)

    def finish(self) -> None:
        """The process has ended: hear what it still told."""
        self._end_waits()
        self._listener.finish(LAST_WORDS_SECONDS)

    def close(self) -> None:
        self._end_waits()
        self._listener.close()

    def _end_waits(self) -> None:
        self._events.put(None)
        self._restores.put(False)

    def _serve(self, request: Request, body: HttpBody) -> Response | None:
        path = request.path.removeprefix(_VERSION)
        _, request_id, kind = [*path.split("/"), "", ""][:3]
        if kind == "response" and _mode(request) == "streaming" and self._awaits(request_id):
            self._is_answered = True
            return self._stream(request, body, request_id)
        request.body = body.read()
        if request.path.startswith(metadata_endpoint.VERSION):
            return metadata_endpoint.answer(request, self.variables)
        if not request.path.startswith(_VERSION):
            return self._serve_aws(request)
        if path == "invocation/next":
            return self._next()
        if path == "restore/next":
            self._tell(Told("ready"))
            return _answer(200, {}) if self._restores.get() else None
        if path in ("init/error", "restore/error"):
            return self._take(request, path, "")
        if kind in ("response", "error"):
            return self._take_answer(request, kind, request_id)
        return _answer(404, {"errorMessage": "Not found", "errorType": "InvalidRequest"})

    def _next(self) -> Response | None:
        self.is_asked = True
        self._tell(Told("ready"))
        given = self._events.get()
        self.is_asked = False
        if given is None:
            return None
        headers, event = given
        return Response(200, {"Content-Type": "application/json", **headers}, event)

    def _awaits(self, request_id: str) -> bool:
        return request_id == self._current and not self._is_answered

    def _take_answer(self, request: Request, kind: str, request_id: str) -> Response:
        """There is one for each event. (AWS's runtime interface emulator: Runtime API)"""
        if request_id != self._current:
            return _answer(400, {"errorMessage": "Invalid request ID", "errorType": "InvalidRequestID"})
        if self._is_answered:
            state = "InvocationResponse" if kind == "response" else "InvocationErrorResponse"
            message = (
                f"State transition from ResponseSent to {state} failed for runtime. "
                "Error: State transition is not allowed"
            )
            return _answer(403, {"errorMessage": message, "errorType": "InvalidStateTransition"})
        self._is_answered = True
        if _mode(request) not in ("buffered", "streaming"):
            message, error_type = "Invalid function response mode", "Runtime.InvalidResponseModeHeader"
            described = json.dumps({"errorType": error_type, "errorMessage": message}).encode()
            self._tell(Told("error", described, request_id, error_type))
            return _answer(400, {"errorMessage": message, "errorType": "InvalidFunctionResponseMode"})
        return self._take(request, kind, request_id)

    def _take(self, request: Request, kind: str, request_id: str) -> Response:
        error_type = request.headers.get(ERROR_TYPE) or ""
        if len(request.body) > MOST_RESPONSE_BYTES:
            self._tell(Told(kind, b"", request_id, error_type, is_too_large=True))
            return _too_large()
        self._tell(Told(kind, request.body, request_id, error_type))
        return _answer(202, {"status": "OK"})

    def _stream(self, request: Request, body: HttpBody, request_id: str) -> Response | None:
        """(Lambda Developer Guide: Building a custom runtime, Implementing response streaming in a custom runtime)"""
        content_type = request.headers.get("Content-Type") or ""
        self._tell(Told("stream", b"", request_id, content_type=content_type))
        left = self.most_streamed_bytes
        try:
            for chunk in body.chunks():
                if left > 0:
                    self._tell(Told("chunk", chunk[:left], request_id))
                left -= len(chunk)
        except OSError:
            self._tell(Told("cut", b"", request_id))
            return None
        if left < 0:
            self._tell(Told("streamed", b"", request_id, is_too_large=True))
            return _too_large()
        details = _decoded(body.trailers.get(ERROR_BODY) or "")
        self._tell(Told("streamed", details, request_id, body.trailers.get(ERROR_TYPE) or ""))
        return _answer(202, {"status": "OK"})

    def _serve_aws(self, request: Request) -> Response | None:
        """Whatever service the request is signed for answers it."""
        address = address_of(
            request.netloc, request.path, request.headers, query=request.query, endpoints={self.netloc}
        )
        if address is None:
            return _answer(404, {"message": "no service of AWS's"})
        set_current_event(self.cause)
        try:
            return self._cloud.front_door.answer(request, address)
        except ReadTimedOut:
            return None
        except BaseException as error:  # it reaches the test as itself, once the invocation is over
            self.bug = error
            return _answer(501, {"message": str(error), "__type": type(error).__name__})


def _answer(status: int, document: dict[str, str]) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(document).encode())


def _too_large() -> Response:
    return _answer(
        413, {"errorMessage": "Exceeded maximum allowed payload size", "errorType": "RequestEntityTooLarge"}
    )


def _mode(request: Request) -> str:
    return (request.headers.get("Lambda-Runtime-Function-Response-Mode") or "buffered").lower()


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return text.encode("latin-1")
