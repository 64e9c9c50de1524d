"""The context object that a handler is given. (Lambda Developer Guide: Lambda context object)"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any, Protocol


class Clock(Protocol):
    def time(self) -> float:
        """Epoch seconds."""


def _shown(value: object, names: Iterable[str]) -> str:
    """As AWS's runtime shows an object of these attributes. (aws-lambda-python-runtime-interface-client)"""
    return f"{type(value).__name__}([{','.join(f'{name}={getattr(value, name)}' for name in names)}])"


class Client:
    """The mobile application that called. (AWS Mobile SDK)"""

    __slots__ = ("app_package_name", "app_title", "app_version_code", "app_version_name", "installation_id")

    def __init__(self, given: dict[str, Any]) -> None:
        for name in self.__slots__:
            setattr(self, name, given.get(name))

    def __repr__(self) -> str:
        return _shown(self, _CLIENT)


class ClientContext:
    """What a caller sent as ClientContext."""

    __slots__ = ("client", "custom", "env")

    def __init__(self, given: dict[str, Any]) -> None:
        self.custom: Any = given.get("custom")
        self.env: Any = given.get("env")
        self.client = Client(given["client"]) if given.get("client") is not None else None

    def __repr__(self) -> str:
        return _shown(self, ("custom", "env", "client"))


class CognitoIdentity:
    """The identity of an identity pool that called; both are None for any other caller."""

    __slots__ = ("cognito_identity_id", "cognito_identity_pool_id")

    def __init__(self, given: Mapping[str, str]) -> None:
        self.cognito_identity_id = given.get("cognitoIdentityId")
        self.cognito_identity_pool_id = given.get("cognitoIdentityPoolId")

    def __repr__(self) -> str:
        return _shown(self, self.__slots__)


class LambdaContext:
    """One invocation, as its handler sees it. Time is the cloud's clock's."""

    def __init__(
        self,
        clock: Clock,
        deadline_seconds: float,
        *,
        aws_request_id: str,
        function_name: str,
        function_version: str,
        invoked_function_arn: str,
        memory_limit_in_mb: str,
        log_group_name: str | None,
        log_stream_name: str | None,
        client_context: dict[str, Any] | None,
        identity: Mapping[str, str] | None,
    ) -> None:
        self.aws_request_id = aws_request_id
        self.function_name = function_name
        self.function_version = function_version
        self.invoked_function_arn = invoked_function_arn
        self.memory_limit_in_mb = memory_limit_in_mb
        self.log_group_name = log_group_name
        self.log_stream_name = log_stream_name
        self._w3c = _trace_context(client_context) if client_context is not None else {}
        self.client_context = ClientContext(client_context) if client_context is not None else None
        self.identity = CognitoIdentity(identity or {})
        self.tenant_id: str | None = None
        self._clock = clock
        self._deadline_seconds = deadline_seconds

    def get_remaining_time_in_millis(self) -> int:
        return max(0, round((self._deadline_seconds - self._clock.time()) * 1000))

    def w3c(self) -> dict[str, str]:
        """The W3C trace context that the caller sent in its client context."""
        return dict(self._w3c)

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))

    def __repr__(self) -> str:
        return _shown(self, _SHOWN)


def _trace_context(client_context: dict[str, Any]) -> dict[str, str]:
    found = client_context.get("w3c")
    if not isinstance(found, dict):
        return {}
    return {name: found[name] for name in _TRACE_FIELDS if isinstance(found.get(name), str)}


_CLIENT = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
_TRACE_FIELDS = ("traceparent", "tracestate", "baggage")
_SHOWN = (
    "aws_request_id",
    "log_group_name",
    "log_stream_name",
    "function_name",
    "memory_limit_in_mb",
    "function_version",
    "invoked_function_arn",
    "client_context",
    "identity",
    "tenant_id",
)
