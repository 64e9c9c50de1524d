"""Connections: how EventBridge authorises itself to an HTTP endpoint, and what it sends along each time."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from skymock.errors import NotSupported
from skymock.services.events.errors import ValidationException

Wire = Mapping[str, Any]

AUTHORIZED, DEAUTHORIZED = "AUTHORIZED", "DEAUTHORIZED"
DEAUTHORIZING, DELETING = "DEAUTHORIZING", "DELETING"

_PARAMETERS = {"BASIC": "BasicAuthParameters", "API_KEY": "ApiKeyAuthParameters"}
# What describing a connection does not show.
_SECRETS = frozenset({"Password", "ApiKeyValue"})


@dataclass(slots=True)
class Connection:
    """One connection. parameters: AuthParameters as they were given, with their secrets."""

    name: str
    arn: str
    secret_arn: str
    kind: str
    parameters: Wire
    description: str | None
    kms_key_identifier: str | None
    created_at: dt.datetime
    modified_at: dt.datetime
    authorized_at: dt.datetime
    state: str = AUTHORIZED

    @property
    def is_authorized(self) -> bool:
        return self.state == AUTHORIZED

    def headers(self) -> dict[str, str]:
        """What authorises a request, and the headers that were asked for beside."""
        own = self.parameters[_PARAMETERS[self.kind]]
        if self.kind == "BASIC":
            pair = f"{own['Username']}:{own['Password']}".encode()
            authorising = {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
        else:
            authorising = {own["ApiKeyName"]: own["ApiKeyValue"]}
        return {**self._invocation("HeaderParameters"), **authorising}

    def query(self) -> dict[str, str]:
        return self._invocation("QueryStringParameters")

    def body(self) -> dict[str, str]:
        return self._invocation("BodyParameters")

    def _invocation(self, member: str) -> dict[str, str]:
        further = self.parameters.get("InvocationHttpParameters") or {}
        return {each["Key"]: each["Value"] for each in further.get(member) or ()}

    def outcome(self) -> dict[str, Any]:
        """What the operations that change a connection answer. (recorded by LocalStack: test_update_connection)"""
        return {
            "ConnectionArn": self.arn,
            "ConnectionState": self.state,
            "CreationTime": self.created_at,
            "LastModifiedTime": self.modified_at,
            "LastAuthorizedTime": self.authorized_at,
        }

    def document(self) -> dict[str, Any]:
        """As ListConnections shows it."""
        return {**self.outcome(), "Name": self.name, "AuthorizationType": self.kind}

    def details(self) -> dict[str, Any]:
        """As DescribeConnection shows it. (recorded by LocalStack: test_create_connection)"""
        further = {"Description": self.description, "KmsKeyIdentifier": self.kms_key_identifier}
        return {
            **self.document(),
            "SecretArn": self.secret_arn,
            "AuthParameters": _without_secrets(self.parameters),
            **{member: value for member, value in further.items() if value is not None},
        }


def checked_parameters(kind: str, parameters: Wire) -> Wire:
    """AuthParameters that fit the kind of authorisation. Raises NotSupported, ValidationException."""
    if kind not in _PARAMETERS:
        raise NotSupported(f"events: connections of the type {kind} are not supported yet")
    if "ConnectivityParameters" in parameters:
        raise NotSupported("events: ConnectivityParameters of connections is not supported yet")
    if _PARAMETERS[kind] not in parameters:
        raise ValidationException(f"Authorization type {kind} requires {_PARAMETERS[kind]}.")
    return parameters


def _without_secrets(value: Any) -> Any:
    if isinstance(value, Mapping):
        hidden = _SECRETS | ({"Value"} if value.get("IsValueSecret") else set())
        return {member: _without_secrets(inner) for member, inner in value.items() if member not in hidden}
    if isinstance(value, Iterable) and not isinstance(value, str):
        return [_without_secrets(inner) for inner in value]
    return value
