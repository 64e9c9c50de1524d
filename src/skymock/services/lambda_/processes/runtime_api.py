"""Lambda's Runtime API for one environment's process, and AWS's own endpoint for it, at one address on loopback.

(Lambda Developer Guide: Using the Lambda runtime API for custom runtimes)
"""

from __future__ import annotations

import json
import queue
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skymock.addressing import address_of
from skymock.cloud.faults import ReadTimedOut
from skymock.cloud.timeline import Event, set_current_event
from skymock.services.lambda_.processes.http_listener import HttpListener
from skymock.services.lambda_.runtime import MOST_RESPONSE_BYTES
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

_VERSION = "/2018-06-01/runtime/"


@dataclass(frozen=True, slots=True)
class Told:
    """What the process told: "ready" (it asks for an event, or to be restored), "response", "error", "init/error" or
    "restore/error".

    request_id: of the invocation that it is about. is_too_large: the body is left out.
    """

    kind: str
    body: bytes = b""
    request_id: str = ""
    error_type: str = ""
    is_too_large: bool = False


class RuntimeApi:
    """Both APIs for one process.

    tell: called with what the process tells, from another thread. cause: the invocation that is going on, which what
    the process asks of AWS has as its cause. bug: what went wrong in skymock itself meanwhile.
    """

    def __init__(self, cloud: Cloud, tell: Callable[[Told], None]) -> None:
        self.cause: Event | None = None
        self.bug: BaseException | None = None
        self._cloud = cloud
        self._tell = tell
        self._restores: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._events: queue.SimpleQueue[tuple[dict[str, str], bytes] | None] = queue.SimpleQueue()
        self._listener = HttpListener(self._serve)

    @property
    def netloc(self) -> str:
        return self._listener.netloc

    def send(self, headers: dict[str, str], event: bytes) -> None:
        """Give the process its next event."""
        self._events.put((headers, event))

    def restore(self) -> None:
        """Let the process go on after its snapshot."""
        self._restores.put(True)

    def close(self) -> None:
        self._events.put(None)
        self._restores.put(False)
        self._listener.close()

    def _serve(self, request: Request) -> Response | None:
        if not request.path.startswith(_VERSION):
            return self._serve_aws(request)
        path = request.path.removeprefix(_VERSION)
        if path == "invocation/next":
            return self._next()
        if path == "restore/next":
            self._tell(Told("ready"))
            return _answer(200, {}) if self._restores.get() else None
        if path in ("init/error", "restore/error"):
            return self._take(request, path, "")
        _, request_id, kind = [*path.split("/"), "", ""][:3]
        if kind in ("response", "error"):
            return self._take(request, kind, request_id)
        return _answer(404, {"errorMessage": "Not found", "errorType": "InvalidRequest"})

    def _next(self) -> Response | None:
        self._tell(Told("ready"))
        given = self._events.get()
        if given is None:
            return None
        headers, event = given
        return Response(200, {"Content-Type": "application/json", **headers}, event)

    def _take(self, request: Request, kind: str, request_id: str) -> Response:
        error_type = request.headers.get("Lambda-Runtime-Function-Error-Type") or ""
        if len(request.body) > MOST_RESPONSE_BYTES:
            self._tell(Told(kind, b"", request_id, error_type, is_too_large=True))
            return _answer(
                413,
                {
                    "errorMessage": "Exceeded maximum allowed payload size",
                    "errorType": "RequestEntityTooLarge",
                },
            )
        self._tell(Told(kind, request.body, request_id, error_type))
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
