"""Undoes what clients do to a body: gzip compression, and `aws-chunked` with checksums behind it."""

from __future__ import annotations

import gzip
import zlib

from skymock.errors import AwsError, SerializationException
from skymock.wire import Headers, Request


class IncompleteBody(AwsError):
    """The body ends before its end."""

    code, status = "IncompleteBody", 400

    def __init__(self) -> None:
        super().__init__("The request body terminated unexpectedly")


class MalformedTrailerError(AwsError):
    """A header that was promised behind the body is not there."""

    code, status = "MalformedTrailerError", 400

    def __init__(self) -> None:
        super().__init__(
            "The request contained trailing data that was not well-formed or did not conform to our "
            "published schema."
        )


def decompressed(request: Request) -> Request:
    """The request with a body that is not compressed; only some operations take compressed ones."""
    if "gzip" not in _encodings(request):
        return request
    try:
        body = gzip.decompress(request.body)
    except (EOFError, OSError, zlib.error) as error:
        raise SerializationException from error
    return _with_body(request, body, "gzip", {})


def unchunked(request: Request) -> Request:
    """The request with a body that is not in `aws-chunked` form, and the trailers among its headers.

    Raises IncompleteBody, MalformedTrailerError. Chunks' signatures are not looked at. (S3: Chunked uploads)
    """
    chunked = "aws-chunked" in _encodings(request)
    if not chunked and not (request.headers.get("x-amz-content-sha256") or "").startswith("STREAMING-"):
        return request
    body, trailers = _read_chunks(request.body)
    length = request.headers.get("x-amz-decoded-content-length")
    if length is not None and length != str(len(body)):
        raise IncompleteBody
    promised = request.headers.get("x-amz-trailer")
    if promised is not None and promised.lower() not in trailers:
        raise MalformedTrailerError
    return _with_body(request, body, "aws-chunked", trailers)


def _read_chunks(encoded: bytes) -> tuple[bytes, dict[str, str]]:
    chunks: list[bytes] = []
    at = 0
    while True:
        size, at = _chunk_size(encoded, at)
        if size == 0:
            return b"".join(chunks), _trailers(encoded[at:])
        end = at + size
        if encoded[end : end + 2] != b"\r\n":
            raise IncompleteBody
        chunks.append(encoded[at:end])
        at = end + 2


def _chunk_size(encoded: bytes, at: int) -> tuple[int, int]:
    """The size that the line at this place states, and where the line ends."""
    end = encoded.find(b"\r\n", at)
    if end < 0:
        raise IncompleteBody
    try:
        return int(encoded[at:end].partition(b";")[0], 16), end + 2
    except ValueError as error:
        raise IncompleteBody from error


def _trailers(encoded: bytes) -> dict[str, str]:
    if not encoded.endswith(b"\r\n"):
        raise IncompleteBody
    trailers = {}
    for line in encoded.decode("latin-1").split("\r\n"):
        name, colon, value = line.partition(":")
        if colon:
            trailers[name.strip().lower()] = value.strip()
    return trailers


def _encodings(request: Request) -> list[str]:
    header = request.headers.get("content-encoding")
    return [] if header is None else [encoding.strip() for encoding in header.split(",")]


def _with_body(request: Request, body: bytes, undone: str, headers: dict[str, str]) -> Request:
    given = Headers(request.headers.items())
    remaining = [encoding for encoding in _encodings(request) if encoding != undone]
    if remaining:
        given["Content-Encoding"] = ",".join(remaining)
    elif "content-encoding" in given:
        del given["content-encoding"]
    for name, value in headers.items():
        given[name] = value
    given["Content-Length"] = str(len(body))
    opened = Request(request.method, request.url, given, body)
    # The front door may have moved the path away from the URL's.
    opened.path, opened.query = request.path, request.query
    return opened
