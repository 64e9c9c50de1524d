"""botocore's HTTP layer: every client of every session, also one made before the mock began."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import SimpleNamespace
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse, HeadersDict
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from botocore.httpsession import URLLib3Session

from skymock.cloud.faults import ReadTimedOut
from skymock.dispatch import HostNotFound
from skymock.interception import Patch, active, address_of
from skymock.wire import Headers, Request, Response


class BotocorePatch(Patch):
    def install(self) -> None:
        self.replace(URLLib3Session, "send", _send)


PATCH = BotocorePatch()

_send_for_real = URLLib3Session.send


def _send(session: URLLib3Session, prepared: AWSPreparedRequest) -> AWSResponse:
    mocked = active()
    if mocked is None:
        return _send_for_real(session, prepared)
    body = prepared.body
    if not isinstance(body, bytes):
        body = _read(body)
    request = Request(prepared.method, prepared.url, PreparedHeaders(prepared.headers), body)
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
    """botocore's headers, taken from where it keeps them: its own methods make and hash an object at each look."""

    __slots__ = ()

    def __init__(self, prepared: HeadersDict) -> None:
        self._items = {key._lower: (key._key, value) for key, value in prepared._dict.items()}


def _read(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if hasattr(body, "read"):
        content: bytes = body.read()
        return content
    return bytes(body) if isinstance(body, bytearray) else b"".join(body)


def _aws_response(prepared: AWSPreparedRequest, response: Response) -> AWSResponse:
    body = response.body
    if not isinstance(body, bytes):
        return Answer(prepared.url, response, RawStream(body))
    if prepared.stream_output:
        return Answer(prepared.url, response, RawBody(body))
    return Answer(prepared.url, response, None, body)


class Answer(AWSResponse):  # type: ignore[misc]  # botocore has no types
    """Our response as botocore's. content: the body, if botocore need not read it from `raw`."""

    def __init__(
        self, url: str, response: Response, raw: io.IOBase | None, content: bytes | None = None
    ) -> None:
        self.url = url
        self.status_code = response.status
        self.headers = AnswerHeaders(response.headers)
        self._content = content
        if raw is not None:
            self.raw = raw

    @cached_property
    def raw(self) -> io.IOBase:
        """What nobody but a user's own event handler asks for where `content` is there."""
        return RawBody(self._content or b"")


class AnswerHeaders(HeadersDict):  # type: ignore[misc]  # likewise
    """The same to botocore as its own, which makes an object for each of its many looks at them."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._names: Iterable[str] = headers
        self._dict = {name.lower(): value for name, value in headers.items()}

    def __getitem__(self, name: str) -> str:
        return self._dict[name.lower()]

    def __setitem__(self, name: str, value: str) -> None:
        self.pop(name, None)
        self._names = (*self._names, name)
        self._dict[name.lower()] = value

    def __delitem__(self, name: str) -> None:
        del self._dict[name.lower()]
        self._names = [given for given in self._names if given.lower() != name.lower()]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._dict

    def get(self, name: str, default: Any = None) -> Any:
        return self._dict.get(name.lower(), default)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)


class RawBody(io.BytesIO):
    """What urllib3's response is to botocore's streaming bodies: a file of bytes, and some ways of its own."""

    # StreamingBody.set_socket_timeout goes down this path.
    _fp = SimpleNamespace(fp=SimpleNamespace(raw=SimpleNamespace(_sock=SimpleNamespace(settimeout=id))))

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        return super().read(amt)

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        while chunk := self.read(amt):
            yield chunk

    def close(self) -> None:
        """A closed response reads as an empty one."""
        self.seek(0, io.SEEK_END)

    def release_conn(self) -> None:
        pass


class RawStream(io.RawIOBase):
    """The same for a body that is made while it is read: an event stream's."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = filter(None, chunks)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        chunk = self._rest or next(self._chunks, b"")
        taken, self._rest = chunk[: len(target)], chunk[len(target) :]
        target[: len(taken)] = taken
        return len(taken)

    def read(self, amt: int | None = None, decode_content: bool | None = None) -> bytes:
        return super().read(-1 if amt is None else amt) or b""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        yield from self._chunks

    def release_conn(self) -> None:
        pass
