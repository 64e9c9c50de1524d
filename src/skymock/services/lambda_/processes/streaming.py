"""What a process streams as its response, as it comes in, and what is made of it."""

from __future__ import annotations

import json
from typing import NamedTuple

from skymock.cloud.clock import real_seconds
from skymock.services.lambda_ import runtime
from skymock.services.lambda_.processes.child import Child
from skymock.services.lambda_.processes.runtime_api import RuntimeApi, Told
from skymock.services.lambda_.response_stream import MOST_STREAMED_BYTES, ResponseStream
from skymock.services.lambda_.runtime import MOST_RESPONSE_BYTES, Result

# A response that breaks off by itself, and one that the deadline breaks off. (AWS's runtime interface emulator, which
# names the timeout of a stream otherwise than that of an invocation)
TRUNCATED, TIMED_OUT = "Runtime.TruncatedResponse", "Sandbox.Timeout"


def most_bytes(*, streams: bool) -> int:
    """How long a streamed response may be, for a caller who takes the stream or who waits for all of it."""
    return MOST_STREAMED_BYTES if streams else MOST_RESPONSE_BYTES


class Received(NamedTuple):
    """A streamed response, and what ended it: "streamed", "cut", "end" (of the process), or None for the deadline."""

    content_type: str
    chunks: list[bytes]
    ending: Told | None


def receive(child: Child, api: RuntimeApi, begun: Told, ends_at: float) -> Received:
    """Take a response that has begun, until it is over or the deadline (of `real_seconds`) has come."""
    chunks: list[bytes] = []
    while (left := ends_at - real_seconds()) > 0:
        told = child.wait(left, "chunk", "streamed", "cut")
        if told is not None and told.kind == "chunk":
            chunks.append(told.body)
            continue
        if told is not None and told.kind == "cut":
            told = _after_cut(child, api, told, ends_at)
        return Received(begun.content_type, chunks, told)
    return Received(begun.content_type, chunks, None)


def _after_cut(child: Child, api: RuntimeApi, cut: Told, ends_at: float) -> Told | None:
    """Whether the runtime goes on without its connection, or has ended, which its connections do a little before."""
    if api.is_asked:
        return cut
    told = child.wait(ends_at - real_seconds(), "ready")
    return cut if told is not None and told.kind == "ready" else told


def result_of(received: Received, *, streams: bool) -> Result:
    """What a response comes to that the runtime has ended by itself."""
    ending = received.ending
    assert ending is not None  # the deadline is the environment's
    if ending.kind == "cut":
        result = runtime.failed(TRUNCATED, "The response broke off.")
        return broken_off(result, received, TRUNCATED) if streams else result
    if ending.is_too_large:
        result = runtime.too_large(most_bytes(streams=streams))
        return broken_off(result, received, result.error_type) if streams else result
    if not streams:
        return result_of_error(ending) if ending.error_type else Result(b"".join(received.chunks))
    details = ending.body.decode("utf-8", "replace")
    stream = ResponseStream(received.content_type, received.chunks, ending.error_type, details)
    # To AWS such a response is a success. (Lambda Developer Guide: Building a custom runtime)
    failure = result_of_error(ending).failure if ending.error_type else ""
    return Result(b"", failure=failure, stream=stream)


def broken_off(result: Result, received: Received, error_type: str) -> Result:
    """A failure of which the caller has the stream so far."""
    stream = ResponseStream(received.content_type, received.chunks, error_type, is_cut=True)
    return result._replace(stream=stream)


def result_of_error(told: Told) -> Result:
    """An error as the runtime described it."""
    try:
        described = json.loads(told.body)
        error_type = str(described.get("errorType") or told.error_type)
        failure = f"{error_type}: {described.get('errorMessage')}"
    except (ValueError, AttributeError):
        error_type = failure = told.error_type
    return Result(told.body, "error", failure, None, error_type)
