"""A request to a deployed URL, as a function is told of it."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.wire import Request

SOURCE_IP = "127.0.0.1"

# Headers of one connection, which end where AWS takes the request.
_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})

# What is handed on as text; all else is base64.
_TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})


@dataclass
class HttpRequest:
    """One request, with what AWS adds to it."""

    cloud: Cloud
    request: Request
    request_id: str
    at_seconds: float

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers in lower case, with those that AWS adds."""
        headers = {
            lower: value
            for name, value in self.request.headers.items()
            if (lower := name.lower()) not in _OF_THE_CONNECTION
        }
        headers.setdefault("host", self.request.netloc)
        headers.setdefault("content-length", str(len(self.request.body)))
        headers["x-amzn-trace-id"] = f"Root=1-{int(self.at_seconds):08x}-{self.cloud.ids.hex(24)}"
        forwarded_for = headers.get("x-forwarded-for")
        headers["x-forwarded-for"] = f"{forwarded_for}, {SOURCE_IP}" if forwarded_for else SOURCE_IP
        headers["x-forwarded-port"] = "443"
        headers["x-forwarded-proto"] = "https"
        return headers

    @cached_property
    def query(self) -> list[tuple[str, str]]:
        """The query string's parameters, decoded, in their order."""
        return parse_qsl(self.request.query, keep_blank_values=True)

    def grouped_query(self) -> dict[str, list[str]]:
        grouped: dict[str, list[str]] = {}
        for name, value in self.query:
            grouped.setdefault(name, []).append(value)
        return grouped

    @property
    def time(self) -> str:
        """12/Mar/2020:19:03:58 +0000"""
        moment = dt.datetime.fromtimestamp(self.at_seconds, dt.timezone.utc)
        return f"{moment.day:02d}/{_MONTHS[moment.month - 1]}/{moment.year:04d}:{moment:%H:%M:%S} +0000"

    def body_as_text(self) -> tuple[str | None, bool]:
        """The body as an event carries it, and whether it is base64. No body is None.

        Forms and everything else that is not plainly text come as base64. (AWS documents the rule for load
        balancers only: Elastic Load Balancing User Guide: Use Lambda functions as targets)
        """
        body = self.request.body
        if not body:
            return None, False
        media_type = self.headers.get("content-type", "").partition(";")[0].strip().lower()
        is_text = media_type.startswith("text/") or media_type in _TEXT_TYPES
        if is_text and "content-encoding" not in self.headers:
            try:
                return body.decode(), False
            except UnicodeDecodeError:
                pass
        return base64.b64encode(body).decode("ascii"), True


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
