"""A function's code: the zip as it was uploaded, and the folder that it is extracted to once it runs."""

from __future__ import annotations

import base64
import hashlib
import io
import linecache
import os
import shutil
import sys
import tempfile
import threading
import zipfile
from collections.abc import Iterable
from importlib.machinery import EXTENSION_SUFFIXES

from skymock.services.lambda_.errors import InvalidParameterValueException
from skymock.services.lambda_.runtime import Handler, Result, Runtime
from skymock.services.lambda_.sandbox.modules import OF_THE_PROCESS, Sources

# The zip's contents, extracted. (Lambda Developer Guide: Lambda quotas)
MOST_UNZIPPED_BYTES = 262_144_000


class Code:
    """A deployment package.

    sha256: as AWS shows it, base64. sources: of its modules.
    Raises InvalidParameterValueException for what is not a zip, or is too large.
    """

    def __init__(self, zipped: bytes) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
                files = archive.infolist()
        except zipfile.BadZipFile:
            raise InvalidParameterValueException(
                "Could not unzip uploaded file. Please check your file, then try to upload again."
            ) from None
        if sum(file.file_size for file in files) >= MOST_UNZIPPED_BYTES:
            raise InvalidParameterValueException(
                f"Unzipped size must be smaller than {MOST_UNZIPPED_BYTES} bytes"
            )
        self._zipped = zipped
        self._folder: str | None = None
        self._extracting = threading.Lock()
        self.size = len(zipped)
        self.sha256 = base64.b64encode(hashlib.sha256(zipped).digest()).decode()
        self._filenames = [file.filename for file in files]
        self._sources: Sources | None = None

    @property
    def folder(self) -> str:
        """Where the code lies; extracted when it is first asked for."""
        with self._extracting:
            if self._folder is None:
                folder = os.path.realpath(tempfile.mkdtemp(prefix="skymock-lambda-"))
                with zipfile.ZipFile(io.BytesIO(self._zipped)) as archive:
                    archive.extractall(folder)
                self._folder = folder
            return self._folder

    @property
    def sources(self) -> Sources:
        if self._sources is None:
            self._sources = sources_of((self.folder,), self._filenames)
        return self._sources

    def handler(self, runtime: Runtime, name: str) -> Handler | Result:
        """Find the handler of that name, in the function's sandbox."""
        return runtime.find_handler(name)

    def remove(self) -> None:
        """Delete the folder, and what Python remembers of it."""
        folder, self._folder = self._folder, None
        if folder is None:
            return
        shutil.rmtree(folder, ignore_errors=True)
        for remembered in (sys.path_importer_cache, linecache.cache):
            for path in [path for path in remembered if path.startswith(folder)]:
                del remembered[path]


def sources_of(folders: tuple[str, ...], filenames: Iterable[str]) -> Sources:
    """What can be imported from folders that have these files at their tops or below."""
    names = {filename: _top_level_name(filename) for filename in filenames}
    compiled = {name for filename, name in names.items() if filename.endswith(tuple(EXTENSION_SUFFIXES))}
    return Sources(folders, frozenset(names.values()) - OF_THE_PROCESS, frozenset(compiled) - OF_THE_PROCESS)


def _top_level_name(filename: str) -> str:
    """`app.py` and `app.cpython-312-x86_64-linux-gnu.so` → app, `shop/orders.py` → shop."""
    return filename.partition("/")[0].partition(".")[0]
