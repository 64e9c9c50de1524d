"""A request and a response as they cross the wire, whichever client library sent them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, KeysView, Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit


class Headers:
    """HTTP headers under case-insensitive names; the names keep the case they were given.

    Few of them are ever looked at: values become text when they are.
    """

    __slots__ = ("_items",)

    def __init__(self, pairs: Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]] = ()) -> None:
        items = pairs.items() if isinstance(pairs, Mapping) else pairs
        self._items: dict[str, tuple[str, str | bytes]] = {}
        for name, value in items:
            self[name] = value

    def get(self, name: str, default: str | None = None) -> str | None:
        found = self._items.get(name.lower())
        return default if found is None else _text(found[1])

    def __getitem__(self, name: str) -> str:
        return _text(self._items[name.lower()][1])

    def __setitem__(self, name: str, value: str | bytes) -> None:
        self._items[name.lower()] = (name, value)

    def __delitem__(self, name: str) -> None:
        del self._items[name.lower()]

    @property
    def lowered(self) -> KeysView[str]:
        """The names in lower case."""
        return self._items.keys()

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._items

    def __iter__(self) -> Iterator[str]:
        return (name for name, _ in self._items.values())

    def items(self) -> Iterator[tuple[str, str]]:
        return ((name, _text(value)) for name, value in self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        return f"Headers({dict(self.items())!r})"


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if value.__class__ is bytes else str(value)


class UrlParts(NamedTuple):
    scheme: str
    netloc: str
    host: str
    path: str
    query: str


@lru_cache(maxsize=1024)  # an API's calls all go to one URL
def _parts_of(url: str) -> UrlParts:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    return UrlParts(parts.scheme, parts.netloc, host, parts.path or "/", parts.query)


class Request:
    """One HTTP request, its body read in full.

    `netloc` is the URL's host with its port where it has one, `host` the host alone in lower case.
    `path` is the path as sent (still percent-encoded) and `query` the raw query string. The front door rewrites
    `path` where the host carries part of it (S3's virtual-hosted buckets), so that codecs see one form only.
    """

    __slots__ = ("body", "headers", "host", "method", "netloc", "path", "query", "scheme", "url")

    def __init__(
        self,
        method: str,
        url: str,
        headers: Headers | Mapping[str, str | bytes] | None = None,
        body: bytes = b"",
    ) -> None:
        self.method = method
        self.url = url
        self.scheme, self.netloc, self.host, self.path, self.query = _parts_of(url)
        self.headers = headers if isinstance(headers, Headers) else Headers(headers or {})
        self.body = body

    def __repr__(self) -> str:
        return f"<Request {self.method} {self.url}>"


class BodyCut(ConnectionError):
    """The connection ended before the body did."""


class Response:
    """What goes back: a whole body, or (for streams) an iterator of chunks, which raises BodyCut where it breaks off.

    repeated: further headers whose name may stand more than once, such as Set-Cookie.
    """

    __slots__ = ("body", "headers", "repeated", "status")

    def __init__(
        self,
        status: int,
        headers: dict[str, str] | None = None,
        body: bytes | Iterator[bytes] = b"",
        repeated: list[tuple[str, str]] | None = None,
    ) -> None:
        self.status = status
        self.headers = headers if headers is not None else {}
        self.body = body
        self.repeated = repeated if repeated is not None else []

    def read(self) -> bytes:
        """The whole body; a stream is drained once and kept."""
        if not isinstance(self.body, bytes):
            self.body = b"".join(self.body)
        return self.body

    def __repr__(self) -> str:
        return f"<Response {self.status}>"
