"""What a process has but once and each function must have of its own: variables, modules, output and so on.

Each class is one such thing of one execution environment. `lay` puts it in the place of the process's, `lift`
puts the process's back and keeps what the function made of its own for the next time. They are laid and
lifted in pairs, the last laid first (see stage.py).
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterable, Mapping
from importlib.machinery import EXTENSION_SUFFIXES
from types import ModuleType
from typing import Any, Protocol, TextIO

from skymock.environment import swap_default_session
from skymock.services.lambda_.log import LoggedOutput, LogHandler, LogStream


class Surrounding(Protocol):
    """One thing that the process has but once."""

    def lay(self) -> None:
        """Put the function's in place."""

    def lift(self) -> None:
        """Put the process's back."""


# The object that everybody imported; tests replace the attribute `os.environ`.
_ENVIRON: Any = os.environ


class Variables:
    """The environment variables: exactly those given, none of the test's.

    Python's own view is exchanged in one step. What C code and child processes inherit stays the test's.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        encode_name, encode_value = _ENVIRON.encodekey, _ENVIRON.encodevalue
        self._data = {encode_name(name): encode_value(value) for name, value in values.items()}
        self._covered: tuple[Any, dict[Any, Any]] = (None, {})
        self._as_laid = self._data

    def lay(self) -> None:
        self._covered = (os.environ, _ENVIRON._data)
        self._as_laid = self._data.copy()
        os.environ, _ENVIRON._data = _ENVIRON, self._data

    def lift(self) -> None:
        os.environ, _ENVIRON._data = self._covered
        if self._data != self._as_laid:
            self._undo_in_process()

    def _undo_in_process(self) -> None:
        """`os.environ[name] = …` in a handler also reached the process's own variables."""
        theirs = _ENVIRON._data
        for name in self._data.keys() | self._as_laid.keys():
            if self._data.get(name) != self._as_laid.get(name):
                os.putenv(name, theirs[name]) if name in theirs else os.unsetenv(name)


class Modules:
    """The modules of the function's own code, and the path that they are found on.

    Modules from elsewhere (Python's own, installed packages) are the process's, and stay when a function was
    the first to import them. So is a package with compiled modules that the process has loaded, even where the
    function brings its own: such modules cannot be loaded twice.
    """

    def __init__(self, folder: str, names: Iterable[str]) -> None:
        self._folder = folder + os.sep
        self._names = set(names)
        self._own: dict[str, ModuleType] = {}
        self._shared: set[str] = set()
        self._path = [folder]
        self._covered: dict[str, ModuleType] = {}
        self._covered_path: list[str] = []
        self._covered_writes_bytecode = False
        self._count = 0

    def lay(self) -> None:
        self._covered_path = sys.path[:]
        sys.path[:0] = self._path
        self._covered_writes_bytecode = sys.dont_write_bytecode
        sys.dont_write_bytecode = True
        self._covered = self._hide()
        sys.modules.update(self._own)
        self._count = len(sys.modules)

    def lift(self) -> None:
        if len(sys.modules) != self._count:
            self._own.update(self._imported())
        for name in self._own:
            sys.modules.pop(name, None)
        sys.modules.update(self._covered)
        self._covered = {}
        sys.dont_write_bytecode = self._covered_writes_bytecode
        if len(sys.path) != len(self._path) + len(self._covered_path):
            self._path = [path for path in sys.path if path not in self._covered_path]
        sys.path[:] = self._covered_path

    def _hide(self) -> dict[str, ModuleType]:
        """Take the process's modules that have the name of one of ours out of the way."""
        names = {name for name in self._names if name in sys.modules}
        if not names:
            return {}
        namesakes = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in names}
        self._shared.update(
            name.partition(".")[0] for name, module in namesakes.items() if _is_compiled(module)
        )
        hidden = {
            name: module for name, module in namesakes.items() if name.partition(".")[0] not in self._shared
        }
        for name in hidden:
            del sys.modules[name]
        return hidden

    def _imported(self) -> dict[str, ModuleType]:
        modules = list(sys.modules.items())
        imported = {
            name: module for name, module in modules if name not in self._own and self._is_ours(name, module)
        }
        self._names.update(name.partition(".")[0] for name in imported)
        return imported

    def _is_ours(self, name: str, module: ModuleType) -> bool:
        top = name.partition(".")[0]
        if top in self._names:
            return top not in self._shared
        attributes = getattr(module, "__dict__", None)  # other things than modules stand in sys.modules too
        file = attributes.get("__file__") if attributes else None
        return isinstance(file, str) and file.startswith(self._folder)


