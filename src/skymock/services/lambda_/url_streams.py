"""A streamed response as a function's URL answers it.

(Lambda Developer Guide: Writing response streaming-enabled Lambda functions)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from skymock.cloud.http_events.function_answer import header_text, status_code
from skymock.services.lambda_.response_stream import ResponseStream
from skymock.wire import BodyCut, Response

# What a stream is that begins with the status and the headers, as JSON and the eight NULs behind it.
HTTP_INTEGRATION = "application/vnd.awslambda.http-integration-response"
DELIMITER = bytes(8)

# By where the delimiter has to come. (API Gateway Developer Guide, which has the same format: Set up a Lambda proxy
# integration with payload response streaming)
MOST_PRELUDE_BYTES = 16 * 1024

# As AWS's Node.js runtime names a stream that has no type of its own.
DEFAULT_CONTENT_TYPE = "application/octet-stream"

# Of a stream only its last chunk says how long it is.
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection"})


def response(stream: ResponseStream) -> Response:
    """Status, headers and cookies are the prelude's where there is one; the body comes in the stream's own chunks.

    A stream into which nothing was written has no prelude either: it is an empty 200. One that broke off by itself
    ends without the end of its body. Raises ValueError for a prelude that is none.
    """
    type_ = stream.content_type or DEFAULT_CONTENT_TYPE
    if type_ == HTTP_INTEGRATION:
        if stream.chunks:
            return _with_prelude(stream)
        type_ = DEFAULT_CONTENT_TYPE
    return Response(200, {"Content-Type": type_}, _body(stream.chunks, stream))


def _with_prelude(stream: ResponseStream) -> Response:
    prelude, chunks = _split(stream.chunks)
    answer = json.loads(prelude)
    if not isinstance(answer, dict):
        raise ValueError("the prelude is no object")
    given = (answer.get("headers") or {}).items()
    headers = {name: header_text(value) for name, value in given if name.lower() not in _FRAMING}
    if "content-type" not in {name.lower() for name in headers}:
        headers["Content-Type"] = DEFAULT_CONTENT_TYPE
    cookies = [("Set-Cookie", header_text(cookie)) for cookie in answer.get("cookies") or ()]
    return Response(status_code(answer.get("statusCode", 200)), headers, _body(chunks, stream), cookies)


def _split(chunks: Sequence[bytes]) -> tuple[bytes, list[bytes]]:
    """The prelude, and the chunks behind its delimiter. Raises ValueError where there is none."""
    begun = b""
    for number, chunk in enumerate(chunks, 1):
        begun += chunk
        end = begun.find(DELIMITER, 0, MOST_PRELUDE_BYTES)
        if end >= 0:
            return begun[:end], [begun[end + len(DELIMITER) :], *chunks[number:]]
        if len(begun) >= MOST_PRELUDE_BYTES:
            break
    raise ValueError("no delimiter behind the prelude")


def _body(chunks: Sequence[bytes], stream: ResponseStream) -> Iterator[bytes]:
    yield from chunks
    if stream.is_cut:
        raise BodyCut
