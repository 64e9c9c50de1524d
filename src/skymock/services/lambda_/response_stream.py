"""A function's response as a stream."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

# (Lambda Developer Guide: Response streaming for Lambda functions)
MOST_STREAMED_BYTES = 200 * 1024 * 1024


class ResponseStream(NamedTuple):
    """A response as the runtime streamed it.

    content_type: as the runtime named it; empty where it did not. chunks: as it wrote them. error_type, error_details:
    what the response broke off with, and what the runtime says of it; empty for a response that is whole. is_cut: it
    broke off without a word of the runtime's.
    """

    content_type: str
    chunks: Sequence[bytes]
    error_type: str = ""
    error_details: str = ""
    is_cut: bool = False
