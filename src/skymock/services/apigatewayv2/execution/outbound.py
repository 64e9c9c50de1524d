"""Requests that API Gateway itself makes: to backends and to token issuers, in the cloud or outside."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING

from skymock.dispatch import HostNotFound
from skymock.wire import Request, Response

if TYPE_CHECKING:
    from skymock.cloud.cloud import Cloud

_CONNECTIONS = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}


class Unreachable(Exception):
    """The other side did not answer, or not in HTTP."""


def leads_into(cloud: Cloud, request: Request) -> bool:
    """Whether a request stays in the cloud."""
    return cloud.front_door.address_of(request) is not None


def send(cloud: Cloud, request: Request, timeout_seconds: float) -> Response:
    """Send a request as it is and return the answer as it is: no redirect is followed. Raises Unreachable."""
    address = cloud.front_door.address_of(request)
    if address is None:
        return _send_outside(request, timeout_seconds)
    try:
        return cloud.front_door.answer(request, address)
    except HostNotFound as error:
        raise Unreachable(f"no such host: {error}") from None


def _send_outside(request: Request, timeout_seconds: float) -> Response:
    path = f"{request.path}?{request.query}" if request.query else request.path
    try:
        connection = _CONNECTIONS[request.scheme](request.netloc, timeout=timeout_seconds)
        try:
            connection.request(request.method, path, request.body or None, dict(request.headers.items()))
            answer = connection.getresponse()
            return Response(answer.status, {}, answer.read(), answer.getheaders())
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        raise Unreachable(str(error)) from error
