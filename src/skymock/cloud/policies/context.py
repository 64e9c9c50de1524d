"""The condition keys of a call. (IAM User Guide: AWS global condition context keys)"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from skymock.cloud.clock import Clock
    from skymock.cloud.principals import Principal

ConditionValue = str | Sequence[str]

# Every caller of a mock is on this machine.
SOURCE_IP = "127.0.0.1"

_PRINCIPAL_TAG = "aws:principaltag/"
_PRINCIPAL_TYPES = {
    "root": "Account",
    "user": "User",
    "assumed-role": "AssumedRole",
    "federated": "FederatedUser",
    "anonymous": "Anonymous",
}


class ConditionKeys(Protocol):
    """What policies may ask of a request: values by the key's name in lower case. A dict will do."""

    def get(self, key: str, /) -> ConditionValue | None: ...


class CallKeys:
    """The keys of one call, worked out only when a policy asks.

    further: keys of the service ("dynamodb:LeadingKeys"), under AWS's names.
    """

    __slots__ = ("_clock", "_further", "_principal", "_region", "_resource")

    def __init__(
        self,
        principal: Principal,
        region: str,
        resource: str,
        clock: Clock,
        further: Callable[[], Mapping[str, Any]] | None = None,
    ) -> None:
        self._principal = principal
        self._region = region
        self._resource = resource
        self._clock = clock
        self._further = further

    def get(self, key: str, /) -> ConditionValue | None:
        find = _GLOBAL_KEYS.get(key)
        if find is not None:
            return find(self)
        if key.startswith(_PRINCIPAL_TAG):
            return self._principal_tag(key[len(_PRINCIPAL_TAG) :])
        return self._own_key(key)

    def _own_key(self, key: str) -> ConditionValue | None:
        if self._further is None:
            return None
        return next((value for name, value in self._further().items() if name.lower() == key), None)

    def _principal_tag(self, name: str) -> str | None:
        tags = self._principal.tags() if self._principal.tags is not None else {}
        return next((value for tag, value in tags.items() if tag.lower() == name), None)

    def _current_time(self) -> str:
        return _iso(self._clock.time())

    def _epoch_time(self) -> str:
        return str(int(self._clock.time()))

    def _token_issue_time(self) -> str | None:
        issued_at_seconds = self._principal.issued_at_seconds
        return None if issued_at_seconds is None else _iso(issued_at_seconds)

    def _principal_arn(self) -> str | None:
        # For a role's session it is the role's ARN.
        if self._principal.kind in ("service", "anonymous"):
            return None
        return self._principal.role_arn or self._principal.arn

    def _principal_type(self) -> str | None:
        return _PRINCIPAL_TYPES.get(self._principal.kind)

    def _user_name(self) -> str | None:
        if self._principal.kind != "user":
            return None
        return self._principal.arn.rsplit("/", 1)[-1]

    def _is_service(self) -> str:
        return "true" if self._principal.kind == "service" else "false"

    def _source_account(self) -> str | None:
        # For whom a service acts.
        return self._principal.account_id if self._principal.kind == "service" else None

    def _mfa_present(self) -> str | None:
        # Only temporary credentials have the key.
        return None if self._principal.issued_at_seconds is None else "false"

    def _resource_account(self) -> str | None:
        parts = self._resource.split(":", 5)
        return (parts[4] if len(parts) == 6 else "") or self._principal.account_id


def _iso(seconds: float) -> str:
    return dt.datetime.fromtimestamp(int(seconds), dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


_GLOBAL_KEYS: Mapping[str, Callable[[CallKeys], ConditionValue | None]] = {
    "aws:currenttime": CallKeys._current_time,
    "aws:epochtime": CallKeys._epoch_time,
    "aws:tokenissuetime": CallKeys._token_issue_time,
    "aws:principalarn": CallKeys._principal_arn,
    "aws:principalaccount": lambda keys: keys._principal.account_id,
    "aws:principaltype": CallKeys._principal_type,
    "aws:userid": lambda keys: keys._principal.user_id,
    "aws:username": CallKeys._user_name,
    "aws:principalisawsservice": CallKeys._is_service,
    "aws:sourceaccount": CallKeys._source_account,
    "aws:multifactorauthpresent": CallKeys._mfa_present,
    "aws:requestedregion": lambda keys: keys._region,
    "aws:resourceaccount": CallKeys._resource_account,
    "aws:securetransport": lambda keys: "true",
    "aws:viaawsservice": lambda keys: "false",
    "aws:sourceip": lambda keys: SOURCE_IP,
}
