"""What an HTTP API answers by itself."""

from __future__ import annotations

import json

from skymock.wire import Response


class Refusal(Exception):
    """An answer that ends a request before its integration has one."""

    def __init__(self, status: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers or {}

    def response(self) -> Response:
        body = json.dumps({"message": self.message}, separators=(",", ":")).encode()
        return Response(self.status, {"Content-Type": "application/json", **self.headers}, body)


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def unauthorized(challenge: str | None = None) -> Refusal:
    """challenge: the `www-authenticate` header."""
    return Refusal(401, "Unauthorized", {"www-authenticate": challenge} if challenge else None)


def forbidden(challenge: str | None = None) -> Refusal:
    return Refusal(403, "Forbidden", {"www-authenticate": challenge} if challenge else None)


def too_large() -> Refusal:
    return Refusal(413, "Request Entity Too Large")


def internal_server_error() -> Refusal:
    return Refusal(500, "Internal Server Error")


def service_unavailable() -> Refusal:
    return Refusal(503, "Service Unavailable")
