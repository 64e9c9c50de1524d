"""boto3's default session under a mock: lent from a small store instead of made anew for every test.

Making a session, resolving its credentials and throwing it all away costs some 4 ms, most of a small test. A session
that was made under the same AWS_* variables and configuration files comes to the same result, so it is kept, put back
to the state in which it was made (handlers, variables, components, credentials), and lent again.
"""

from __future__ import annotations

import copy
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from botocore.hooks import EventAliaser

from skymock.interception import Patch, active

# Sessions kept a fingerprint: nested mocks need one each.
MOST_KEPT_ALIKE = 2
# Fingerprints kept: regions and accounts that a suite alternates between.
MOST_FINGERPRINTS = 8

Fingerprint = tuple[object, ...]


class DefaultSessionPatch(Patch):
    def install(self) -> None:
        boto3 = sys.modules.get("boto3")
        if boto3 is not None:
            self.replace(boto3, "setup_default_session", _setup_default_session)
            self.replace(boto3, "_get_default_session", _get_default_session)

    def uninstall(self) -> None:
        super().uninstall()
        STORE.take_back_all()


PATCH = DefaultSessionPatch()


class OwnSession:
    """A default session of a function's own, seen by the code that it is lent to; made when it is first asked for."""

    def __init__(self) -> None:
        self.session: Any = None

    def lend(self) -> Callable[[], None]:
        """Let it be the default one of the running context; gives back what ends that."""
        token = _own.set(self)
        return lambda: _own.reset(token)

    def inherited(self) -> None:
        """Let it be the default one of this context for good: that of a thread which the function has started."""
        _own.set(self)


_own: ContextVar[OwnSession | None] = ContextVar("skymock_own_session", default=None)


def _setup_default_session(**kwargs: Any) -> None:
    boto3: Any = sys.modules["boto3"]
    mocked = active()
    is_its_own = bool(kwargs) or mocked is None or not mocked.shared_models
    session = boto3.Session(**kwargs) if is_its_own else STORE.lend(boto3)
    own = _own.get()
    if own is None:
        boto3.DEFAULT_SESSION = session
    else:
        own.session = session


def _get_default_session() -> Any:
    """boto3's own takes for granted that what it has just set up is still there; another thread may enter a mock."""
    boto3: Any = sys.modules["boto3"]
    own = _own.get()
    if own is not None:
        if own.session is None:
            boto3.setup_default_session()
        return own.session
    while (session := boto3.DEFAULT_SESSION) is None:
        boto3.setup_default_session()
    return session


class KeptSession:
    """A boto3 session and the state in which it was made."""

    def __init__(self, session: Any, fingerprint: Fingerprint) -> None:
        self.session = session
        self.fingerprint = fingerprint
        core = session._session
        core.get_credentials()
        self._states = [(each, _state_of(each)) for each in _parts_of(session)]
        self._events: EventAliaser = core.get_component("event_emitter")
        self._handlers = copy.copy(self._events)

    def restore(self) -> None:
        for part, state in self._states:
            attributes = vars(part)
            attributes.update(_copied(state))
            for added in attributes.keys() - state.keys():
                del attributes[added]
        vars(self._events).update(vars(copy.copy(self._handlers)))


def _parts_of(session: Any) -> Iterator[Any]:
    """The session, botocore's session in it, and what of botocore's that one is made of, but for its handlers."""
    yield session
    core = session._session
    yield core
    for part in vars(core).values():
        ours = type(part).__module__.startswith("botocore.") and hasattr(part, "__dict__")
        if ours and not type(part).__module__.endswith((".hooks", ".credentials")):
            yield part


def _state_of(part: Any) -> dict[str, Any]:
    return _copied(vars(part))


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    return {name: value.copy() if type(value) in (dict, list) else value for name, value in state.items()}


class SessionStore:
    """The sessions that can be lent, by the environment they were made in, the least recently used first."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: dict[Fingerprint, list[KeptSession]] = {}
        self._lent: list[KeptSession] = []

    def lend(self, boto3: Any) -> Any:
        fingerprint = _fingerprint()
        with self._lock:
            kept = self._kept.get(fingerprint)
            chosen = kept.pop() if kept else KeptSession(boto3.Session(), fingerprint)
            self._lent.append(chosen)
        chosen.restore()
        return chosen.session

    def take_back(self, session: Any) -> None:
        """Keep a session that its mock has done with; one that was not lent is left alone."""
        with self._lock:
            for lent in self._lent:
                if lent.session is session:
                    self._lent.remove(lent)
                    self._keep(lent)
                    return

    def take_back_all(self) -> None:
        """When the last mock has ended, nothing lent is in use any more."""
        with self._lock:
            while self._lent:
                self._keep(self._lent.pop())

    def _keep(self, returned: KeptSession) -> None:
        alike = self._kept.pop(returned.fingerprint, [])
        if len(alike) < MOST_KEPT_ALIKE:
            alike.append(returned)
        self._kept[returned.fingerprint] = alike
        while len(self._kept) > MOST_FINGERPRINTS:
            del self._kept[next(iter(self._kept))]


STORE = SessionStore()


def _fingerprint() -> Fingerprint:
    """All that the making of a session depends on: variables, and the configuration files as they are."""
    variables = tuple(sorted(item for item in os.environ.items() if item[0].startswith("AWS_")))
    home = os.environ.get("HOME", "")
    paths = (
        os.environ.get("AWS_CONFIG_FILE") or f"{home}/.aws/config",
        os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or f"{home}/.aws/credentials",
    )
    return (variables, *(_file_state(path) for path in paths))


def _file_state(path: str) -> object:
    try:
        found = os.stat(Path(path).expanduser())
    except OSError:
        return path
    return path, found.st_mtime_ns, found.st_size
