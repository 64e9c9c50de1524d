"""botocore's HTTP layer: every client of every session, also one made before the mock began."""

from __future__ import annotations

import io
import time as real_time
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import botocore.endpoint
import botocore.signers
import botocore.waiter
from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.credentials import Credentials
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from skymock.cloud.faults import ReadTimedOut
from skymock.dispatch import HostNotFound
from skymock.interception import Patch, active, address_of
from skymock.wire import Headers, Request, Response

DUMMY_CREDENTIALS = Credentials("testing", "testing", method="skymock")


class BotocorePatch(Patch):
    """What botocore is given while a mock is on: answers from memory, the cloud's time to wait in."""

    def install(self) -> None:
        self.replace(URLLib3Session, "send", _send)
        self.replace(botocore.signers.RequestSigner, "get_auth_instance", _get_auth_instance)
        self.replace(botocore.endpoint, "time", CLOUD_TIME)
        self.replace(botocore.waiter, "time", CLOUD_TIME)


PATCH = BotocorePatch()

_send_for_real = URLLib3Session.send
_get_auth_for_real = botocore.signers.RequestSigner.get_auth_instance


def _send(session: URLLib3Session, prepared: AWSPreparedRequest) -> AWSResponse:
    mocked = active()
    if mocked is None:
        return _send_for_real(session, prepared)
    request = Request(prepared.method, prepared.url, PreparedHeaders(prepared.headers), _body_of(prepared))
    address = address_of(mocked, request)
    if address is None:
        return _send_for_real(session, prepared)
    try:
        response = mocked.cloud.front_door.answer(request, address)
    except HostNotFound as error:
        raise EndpointConnectionError(endpoint_url=prepared.url, error=error) from None
    except ReadTimedOut as error:
        raise ReadTimeoutError(endpoint_url=prepared.url, error=error) from None
    return _aws_response(prepared, response)


class PreparedHeaders(Headers):
    """botocore's own headers, read where they are: of a request's ten headers the front door asks for four."""

    __slots__ = ("_prepared",)

    def __init__(self, prepared: HeadersDict) -> None:
        self._prepared: HeadersDict | None = prepared

    def get(self, name: str, default: str | None = None) -> str | None:
        if self._prepared is None:
            return super().get(name, default)
        value = self._prepared.get(name)
        if value is None:
            return default
        return value.decode("latin-1") if isinstance(value, bytes) else str(value)

    def __getattr__(self, name: str) -> Any:
        """The dictionary of the base class, made when something needs all headers."""
        if name != "_items":
            raise AttributeError(name)
        prepared, self._prepared = self._prepared, None
        super().__init__(dict(prepared or {}))
        return self._items


def _body_of(prepared: AWSPreparedRequest) -> bytes:
    body = prepared.body
    if isinstance(body, bytes):
        return body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if hasattr(body, "read"):
        content: bytes = body.read()
        return content
    return bytes(body) if isinstance(body, bytearray) else b"".join(body)


def _aws_response(prepared: AWSPreparedRequest, response: Response) -> AWSResponse:
    answer = AWSResponse(prepared.url, response.status, response.headers, None)
    if isinstance(response.body, bytes) and not prepared.stream_output:
        answer._content = response.body  # the public way would join a generator over it
    answer.raw = RawBody(response)
    return answer


class RawBody:
    """The part of urllib3's response that botocore's streaming bodies and event streams use."""

    def __init__(self, response: Response) -> None:
        self._response = response
        self._buffer: io.BytesIO | None = None

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        if self._buffer is None and not isinstance(self._response.body, bytes):
            yield from self._response.body
            return
        while chunk := self.read(amt):
            yield chunk

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        if self._buffer is None:
            self._buffer = io.BytesIO(self._response.read())
        return self._buffer.read(amt if amt is not None else -1)

    def readinto(self, target: Any) -> int:
        chunk = self.read(len(target))
        target[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        self._buffer = io.BytesIO()

    def release_conn(self) -> None:
        pass

    @property
    def closed(self) -> bool:
        return False


def _get_auth_instance(signer: Any, *args: Any, **kwargs: Any) -> Any:
    """Sign with made-up credentials where a client found none before the mock began."""
    if signer._credentials is None and kwargs.get("request_credentials") is None:
        kwargs["request_credentials"] = DUMMY_CREDENTIALS
    return _get_auth_for_real(signer, *args, **kwargs)


class CloudTime(ModuleType):
    """The `time` module as botocore's retries and waiters see it: under a frozen clock a sleep moves the clock."""

    def sleep(self, seconds: float) -> None:
        mocked = active()
        if mocked is None:
            real_time.sleep(seconds)
        else:
            mocked.cloud.clock.sleep(seconds)

    def __getattr__(self, name: str) -> Any:
        return getattr(real_time, name)


CLOUD_TIME = CloudTime("time")
