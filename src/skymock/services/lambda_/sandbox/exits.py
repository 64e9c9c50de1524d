"""`os._exit`: in a function it ends the function, not the process that runs the tests."""

from __future__ import annotations

import os
from typing import Any, NoReturn

from skymock.services.lambda_.sandbox.current import current_sandbox


class Exited(BaseException):
    """Code has called `os._exit`. Not an Exception, so that it is not caught."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Exit:
    """`os._exit`. A process that a function has forked ends for real."""

    def __init__(self) -> None:
        self.covered: Any = os._exit
        self._process_id = os.getpid()

    def __call__(self, status: int) -> NoReturn:
        if current_sandbox() is not None and os.getpid() == self._process_id:
            raise Exited(status)
        self.covered(status)
        raise AssertionError("unreachable")
