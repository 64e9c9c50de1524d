"""A request's body while it comes in, with what stands behind it."""

from __future__ import annotations

from collections.abc import Iterator
from io import BufferedIOBase

from skymock.wire import BodyCut, Headers


class HttpBody:
    """A body that is still to be read, once.

    trailers: the headers that came behind it, once it has been read: those that its head announced, as HTTP/1.1 asks.
    """

    def __init__(self, source: BufferedIOBase, headers: Headers) -> None:
        self._source = source
        self._length = int(headers.get("Content-Length") or 0)
        self._is_chunked = "chunked" in (headers.get("Transfer-Encoding") or "").lower()
        announced = (headers.get("Trailer") or "").lower().split(",")
        self._announced = {name.strip() for name in announced}
        self.trailers = Headers()

    def read(self) -> bytes:
        """All of it. Raises BodyCut where the connection ends before."""
        return b"".join(self.chunks())

    def chunks(self) -> Iterator[bytes]:
        """Each chunk as soon as it is there; one for a body that is not chunked. Raises BodyCut."""
        if not self._is_chunked:
            if self._length:
                yield self._exactly(self._length)
            return
        while size := self._size():
            yield self._exactly(size)
            self._line()
        while line := self._line().strip():
            name, _, value = line.decode("latin-1").partition(":")
            if name.strip().lower() in self._announced:
                self.trailers[name.strip()] = value.strip()

    def _size(self) -> int:
        try:
            return int(self._line().partition(b";")[0], 16)
        except ValueError:  # no chunk begins so
            raise BodyCut from None

    def _exactly(self, size: int) -> bytes:
        data = self._source.read(size)
        if len(data) < size:
            raise BodyCut
        return data

    def _line(self) -> bytes:
        line = self._source.readline()
        if not line.endswith(b"\n"):
            raise BodyCut
        return line
