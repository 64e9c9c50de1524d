"""Whose credentials a client signs with: none, or ones from outside that would have to be fetched, are made up.

A client that was made before the mock may have found no credentials, or such as are fetched when they are needed: by
a role, from SSO, from a function of the user's. Outside they would come from the network; in the cloud nobody issued
them. Those that code makes inside (a role assumed through a profile) are the cloud's own, and are fetched from it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from botocore.credentials import (
    Credentials,
    DeferredRefreshableCredentials,
    ReadOnlyCredentials,
    RefreshableCredentials,
)
from botocore.signers import RequestSigner

from skymock.interception import Patch

DUMMY_CREDENTIALS = Credentials("testing", "testing", method="skymock")
_DUMMY_FROZEN: ReadOnlyCredentials = DUMMY_CREDENTIALS.get_frozen_credentials()

# Where credentials come from that no cloud issues, wherever they are made.
_SIGN_INS = frozenset({"sso", "login"})


class CredentialsPatch(Patch):
    def __init__(self) -> None:
        super().__init__()
        self._made_inside: WeakSet[RefreshableCredentials] = WeakSet()

    def install(self) -> None:
        self._made_inside = WeakSet()
        self.replace(RequestSigner, "get_auth_instance", _get_auth_instance)
        for kind in (RefreshableCredentials, DeferredRefreshableCredentials):
            self.replace(kind, "__init__", self._noting(kind.__init__))
        self.replace(RefreshableCredentials, "_refresh", self._refreshing(RefreshableCredentials._refresh))
        self.replace(
            RefreshableCredentials,
            "get_frozen_credentials",
            self._freezing(RefreshableCredentials.get_frozen_credentials),
        )

    def _is_from_outside(self, credentials: Any) -> bool:
        return credentials not in self._made_inside or credentials.method in _SIGN_INS

    def _noting(self, init_for_real: Callable[..., None]) -> Callable[..., None]:
        def init(credentials: Any, *args: Any, **kwargs: Any) -> None:
            init_for_real(credentials, *args, **kwargs)
            self._made_inside.add(credentials)

        return init

    def _refreshing(self, refresh_for_real: Callable[..., None]) -> Callable[..., None]:
        def refresh(credentials: Any) -> None:
            if not self._is_from_outside(credentials):
                refresh_for_real(credentials)

        return refresh

    def _freezing(self, freeze_for_real: Callable[..., Any]) -> Callable[..., Any]:
        def get_frozen_credentials(credentials: Any) -> Any:
            return _DUMMY_FROZEN if self._is_from_outside(credentials) else freeze_for_real(credentials)

        return get_frozen_credentials


PATCH = CredentialsPatch()

_get_auth_for_real = RequestSigner.get_auth_instance


def _get_auth_instance(signer: Any, *args: Any, **kwargs: Any) -> Any:
    """Sign with made-up credentials where a client found none before the mock began."""
    if signer._credentials is None and kwargs.get("request_credentials") is None:
        kwargs["request_credentials"] = DUMMY_CREDENTIALS
    return _get_auth_for_real(signer, *args, **kwargs)
