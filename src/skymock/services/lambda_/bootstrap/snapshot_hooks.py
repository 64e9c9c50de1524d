"""What a function wants done before its snapshot is taken and after it is restored.

Lambda's Python runtimes bring a module of that name for it. (Lambda Developer Guide: Lambda SnapStart runtime hooks for
Python)
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

MODULE_NAME = "snapshot_restore_py"

Hook = tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]


class SnapshotHooks:
    """The hooks of one environment; module: what the function imports."""

    def __init__(self) -> None:
        self._before: list[Hook] = []
        self._after: list[Hook] = []
        self.module = ModuleType(MODULE_NAME)
        vars(self.module).update(
            register_before_snapshot=self._registering(self._before),
            register_after_restore=self._registering(self._after),
            get_before_snapshot=lambda: self._before,
            get_after_restore=lambda: self._after,
        )

    def before_snapshot(self) -> None:
        """The last one first. Raises what they raise."""
        while self._before:
            hook, values, named = self._before.pop()
            hook(*values, **named)

    def after_restore(self) -> None:
        """The first one first. Raises what they raise."""
        for hook, values, named in self._after:
            hook(*values, **named)

    @staticmethod
    def _registering(hooks: list[Hook]) -> Callable[..., Any]:
        def register(hook: Callable[..., Any], *values: Any, **named: Any) -> Callable[..., Any]:
            hooks.append((hook, values, named))
            return hook

        return register
