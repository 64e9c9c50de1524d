"""A process that runs one environment's code: what it tells, what it writes, and how it is stopped."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from skymock.cloud.clock import real_seconds
from skymock.services.lambda_.processes.runtime_api import Told

# How often to look whether it has ended, where something else holds its output open.
POLL_SECONDS = 0.1

# As the sandbox that AWS's runtimes run in (which is in Go) calls them.
_SIGNALS = {
    signal.SIGABRT: "aborted",
    signal.SIGFPE: "floating point exception",
    signal.SIGKILL: "killed",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}


class Mailbox:
    """What a process has told and nobody has read yet; it wakes who waits for it in a selector."""

    def __init__(self) -> None:
        self.told: deque[Told] = deque()
        self._waking, self.woken = socket.socketpair()
        self.woken.setblocking(False)
        self._waking.setblocking(False)

    def put(self, told: Told) -> None:
        """From any thread."""
        self.told.append(told)
        with suppress(OSError):  # nobody waits any more, or who waits has been woken often enough
            self._waking.send(b"x")

    def note(self) -> None:
        """Who waited is awake."""
        self.woken.recv(4096)

    def close(self) -> None:
        self._waking.close()
        self.woken.close()


class Child:
    """The process.

    mailbox: of what it tells. write: called with what it writes to stdout and stderr, in the thread that waits for it.
    finish: called once it has ended, to hear what it still told.
    """

    def __init__(
        self,
        command: Sequence[str],
        folder: str,
        variables: Mapping[str, str],
        memory_mb: int | None,
        mailbox: Mailbox,
        write: Callable[[str], None],
        finish: Callable[[], None],
    ) -> None:
        self._write = write
        self._finish = finish
        self._is_heard = False
        self._mailbox = mailbox
        start: Any = subprocess.Popen
        self._process = start(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        if memory_mb is not None:
            _limit_memory(self._process.pid, memory_mb)
        self._output: int = self._process.stdout.fileno()
        os.set_blocking(self._output, False)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._output, selectors.EVENT_READ)
        self._selector.register(mailbox.woken, selectors.EVENT_READ)

    def wait(self, seconds: float, *kinds: str) -> Told | None:
        """What it tells next, of these kinds; Told("end") once it has ended, None where it takes longer than that."""
        ends_at = real_seconds() + seconds
        while True:
            self.read()
            while self._mailbox.told:
                told = self._mailbox.told.popleft()
                if told.kind in kinds:
                    self.read()
                    return told
            if self._process.poll() is not None:
                if self._is_heard:
                    self.read()
                    return Told("end")
                self._hear_last()
                continue
            left = ends_at - real_seconds()
            if left <= 0:
                return None
            for key, _ in self._selector.select(min(left, POLL_SECONDS)):
                if key.fileobj is self._mailbox.woken:
                    self._mailbox.note()

    def _hear_last(self) -> None:
        """What it has started ends with it; what it has told may still be on its way."""
        self._is_heard = True
        self._kill()
        self._finish()

    def read(self) -> None:
        """Hand on what it has written so far."""
        while True:
            try:
                data = os.read(self._output, 65536)
            except BlockingIOError:
                return
            if not data:
                if self._output in self._selector.get_map():
                    self._selector.unregister(self._output)
                return
            self._write(data.decode("utf-8", "replace"))

    @property
    def peak_memory_mb(self) -> int:
        """0 where the system does not tell."""
        try:
            with open(f"/proc/{self._process.pid}/status") as status:
                lines = [line for line in status if line.startswith("VmHWM")]
        except OSError:
            return 0
        return int(lines[0].split()[1]) // 1024 if lines else 0

    @property
    def has_crashed(self) -> bool:
        return bool(self._process.returncode == -signal.SIGSEGV)

    @property
    def end(self) -> str:
        """How it ended, in AWS's words."""
        code = self._process.returncode
        if code < 0:
            name = _SIGNALS.get(signal.Signals(-code), signal.Signals(-code).name)
            return f"exited with error: signal: {name}"
        return f"exited with error: exit status {code}" if code else "exited without providing a reason"

    def close(self) -> None:
        """Kill it, with all that it has started."""
        self._kill()
        self._process.wait()
        self._selector.close()
        self._process.stdout.close()
        self._mailbox.close()

    def _kill(self) -> None:
        with suppress(OSError):  # it has ended
            os.killpg(self._process.pid, signal.SIGKILL)


def _limit_memory(process_id: int, memory_mb: int) -> None:
    """What it may write to; where the system cannot be told so from outside (macOS), it limits itself."""
    if sys.platform == "linux":
        import resource  # noqa: PLC0415 - Windows has none

        most = memory_mb * 1024 * 1024
        with suppress(ProcessLookupError):  # it has ended already
            resource.prlimit(process_id, resource.RLIMIT_DATA, (most, most))
