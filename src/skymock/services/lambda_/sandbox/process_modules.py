"""The process's modules, and stand-ins among them for those that functions have of their own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

# Unlike None, which stands in sys.modules for what must not be imported.
MISSING: Any = object()


class ModuleStandIn(ModuleType):
    """Stands in the interpreter's own table of modules for all that functions have by one name.

    C code (pickle's above all) imports by `__import__`, but then takes the module from that table. The stand-in has
    the attributes of the module that whose code is running has by its name.
    """

    def __getattribute__(self, name: str) -> Any:
        return getattr(sys.modules[ModuleType.__getattribute__(self, "__name__")], name)


class ProcessModules:
    """What `sys.modules` is to the test."""

    def __init__(self) -> None:
        self._table = sys.modules
        self._covered: dict[str, Any] = {}

    def find(self, name: str) -> Any:
        """A module, or MISSING."""
        if self._covered and name in self._covered:
            return self._covered[name]
        return self._table.get(name, MISSING)

    def put(self, name: str, module: ModuleType) -> None:
        (self._covered if name in self._covered else self._table)[name] = module

    def remove(self, name: str) -> None:
        if self.find(name) is MISSING:
            raise KeyError(name)
        if name in self._covered:
            self._covered[name] = MISSING
        else:
            del self._table[name]

    def names(self) -> Iterator[str]:
        return iter([name for name in list(self._table) if self._covered.get(name) is not MISSING])

    def show_stand_in(self, name: str) -> None:
        if name not in self._covered:
            self._covered[name] = self._table.get(name, MISSING)
            self._table[name] = ModuleStandIn(name)

    def has_stand_in(self, name: str) -> bool:
        return bool(self._covered) and (name in self._covered or name.partition(".")[0] in self._covered)

    def hide_stand_ins(self) -> None:
        while self._covered:
            name, module = self._covered.popitem()
            if module is MISSING:
                self._table.pop(name, None)
            else:
                self._table[name] = module


PROCESS_MODULES = ProcessModules()
