"""API destinations: HTTP endpoints as targets of rules.

(EventBridge User Guide: API destinations)
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from skymock.cloud.faults import ReadTimedOut
from skymock.dispatch import HostNotFound
from skymock.services.events.bus_event import compact
from skymock.services.events.failure import EndpointFailed
from skymock.services.events.json_path import ABSENT, InvalidJsonPath, found, parse_json_path
from skymock.wire import Request

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud
    from skymock.services.events.bus_event import BusEvent
    from skymock.services.events.connection import Connection

DEFAULT_RATE = 300  # invocations a second

# Other refusals are final. (EventBridge User Guide: API destinations, error codes)
_TRIED_AGAIN = frozenset({401, 407, 409, 429})
_LEAST_SERVER_ERROR = 500

_HEADERS = {
    "User-Agent": "Amazon/EventBridge/ApiDestinations",
    "Content-Type": "application/json; charset=utf-8",
    "Range": "bytes=0-1048575",
    "Accept-Encoding": "gzip,deflate",
    "Connection": "close",
}


@dataclass(slots=True)
class ApiDestination:
    """One API destination."""

    name: str
    arn: str
    connection: Connection
    endpoint: str
    method: str
    rate_limit: int
    description: str | None
    created_at: dt.datetime
    modified_at: dt.datetime

    @property
    def state(self) -> str:
        return "ACTIVE" if self.connection.is_authorized else "INACTIVE"

    def send(self, cloud: Cloud, outbox: list[Request], request: Request) -> None:
        """Send a request to the endpoint, or into the outbox where that is outside of the cloud.

        Raises EndpointFailed.
        """
        address = cloud.front_door.address_of(request)
        if address is None:
            outbox.append(request)
            return
        try:
            answer = cloud.front_door.answer(request, address)
        except HostNotFound:
            raise EndpointFailed(
                "CONNECTION_FAILURE", f"There is no host {request.host}", may_pass=False
            ) from None
        except ReadTimedOut:
            raise EndpointFailed(
                "TIMEOUT", f"{self.endpoint} did not answer in time", may_pass=True
            ) from None
        if not 200 <= answer.status < 300:
            raise EndpointFailed(
                "ERROR_FROM_TARGET",
                f"{self.endpoint} answered {answer.status}",
                may_pass=answer.status in _TRIED_AGAIN or answer.status >= _LEAST_SERVER_ERROR,
                retry_after_seconds=_seconds(answer.headers.get("Retry-After")),
            )

    def request(self, payload: str, event: BusEvent, parameters: Mapping[str, Any]) -> Request:
        """What the endpoint is sent. parameters: the target's HttpParameters.

        Where the target and the connection set the same, the connection's holds. (EventBridge API: Target)
        """
        url = self.endpoint
        for value in parameters.get("PathParameterValues") or ():
            url = url.replace("*", quote(_resolved(value, event), safe=""), 1)
        query = {**_all_resolved(parameters.get("QueryStringParameters"), event), **self.connection.query()}
        if query:
            url += ("&" if "?" in url else "?") + urlencode(query)
        body = self._body(payload).encode()
        headers = {
            **_HEADERS,
            **_all_resolved(parameters.get("HeaderParameters"), event),
            **self.connection.headers(),
            "Content-Length": str(len(body)),
        }
        request = Request(self.method, url, headers, body)
        request.headers["Host"] = request.netloc
        return request

    def _body(self, payload: str) -> str:
        further = self.connection.body()
        if not further:
            return payload
        document = json.loads(payload)
        return compact({**document, **further}) if isinstance(document, dict) else payload

    def outcome(self) -> dict[str, Any]:
        """What the operations that change it answer."""
        return {
            "ApiDestinationArn": self.arn,
            "ApiDestinationState": self.state,
            "CreationTime": self.created_at,
            "LastModifiedTime": self.modified_at,
        }

    def document(self) -> dict[str, Any]:
        """As ListApiDestinations shows it. (recorded by LocalStack: test_api_destinations)"""
        return {
            **self.outcome(),
            "Name": self.name,
            "ConnectionArn": self.connection.arn,
            "InvocationEndpoint": self.endpoint,
            "HttpMethod": self.method,
            "InvocationRateLimitPerSecond": self.rate_limit,
        }

    def details(self) -> dict[str, Any]:
        """As DescribeApiDestination shows it."""
        further = {} if self.description is None else {"Description": self.description}
        return {**self.document(), **further}


def _seconds(retry_after: str | None) -> float:
    try:
        return float(retry_after or 0)
    except ValueError:
        return 0.0


def _all_resolved(values: Mapping[str, str] | None, event: BusEvent) -> dict[str, str]:
    return {name: _resolved(value, event) for name, value in (values or {}).items()}


def _resolved(value: str, event: BusEvent) -> str:
    """A value, or what a path of JSON leads to in the event. (User Guide: Dynamic path parameters)"""
    if not value.startswith("$."):
        return value
    try:
        part = found(parse_json_path(value), event.document)
    except InvalidJsonPath:
        return value
    return "" if part is ABSENT else part if isinstance(part, str) else compact(part)
