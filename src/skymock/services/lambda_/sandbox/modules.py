"""The modules of a function's own code: each sandbox imports them afresh and sees no other's.

Modules from elsewhere (Python's own, installed packages, the clients that are answered from memory) are the
process's: they are in `sys.modules` for good, as when the test imports them. So is a package with compiled modules
that the process has loaded, even where the function brings its own: such modules cannot be loaded twice.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.machinery import EXTENSION_SUFFIXES, ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from skymock.services.lambda_.sandbox.current import current_sandbox
from skymock.services.lambda_.sandbox.process_modules import MISSING, PROCESS_MODULES

# importlib in its own Python, which looks at sys.modules by that name, as the interpreter's does not.
_bootstrap: Any = importlib._bootstrap

# Python's own modules, and the clients that are answered from memory: the process's serve every function, even
# one that brings a copy.
OF_THE_PROCESS = sys.stdlib_module_names | {
    *("aiobotocore", "aiohttp", "amazondax", "boto3", "botocore", "httpcore", "httpx", "s3transfer"),
    *("skymock", "urllib3"),
}


class CodeLoader(SourceFileLoader):
    """Loads a module of a function's: nothing is written beside the source, and it is compiled once.

    compiled: what has been compiled of the code, by path, size and time of the source.
    """

    def __init__(self, name: str, path: str, compiled: dict[object, CodeType]) -> None:
        super().__init__(name, path)
        self._compiled = compiled

    def get_code(self, fullname: str) -> CodeType | None:
        stats = self.path_stats(self.path)
        key = (self.path, stats["mtime"], stats.get("size"))
        code = self._compiled.get(key)
        if code is None:
            code = super().get_code(fullname)
            assert code is not None  # a source file has code
            self._compiled[key] = code
        return code

    def set_data(self, path: str, data: object, *, _mode: int = 0o666) -> None:
        """A folder of the user's stays as it is."""


@dataclass(frozen=True)
class Sources:
    """Where a function's modules come from; one for all of its sandboxes.

    folders: of the code and its layers, the first one first. names: the top-level names of their modules.
    with_extensions: those among them that have compiled modules; they are loaded once, for all sandboxes, for most
    cannot be loaded again. compiled: see CodeLoader.
    """

    folders: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()
    with_extensions: frozenset[str] = frozenset()
    compiled: dict[object, CodeType] = field(default_factory=dict)
    loaded: dict[str, ModuleType] = field(default_factory=dict)