def _is_compiled(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.endswith(tuple(EXTENSION_SUFFIXES))


class Output:
    """stdout and stderr: into the log, and shown where the test's output is shown."""

    def __init__(self, log: LogStream) -> None:
        self._stdout = LoggedOutput(log)
        self._stderr = LoggedOutput(log)
        self._covered: tuple[TextIO, TextIO] = (sys.stdout, sys.stderr)

    def lay(self) -> None:
        self._covered = (sys.stdout, sys.stderr)
        self._stdout.shown_on, self._stderr.shown_on = map(_outermost, self._covered)
        sys.stdout, sys.stderr = self._stdout, self._stderr

    def lift(self) -> None:
        sys.stdout, sys.stderr = self._covered
        self.end_lines()
        self._stdout.shown_on = self._stderr.shown_on = None

    def end_lines(self) -> None:
        self._stdout.end_line()
        self._stderr.end_line()


def _outermost(stream: TextIO) -> TextIO | None:
    """A function invoked by a function shows its output where the test does, not in the other one's log."""
    return stream.shown_on if isinstance(stream, LoggedOutput) else stream


class RootLogger:
    """The root logger: Lambda's handler beside the test's, and what the function changed there."""

    def __init__(self, log: LogStream) -> None:
        self._own: list[logging.Handler] = [LogHandler(log)]
        self._level: int | None = None
        self._covered: list[logging.Handler] = []
        self._covered_level = 0

    def lay(self) -> None:
        root = logging.root
        self._covered, self._covered_level = root.handlers, root.level
        of_the_test = [handler for handler in root.handlers if not isinstance(handler, LogHandler)]
        root.handlers = of_the_test + self._own
        if self._level is not None and self._level != root.level:
            root.setLevel(self._level)

    def lift(self) -> None:
        root = logging.root
        self._own = [handler for handler in root.handlers if handler not in self._covered]
        root.handlers = self._covered
        if root.level != self._covered_level:
            self._level = root.level
            root.setLevel(self._covered_level)


class DefaultSession:
    """boto3's default session, made from the function's own variables when it is first used."""

    def __init__(self) -> None:
        self._own: Any = None
        self._covered: Any = None

    def lay(self) -> None:
        self._covered = swap_default_session(self._own)

    def lift(self) -> None:
        self._own = swap_default_session(self._covered)
        self._covered = None


class WorkingDirectory:
    """The function's folder as the current directory."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._covered: str | None = None

    def lay(self) -> None:
        try:
            self._covered = os.getcwd()
        except FileNotFoundError:  # the test has deleted where it stands
            self._covered = None
        os.chdir(self._folder)

    def lift(self) -> None:
        if self._covered is not None:
            os.chdir(self._covered)


class EventLoop:
    """No running event loop, even where a coroutine invoked the function: a handler may start its own."""

    def __init__(self) -> None:
        self._covered: Any = None

    def lay(self) -> None:
        asyncio: Any = sys.modules.get("asyncio")  # without it nobody has a loop
        if asyncio is not None and (running := asyncio._get_running_loop()) is not None:
            asyncio._set_running_loop(None)
            self._covered = running

    def lift(self) -> None:
        if self._covered is not None:
            asyncio: Any = sys.modules["asyncio"]
            asyncio._set_running_loop(self._covered)
            self._covered = None
