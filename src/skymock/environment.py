"""What a mock changes around the code under test: credentials, region, boto3's default session, frozen time."""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from skymock.cloud.clock import Moment, epoch_seconds
from skymock.cloud.cloud import DEFAULT_REGION
from skymock.interception.default_session import STORE

DUMMY_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_SESSION_TOKEN": "testing",
}

# A profile or an endpoint of the developer's own (from a variable or a configuration file) must not steer a test.
_REMOVED = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_IGNORED = {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}


def region() -> str:
    """The environment's region, or us-east-1."""
    return os.environ.get("AWS_DEFAULT_REGION") or os.environ.get("AWS_REGION") or DEFAULT_REGION


class Surroundings:
    """One mock's environment variables and default session, laid over what was there before.

    Mocks may end in another order than they began (from threads): a layer that ends below another one hands what
    it covered to the layer above it, so that the last to end restores exactly what the first one found.
    """

    def __init__(self, region_name: str) -> None:
        self._variables: dict[str, str | None] = {
            **DUMMY_CREDENTIALS,
            "AWS_DEFAULT_REGION": region_name,
            "AWS_REGION": region_name,
            **_IGNORED,
            **dict.fromkeys(_REMOVED),
        }
        self._covered: dict[str, str | None] = {}
        self._covered_session: Any = None

    def lay(self) -> None:
        with _lock:
            self._covered = {name: os.environ.get(name) for name in self._variables}
            self._covered_session = swap_default_session(None)
            _set(self._variables)
            _layers.append(self)

    def lift(self) -> None:
        with _lock:
            place = _layers.index(self)
            _layers.remove(self)
            if place == len(_layers):
                _set(self._covered)
                STORE.take_back(swap_default_session(self._covered_session))
            else:
                above = _layers[place]
                above._covered, above._covered_session = self._covered, self._covered_session


_layers: list[Surroundings] = []
_lock = threading.Lock()


def _set(values: dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is not None:
            os.environ[name] = value
        elif name in os.environ:
            del os.environ[name]


def swap_default_session(session: Any) -> Any:
    """Make `session` boto3's default one and return what it was; None makes boto3 set up a new one when needed.

    A new one is cheap under a mock (see interception/default_session.py).
    """
    boto3: Any = sys.modules.get("boto3")
    if boto3 is None:
        return None
    before, boto3.DEFAULT_SESSION = boto3.DEFAULT_SESSION, session
    return before


# Powertools' parser imports its models when they are looked at. freezegun looks at all of every module as it ends,
# with `datetime` half restored, and they cannot be imported then.
_NOT_FROZEN = ["_pytest.timing", "aws_lambda_powertools.utilities.parser"]


@contextmanager
def frozen_time(moment: Moment) -> Iterator[Any]:
    """freezegun's frozen time at a moment."""
    import freezegun  # noqa: PLC0415 - it costs 20 ms, which only those pay who freeze time

    start = dt.datetime.fromtimestamp(epoch_seconds(moment), dt.timezone.utc)
    # pytest times its tests by a clock of its own, and an event loop its sleeps: both must go on.
    freezer = freezegun.freeze_time(start, ignore=_NOT_FROZEN, real_asyncio=True)
    with _lock:
        frozen = freezer.start()
        _freezers.append(freezer)
    try:
        yield frozen
    finally:
        _thaw(freezer)


# freezegun ends only what began last, so one that ends below another waits for that one.
_freezers: list[Any] = []
_thawed: list[Any] = []


def _thaw(freezer: Any) -> None:
    with _lock:
        _thawed.append(freezer)
        while _freezers and _freezers[-1] in _thawed:
            latest = _freezers.pop()
            _thawed.remove(latest)
            latest.stop()
