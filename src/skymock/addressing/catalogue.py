"""Services by the names AWS knows them by on the wire, for those that skymock does not answer.

Read from the heads of botocore's models, at the first host that no table here knows: so that the refusal can
name the service as the user's own code does.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import botocore

# A model starts with its metadata: this much of it holds all names.
_HEAD_BYTES = 4096
_ENDPOINT_PREFIX = re.compile(rb'"endpointPrefix"\s*:\s*"([^"]+)"')
_SIGNING_NAME = re.compile(rb'"signingName"\s*:\s*"([^"]+)"')


class _Entry(NamedTuple):
    service: str
    endpoint_prefix: str
    signing_name: str


def service_of_endpoint_prefix(prefix: str) -> str | None:
    """botocore's name of the service whose hosts start so: "ec2" → "ec2", "monitoring" → "cloudwatch"."""
    return _by_endpoint_prefix().get(prefix)


def service_of_signing_name(name: str) -> str | None:
    """botocore's name of the service that signs so; of several, the one of the same name or the first."""
    return _by_signing_name().get(name)


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    return tuple(_read_entries(Path(botocore.__file__).parent / "data"))


def _read_entries(models: Path) -> Iterator[_Entry]:
    for folder in sorted(path for path in models.iterdir() if path.is_dir()):
        versions = sorted(folder.glob("*/service-2.json*"))
        if not versions:
            continue
        head = _head(versions[-1])
        prefix = _ENDPOINT_PREFIX.search(head)
        if prefix:
            endpoint_prefix = prefix[1].decode()
            signing_name = _SIGNING_NAME.search(head)
            yield _Entry(
                folder.name, endpoint_prefix, signing_name[1].decode() if signing_name else endpoint_prefix
            )


def _head(model: Path) -> bytes:
    with gzip.open(model) if model.suffix == ".gz" else model.open("rb") as file:
        return file.read(_HEAD_BYTES)


@lru_cache(maxsize=1)
def _by_endpoint_prefix() -> dict[str, str]:
    return _first_or_namesake((entry.endpoint_prefix, entry.service) for entry in _entries())


@lru_cache(maxsize=1)
def _by_signing_name() -> dict[str, str]:
    return _first_or_namesake((entry.signing_name, entry.service) for entry in _entries())


def _first_or_namesake(pairs: Iterator[tuple[str, str]]) -> dict[str, str]:
    names: dict[str, str] = {}
    for key, service in pairs:
        if key not in names or service == key:
            names[key] = service
    return names
