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
from skymock.services.lambda_.sandbox.loggers import (
    MANAGER,
    ContextualLogger,
    GetLogger,
    make_contextual,
    make_plain,
)
from skymock.services.lambda_.sandbox.module_views import Import, ModulesView, PathView
from skymock.services.lambda_.sandbox.modules import SandboxFinder
from skymock.services.lambda_.sandbox.output import Output
from skymock.services.lambda_.sandbox.process_modules import PROCESS_MODULES
from skymock.services.lambda_.sandbox.threads import STARTER, ThreadStart
from skymock.services.lambda_.sandbox.tracing import recorder_stand_in, settle
from skymock.services.lambda_.sandbox.variables import (
    ENVIRON,
    ChildProcess,
    PutVariable,
    UnsetVariable,
    VariablesView,
)
from skymock.services.lambda_.sandbox.waits import SLEEP, RunningLoop, Sleep

# A namespace, a name in it, what stands in for it, and, where a test may have replaced it, what it must still be.
StandIn = tuple[dict[str, Any], str, Any, Any]


def _stand_ins(path: PathView, variables: VariablesView) -> list[StandIn]:
    found: list[StandIn] = [
        (vars(builtins), "__import__", Import(), None),
        (vars(sys), "modules", ModulesView(), None),
        (vars(sys), "path", path, None),
        (vars(ENVIRON), "_data", variables, None),
        (vars(os), "putenv", PutVariable(), None),
        (vars(os), "unsetenv", UnsetVariable(), None),
        (vars(os), "_exit", Exit(), None),
        (vars(threading), STARTER, ThreadStart(), None),
        (vars(time), "sleep", Sleep(), SLEEP),
        (vars(subprocess), "Popen", ChildProcess, ChildProcess.__base__),
    ]
    if hasattr(os, "environb"):
        found.append((vars(os.environb), "_data", variables, None))
    return found


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
        self._streams = (("stdout", Output("stdout")), ("stderr", Output("stderr")))
        self._finder = SandboxFinder()
        self._stand_ins = _stand_ins(self._path, self._variables)
        self._get_logger = GetLogger()
        self._loops_are_covered = False
        self._recorder_is_covered = False
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
        if not self._loops_are_covered:
            self._cover_loops()
        if not self._recorder_is_covered and (recorder := recorder_stand_in()) is not None:
            self._recorder_is_covered = True
            self._stand_ins.append(recorder)
        for namespace, name, stand_in, expected in self._stand_ins:
            present = namespace.get(name)
            # Where a test has replaced something, it shall see what it put there.
            if expected is None or present is expected:
                stand_in.covered = present
                namespace[name] = stand_in
        # The manager has it of its class.
        vars(MANAGER)["getLogger"] = self._get_logger
        self._environ = os.environ
        if self._environ is not ENVIRON:
            os.environ = ENVIRON  # noqa: B003 - it shall be another object
        sys.meta_path.insert(0, self._finder)
        if not isinstance(logging.root, ContextualLogger):
            make_contextual([logging.root])

    def _cover_loops(self) -> None:
        """asyncio costs too much to be imported for those who do not use it."""
        events = sys.modules.get("asyncio.events")
        if events is not None:
            self._loops_are_covered = True
            self._stand_ins.append((vars(events), "_set_running_loop", RunningLoop(), None))

    def _cover_streams(self) -> None:
        for name, output in self._streams:
            stream = getattr(sys, name)
            if stream is not output:
                output.covered = stream
                setattr(sys, name, output)

    def _take_down(self) -> None:
        for name, output in self._streams:
            if getattr(sys, name) is output:
                setattr(sys, name, output.covered)
            output.covered = None
        sys.meta_path.remove(self._finder)
        PROCESS_MODULES.hide_stand_ins()
        if self._environ is not ENVIRON and os.environ is ENVIRON:
            os.environ = self._environ  # noqa: B003
        vars(MANAGER).pop("getLogger", None)
        for namespace, name, stand_in, _ in self._stand_ins:
            if namespace[name] is stand_in:
                namespace[name] = stand_in.covered
        if not self._recorder_is_covered:
            settle()


# Its stand-ins are the process's, so there is one for all clouds.
PROCESS = Process()
