"""All patching: each module turns one client library's request into a `Request` and the `Response` back.

Patches are the process's, so this is the one place with state of the process: the stack of mocks that are on. The
first one that comes on installs the patches, the last one that goes removes them.

Which of them is seen: a thread or a task that has entered a mock itself sees that one, or the latest that was entered
from within it. So mocks that overlap in threads or tasks have a world each. Any other thread sees the latest of all.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import TYPE_CHECKING
from weakref import ref

if TYPE_CHECKING:
    from skymock.addressing import Address
    from skymock.cloud.cloud import Cloud
    from skymock.wire import Request


class NetworkBlocked(Exception):
    """A request to a host that is not AWS's, under `block_network=True`."""


class Mocked:
    """A cloud that is on, and how its mock treats the world outside.

    block_network: refuse hosts that are not AWS's, but for `allowed_hosts`.
    shared_models: let new botocore sessions share parsed service models.
    outer: the mocks that its thread or task had entered before it, the outermost first.
    """

    __slots__ = ("__weakref__", "allowed_hosts", "block_network", "cloud", "outer", "shared_models")

    def __init__(
        self,
        cloud: Cloud,
        block_network: bool = False,
        allowed_hosts: Iterable[str] = (),
        shared_models: bool = True,
    ) -> None:
        self.cloud = cloud
        self.block_network = block_network
        self.allowed_hosts = frozenset(allowed_hosts)
        self.shared_models = shared_models
        self.outer: tuple[Mocked, ...] = ()


# Replaced as a whole, so that it can be read without the lock.
_active: tuple[Mocked, ...] = ()
_lock = threading.RLock()
# Weak, for a context may outlive its mocks: they may be ended from another one.
_entered: ContextVar[ref[Mocked] | None] = ContextVar("skymock_entered", default=None)


def active() -> Mocked | None:
    """The mock that the running code is in, or None."""
    mocks = _active
    if not mocks:
        return None
    reference = _entered.get()
    entered = None if reference is None else reference()
    if entered is None or entered is mocks[-1]:
        return mocks[-1]
    for known in (entered, *reversed(entered.outer)):
        for mocked in reversed(mocks):
            if mocked is known or known in mocked.outer:
                return mocked
    return mocks[-1]


def _entered_here() -> Mocked | None:
    """The latest mock that this thread or task, or what it was made by, has entered."""
    entered = _entered.get()
    return None if entered is None else entered()


def entering() -> Callable[[], object]:
    """How a new thread comes to be in the mock that this one has entered."""
    entered = _entered.get()
    return lambda: _entered.set(entered)


def is_on(mocked: Mocked) -> bool:
    return mocked in _active


def install(mocked: Mocked) -> None:
    """Enter a mock; with the first one, patch the client libraries."""
    global _active  # noqa: PLW0603 - see above: patches are the process's
    with _lock:
        if not _active:
            for patch in _patches():
                patch.install()
        outer = _entered_here()
        mocked.outer = () if outer is None else (*filter(is_on, outer.outer), outer)
        _active = (*_active, mocked)
        _entered.set(ref(mocked))


def uninstall(mocked: Mocked) -> None:
    """Leave a mock, wherever it is in the stack; with the last one, everything is as it was."""
    global _active  # noqa: PLW0603
    with _lock:
        _active = tuple(each for each in _active if each is not mocked)
        if _entered_here() is mocked:
            _entered.set(ref(mocked.outer[-1]) if mocked.outer else None)
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
    from skymock.interception import (  # noqa: PLC0415
        botocore,
        botocore_credentials,
        botocore_sessions,
        botocore_waits,
        dax,
        default_session,
        http,
    )

    return (
        botocore.PATCH,
        botocore_credentials.PATCH,
        botocore_sessions.PATCH,
        botocore_waits.PATCH,
        dax.PATCH,
        default_session.PATCH,
        http.PATCH,
    )
