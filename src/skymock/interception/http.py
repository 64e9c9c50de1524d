"""http.client, and with it urllib, urllib3 and requests: connections to AWS's hosts lead into the cloud.

One seam serves all of them, for all build on `http.client.HTTPConnection`: where a connection would open its
socket, it is given one whose other end is the cloud. Everything above (redirects, retries, streaming, chunked
uploads, proxies' tunnels) is the library's own, unchanged.
"""

from __future__ import annotations

import http.client
import io
import socket
from collections.abc import Callable, Iterator
from typing import Any

import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions

from skymock.cloud.faults import ReadTimedOut
from skymock.dispatch import HostNotFound
from skymock.interception import Mocked, Patch, active, address_of, is_on
from skymock.wire import BodyCut, Headers, Request, Response

_KINDS: tuple[type[http.client.HTTPConnection], ...] = (
    http.client.HTTPConnection,
    http.client.HTTPSConnection,
    urllib3.connection.HTTPConnection,
    urllib3.connection.HTTPSConnection,
)
_SECURE_KINDS = (http.client.HTTPSConnection, urllib3.connection.HTTPSConnection)


class HttpPatch(Patch):
    def install(self) -> None:
        for kind in _KINDS:
            if "connect" in vars(kind):
                self.replace(kind, "connect", _connecting(kind.connect))
        self.replace(
            http.client.HTTPConnection, "putrequest", _putting(http.client.HTTPConnection.putrequest)
        )
        pool = urllib3.connectionpool.HTTPConnectionPool
        self.replace(pool, "urlopen", _opening(pool.urlopen))


PATCH = HttpPatch()


