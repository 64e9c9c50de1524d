"""All patching: each module turns one client library's request into a `Request` and the `Response` back.

Patches are the process's, so this is the one place with state of the process: the stack of clouds that are on.
The innermost is seen by every thread. The first cloud that comes on installs the patches, the last one that goes
removes them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skymock.addressing import Address
    from skymock.cloud.cloud import Cloud
    from skymock.wire import Request


class NetworkBlocked(Exception):
    """A request to a host that is not AWS's, under `block_network=True`."""


@dataclass(frozen=True, slots=True)
class Mocked:
    """A cloud that is on, and how its mock treats the world outside.

    block_network: refuse hosts that are not AWS's, but for `allowed_hosts`.
    shared_models: let new botocore sessions share parsed service models.
    """

    cloud: Cloud
    block_network: bool = False
    allowed_hosts: frozenset[str] = field(default_factory=frozenset)
    shared_models: bool = True


_active: list[Mocked] = []
_lock = threading.RLock()


def active() -> Mocked | None:
    """The innermost mock that is on, or None."""
    try:
        return _active[-1]
    except IndexError:  # asked so, and not by length: another thread may just be leaving
        return None


def install(mocked: Mocked) -> None:
    """Put a cloud on top; with the first one, patch the client libraries."""
    with _lock:
        if not _active:
            for patch in _patches():
                patch.install()
        _active.append(mocked)


def uninstall(mocked: Mocked) -> None:
    """Take a cloud off, wherever it is in the stack; with the last one, everything is as it was."""
    with _lock:
        _active.remove(mocked)
        if not _active:
            for patch in reversed(_patches()):
                patch.uninstall()


def address_of(mocked: Mocked, request: Request) -> Address | None:
    """What a request is addressed to; None lets it pass through. Raises NetworkBlocked where that is refused."""
    address = mocked.cloud.front_door.address_of(request)
    if address is None and mocked.block_network and request.host not in mocked.allowed_hosts:
        raise NetworkBlocked(f"{request.method} {request.url} would leave the mock (block_network=True)")
    return address


class Patch:
    """Attributes of other libraries replaced for a while. `replace` says what; uninstalling restores exactly that."""

    def __init__(self) -> None:
        self._replaced: list[tuple[object, str, object]] = []

    def install(self) -> None:
        raise NotImplementedError

    def replace(self, owner: object, name: str, replacement: object) -> object:
        """Replace an attribute and return what it was."""
        original: object = getattr(owner, name)
        self._replaced.append((owner, name, original))
        setattr(owner, name, replacement)
        return original

    def uninstall(self) -> None:
        while self._replaced:
            owner, name, original = self._replaced.pop()
            setattr(owner, name, original)


def _patches() -> tuple[Patch, ...]:
    # They import this module.
    from skymock.interception import botocore, botocore_sessions, default_session, http  # noqa: PLC0415

    return (botocore.PATCH, botocore_sessions.PATCH, default_session.PATCH, http.PATCH)
