"""A function's code: where it comes from, and where it lies."""

from __future__ import annotations

import base64
import hashlib
import inspect
import io
import linecache
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterable, Iterator
from importlib.machinery import EXTENSION_SUFFIXES
from typing import Any, Protocol

from skymock.services.lambda_.bootstrap.python_runtime import TASK_ROOT, Handler
from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.runtime import Result, Runtime
from skymock.services.lambda_.sandbox.modules import OF_THE_PROCESS, Sources

# The zip's contents, extracted. (Lambda Developer Guide: Lambda quotas)
MOST_UNZIPPED_BYTES = 262_144_000


class Code(Protocol):
    """What runs.

    size: bytes of the package. unzipped_size: bytes of its contents. sha256: as AWS shows it, base64. image_uri: of a
    container image, else None.
    """

    size: int
    unzipped_size: int
    sha256: str
    image_uri: str | None

    @property
    def sources(self) -> Sources:
        """Of its modules."""

    @property
    def folder(self) -> str:
        """Where it lies, and where the function stands."""

    def handler(self, runtime: Runtime, name: str) -> Handler | Result:
        """Find the handler of that name, in the function's sandbox."""

    def remove(self) -> None:
        """Delete what there is of it on disk, and what Python remembers of that."""


class ZippedCode:
    """A deployment package. It is extracted when its folder is first asked for.

    Raises InvalidParameterValueException for what is not a zip, or is too large.
    """

    image_uri: str | None = None

    def __init__(self, zipped: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
                files = archive.infolist()
        except zipfile.BadZipFile:
            raise InvalidParameterValueException(
                "Could not unzip uploaded file. Please check your file, then try to upload again."
            ) from None
        self.unzipped_size = sum(file.file_size for file in files)
        if self.unzipped_size >= MOST_UNZIPPED_BYTES:
            raise InvalidParameterValueException(
                f"Unzipped size must be smaller than {MOST_UNZIPPED_BYTES} bytes"
            )
        self._zipped = zipped
        self._folder: str | None = None
        self._extracting = threading.Lock()
        self._filenames = [file.filename for file in files]
        self._sources: Sources | None = None
        self.size = len(zipped)
        self.sha256 = _digest(zipped)

    @property
    def folder(self) -> str:
        with self._extracting:
            if self._folder is None:
                self._folder = os.path.realpath(tempfile.mkdtemp(prefix="skymock-lambda-"))
                _extract(self._zipped, self._folder)
            return self._folder

    @property
    def sources(self) -> Sources:
        if self._sources is None:
            self._sources = sources_of((self.folder,), self._filenames)
        return self._sources

    def handler(self, runtime: Runtime, name: str) -> Handler | Result:
        return runtime.find_handler(name)

    def remove(self) -> None:
        folder, self._folder = self._folder, None
        if folder is None:
            return
        shutil.rmtree(folder, ignore_errors=True)
        for remembered in (sys.path_importer_cache, linecache.cache):
            for path in [path for path in remembered if path.startswith(folder)]:
                del remembered[path]


class FolderCode:
    """A folder of the test's, used where it lies: breakpoints and coverage are in the files themselves.

    Each environment reads it anew when it starts. Raises NotADirectoryError.
    """

    image_uri: str | None = None

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.folder = os.path.realpath(path)
        if not os.path.isdir(self.folder):
            raise NotADirectoryError(self.folder)
        stats = [(name, os.stat(os.path.join(self.folder, name))) for name in _files_below(self.folder)]
        self.size = self.unzipped_size = sum(stat.st_size for _, stat in stats)
        described = [f"{name} {stat.st_size} {stat.st_mtime_ns}" for name, stat in sorted(stats)]
        self.sha256 = _digest("\n".join(described).encode())
        self.sources = sources_of((self.folder,), [*os.listdir(self.folder), *(name for name, _ in stats)])

    def handler(self, runtime: Runtime, name: str) -> Handler | Result:
        return runtime.find_handler(name)

    def remove(self) -> None:
        """It is the test's."""


class CallableCode:
    """A Python callable of the test's own: nothing is imported anew, it shares its module with the test."""

    def __init__(self, called: Callable[[Any, Any], Any], image_uri: str | None = None) -> None:
        self._called = called
        self.image_uri = image_uri
        self.name = f"{getattr(called, '__module__', '')}.{getattr(called, '__qualname__', 'handler')}"
        self.size = self.unzipped_size = 0
        self.sha256 = _digest(self.name.encode())
        self.sources = Sources()

    @property
    def folder(self) -> str:
        try:
            return os.path.dirname(os.path.realpath(inspect.getfile(self._called)))
        except TypeError:  # an instance that can be called
            return os.getcwd()

    def handler(self, runtime: Runtime, name: str) -> Handler | Result:
        return self._called

    def remove(self) -> None:
        """It is the test's."""


def code_from(source: Any, image_uri: str | None = None) -> Code:
    """The code that a test gives: a callable, a folder's path, or a zip's bytes. Raises TypeError for what is none."""
    code: Code
    if callable(source):
        return CallableCode(source, image_uri)
    if isinstance(source, bytes):
        code = ZippedCode(source)
    elif isinstance(source, str | os.PathLike):
        code = FolderCode(source)
    else:
        raise TypeError(f"code is a callable, the path of a folder, or the bytes of a zip, not {source!r}")
    code.image_uri = image_uri
    return code


def sources_of(folders: tuple[str, ...], filenames: Iterable[str]) -> Sources:
    """What can be imported from folders that have these files at their tops or below."""
    names = {filename: _top_level_name(filename) for filename in filenames}
    compiled = {name for filename, name in names.items() if filename.endswith(tuple(EXTENSION_SUFFIXES))}
    return Sources(folders, frozenset(names.values()) - OF_THE_PROCESS, frozenset(compiled) - OF_THE_PROCESS)


def with_layers(code: Code, layers: Iterable[Code], runtime: str, python_path: str = "") -> Sources:
    """The code's modules and those of its layers, of which the last one goes first.

    python_path: the function's PYTHONPATH, whose entries come after those.
    (Lambda Developer Guide: Layer paths for each Lambda runtime)
    """
    folders = [layer.folder for layer in layers][::-1]
    places = [f"{folder}/python/lib/{runtime}/site-packages" for folder in folders]
    places += [f"{folder}/python" for folder in folders]
    for entry in filter(None, python_path.split(os.pathsep) if code.sources.folders else ()):
        places += _places_of(entry, code.folder, folders)
    there = tuple(place for place in places if os.path.isdir(place))
    if not there:
        return code.sources
    files = [name for place in there for name in (*os.listdir(place), *_files_below(place))]
    own, added = code.sources, sources_of(there, files)
    return Sources(
        (*own.folders, *there), own.names | added.names, own.with_extensions | added.with_extensions
    )


def _places_of(path: str, folder: str, layers: Iterable[str]) -> list[str]:
    """Where a path of AWS's lies here: below the code's folder or the layers'."""
    for root, folders in ((TASK_ROOT, [folder]), ("/opt", layers)):
        if path == root or path.startswith(root + "/"):
            return [each + path[len(root) :] for each in folders]
    return [os.path.join(folder, path)]


def _extract(zipped: bytes, folder: str) -> None:
    """Files keep the permissions that the zip has for them: a `bootstrap` must be executable."""
    with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
        archive.extractall(folder)
        for file in archive.infolist():
            if (mode := file.external_attr >> 16) & 0o111:
                os.chmod(os.path.join(folder, file.filename), mode & 0o777)


def _files_below(folder: str) -> Iterator[str]:
    for place, _, names in os.walk(folder):
        yield from (os.path.relpath(os.path.join(place, name), folder) for name in names)


def _digest(content: bytes) -> str:
    return base64.b64encode(hashlib.sha256(content).digest()).decode()


def _top_level_name(filename: str) -> str:
    """`app.py` and `app.cpython-312-x86_64-linux-gnu.so` → app, `shop/orders.py` → shop."""
    return filename.replace(os.sep, "/").partition("/")[0].partition(".")[0]