def _opening(open_for_real: Callable[..., Any]) -> Callable[..., Any]:
    """urllib3 connects before it names the path, so a blocked URL is refused whole here."""

    def urlopen(pool: Any, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        mocked = active()
        if mocked is not None and mocked.block_network:
            origin = _origin_of(pool.host, pool.port, secure=pool.scheme == "https")
            address_of(mocked, Request(method, url if "://" in url else origin + url))
        return open_for_real(pool, method, url, *args, **kwargs)

    return urlopen


def _connecting(connect_for_real: Callable[[Any], None]) -> Callable[[Any], None]:
    def connect(connection: Any) -> None:
        mocked = active()
        if mocked is None or not _leads_into(mocked, connection, "/"):
            connect_for_real(connection)
        else:
            _give_socket(mocked, connection)

    return connect


def _putting(put_for_real: Callable[..., None]) -> Callable[..., None]:
    """A connection that was open before the mock began, or that a proxy serves, is turned around here."""

    def putrequest(connection: Any, method: str, url: str, *args: Any, **kwargs: Any) -> None:
        mocked = active()
        ours = mocked is not None and _leads_into(mocked, connection, url, method)
        if mocked is not None and ours and not _is_of(mocked, connection.sock):
            _give_socket(mocked, connection)
        elif isinstance(connection.sock, CloudSocket) and not ours:
            connection.close()
        put_for_real(connection, method, url, *args, **kwargs)

    return putrequest


def _is_of(mocked: Mocked, sock: object) -> bool:
    return isinstance(sock, CloudSocket) and sock.mocked is mocked


def _leads_into(mocked: Mocked, connection: Any, url: str, method: str = "GET") -> bool:
    """Whether a request on a connection is the cloud's to answer.

    Raises NetworkBlocked, and what the library itself raises where DNS does not know a host.
    """
    request = Request(method, _origin(connection) + url if "://" not in url else url)
    address = address_of(mocked, request)
    if address is not None and not mocked.cloud.front_door.has(address):
        raise _host_not_found(connection, request.host)
    return address is not None


def _host_not_found(connection: Any, host: str) -> Exception:
    unknown = socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    if not isinstance(connection, urllib3.connection.HTTPConnection):
        return unknown
    if hasattr(urllib3.exceptions, "NameResolutionError"):
        return urllib3.exceptions.NameResolutionError(host, connection, unknown)
    # urllib3 1.26 has one error for all that goes wrong before a connection stands.
    return urllib3.exceptions.NewConnectionError(connection, f"Failed to resolve '{host}' ({unknown})")


def _origin(connection: Any) -> str:
    """Scheme, host and port that a connection is for, behind a proxy's tunnel if there is one."""
    host, port = connection.host, connection.port
    if getattr(connection, "_tunnel_host", None):
        host, port = connection._tunnel_host, connection._tunnel_port
    return _origin_of(host, port, secure=isinstance(connection, _SECURE_KINDS))


def _origin_of(host: str, port: int | None, *, secure: bool) -> str:
    scheme, default_port = ("https", 443) if secure else ("http", 80)
    netloc = f"[{host}]" if ":" in host else host
    return f"{scheme}://{netloc}" if port in (None, default_port) else f"{scheme}://{netloc}:{port}"


def _give_socket(mocked: Mocked, connection: Any) -> None:
    if connection.sock is not None:
        connection.sock.close()
    connection.sock = CloudSocket(mocked, _origin(connection))
    # urllib3 asks these of a connection that it has just made.
    connection.is_verified = True
    connection.proxy_is_verified = None


class CloudSocket:
    """A connected socket whose other end is the cloud: it takes one HTTP/1.1 request and gives its response."""

    def __init__(self, mocked: Mocked, origin: str) -> None:
        self.mocked = mocked
        self._origin = origin
        self._sent: list[bytes] = []

    def sendall(self, data: bytes, flags: int = 0) -> None:
        self._sent.append(bytes(data))

    def makefile(self, mode: str = "rb", *args: Any, **kwargs: Any) -> io.BufferedReader:
        """The response to what was sent, made when the client begins to read it."""
        request = self._request()
        return io.BufferedReader(AwaitedAnswer(lambda: self._answer(request)))

    def _answer(self, request: Request) -> bytes:
        """Raises TimeoutError for a planted timeout."""
        cloud = self.mocked.cloud
        address = cloud.front_door.address_of(request)
        if address is None or not is_on(self.mocked):
            raise ConnectionResetError(f"the mock that {request.url} was connected to has ended")
        try:
            response = cloud.front_door.answer(request, address)
        except ReadTimedOut:
            raise TimeoutError("timed out") from None
        except HostNotFound as error:
            raise socket.gaierror(socket.EAI_NONAME, f"Name or service not known: {error}") from None
        return _on_the_wire(request, response)

    def _request(self) -> Request:
        head, _, body = b"".join(self._sent).partition(b"\r\n\r\n")
        self._sent.clear()
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = _headers(lines)
        if "chunked" in (headers.get("transfer-encoding") or "").lower():
            body = _dechunked(body)
        return Request(method, target if "://" in target else self._origin + target, headers, body)

    def settimeout(self, seconds: float | None) -> None:
        pass

    def setsockopt(self, *args: Any) -> None:
        pass

    def shutdown(self, how: int) -> None:
        pass

    def close(self) -> None:
        self._sent.clear()


class AwaitedAnswer(io.RawIOBase):
    """What the socket will read. Errors come with the first read, where they would come from a real one."""

    def __init__(self, answer: Callable[[], bytes]) -> None:
        super().__init__()
        self._answer = answer
        self._content: io.BytesIO | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if self._content is None:
            self._content = io.BytesIO(self._answer())
        return self._content.readinto(buffer)


def _headers(lines: list[str]) -> Headers:
    """A request's headers; one that stands more than once is joined by commas, as servers do."""
    headers = Headers()
    for line in lines:
        name, _, value = (part.strip() for part in line.partition(":"))
        before = headers.get(name)
        headers[name] = value if before is None else f"{before},{value}"
    return headers


def _dechunked(body: bytes) -> bytes:
    chunks = []
    while body:
        size_line, _, body = body.partition(b"\r\n")
        size = int(size_line.partition(b";")[0], 16)
        if size == 0:
            break
        chunks.append(body[:size])
        body = body[size + 2 :]
    return b"".join(chunks)


def _on_the_wire(request: Request, response: Response) -> bytes:
    framing, content = _framed(request, response)
    reason = http.client.responses.get(response.status, "")
    lines = [f"HTTP/1.1 {response.status} {reason}"]
    pairs = [*response.headers.items(), *response.repeated]
    lines += [f"{name}: {value}" for name, value in pairs if name.lower() not in _FRAMING]
    if response.status >= 200 and response.status not in (204, 304):
        lines.append(framing)
    # One request a connection: nothing of the mock stays in the client's pool when it ends.
    lines.append("Connection: close")
    head = "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n"
    return head if request.method == "HEAD" else head + content


def _framed(request: Request, response: Response) -> tuple[str, bytes]:
    """The header that says where the body ends, and the body so; a stream comes in its own chunks."""
    if not isinstance(response.body, bytes) and "Content-Length" not in response.headers:
        return "Transfer-Encoding: chunked", _chunked(response.body)
    content = response.read()
    length = response.headers.get("Content-Length") if request.method == "HEAD" else None
    return f"Content-Length: {length or len(content)}", content


def _chunked(body: Iterator[bytes]) -> bytes:
    """A chunk for each; the last one, which is empty, is missing from a body that breaks off."""
    parts: list[bytes] = []
    try:
        for chunk in body:
            if chunk:
                parts += (b"%x\r\n" % len(chunk), chunk, b"\r\n")
    except BodyCut:
        return b"".join(parts)
    return b"".join((*parts, b"0\r\n\r\n"))


_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})
