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

from skymock.services.lambda_.errors import InvalidParameterValueException

# The zip's contents, extracted. (Lambda Developer Guide: Lambda quotas)
MOST_UNZIPPED_BYTES = 262_144_000

# Python's own modules, and the clients that are answered from memory: the process's serve every function, even
# one whose zip brings a copy.
_OF_THE_PROCESS = sys.stdlib_module_names | {
    *("aiobotocore", "aiohttp", "amazondax", "boto3", "botocore", "httpcore", "httpx", "s3transfer"),
    *("skymock", "urllib3"),
}


class Code:
    """A deployment package.

    sha256: as AWS shows it, base64. module_names: the top-level names that its modules may be imported by.
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
        self.module_names = (
            frozenset(map(_top_level_name, (file.filename for file in files))) - _OF_THE_PROCESS
        )

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

    def remove(self) -> None:
        """Delete the folder, and what Python remembers of it."""
        folder, self._folder = self._folder, None
        if folder is None:
            return
        shutil.rmtree(folder, ignore_errors=True)
        for remembered in (sys.path_importer_cache, linecache.cache):
            for path in [path for path in remembered if path.startswith(folder)]:
                del remembered[path]


def _top_level_name(filename: str) -> str:
    """`app.py` and `app.cpython-312-x86_64-linux-gnu.so` → app, `shop/orders.py` → shop."""
    return filename.partition("/")[0].partition(".")[0]
