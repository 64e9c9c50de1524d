"""Whose code is running: the sandbox of a function, or, where there is none, the test's own."""

from __future__ import annotations

from contextvars import ContextVar
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skymock.services.lambda_.sandbox.sandbox import Sandbox

_current: ContextVar[Sandbox | None] = ContextVar("skymock_sandbox", default=None)

# Asked at every look at what sandboxes have of their own, so without a function of ours between.
current_sandbox = _current.get
set_current_sandbox = _current.set
reset_current_sandbox = _current.reset
