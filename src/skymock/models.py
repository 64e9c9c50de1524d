"""botocore's service models, parsed once a process and shared with its sessions while a mock is on."""

from __future__ import annotations

import functools
from typing import Any

from botocore.loaders import JSONFileLoader, Loader
from botocore.model import ServiceModel

_read_file = JSONFileLoader.load_file
_files: dict[str, Any] = {}


def load_file(loader: JSONFileLoader, file_path: str) -> Any:
    """`JSONFileLoader.load_file`, remembering what each file held.

    A path fully names what is in it, whichever search paths led there, so sessions can share it.
    """
    try:
        return _files[file_path]
    except KeyError:
        # None stands for "no such file" and is not kept: a model may be added later.
        content = _read_file(loader, file_path)
        if content is not None:
            _files[file_path] = content
        return content


class SharedFileLoader(JSONFileLoader):  # type: ignore[misc]  # botocore has no types
    load_file = load_file


@functools.cache
def service_model(name: str) -> ServiceModel:
    """botocore's model of a service, its latest version. Raises UnknownServiceError."""
    return ServiceModel(_loader().load_service_model(name, "service-2"), name)


@functools.cache
def _loader() -> Loader:
    return Loader(file_loader=SharedFileLoader())
