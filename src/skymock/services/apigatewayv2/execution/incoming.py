"""A request to a deployed API, read for the authorizer and the integration."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote

from skymock.addressing.address import partition_of
from skymock.services.apigatewayv2.http_api import HttpApi
from skymock.services.apigatewayv2.route_key import ANY, RouteKey
from skymock.services.apigatewayv2.routing import Match
from skymock.services.apigatewayv2.stage import DEFAULT_STAGE, Snapshot, Stage

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.wire import Request

SOURCE_IP = "127.0.0.1"

# Headers of one connection, which end at the gateway.
_OF_THE_CONNECTION = frozenset({"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})

# What API Gateway hands on as text; all else is base64.
_TEXT_TYPES = frozenset({"application/json", "application/javascript", "application/xml"})


@dataclass
class Incoming:
    """One request on its way through an API.

    path: decoded, with the stage's name, as functions see it. route_path: what follows the stage, as sent.
    authorization: what functions see of the authorizer's finding (`requestContext.authorizer`), by payload
    format ("2.0" and "1.0"); empty where nobody was asked.
    """

    cloud: Cloud
    api: HttpApi
    account_id: str
    region: str
    request: Request
    request_id: str
    at_seconds: float
    stage: Stage
    snapshot: Snapshot
    route_path: str
    match: Match
    authorization: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> RouteKey:
        return self.match.key

    @property
    def route_key(self) -> str:
        return self.match.route.route_key

    @property
    def path(self) -> str:
        return unquote(self.request.path)

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers in lower case, with those that API Gateway adds."""
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

    @property
    def execution_arn(self) -> str:
        """What a function's resource policy is asked about: API, stage, method and the route's path."""
        if self.key.is_default:
            return self.arn_of(f"{self.stage.stage_name}/{DEFAULT_STAGE}")
        method = self.request.method if self.key.method == ANY else self.key.method
        return self.arn_of(f"{self.stage.stage_name}/{method}{self.key.path}")

    def arn_of(self, resource: str) -> str:
        """The ARN of something of this API: `stage/GET/pets`, `authorizers/id`."""
        partition = partition_of(self.region)
        return f"arn:{partition}:execute-api:{self.region}:{self.account_id}:{self.api.api_id}/{resource}"

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
