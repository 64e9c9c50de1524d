"""What every codec offers the front door, and the refusals that all protocols share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from skymock.errors import AwsError
from skymock.wire import Request, Response


class Codec(Protocol):
    """One protocol of one service: requests in, responses out. Compiles an operation once, on first use."""

    def speaking(self, request: Request) -> Codec:
        """The codec to use for this request: itself, but for services that speak several protocols."""

    def identify(self, request: Request) -> tuple[str, dict[str, str]]:
        """The operation's name and the URI's labels, still percent-encoded (none but for REST).

        Raises UnknownOperation.
        """

    def parse(self, operation: str, request: Request, uri: dict[str, str]) -> dict[str, Any]:
        """The parameters as a boto3 caller gave them: blobs are bytes, timestamps aware datetimes.

        Raises the protocol's own error for what cannot be read (SerializationException, MalformedInput, ...).
        """

    def body_reader(self, operation: str) -> Callable[[bytes], Mapping[str, Any]] | None:
        """What reads the parameters from a body, if it has all of them as it is: then they can be read again."""

    def serialise(self, operation: str, output: Mapping[str, Any], request_id: str) -> Response:
        """The answer of an operation. A member without value (None) is left out."""

    def serialise_error(self, error: AwsError, request_id: str, operation: str | None = None) -> Response:
        """The answer of an operation that failed."""


class UnknownOperation(AwsError):
    """The request names no operation of the service."""

    code, status = "UnknownOperationException", 400


class UnknownRoute(UnknownOperation):
    """No operation has the request's method and path."""

    code, status = "UnknownOperationException", 404
