"""A small HTTP server on loopback: a thread for each connection, all of them outside of any function's sandbox."""

from __future__ import annotations

import _thread
import socket
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Any

from skymock.wire import Headers, Request, Response


class HttpListener:
    """Serves requests until it is closed.

    netloc: "127.0.0.1:41234". serve: gives the response; None for one that shall not be answered.
    """

    def __init__(self, serve: Callable[[Request], Response | None]) -> None:
        self._serve = serve
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: set[socket.socket] = set()
        self.netloc = f"127.0.0.1:{self._listening.getsockname()[1]}"
        # Not by `threading`: a thread that a function's code starts is the function's, and these are not.
        _thread.start_new_thread(self._accept, ())

    def close(self) -> None:
        for each in (self._listening, *self._connections):
            with suppress(OSError):  # its other end is gone
                each.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, address = self._listening.accept()
            except OSError:  # closed
                return
            _thread.start_new_thread(self._talk, (connection, address))

    def _talk(self, connection: socket.socket, address: Any) -> None:
        self._connections.add(connection)
        try:
            with connection:
                _Connection(connection, address, self)
        except OSError:  # the other end is gone
            pass
        finally:
            self._connections.discard(connection)

    def answer(self, request: Request) -> Response | None:
        return self._serve(request)


class _Connection(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, connection: socket.socket, address: Any, listener: Any) -> None:
        super().__init__(connection, address, listener)

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if not self.raw_requestline:
            self.close_connection = True
        elif self.parse_request():
            self._answer()

    def _answer(self) -> None:
        headers = Headers(self.headers.items())
        listener: Any = self.server
        url = f"http://{listener.netloc}{self.path}"
        response = listener.answer(Request(self.command, url, headers, self._body()))
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

    def _body(self) -> bytes:
        if "chunked" not in self.headers.get("Transfer-Encoding", "").lower():
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        chunks = []
        while size := int(self.rfile.readline().partition(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():  # trailers
            pass
        return b"".join(chunks)
