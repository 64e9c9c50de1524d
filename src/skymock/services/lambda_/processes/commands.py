"""How the process of a runtime is started: this machine's interpreters stand for AWS's."""

from __future__ import annotations

import json
import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from skymock.errors import NotSupported

if TYPE_CHECKING:
    from skymock.services.lambda_.version import Version

BOOTSTRAPS = Path(__file__).parent.parent / "bootstrap"

# Where AWS looks for the program of a custom runtime, as it calls them.
_PLACES = "[/var/task/bootstrap /opt/bootstrap]"


class InvalidEntrypoint(Exception):
    """There is no program to start."""


@dataclass(frozen=True, slots=True)
class Command:
    """words: the program and its arguments. memory_mb: what to limit the process to from outside, if it bears that."""

    words: list[str]
    memory_mb: int | None


def command_of(version: Version) -> Command:
    """Raises InvalidEntrypoint, and NotSupported where the machine has no such interpreter."""
    runtime, memory_mb = version.configuration.runtime, version.configuration.memory_mb
    if runtime.startswith("nodejs"):
        return Command(_node(memory_mb), None)
    if runtime.startswith("provided"):
        return Command([_bootstrap_of(version)], memory_mb)
    if not version.sources.folders:
        raise NotSupported(
            "lambda: a callable of the test's runs in the test's process; a process of its own needs a folder or a zip"
        )
    main = str(BOOTSTRAPS / "python_main.py")
    return Command([sys.executable, "-u", "-B", main, json.dumps(version.sources.folders)], memory_mb)


def _node(memory_mb: int) -> list[str]:
    node = shutil.which("node")
    if node is None:
        raise NotSupported("lambda: functions for nodejs need `node` on the PATH of this machine")
    # V8 reserves more than it uses, so it is told how much it may use.
    return [node, f"--max-old-space-size={max(16, memory_mb * 9 // 10)}", str(BOOTSTRAPS / "nodejs_main.mjs")]


def _bootstrap_of(version: Version) -> str:
    folders = [version.code.folder, *(layer.folder for layer in reversed(version.layers))]
    found = [path for folder in folders if os.path.isfile(path := os.path.join(folder, "bootstrap"))]
    if not found:
        raise InvalidEntrypoint(f"Couldn't find valid bootstrap(s): {_PLACES}")
    if not os.access(found[0], os.X_OK):
        raise InvalidEntrypoint("fork/exec /var/task/bootstrap: permission denied")
    return found[0]
