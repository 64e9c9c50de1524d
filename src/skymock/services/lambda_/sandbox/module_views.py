"""What stands for `__import__`, `sys.modules` and `sys.path` while functions run."""

from __future__ import annotations

import builtins
import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, MutableSequence
from types import ModuleType
from typing import Any

from skymock.services.lambda_.sandbox.current import current_sandbox
from skymock.services.lambda_.sandbox.process_modules import MISSING, PROCESS_MODULES


class Import:
    """`__import__`: what an import statement in a function's code means."""

    def __init__(self) -> None:
        self.covered: Any = builtins.__import__

    def __call__(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,  # noqa: A002 - as Python names them
        locals: Mapping[str, Any] | None = None,  # noqa: A002
        fromlist: Iterable[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        sandbox = current_sandbox()
        import_name: Any = self.covered
        if sandbox is not None and sandbox.modules.concerns(name, globals, level):
            if type(fromlist) is list and not fromlist:  # as C code asks, and it alone
                PROCESS_MODULES.show_stand_in(name)
            return sandbox.modules.import_name(name, globals, fromlist, level)
        if PROCESS_MODULES.has_stand_in(name):
            import_name = importlib.__import__
        module: ModuleType = import_name(name, globals, locals, fromlist, level)
        return module


class ModulesView(MutableMapping[str, ModuleType]):
    """`sys.modules`."""

    def __init__(self) -> None:
        self.covered: Any = None

    def __getitem__(self, name: str) -> ModuleType:
        sandbox = current_sandbox()
        module = PROCESS_MODULES.find(name) if sandbox is None else sandbox.modules.find(name)
        if module is MISSING:
            raise KeyError(name)
        found: ModuleType = module
        return found

    def __setitem__(self, name: str, module: ModuleType) -> None:
        sandbox = current_sandbox()
        (PROCESS_MODULES if sandbox is None else sandbox.modules).put(name, module)

    def __delitem__(self, name: str) -> None:
        sandbox = current_sandbox()
        (PROCESS_MODULES if sandbox is None else sandbox.modules).remove(name)

    def __iter__(self) -> Iterator[str]:
        sandbox = current_sandbox()
        return (PROCESS_MODULES if sandbox is None else sandbox.modules).names()

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def copy(self) -> dict[str, ModuleType]:
        return dict(self)


class PathView(MutableSequence[str]):
    """`sys.path`. covered: the process's."""

    def __init__(self) -> None:
        self.covered: list[str] = sys.path

    def _list(self) -> list[str]:
        sandbox = current_sandbox()
        return self.covered if sandbox is None else sandbox.modules.path

    def __getitem__(self, index: Any) -> Any:
        return self._list()[index]

    def __setitem__(self, index: Any, value: Any) -> None:
        self._list()[index] = value

    def __delitem__(self, index: Any) -> None:
        del self._list()[index]

    def __len__(self) -> int:
        return len(self._list())

    def __iter__(self) -> Iterator[str]:
        return iter(self._list())

    def __eq__(self, other: object) -> bool:
        return self._list() == other

    __hash__ = None  # type: ignore[assignment]  # as a list's

    def __add__(self, other: list[str]) -> list[str]:
        return self._list() + other

    def __radd__(self, other: list[str]) -> list[str]:
        return other + self._list()

    def __repr__(self) -> str:
        return repr(self._list())

    def insert(self, index: int, value: str) -> None:
        self._list().insert(index, value)

    def copy(self) -> list[str]:
        return self._list().copy()

    def sort(self, **options: Any) -> None:
        self._list().sort(**options)
