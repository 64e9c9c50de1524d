"""Something to do once a module has been imported by somebody, without importing it."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

Then = Callable[[ModuleType], object]


class AfterImport:
    """A finder that waits for one module; what imports it is its own loader. `cancel()` takes it back."""

    def __init__(self, name: str, then: Then) -> None:
        self._name = name
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        self.cancel()
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            sys.meta_path.insert(0, self)
            return spec
        execute = spec.loader.exec_module

        def execute_and_then(module: ModuleType) -> None:
            execute(module)
            self._then(module)

        spec.loader.exec_module = execute_and_then  # type: ignore[method-assign]  # this module's loader alone
        return spec

    def cancel(self) -> None:
        if self in sys.meta_path:
            sys.meta_path.remove(self)


def after_import(name: str, then: Then) -> AfterImport:
    """Have `then` called with a module: now if it has been imported, else when it is."""
    awaited = AfterImport(name, then)
    module = sys.modules.get(name)
    if module is None:
        sys.meta_path.insert(0, awaited)
    else:
        then(module)
    return awaited