class OwnModules:
    """What `import` finds in one sandbox.

    path: the function's `sys.path`.
    """

    def __init__(self, sources: Sources, process_path: Iterable[str]) -> None:
        self._sources = sources
        self._below = tuple(folder + os.sep for folder in sources.folders)
        self._process_path = frozenset(process_path)
        self._names = {name for name in sources.names if not _has_extensions(name)}
        self._hidden: set[str] = set()
        self._own: dict[str, ModuleType] = {}
        self.path: list[str] = [*sources.folders, *process_path]

    def provide(self, name: str, module: ModuleType) -> None:
        """Have a module that Lambda's runtime brings."""
        self._own[name] = module

    # What sys.modules shows.

    def find(self, name: str) -> Any:
        """A module that has been imported, or MISSING."""
        module = self._own.get(name, MISSING)
        if module is not MISSING:
            return module
        return PROCESS_MODULES.find(name) if self._shows(name) else self._sources.loaded.get(name, MISSING)

    def owns(self, name: str) -> bool:
        return name in self._own or name in self._sources.loaded

    def put(self, name: str, module: ModuleType) -> None:
        """Note an import: among the function's own, or the process's where the module is from elsewhere."""
        self._hidden.discard(name)
        if PROCESS_MODULES.find(name) is module:
            self._own.pop(name, None)
        elif (top := name.partition(".")[0]) in self._sources.with_extensions and top in self._names:
            self._sources.loaded[name] = module
        elif top in self._names or self._is_of_the_code(module):
            self._own[name] = module
        else:
            PROCESS_MODULES.put(name, module)

    def remove(self, name: str) -> None:
        if self._own.pop(name, self._sources.loaded.pop(name, MISSING)) is MISSING:
            if not self._shows(name) or PROCESS_MODULES.find(name) is MISSING:
                raise KeyError(name)
            self._hidden.add(name)

    def names(self) -> Iterator[str]:
        yield from [*self._own, *self._sources.loaded]
        yield from [name for name in PROCESS_MODULES.names() if name not in self._own and self._shows(name)]

    def _shows(self, name: str) -> bool:
        """Whether the process's module of a name is the function's too."""
        return name.partition(".")[0] not in self._names and name not in self._hidden

    def _is_of_the_code(self, module: ModuleType) -> bool:
        """Modules that code makes up and puts into sys.modules stay in its sandbox as well."""
        spec = getattr(module, "__spec__", None)
        if spec is None:
            return True
        places = [spec.origin] if spec.has_location else list(spec.submodule_search_locations or ())
        return any(isinstance(place, str) and self._is_own_place(place) for place in places)

    def _is_own_place(self, place: str) -> bool:
        if place.startswith(self._below):
            return True
        return any(place.startswith(entry + os.sep) for entry in self._entries() if entry)

    def _entries(self) -> list[str]:
        """The entries of the function's path that are not the test's too."""
        return [entry for entry in list(self.path) if entry not in self._process_path]

    # How they are imported.

    def concerns(self, name: str, importer: Mapping[str, Any] | None, level: int) -> bool:
        """Whether an import statement is about the function's own modules. importer: whose globals it stands in."""
        is_ours = importer is None or self._is_ours(importer)
        if level:
            return is_ours
        top = name.partition(".")[0]
        if top in self._names:
            return is_ours or PROCESS_MODULES.find(top) is MISSING
        if top in OF_THE_PROCESS:
            return False
        if top in self._own:
            return True
        return PROCESS_MODULES.find(top) is MISSING and self.spec(top, None) is not None

    def _is_ours(self, importer: Mapping[str, Any]) -> bool:
        name = importer.get("__name__")
        if not isinstance(name, str):
            return True
        module = self._own.get(name) or self._sources.loaded.get(name)
        return module is not None and module.__dict__ is importer

    def spec(self, name: str, path: Iterable[str] | None) -> ModuleSpec | None:
        """Find a module in the code. path: of the package that it is in."""
        if path is None:
            entries = [] if name in OF_THE_PROCESS else self._entries()
        else:
            entries = [entry for entry in path if self._is_own_place(entry + os.sep)]
        spec = PathFinder.find_spec(name, entries) if entries else None
        if spec is not None and type(spec.loader) is SourceFileLoader:
            spec.loader = CodeLoader(spec.name, spec.loader.path, self._sources.compiled)
        return spec

    def import_name(
        self, name: str, importer: Mapping[str, Any] | None, fromlist: Iterable[str] | None, level: int
    ) -> ModuleType:
        """What `__import__` does."""
        full_name = name
        if level:
            package = _bootstrap._calc___package__(importer)
            full_name = _bootstrap._resolve_name(name, package, level)
        module = self.load(full_name)
        if not fromlist:
            return self.load(name.partition(".")[0]) if not level else module
        if hasattr(module, "__path__"):
            _bootstrap._handle_fromlist(module, fromlist, self.load)
            self._set_begun(module, fromlist)
        return module

    def _set_begun(self, package: ModuleType, names: Iterable[str]) -> None:
        """Modules that import each other are not yet attributes of their package; the interpreter would look for
        them among the process's."""
        for name in names:
            module = self.find(f"{package.__name__}.{name}")
            if module is not MISSING and not hasattr(package, name):
                setattr(package, name, module)

    def load(self, name: str) -> ModuleType:
        """Import a module by its full name. Sandboxes do not wait for each other, threads of one do."""
        module = self.find(name)
        if module is MISSING or _is_begun(module):
            with _bootstrap._ModuleLockManager(f"{name} of sandbox {id(self)}"):
                module = self.find(name)
                if module is MISSING:
                    module = _bootstrap._find_and_load_unlocked(name, self.load)
        if module is None:
            raise ModuleNotFoundError(f"import of {name} halted; None in sys.modules", name=name)
        loaded: ModuleType = module
        return loaded


def _is_begun(module: ModuleType) -> bool:
    return bool(getattr(getattr(module, "__spec__", None), "_initializing", False))


def _has_extensions(top: str) -> bool:
    """Whether the process has a package with compiled modules loaded."""
    if PROCESS_MODULES.find(top) is MISSING:
        return False
    names = [name for name in PROCESS_MODULES.names() if name == top or name.startswith(top + ".")]
    return any(_is_compiled(PROCESS_MODULES.find(name)) for name in names)


def _is_compiled(module: ModuleType) -> bool:
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and file.endswith(tuple(EXTENSION_SUFFIXES))


class SandboxFinder:
    """Stands first in `sys.meta_path` while functions run, for `importlib.import_module` and its like."""

    @staticmethod
    def find_spec(name: str, path: Iterable[str] | None, target: object = None) -> ModuleSpec | None:
        sandbox = current_sandbox()
        return None if sandbox is None else sandbox.modules.spec(name, path)
