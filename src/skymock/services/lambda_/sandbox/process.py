"""What stands in the process's place while functions run: one stand-in for each thing that it has but once.

Each stand-in looks up whose code is running and gives a function what is its own, the test what is the test's. They
are put up when the first function begins and taken down when the last one, and the last thread that it left behind,
has ended; then everything of the test is as it was.
"""

from __future__ import annotations

import builtins
import logging
import os
import subprocess
import sys
import threading
import time
from typing import Any

from skymock.services.lambda_.sandbox.directory import Directories
from skymock.services.lambda_.sandbox.exits import Exit
from skymock.services.lambda_.sandbox.loggers import MANAGER, GetLogger, make_contextual, make_plain
from skymock.services.lambda_.sandbox.module_views import Import, ModulesView, PathView
from skymock.services.lambda_.sandbox.modules import SandboxFinder
from skymock.services.lambda_.sandbox.output import Output
from skymock.services.lambda_.sandbox.process_modules import PROCESS_MODULES
from skymock.services.lambda_.sandbox.threads import STARTER, ThreadStart
from skymock.services.lambda_.sandbox.variables import (
    ENVIRON,
    ChildProcess,
    PutVariable,
    UnsetVariable,
    VariablesView,
)
from skymock.services.lambda_.sandbox.waits import SLEEP, RunningLoop, Sleep


class Process:
    """The process, as functions find it.

    directories: see there. path: what `sys.path` is without a function.
    """

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._guests = 0
        self._environ: Any = ENVIRON
        self._path = PathView()
        self._variables = VariablesView()
        self._streams = {"stdout": Output("stdout"), "stderr": Output("stderr")}
        self._finder = SandboxFinder()
        self._sleep = Sleep()
        self._running_loop = RunningLoop()
        self._stand_ins: list[tuple[object, str, Any]] = [
            (builtins, "__import__", Import()),
            (sys, "modules", ModulesView()),
            (sys, "path", self._path),
            (ENVIRON, "_data", self._variables),
            (os, "putenv", PutVariable()),
            (os, "unsetenv", UnsetVariable()),
            (os, "_exit", Exit()),
            (threading, STARTER, ThreadStart()),
            (MANAGER, "getLogger", GetLogger()),
        ]
        if hasattr(os, "environb"):
            self._stand_ins.append((os.environb, "_data", self._variables))
        self._replaced: list[tuple[object, str, Any, Any]] = []
        self.directories = Directories()

    @property
    def path(self) -> list[str]:
        return self._path.covered if self._guests else sys.path

    def enter(self) -> None:
        """A function or a thread of one begins."""
        with self._lock:
            if not self._guests:
                self._put_up()
            self._guests += 1
            self._cover_streams()

    def leave(self) -> None:
        with self._lock:
            self._guests -= 1
            if not self._guests:
                self._take_down()

    def make_plain(self) -> None:
        """A cloud has ended: loggers that its functions used are what they were."""
        with self._lock:
            if not self._guests:
                make_plain()

    def _put_up(self) -> None:
        for owner, name, stand_in in self._stand_ins:
            self._replace(owner, name, stand_in)
        # Where a test has replaced them, it shall see what it put there.
        if time.sleep is SLEEP:
            self._replace(time, "sleep", self._sleep)
        if subprocess.Popen is ChildProcess.__base__:
            self._replaced.append((subprocess, "Popen", subprocess.Popen, ChildProcess))
            subprocess.Popen = ChildProcess  # type: ignore[misc]  # a class in typeshed
        events = sys.modules.get("asyncio.events")
        if events is not None:
            self._replace(events, "_set_running_loop", self._running_loop)
        self._environ, os.environ = os.environ, ENVIRON
        sys.meta_path.insert(0, self._finder)
        make_contextual([logging.root])

    def _replace(self, owner: object, name: str, stand_in: Any) -> None:
        stand_in.covered = getattr(owner, name)
        self._replaced.append((owner, name, stand_in.covered, stand_in))
        setattr(owner, name, stand_in)

    def _cover_streams(self) -> None:
        for name, output in self._streams.items():
            stream = getattr(sys, name)
            if stream is not output:
                output.covered = stream
                setattr(sys, name, output)

    def _take_down(self) -> None:
        for name, output in self._streams.items():
            if getattr(sys, name) is output:
                setattr(sys, name, output.covered)
            output.covered = None
        sys.meta_path.remove(self._finder)
        PROCESS_MODULES.hide_stand_ins()
        if os.environ is ENVIRON:
            os.environ = self._environ  # noqa: B003
        while self._replaced:
            owner, name, covered, stand_in = self._replaced.pop()
            if getattr(owner, name) is stand_in:
                setattr(owner, name, covered)


# Its stand-ins are the process's, so there is one for all clouds.
PROCESS = Process()
