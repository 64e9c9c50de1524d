"""botocore answering itself: the floor that any mock in the same process stands on."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.httpsession import URLLib3Session

Reply = tuple[int, dict[str, str], bytes]


class RecordedReplies:
    """What skymock answered to each operation, to be answered again without skymock."""

    def __init__(self) -> None:
        self.replies: dict[str, Reply] = {}

    @contextmanager
    def recording(self) -> Iterator[None]:
        send = URLLib3Session.send

        def record(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            response = send(session, request)
            reply = (response.status_code, dict(response.headers), response.content)
            self.replies[_name(request)] = reply
            return _response(request, reply)

        with patch.object(URLLib3Session, "send", record):
            yield

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer every request with its recorded reply, through the same layer as skymock does."""

        def answer(session: URLLib3Session, request: AWSPreparedRequest) -> AWSResponse:
            return _response(request, self.replies[_name(request)])

        with patch.object(URLLib3Session, "send", answer):
            yield


def _response(request: AWSPreparedRequest, reply: Reply) -> AWSResponse:
    status, headers, body = reply
    response = AWSResponse(request.url, status, headers, Raw(body))
    if not request.stream_output:
        response._content = body
    return response


class Raw(io.BytesIO):
    """A body that botocore can stream."""

    def stream(self) -> Iterator[bytes]:
        yield self.read()


def _name(request: AWSPreparedRequest) -> str:
    target: Any = request.headers.get("X-Amz-Target", b"")
    path = request.url.split("://", 1)[1].partition("/")[2]
    return f"{target.decode() if isinstance(target, bytes) else target} {request.method} {path}"
