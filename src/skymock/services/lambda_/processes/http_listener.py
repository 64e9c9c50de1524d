"""A small HTTP server on loopback: a thread for each connection, all of them outside of any function's sandbox."""

from __future__ import annotations

import _thread
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from skymock.services.lambda_.processes.http_body import HttpBody
from skymock.wire import Headers, Request, Response

Serve = Callable[[Request, HttpBody], Response | None]


class HttpListener:
    """Serves requests until it is closed.

    netloc: "127.0.0.1:41234". serve: reads the body and gives the response; None for one that shall not be answered.
    """

    def __init__(self, serve: Serve) -> None:
        self.answer = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: set[socket.socket] = set()
        self._one_less = threading.Condition()
        self.netloc = f"127.0.0.1:{self._listening.getsockname()[1]}"
        # Not by `threading`: a thread that a function's code starts is the function's, and these are not.
        _thread.start_new_thread(self._accept, ())

    def close(self) -> None:
        with self._one_less:
            connections = list(self._connections)
        for each in (self._listening, *connections):
            with suppress(OSError):  # its other end is gone
                each.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def finish(self, seconds: float) -> None:
        """Serve what has been sent by a process that is no more; as long as that takes, but no longer than so."""
        with suppress(OSError), socket.create_connection(self._listening.getsockname(), seconds) as last:
            # Connections are accepted in their order: once this one is over, no other is still to be.
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        with self._one_less:
            self._one_less.wait_for(lambda: not self._connections, seconds)

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listening.accept()
            except OSError:  # closed
                return
            with self._one_less:
                self._connections.add(connection)
            _thread.start_new_thread(self._talk, (connection, address))

    def _talk(self, connection: socket.socket, address: Any) -> None:
        try:
            with connection:
                _Connection(connection, address, self)
        except OSError:  # the other end is gone
            pass
        finally:
            with self._one_less:
                self._connections.discard(connection)
                self._one_less.notify_all()


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body are sent at once: what waits for an acknowledgement waits 40 ms.
    disable_nagle_algorithm = True
    wbufsize = -1

    def __init__(self, connection: socket.socket, address: Any, listener: Any) -> None:
        super().__init__(connection, address, listener)

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._answer()

    def handle_expect_100(self) -> bool:
        goes_on = super().handle_expect_100()
        self.wfile.flush()
        return goes_on

    def _answer(self) -> None:
        headers = _joined(self.headers.items())
        listener: Any = self.server
        url = f"http://{listener.netloc}{self.path}"
        response = listener.answer(Request(self.command, url, headers), HttpBody(self.rfile, headers))
        if response is None:
            self.close_connection = True
            return
        content = response.read()
        self.send_response_only(response.status)
        for name, value in (*response.headers.items(), *response.repeated):
            if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else content)
        self.wfile.flush()


def _joined(pairs: Iterable[tuple[str, str]]) -> Headers:
    """A header that stands more than once has all its values."""
    headers = Headers()
    for name, value in pairs:
        before = headers.get(name)
        headers[name] = value if before is None else f"{before},{value}"
    return headers
