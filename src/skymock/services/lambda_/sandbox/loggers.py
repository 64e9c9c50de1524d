"""Python's loggers: a function's levels and handlers are its own, on loggers that everybody shares.

A logger that a function asks for becomes one that looks up its level, handlers and so on by whose code is running.
Where a function sets a level, so do all loggers below that one, for they remember what they are enabled for.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from skymock.services.lambda_.sandbox.current import current_sandbox

MANAGER: Any = logging.Logger.manager

_LISTS = ("handlers", "filters")


class LoggerState:
    """One logger as one sandbox has it: the test's lists with the function's changes, and what it has set."""

    def __init__(self, shared: dict[str, Any]) -> None:
        self._shared = shared
        self._seen = {name: list(shared[name]) for name in _LISTS}
        self.own: dict[str, Any] = {name: list(shared[name]) for name in _LISTS}

    def get(self, name: str) -> Any:
        return self.own[name] if name in self.own else self._shared[name]

    def catch_up(self) -> None:
        """Take over what the test has added or removed in the meantime (as pytest does for its caplog)."""
        for name in _LISTS:
            seen, shared = self._seen[name], self._shared[name]
            if seen != shared:
                added = [each for each in self.own[name] if each not in seen]
                removed = [each for each in seen if each not in self.own[name]]
                self.own[name] = [*(each for each in shared if each not in removed), *added]
                self._seen[name] = list(shared)


class Loggers:
    """The loggers of one sandbox.

    root_handler, root_level: what Lambda's runtime gives the root logger; None leaves it the test's level.
    """

    def __init__(self, root_handler: logging.Handler, root_level: int | None) -> None:
        self._states: dict[logging.Logger, LoggerState] = {}
        self._caches: dict[logging.Logger, dict[int, bool]] = {}
        self._has_levels = False
        self._known = 0
        self._root_handler = root_handler
        self._root_level = root_level

    def begin(self) -> None:
        """At the start of an invocation, with the root logger made contextual."""
        self._caches = {}
        if self._states:
            for state in self._states.values():
                state.catch_up()
        else:
            self.state(logging.root).own["handlers"].append(self._root_handler)
            if self._root_level is not None:
                self.set(logging.root, "level", self._root_level)
        if self._has_levels and self._known != len(MANAGER.loggerDict):
            self._make_all_contextual()

    def state(self, logger: logging.Logger) -> LoggerState:
        state = self._states.get(logger)
        if state is None:
            state = self._states[logger] = LoggerState(logger.__dict__)
        return state

    def cache(self, logger: logging.Logger) -> dict[int, bool]:
        return self._caches.setdefault(logger, {})

    def set(self, logger: logging.Logger, name: str, value: Any) -> None:
        self.state(logger).own[name] = value
        if name == "level":
            self._has_levels = True
            self._make_all_contextual()
            self._caches = {}

    def _make_all_contextual(self) -> None:
        self._known = len(MANAGER.loggerDict)
        make_contextual(
            each for each in list(MANAGER.loggerDict.values()) if isinstance(each, logging.Logger)
        )


def _contextual(name: str) -> property:
    def get(logger: logging.Logger) -> Any:
        sandbox = current_sandbox()
        return logger.__dict__[name] if sandbox is None else sandbox.loggers.state(logger).get(name)

    def put(logger: logging.Logger, value: Any) -> None:
        sandbox = current_sandbox()
        if sandbox is None:
            logger.__dict__[name] = value
        else:
            sandbox.loggers.set(logger, name, value)

    return property(get, put)


class ContextualLogger(logging.Logger):
    """Mixed into the class of a logger that functions use."""

    handlers = _contextual("handlers")
    filters = _contextual("filters")
    level = _contextual("level")
    propagate = _contextual("propagate")
    disabled = _contextual("disabled")

    @property
    def _cache(self) -> Any:
        sandbox = current_sandbox()
        return self.__dict__["_cache"] if sandbox is None else sandbox.loggers.cache(self)


_kinds: dict[type[logging.Logger], type[logging.Logger]] = {}
_made: list[tuple[logging.Logger, type[logging.Logger]]] = []


def make_contextual(loggers: Iterable[logging.Logger]) -> None:
    for logger in loggers:
        kind = type(logger)
        if issubclass(kind, ContextualLogger):
            continue
        if kind not in _kinds:
            _kinds[kind] = type(kind.__name__, (ContextualLogger, kind), {"__module__": kind.__module__})
        _made.append((logger, kind))
        logger.__class__ = _kinds[kind]


def make_plain() -> None:
    """Once no function is left, all loggers are what they were."""
    while _made:
        logger, kind = _made.pop()
        logger.__class__ = kind


class GetLogger:
    """`logging.getLogger`'s way to a logger that has a name."""

    def __init__(self) -> None:
        self.covered: Any = MANAGER.getLogger

    def __call__(self, name: str) -> logging.Logger:
        logger: logging.Logger = self.covered(name)
        if current_sandbox() is not None:
            make_contextual([logger])
        return logger
