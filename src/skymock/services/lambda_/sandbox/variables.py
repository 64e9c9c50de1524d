"""Environment variables: a function sees exactly its own, the test sees the test's, at the same time."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from skymock.services.lambda_.sandbox.current import current_sandbox

# The object that everybody imported; tests replace the attribute `os.environ`.
ENVIRON: Any = os.environ


def encoded(values: Mapping[str, str]) -> dict[Any, Any]:
    """Variables as `os.environ` keeps them: bytes, but on Windows."""
    name_of, value_of = ENVIRON.encodekey, ENVIRON.encodevalue
    return {name_of(name): value_of(value) for name, value in values.items()}


class VariablesView(MutableMapping[Any, Any]):
    """What `os.environ` reads and writes while functions run: the variables of whose code is running.

    covered: the process's.
    """

    def __init__(self) -> None:
        self.covered: dict[Any, Any] = ENVIRON._data

    def _data(self) -> dict[Any, Any]:
        sandbox = current_sandbox()
        return self.covered if sandbox is None else sandbox.variables

    def __getitem__(self, name: Any) -> Any:
        return self._data()[name]

    def __setitem__(self, name: Any, value: Any) -> None:
        self._data()[name] = value

    def __delitem__(self, name: Any) -> None:
        del self._data()[name]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._data())

    def __len__(self) -> int:
        return len(self._data())


class PutVariable:
    """`os.putenv`: a function's variables are not the process's, which C code and other threads see."""

    def __init__(self) -> None:
        self.covered: Any = os.putenv

    def __call__(self, name: Any, value: Any) -> None:
        if current_sandbox() is None:
            self.covered(name, value)


class UnsetVariable:
    """`os.unsetenv`, likewise."""

    def __init__(self) -> None:
        self.covered: Any = os.unsetenv

    def __call__(self, name: Any) -> None:
        if current_sandbox() is None:
            self.covered(name)


class ChildProcess(subprocess.Popen[Any]):
    """`subprocess.Popen`: a child of a function inherits the function's variables."""

    covered: Any = None

    def __init__(self, *args: Any, **options: Any) -> None:
        if current_sandbox() is not None and options.get("env") is None:
            options["env"] = dict(os.environ)
        super().__init__(*args, **options)
